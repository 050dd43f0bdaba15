"""Entente's tests; `make test` runs them all."""
