"""Matching at once: what a reviewer has answered takes effect, and what followed from a wrong match goes."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Engine

from earlyhelp.checking.check import Check


def rematch(engine: Engine, checks: Mapping[str, Check], day: date) -> dict[str, int]:
    """Match anew, and judge the open cases anew that rested on what no longer holds; returns counts.

    ``undone`` cases lost signals, of which ``withdrawn``, ``eased`` and ``kept`` say what came of them.
    """
    raise NotImplementedError
