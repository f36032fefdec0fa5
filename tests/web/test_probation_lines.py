"""Supervision as the key worker reads it: that it happened, and never for what."""

from typing import get_args

import pytest

from earlyhelp.web.words import SUPERVISION, recorded
from schemas.supervision import Supervision

EVENTS = get_args(Supervision.model_fields["event"].annotation)


def test_every_event_has_its_words() -> None:
    assert tuple(SUPERVISION) == EVENTS == Supervision.codes["event"]


@pytest.mark.parametrize("event", EVENTS)
def test_a_line_says_whose_it_is_and_nothing_of_an_offence(event: str) -> None:
    words = recorded("supervision", {"event": event, "uprn": "999000000001"})
    assert words.startswith("Probation: ")
    assert "999" not in words
    assert "_" not in words
