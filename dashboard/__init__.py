"""Home: what asks for attention today."""
