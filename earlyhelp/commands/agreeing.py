"""What is wrong with the agreements, and the draft of a new one."""

from datetime import date, timedelta

from earlyhelp import plugins
from earlyhelp.feeds import Connector
from earlyhelp.in_force import agreements as known
from earlyhelp.in_force import missing
from earlyhelp.sharing.agreements import ENVELOPE, Agreement, State

TO_BE_WRITTEN = "to be written"


def examined(day: date) -> tuple[list[str], list[str]]:
    """What is wrong with the agreements on that day, and what to look at."""
    faults, warnings = list(known().faults), list[str]()
    connectors = plugins.connectors()
    for connector in connectors.values():
        for feed in connector.feeds:
            fault = missing(connector, feed, day)
            if fault and connector.ready:
                faults.append(fault)
            elif fault:
                warnings.append(fault)
    for one in known().all:
        state = one.state(day)
        if state in (State.DRAFT, State.REVIEW_DUE):
            warnings.append(f"{one.file}: {state}; write to {one.contact}")
        if TO_BE_WRITTEN in one.model_dump_json():
            warnings.append(f"{one.file}: something is still {TO_BE_WRITTEN}")
        if one.agency in connectors and connectors[one.agency].sector is not one.sector:
            faults.append(f"{one.file}: {one.agency} is of {connectors[one.agency].sector}, not {one.sector}")
        warnings += _unread(one)
    return faults, warnings


def _unread(one: Agreement) -> list[str]:
    """What checks read of an agreement's rows without its being agreed on."""
    return [
        f"{one.file}: {asked.name} reads {', '.join(sorted(unread))} of {feed}, which nobody agreed on"
        for feed, share in one.feeds.items()
        for asked in plugins.checks().values()
        if asked.reads.kind == share.rows and (unread := set(asked.reads.columns) & set(share.dropped()))
    ]


def draft(connector: Connector, day: date) -> str:
    """The text of an agreement that nobody has signed."""
    lines = [
        f'title = "{connector.name.replace("-", " ").title()}, for early help"',
        f'agency = "{connector.name}"',
        f'sector = "{connector.sector.value}"',
        f'parties = ["the council (joint controller)", "{TO_BE_WRITTEN}"]',
        f'purpose = "{TO_BE_WRITTEN}"',
        f'contact = "{TO_BE_WRITTEN}"',
        "",
        f"# signed_on = {day}",
        f"begins_on = {day}",
        f"review_on = {day + timedelta(days=365)}",
        f"expires_on = {day + timedelta(days=730)}",
        "",
        "[gateway] # others: those of the agreements beside this one",
        'power = "Crime and Disorder Act 1998 s.115"',
        f'lawful_basis = "{TO_BE_WRITTEN}"',
        f'special_category = "{TO_BE_WRITTEN}"',
        'source = "https://www.legislation.gov.uk/ukpga/1998/37/section/115"',
    ]
    for feed in connector.feeds:
        fields = "".join(f'    "{name}",\n' for name in feed.schema.model_fields if name not in ENVELOPE)
        lines += ["", f"[feeds.{feed.name}]", f'rows = "{feed.schema.kind}"', f"fields = [\n{fields}]",
                  f'why = "{TO_BE_WRITTEN}"', "keep_months = 36"]  # fmt: skip
    return "\n".join(lines) + "\n"
