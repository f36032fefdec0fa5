"""Where the invented city shown last is remembered; told apart so that asking costs nothing."""

from pathlib import Path

LATEST = "latest-demo"
"""File in the home folder that names the city shown last."""


def was_shown(home: Path) -> bool:
    """Whether a city was ever shown from this home."""
    return (home / LATEST).exists()
