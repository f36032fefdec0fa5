"""A message that did not arrive: refused by a real relay, it stands on the manager's page in a browser."""

import re
from typing import Any

import pytest
from sqlalchemy import update

from earlyhelp.alerts.channel import Ways
from earlyhelp.alerts.rules import Manners
from earlyhelp.services.telling import tell
from earlyhelp.store import tables as t
from earlyhelp.store.casework import outbox
from earlyhelp.store.casework.messages import Undelivered
from earlyhelp.web.shown.undelivered import what_happened
from tests.alerts.seed import LINK
from tests.alerts.test_smtp import Relay, channel, serving
from tests.twins import at
from tests.web.in_browser import NO_BROWSER, look, sign_in
from tests.web.seed import PRIYA, RUTH, TODAY

pytestmark = NO_BROWSER
LINE = (
    "Priya Shah, Mon 2 November. There is no mailbox at the address that we have. Ask your service desk to "
    "put the address right. Until then, tell them yourself. For the service desk: smtp 550."
)


def refused(city: Any) -> None:
    """The relay takes nothing for Priya, this morning."""
    with city.engine.begin() as conn:
        outbox.note(conn, PRIYA, 1, "opened", TODAY)
    with serving(Relay(rcpt="550 no such mailbox")) as port:
        done = tell(city.engine, Ways(channel(port)), at(TODAY), Manners(), LINK)
    assert done["failed"] == 1


def words(answer: Any) -> str:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))
    return text[text.index("Messages that did not arrive") : text.index("Who has room")]


def test_a_message_that_a_relay_refused_stands_on_the_page_of_its_wards_manager_alone(city: Any) -> None:
    assert "Every message of the last two weeks was sent." in words(city.browser(RUTH).get("/manage"))
    refused(city)
    said = words(city.browser(RUTH).get("/manage"))
    assert LINE in said
    assert "worker1@" not in said, "the address is not shown: it is put right where workers are enrolled"
    with city.engine.begin() as conn:
        conn.execute(update(t.worker).where(t.worker.c.id == RUTH).values(ward="Quayside"))
    assert "Priya" not in words(city.browser(RUTH).get("/manage"))


@pytest.mark.parametrize(
    ("state", "why", "said"),
    [
        ("failed", "address", "no mailbox"), ("failed", "permanent-failure", "no mailbox"),
        ("failed", "temporary-failure", "full"), ("failed", "smtp 552", "full"),
        ("failed", "smtp 554", "refused"), ("failed", "a code of tomorrow", "refused"),
        ("failed", None, "refused"), ("unsure", None, "nobody can tell"), ("lapsed", None, "all day"),
    ],
)  # fmt: skip
def test_whatever_became_of_it_is_said_in_words_with_what_to_do(
    state: str, why: str | None, said: str
) -> None:
    what, then = what_happened(Undelivered("Priya Shah", TODAY, "smtp", state, why))
    assert said in what
    assert then.startswith(("Ask ", "Tell ", "There is nothing"))
    assert not re.search(r"\d|failure", what + then), "codes are for the service desk"


def test_the_manager_sees_it_on_a_phone(city: Any, address: str, browser: Any, tmp_path: Any) -> None:
    refused(city)
    page = browser.new_page()
    sign_in(page, city, address, "Ruth Ellery")
    page.get_by_role("link", name="What nobody holds").click()
    assert page.get_by_role("listitem").filter(has_text="no mailbox at the address").is_visible()
    look(page, tmp_path, "manager")
