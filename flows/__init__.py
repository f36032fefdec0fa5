"""Prefect: when things happen, never what they mean."""
