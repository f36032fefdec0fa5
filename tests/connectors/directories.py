"""What promises of directories of services need: they are snapshots, and stamped by their own clock."""

from dataclasses import replace

from earlyhelp.connecting.open_referral import NOT_SAID
from earlyhelp.promises.mischief import NOW
from earlyhelp.promises.truth import by_declaration


def changing(theirs, row, number, moment):
    """A version of a service: in a snapshot only what differs is another one."""
    return by_declaration(theirs, row, number, moment) | {"alert": f"As of {moment:%H:%M on %d %B}"}


def stamped(truth):
    """The same truth, in which a service that says no moment lands with that of the directory's clock."""
    hold = truth.hold

    def held(*args, **kwargs):
        one = hold(*args, **kwargs)
        if one.ours is None or one.ours.recorded_at != NOT_SAID:
            return one
        truth.held[-1] = replace(one, ours=one.ours.model_copy(update={"recorded_at": NOW}), recorded_at=NOW)
        return truth.held[-1]

    truth.hold = held
    return truth
