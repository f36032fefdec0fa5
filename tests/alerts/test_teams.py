"""Microsoft Teams: an Adaptive Card to a workflow's webhook, on loopback, faults included."""

import json
import socket

import pytest

from earlyhelp.alerts.channel import Receipt, Standing
from earlyhelp.alerts.message import Message
from earlyhelp.alerts.teams import Teams
from earlyhelp.alerts.ways import open_ways
from earlyhelp.connecting.credentials import Credentials
from earlyhelp.errors import PerhapsSent, SetUpWrong, SignInRefused, TryAgainLater
from tests.alerts import providers
from tests.alerts.seed import LINK, MONDAY

MESSAGE = Message("0123456789abcdef", "team", MONDAY, 12, 0, MONDAY, LINK)


@pytest.fixture
def provider():
    made = providers.Teams()
    with providers.serving(made) as address:
        made.address = f"{address}/workflows/0/triggers/manual/paths/invoke?sp=%2Frun&sig=secret-signature"
        yield made


def channel(provider):
    return Teams(provider.address, seconds=0.3)


def test_the_card_says_how_many_and_by_when_and_leads_to_the_list(provider):
    assert channel(provider).send(MESSAGE) == Receipt(Standing.SENT)
    (posted,) = provider.took
    (attached,) = posted["attachments"]
    assert (posted["type"], attached["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    content = attached["content"]
    assert (content["type"], content["version"]) == ("AdaptiveCard", "1.4")
    said = " ".join(block["text"] for block in content["body"])
    assert "12 to look at" in said
    assert "Monday 2 November 2026" in said
    assert [action["url"] for action in content["actions"]] == [LINK]
    assert "image" not in json.dumps(posted).lower(), "an image would be fetched from elsewhere"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (429, TryAgainLater),
        (401, SignInRefused),
        (403, SignInRefused),
        (404, SetUpWrong),
        (400, SetUpWrong),
        (302, SetUpWrong),
        (500, PerhapsSent),
        (503, PerhapsSent),
        ("silence", PerhapsSent),
        ("cut", PerhapsSent),
    ],
)
def test_every_fault_says_what_to_do_next_and_none_shows_the_address(provider, fault, error, caplog):
    provider.faults = [fault]
    with caplog.at_level("DEBUG", "httpx"), pytest.raises(error) as said:
        channel(provider).send(MESSAGE)
    assert "sig=" not in f"{said.value} {channel(provider)!r}"


def test_a_wrong_signature_is_refused(provider):
    provider.address = provider.address.replace("secret-signature", "guessed")
    with pytest.raises(SignInRefused):
        channel(provider).send(MESSAGE)


def test_the_secret_address_is_never_logged(provider, caplog):
    mine = channel(provider)
    with caplog.at_level("INFO"):
        mine.send(MESSAGE)
    assert "secret-signature" not in caplog.text


def test_a_webhook_that_is_not_there_took_nothing():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(TryAgainLater):
            Teams(f"http://127.0.0.1:{free.getsockname()[1]}/").send(MESSAGE)


@pytest.mark.parametrize("given", [{}, {"EARLYHELP_TEAMS_URL": "http://elsewhere.example/hook"}])
def test_a_missing_address_or_one_in_clear_is_refused(given):
    with pytest.raises(SetUpWrong, match="TEAMS_URL"):
        Teams.set_up(Credentials("teams", given))


def test_the_channels_are_opened_by_name(tmp_path):
    given = {
        "EARLYHELP_NOTIFY_KEY": providers.KEY,
        "EARLYHELP_NOTIFY_TEMPLATE": providers.TEMPLATE,
        "EARLYHELP_TEAMS_URL": "https://prod.logic.azure.com/workflows/1?sig=x",
        "EARLYHELP_SMTP_HOST": "relay.northmoor.example",
        "EARLYHELP_SMTP_SENDER": "early-help@northmoor.example",
    }
    for name in ("folder", "smtp", "notify"):
        ways = open_ways(name, "teams", tmp_path, given)
        assert (ways.personal.name, ways.team and ways.team.name) == (name, "teams")
    assert open_ways("folder", "", tmp_path, {}).team is None
    for personal, team in (("pigeon", ""), ("folder", "pigeon")):
        with pytest.raises(SetUpWrong, match="EARLYHELP_ALERTS"):
            open_ways(personal, team, tmp_path, given)
