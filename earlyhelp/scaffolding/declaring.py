"""How a new connector declares its sign-in and its feed."""

import json

from earlyhelp.scaffolding.answers import Answers, Holds, Kind, PagingBy, SigningIn
from earlyhelp.scaffolding.health import resource_of
from earlyhelp.scaffolding.packing import KIT, Needs, packed

LAYOUTS = {Kind.CSV: "Csv", Kind.XLSX: "Excel", Kind.FIXED: "FixedWidth", Kind.JSONL: "JsonLines"}
SIGN_INS = {
    SigningIn.API_KEY: 'ApiKey("X-Api-Key")',
    SigningIn.BASIC: "Basic()",
    SigningIn.CLIENT_CREDENTIALS: 'ClientCredentials("/oauth/token")',
    SigningIn.SIGNED_JWT: 'SignedJwt("/oauth2/token")',
    SigningIn.CERTIFICATE: "MutualTls()",
}
PAGINGS = {
    PagingBy.CURSOR: 'Cursor(rows_at="items", cursor_at="next")',
    PagingBy.PAGE_NUMBER: 'PageNumber(rows_at="items", pages_at="totalPages")',
    PagingBy.OFFSET: 'Offset(rows_at="items")',
    PagingBy.LINK_HEADER: "LinkHeader()",
    PagingBy.NEXT_LINK: 'NextLink(rows_at="items", next_at="next")',
}


def sign_in_of(answers: Answers, needs: Needs) -> str:
    """The line that says how we sign in; a drop's is in its settings."""
    if answers.kind.files:
        return ""
    call = SIGN_INS[answers.sign_in]
    needs[f"{KIT}.signing_in"].add(call.partition("(")[0])
    return f"    sign_in = {call}\n"


def feed_of(answers: Answers, needs: Needs) -> str:
    """The declaration of the feed."""
    theirs = resource_of(answers.rows).theirs if answers.kind is Kind.FHIR else "_Row"
    items = [json.dumps(answers.feed), f"schema={answers.rows.__name__}", f"theirs={theirs}"]
    if answers.kind.files:
        items += _of_files(answers, needs)
    elif answers.kind is Kind.FHIR:
        items += _of_searches(answers, needs, theirs)
    else:
        items += _of_pages(answers, needs)
    items.append(f"stale_after=timedelta(days={answers.days})")
    if answers.kind.files:
        return packed("    feeds = (FileFeed(", items, "),)  # fmt: skip", indent=8)
    head = "        RestFeed("
    return f"    feeds = (\n{packed(head, items, '),', indent=len(head))}\n    )  # fmt: skip"


def _of_pages(answers: Answers, needs: Needs) -> list[str]:
    """Path, paging, and how the agency is asked for what is new."""
    paging = PAGINGS[answers.paging]
    needs[f"{KIT}.agency"].add("RestFeed")
    needs[f"{KIT}.paging"].add(paging.partition("(")[0])
    return [f"path={json.dumps(answers.where)}", f"paging={paging}", 'since="updated_since"']


def _of_searches(answers: Answers, needs: Needs, theirs: str) -> list[str]:
    """The same of a FHIR server, where all but the path is known."""
    needs[f"{KIT}.agency"].add("RestFeed")
    needs[f"{KIT}.fhir.search"] |= {"MEDIA_TYPES", "SearchSet"}
    needs[f"{KIT}.fhir.uk_core"].add(theirs)
    asked = ["paging=SearchSet()", 'since="_lastUpdated"', 'since_as="ge{}"', "parsers=MEDIA_TYPES"]
    return [f"path={json.dumps(answers.where)}", *asked]


def _of_files(answers: Answers, needs: Needs) -> list[str]:
    """Pattern, layout, the sign by which a file is whole, and what it holds."""
    needs[f"{KIT}.dropping"].add("FileFeed")
    needs[f"{KIT}.whole"].add("Trailer")
    layout = LAYOUTS[answers.kind]
    needs[f"{KIT}.{'files.sheets' if answers.kind is Kind.XLSX else 'layouts'}"].add(layout)
    widths = "WIDTHS" if answers.kind is Kind.FIXED else ""
    items = [f"pattern={json.dumps(answers.where)}", f"layout={layout}({widths})", "whole=Trailer()"]
    return items + (["snapshot=True"] if answers.holds is Holds.EVERYTHING else [])
