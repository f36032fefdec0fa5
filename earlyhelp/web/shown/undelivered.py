"""What became of a message that did not arrive, in plain words, and what to do about it."""

from collections.abc import Mapping

from earlyhelp.store.casework.messages import FAILED, LAPSED, UNSURE, Undelivered

NO_MAILBOX = (
    "There is no mailbox at the address that we have.",
    "Ask your service desk to put the address right. Until then, tell them yourself.",
)
FULL = ("Their mailbox was full or closed for a while.", "Tell them, so that they make room in it.")
NOT_TAKEN = (
    "Their mail server refused it.",
    "Ask your service desk to let messages of this service through. Until then, tell them yourself.",
)
WHY: Mapping[str, tuple[str, str]] = {
    "address": NO_MAILBOX,
    "notify 400": NO_MAILBOX,
    "permanent-failure": NO_MAILBOX,
    "temporary-failure": FULL,
    "technical-failure": ("GOV.UK Notify could not send it.", "There is nothing for you to do."),
    **dict.fromkeys(("smtp 501", "smtp 550", "smtp 551", "smtp 553"), NO_MAILBOX),
    "smtp 552": FULL,
}
"""By the provider's code: replies of SMTP (RFC 5321, 4.2.3) and states of GOV.UK Notify."""
NOBODY_KNOWS = (
    "The line broke while it was being sent, and nobody can tell whether it arrived.",
    "There is nothing for you to do.",
)
NOBODY_TOOK_IT = (
    "No mail service took it all day.",
    "There is nothing for you to do: the service’s engineers are told.",
)


def what_happened(one: Undelivered) -> tuple[str, str]:
    """What happened to it, and what the manager does now."""
    if one.state in (UNSURE, LAPSED):
        return NOBODY_KNOWS if one.state == UNSURE else NOBODY_TOOK_IT
    assert one.state == FAILED
    return WHY.get(one.why or "", NOT_TAKEN)
