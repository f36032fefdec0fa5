"""Every kind of row that `schemas/` defines: what agreements name, and what tables are made of."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import schemas
from schemas.feed import EventRow, FeedRow


def _kinds() -> Iterator[type[FeedRow]]:
    """Every kind of row that a file of `schemas/` defines, in order of the files' names."""
    for found in sorted(pkgutil.iter_modules(schemas.__path__), key=lambda module: module.name):
        for thing in vars(import_module(f"schemas.{found.name}")).values():
            if isinstance(thing, type) and issubclass(thing, FeedRow) and "kind" in vars(thing):
                yield thing


KINDS: dict[str, type[FeedRow]] = {schema.kind: schema for schema in _kinds()}
EVENT_KINDS: dict[str, type[EventRow]] = {k: s for k, s in KINDS.items() if issubclass(s, EventRow)}
