"""Rules that keep people safe from somebody close to them; each is a line of docs/threat-model.md. Pure."""


def may_merge_alone(*, left_marked: bool, right_marked: bool) -> bool:
    """Whether software may take two households, or two records of a person, for one without asking anybody.

    Never where either bears a domestic-abuse marker: a wrong merge shows where somebody has fled to. Such a
    pair waits for a reviewer who is trained for it, however sure the match is.
    """
    return not (left_marked or right_marked)
