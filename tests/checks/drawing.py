"""Asks a check about a drawn story."""

from earlyhelp.checking.drawn import told
from earlyhelp.chronology import day_number


def weight(check, story, as_of):
    """What the check weighs on that day."""
    return float(check.ask(told(check.reads.kind, story), day_number(as_of)).weight[0])


def finding(check, story, as_of):
    """What the check says on that day."""
    block, night = told(check.reads.kind, story), day_number(as_of)
    return check.find(block, 0, check.ask(block, night), night)
