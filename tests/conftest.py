"""Fixtures that any test may ask for; each is costly to nobody who does not."""

from tests.postgres import postgres_url

__all__ = ["postgres_url"]
