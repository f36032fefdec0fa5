"""Every deliberate error, by what to do next.

    EarlyHelpError
    ├── TryAgainLater        the other side did not answer; the next run may find it well
    │   └── LeftAlone        it has failed so often that it is not asked for a while
    ├── PerhapsSent          nobody can tell whether a message went: it is not sent again
    ├── SignInRefused        a key or secret is wrong: a person must put it right
    ├── AgencyAnsweredOddly  the agency's answer breaks its promise: talk to the agency
    ├── FeedStopped          too many bad or missing rows: nothing of it was believed, the bookmark stayed
    ├── NoAgreement          no sharing agreement in force covers it: talk to information governance
    ├── SetUpWrong           a setting or a file of ours is wrong: the message says which
    └── NotAllowed           this person may not do or see this

No message holds personal data: what, where and the next command, never who.
"""


class EarlyHelpError(Exception):
    """Something went wrong in a way we foresaw; ``code`` is short, stable and safe to show anywhere."""

    code = "error"


class TryAgainLater(EarlyHelpError):
    """The other side did not answer, or was too busy; run again later."""

    code = "no-answer"


class LeftAlone(TryAgainLater):
    """The agency has failed several times in a row and is not asked until a while has passed."""

    code = "left-alone"


class PerhapsSent(EarlyHelpError):
    """The connection broke before the provider said whether it took a message: to send again may be twice."""

    code = "unsure"


class SignInRefused(EarlyHelpError):
    """The agency refused our key or secret; put it right in the settings."""

    code = "sign-in-refused"


class AgencyAnsweredOddly(EarlyHelpError):
    """The agency's answer breaks what was agreed; ask the agency what changed."""

    code = "odd-answer"


class FeedStopped(EarlyHelpError):
    """Too many rows of a page were bad, or of a snapshot missing: stopped rather than landing rubbish."""

    code = "feed-stopped"


class NoAgreement(EarlyHelpError):
    """No sharing agreement in force covers this feed, so nothing of it is fetched or used."""

    code = "no-agreement"


class SetUpWrong(EarlyHelpError):
    """A setting, a file or a plug-in of ours is wrong; the message says which and what to write."""

    code = "set-up-wrong"


class NotAllowed(EarlyHelpError):
    """This person may not see or do this; it looks as if it did not exist."""

    code = "not-allowed"
