"""What every connector must keep, as tests to subclass: shipped, so that plug-in authors have them."""

import pytest

_ASSERTING = (
    "oracle", "landed", "asked", "arriving", "riding_out", "refusing", "signing", "enduring", "dying",
    "renewing", "dropped_order", "dropped_rows", "dropped_whole",
)  # fmt: skip
"""Modules whose assertions say what they saw."""

pytest.register_assert_rewrite(*(f"{__name__}.{name}" for name in _ASSERTING))
