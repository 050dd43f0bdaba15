"""Partners: organisations, people and their positions, themes and places."""
