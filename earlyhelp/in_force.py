"""Finds the sharing agreements: those of the room `agreements/`, and the council's own folder."""

from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

from earlyhelp.errors import NoAgreement, SetUpWrong
from earlyhelp.feeds import Connector, Feed
from earlyhelp.law.policy import Policy
from earlyhelp.law.thresholds import law
from earlyhelp.settings import settings
from earlyhelp.sharing.agreed import Agreements
from earlyhelp.sharing.agreements import Share


def agreements() -> Agreements:
    """Every agreement there is. A file of the council's own folder takes the place of ours of that name.

    ``EARLYHELP_AGREEMENTS`` names that folder. Raises `SetUpWrong` where there is none.
    """
    return _read(settings().agreements)


def lawful(policy: Policy, day: date, today: date | None = None) -> Policy:
    """The policy by the law of that day, with the powers that agreements give today and no others.

    ``today`` differs from ``day`` in a replay alone. The version names both policy and pack of law.
    """
    return replace(
        policy,
        version=f"{policy.version}/{law().version(day)}",
        factors_for_a_joint_case=round(law().of_name("factors-for-joint-help", day).value),
        gateways=agreements().gateways(today or day),
    )


def agreed(connector: Connector, feed: Feed, day: date) -> Share:
    """What was agreed about a feed, as it holds on that day. Raises `NoAgreement`, or `SetUpWrong`."""
    key = f"{connector.name}/{feed.name}"
    share = agreements().share(key, day)
    if share.rows != feed.schema.kind:
        raise SetUpWrong(f"{key} brings {feed.schema.kind}, but its agreement is about {share.rows}")
    return share


def missing(connector: Connector, feed: Feed, day: date) -> str | None:
    """Why a feed may not be fetched on that day, for want of an agreement; None where it may."""
    try:
        agreed(connector, feed, day)
    except (NoAgreement, SetUpWrong) as fault:
        return str(fault)
    return None


@cache
def _read(folder: Path | None) -> Agreements:
    texts = {f"agreements/{one.name}": one.read_text("utf-8") for one in files("agreements").iterdir()
             if one.name.endswith(".toml")}  # fmt: skip
    if folder is not None:
        if not folder.is_dir():
            raise SetUpWrong(f"EARLYHELP_AGREEMENTS names no folder: {folder}")
        texts |= {f"agreements/{path.name}": path.read_text("utf-8") for path in folder.glob("*.toml")}
    return Agreements.of(sorted(texts.items()))
