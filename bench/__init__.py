"""Measurements, each printed as a table; none of them is a test."""
