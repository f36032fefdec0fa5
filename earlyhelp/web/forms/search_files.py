"""What a search found as JSON, CSV and ODS, asked for by its page's form: the words stand in no address."""

from collections.abc import Callable

from fastapi.responses import Response

from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.forms.other_forms import said
from earlyhelp.web.forms.sheets import FORMS, sheet
from earlyhelp.web.pages.searching import SHORTEST, found, search, words_of

HEADINGS = ("household", "area")


def _answer(form: str) -> Callable[[Desk, Visit], Response]:
    def answer(desk: Desk, visit: Visit) -> Response:
        asked = words_of(visit)
        if len(asked) < SHORTEST:
            return search(desk, visit)
        hits, more = found(desk, visit, asked)
        if form == "json":
            return said("POST /search.json", {"households": hits, "more": more})
        return sheet(form, "found", HEADINGS, [[one.title, one.ward] for one in hits])

    return answer


VIEWS = {f"POST /search.{form}": _answer(form) for form in (*FORMS, "json")}
"""What answers the route of each form."""
