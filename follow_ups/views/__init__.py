"""The follow-up pages."""
