"""GOV.UK Notify: the real client library against a server that behaves as Notify does."""

from datetime import timedelta

import pytest

from earlyhelp.alerts.channel import Receipt, Standing, Ways
from earlyhelp.alerts.message import Message
from earlyhelp.alerts.notify import Notify
from earlyhelp.alerts.rules import Manners
from earlyhelp.connecting.credentials import Credentials
from earlyhelp.errors import PerhapsSent, SetUpWrong, SignInRefused, TryAgainLater
from earlyhelp.services.telling import tell
from tests.alerts import providers
from tests.alerts.seed import LINK, MONDAY, alerts, hire, messages, raise_case
from tests.twins import at

MESSAGE = Message("0123456789abcdef", "priya@northmoor.example", MONDAY, 4, 0, MONDAY, LINK)


@pytest.fixture
def provider():
    made = providers.Notify()
    with providers.serving(made) as made.address:
        yield made


def channel(provider, key=providers.KEY):
    return Notify(key, providers.TEMPLATE, provider.address, seconds=0.3)


def test_a_message_is_sent_by_template_under_our_own_reference(provider):
    assert channel(provider).send(MESSAGE) == Receipt(Standing.SENT)
    (taken,) = provider.took
    assert taken["reference"] == MESSAGE.reference
    assert taken["email_address"] == "priya@northmoor.example"
    assert taken["personalisation"] == {"subject": MESSAGE.subject, "body": MESSAGE.body}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("rate", TryAgainLater),
        ("day", TryAgainLater),
        ("clock", SetUpWrong),
        ("key", SignInRefused),
        ("template", SetUpWrong),
        ("down", PerhapsSent),
        ("away", PerhapsSent),
        ("silence", PerhapsSent),
        ("cut", PerhapsSent),
    ],
)
def test_every_fault_says_what_to_do_next(provider, fault, error):
    provider.faults = [fault]
    with pytest.raises(error) as said:
        channel(provider).send(MESSAGE)
    assert "priya" not in str(said.value)


@pytest.mark.parametrize("fault", ["team", "address"])
def test_an_address_that_is_refused_has_failed(provider, fault):
    provider.faults = [fault]
    assert channel(provider).send(MESSAGE) == Receipt(Standing.FAILED, "notify 400")


def test_a_clock_that_is_off_is_told_from_a_wrong_key(provider, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("notifications_python_client.authentication.epoch_seconds", lambda: 1_000_000_000)
        with pytest.raises(SetUpWrong, match="clock"):
            channel(provider).send(MESSAGE)
    with pytest.raises(SignInRefused, match="NOTIFY_KEY"):
        channel(provider, key=providers.KEY[:-1] + "f").send(MESSAGE)
    assert provider.took == []


@pytest.mark.parametrize(
    ("status", "receipt"),
    [
        ("created", Receipt(Standing.SENT)),
        ("sending", Receipt(Standing.SENT)),
        ("delivered", Receipt(Standing.DELIVERED)),
        ("permanent-failure", Receipt(Standing.FAILED, "permanent-failure")),
        ("temporary-failure", Receipt(Standing.FAILED, "temporary-failure")),
        ("technical-failure", Receipt(Standing.FAILED, "technical-failure")),
    ],
)
def test_notifys_states_are_followed(provider, status, receipt):
    mine = channel(provider)
    assert mine.ask(MESSAGE.reference) is None
    mine.send(MESSAGE)
    provider.status = status
    assert mine.ask(MESSAGE.reference) == receipt


def test_nobodys_address_is_logged(provider, caplog):
    provider.faults = ["address"]
    with caplog.at_level("INFO"):
        channel(provider).send(MESSAGE)
    assert "priya" not in caplog.text


class Killed(BaseException):
    """What a kill looks like from inside."""


def send_until(engine, provider, minutes, step=15):
    counts = []
    for minute in range(0, minutes, step):
        now = at(MONDAY, 8, 30) + timedelta(minutes=minute)
        counts.append(tell(engine, Ways(channel(provider)), now, Manners(), LINK))
    return counts


@pytest.mark.parametrize("fault", ["silence", "cut", "down", "away", "rate", ""])
def test_whatever_happens_on_the_wire_notify_takes_each_message_once(engine, provider, fault):
    hire(engine)
    with engine.begin() as conn:
        raise_case(conn, MONDAY, 1)
    provider.faults = [fault] if fault else []
    send_until(engine, provider, 60)
    assert len(provider.took) == 1
    assert [m.state for m in messages(engine)] == ["sent"]
    provider.status = "delivered"
    send_until(engine, provider, 30)
    assert [m.state for m in messages(engine)] == ["delivered"]
    assert alerts(engine)[0].sent_at


@pytest.mark.parametrize("before", [True, False])
def test_killed_around_the_sending_notify_is_asked_and_takes_it_once(engine, provider, before, monkeypatch):
    hire(engine)
    with engine.begin() as conn:
        raise_case(conn, MONDAY, 1)

    def dies(*_, **__):
        raise Killed

    where = "earlyhelp.alerts.notify.Notify.send" if before else "earlyhelp.services.telling._settle"
    with monkeypatch.context() as patch:
        patch.setattr(where, dies)
        with pytest.raises(Killed):
            send_until(engine, provider, 1)
    send_until(engine, provider, 45)
    assert len(provider.took) == 1
    assert provider.asked
    assert [m.state for m in messages(engine)] == ["sent"]


@pytest.mark.parametrize(
    ("given", "named"),
    [({}, "NOTIFY_KEY"), ({"KEY": "short"}, "NOTIFY_KEY"), ({"KEY": providers.KEY}, "NOTIFY_TEMPLATE")],
)
def test_a_missing_setting_is_named(given, named):
    with pytest.raises(SetUpWrong, match=named):
        Notify.set_up(Credentials("notify", {f"EARLYHELP_NOTIFY_{name}": v for name, v in given.items()}))
