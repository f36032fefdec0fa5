"""Small pages put together, so that a hundred files of three rows do not cost a hundred transactions."""

from collections.abc import Iterator

from earlyhelp.errors import EarlyHelpError
from earlyhelp.feeds import Page, Shape


def gathered(pages: Iterator[Page], size: int) -> Iterator[Page]:
    """The same pages, as many in one as make up so many rows; what came before an error is not lost."""
    held: Page | None = None
    try:
        for page in pages:
            if held is not None and len(held.rows) + len(page.rows) > size:
                yield held
                held = None
            held = page if held is None else _together(held, page)
    except EarlyHelpError:
        if held is not None:
            yield held
        raise
    if held is not None:
        yield held


def _together(one: Page, other: Page) -> Page:
    """Two pages as one: it goes on where the second does, by the later of their clocks."""
    return Page(
        [*one.rows, *other.rows],
        [*one.refused, *other.refused],
        other.position,
        max(one.clock, other.clock),
        gone=(*one.gone, *other.gone),
        shape=_shapes(one.shape, other.shape),
        files=(*one.files, *other.files),
        unchanged=one.unchanged and other.unchanged,
        validator=other.validator,
    )


def _shapes(one: Shape, other: Shape) -> Shape:
    """All headings of both, with all kinds."""
    none = frozenset[str]()
    return {name: one.get(name, none) | other.get(name, none) for name in {**one, **other}}
