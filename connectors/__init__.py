"""Connectors: one file for each agency."""
