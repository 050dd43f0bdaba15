"""Commands of the dashboard."""
