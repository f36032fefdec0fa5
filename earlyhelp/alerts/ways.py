"""The channels by name, opened from the settings of each."""

from collections.abc import Callable, Mapping
from pathlib import Path

from earlyhelp.alerts.channel import Channel, Ways
from earlyhelp.alerts.folder import Folder
from earlyhelp.alerts.notify import Notify
from earlyhelp.alerts.smtp import Smtp
from earlyhelp.alerts.teams import Teams
from earlyhelp.connecting.credentials import Credentials
from earlyhelp.errors import SetUpWrong


def open_ways(personal: str, team: str, outbox: Path, environment: Mapping[str, str] | None = None) -> Ways:
    """The channels of those names. Raises `SetUpWrong`: no such channel, or a setting of it is missing."""
    to_each: dict[str, Callable[[], Channel]] = {
        "folder": lambda: Folder(outbox),
        "smtp": lambda: Smtp.set_up(Credentials("smtp", environment)),
        "notify": lambda: Notify.set_up(Credentials("notify", environment)),
    }
    to_all: dict[str, Callable[[], Channel]] = {
        "teams": lambda: Teams.set_up(Credentials("teams", environment))
    }
    if personal not in to_each:
        raise SetUpWrong(f"EARLYHELP_ALERTS is none of {', '.join(to_each)}")
    if team and team not in to_all:
        raise SetUpWrong(f"EARLYHELP_ALERTS_TEAM is none of {', '.join(to_all)}, nor empty")
    return Ways(to_each[personal](), to_all[team]() if team else None)
