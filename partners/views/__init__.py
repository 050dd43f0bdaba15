"""The pages of organisations and contacts."""
