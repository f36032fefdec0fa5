"""E-mail through a real SMTP server on loopback, its faults included."""

import socket
import ssl
import threading
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from earlyhelp.alerts import smtp
from earlyhelp.alerts.channel import Receipt, Standing, Ways
from earlyhelp.alerts.message import Message
from earlyhelp.alerts.rules import Manners
from earlyhelp.alerts.smtp import Smtp
from earlyhelp.connecting.credentials import Credentials
from earlyhelp.demo.agencies import certificates
from earlyhelp.errors import PerhapsSent, SetUpWrong, SignInRefused, TryAgainLater
from earlyhelp.services.telling import tell
from tests.alerts.seed import LINK, MONDAY, alerts, hire, messages, raise_case
from tests.twins import at

SENDER = "Early help <early-help@northmoor.example>"
MESSAGE = Message("0123456789abcdef", "priya@northmoor.example", MONDAY, 4, 1, MONDAY, LINK)


class Relay:
    """Takes messages, or answers as it is told to at one of its steps."""

    def __init__(self, **answers):
        self.answers, self.took = answers, []

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return self.answers.get("mail", "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):
        envelope.rcpt_tos.append(address)
        return self.answers.get("rcpt", "250 OK")

    async def handle_DATA(self, server, session, envelope):
        answer = self.answers.get("data", "250 taken")
        if answer.startswith("250") or answer == "gone":
            self.took.append(envelope)
        if answer == "gone":
            server.transport.abort()
        return answer


@contextmanager
def serving(relay, **more):
    """That relay at a free port of loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(relay, hostname="127.0.0.1", port=port, **more)
    server.start()
    try:
        yield port
    finally:
        server.stop()


def channel(port, **more):
    return Smtp("127.0.0.1", port, SENDER, **{"security": "none"} | more)


def test_a_message_arrives_as_it_was_written_and_is_told_by_its_reference():
    relay = Relay()
    with serving(relay) as port:
        assert channel(port).send(MESSAGE) == Receipt(Standing.SENT)
    (taken,) = relay.took
    assert (taken.mail_from, taken.rcpt_tos) == ("early-help@northmoor.example", ["priya@northmoor.example"])
    email = message_from_bytes(taken.content, policy=default)
    assert email["Subject"] == MESSAGE.subject
    assert email["Date"].datetime.tzinfo, "an e-mail without its moment is taken for rubbish"
    assert email["Message-ID"] == "<0123456789abcdef@northmoor.example>"
    assert email.get_content().replace("\r\n", "\n") == MESSAGE.body


def test_a_line_that_begins_with_a_full_stop_ends_nothing():
    relay = Relay()
    dotted = Message("f" * 16, "priya@northmoor.example", MONDAY, 1, 0, None, "x\n.\n.hidden")
    with serving(relay) as port:
        channel(port).send(dotted)
    assert b"\r\n.\r\n.hidden\r\n" in relay.took[0].content


@pytest.mark.parametrize(
    ("answers", "receipt"),
    [
        ({"rcpt": "550 no such user priya@northmoor.example"}, Receipt(Standing.FAILED, "smtp 550")),
        ({"mail": "553 not you"}, Receipt(Standing.FAILED, "smtp 553")),
        ({"data": "554 looks like spam"}, Receipt(Standing.FAILED, "smtp 554")),
    ],
)
def test_what_can_never_arrive_has_failed_and_only_the_code_is_kept(answers, receipt):
    with serving(Relay(**answers)) as port:
        assert channel(port).send(MESSAGE) == receipt


@pytest.mark.parametrize("answers", [{"rcpt": "451 grey"}, {"mail": "421 busy"}, {"data": "452 full"}])
def test_a_busy_relay_took_nothing_and_is_tried_again(answers):
    relay = Relay(**answers)
    with serving(relay) as port, pytest.raises(TryAgainLater):
        channel(port).send(MESSAGE)
    assert relay.took == []


def test_a_relay_that_is_not_there_took_nothing():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(TryAgainLater):
            channel(free.getsockname()[1]).send(MESSAGE)


def test_a_line_cut_after_the_whole_message_leaves_it_unsure():
    relay = Relay(data="gone")
    with serving(relay) as port, pytest.raises(PerhapsSent):
        channel(port).send(MESSAGE)
    assert len(relay.took) == 1


@contextmanager
def silent_after(words):
    """A relay that says these words, one for each thing it hears, and then nothing more."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        done = threading.Event()

        def answer():
            line, _ = door.accept()
            with line, line.makefile("rb") as heard:
                for word in words:
                    line.sendall(word + b"\r\n")
                    heard.readline()
                done.wait(10)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield door.getsockname()[1]
        done.set()
        thread.join()


@pytest.mark.parametrize(
    ("words", "unsure"),
    [
        ([b"220 hello"], False),
        ([b"220 hello", b"250 hello", b"250 sender"], False),
        ([b"220 hello", b"250 hello", b"250 sender", b"250 reader", b"354 go on"], True),
    ],
)
def test_silence_is_unsure_only_after_the_last_line(words, unsure, monkeypatch):
    monkeypatch.setattr(smtp, "SECONDS", 0.3)
    with silent_after(words) as port, pytest.raises(PerhapsSent if unsure else TryAgainLater):
        channel(port).send(MESSAGE)


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    """A server's side of TLS for loopback, and the authority that vouches for it."""
    folder = tmp_path_factory.mktemp("tls")
    for name, text in certificates.make().items():
        (folder / name).write_bytes(text)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(folder / "server.pem", folder / "server_key.pem")
    return server, folder / "ca.pem"


def test_nothing_is_said_before_the_line_is_private_and_the_relay_is_known(tls):
    server, authority = tls
    relay = Relay()
    given = {
        "EARLYHELP_SMTP_HOST": "127.0.0.1",
        "EARLYHELP_SMTP_SENDER": SENDER,
        "EARLYHELP_SMTP_USER": "early-help",
        "EARLYHELP_SMTP_PASSWORD": "right",
    }

    def judge(server, session, envelope, mechanism, data):
        return AuthResult(success=data.password == b"right", handled=False)

    locks = {"require_starttls": True, "authenticator": judge, "auth_required": True}
    with serving(relay, tls_context=server, **locks) as port:
        given["EARLYHELP_SMTP_PORT"] = str(port)
        with pytest.raises(SetUpWrong, match="SMTP_CA_FILE"):
            Smtp.set_up(Credentials("smtp", given)).send(MESSAGE)
        given["EARLYHELP_SMTP_CA_FILE"] = str(authority)
        assert Smtp.set_up(Credentials("smtp", given)).send(MESSAGE) == Receipt(Standing.SENT)
        given["EARLYHELP_SMTP_PASSWORD"] = "wrong"
        with pytest.raises(SignInRefused):
            Smtp.set_up(Credentials("smtp", given)).send(MESSAGE)
    assert len(relay.took) == 1


def test_a_relay_without_starttls_is_not_spoken_to_in_clear():
    relay = Relay()
    with serving(relay) as port, pytest.raises(SetUpWrong, match="STARTTLS"):
        channel(port, security="starttls").send(MESSAGE)
    assert relay.took == []


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({}, "SMTP_HOST"),
        ({"HOST": "h", "SENDER": "s@x.example", "PORT": "smtp"}, "SMTP_PORT"),
        ({"HOST": "h", "SENDER": "s@x.example", "SECURITY": "some"}, "SMTP_SECURITY"),
        ({"HOST": "h"}, "SMTP_SENDER"),
        ({"HOST": "h", "SENDER": "s@x.example", "USER": "u"}, "SMTP_PASSWORD"),
    ],
)
def test_a_missing_setting_is_named(given, names):
    with pytest.raises(SetUpWrong, match=names):
        Smtp.set_up(Credentials("smtp", {f"EARLYHELP_SMTP_{name}": value for name, value in given.items()}))


@pytest.mark.parametrize("address", ["prïya@northmoor.example", "a\nBcc: all@x.example", ""])
def test_an_address_that_is_none_fails_and_stops_nobody_else(address):
    relay = Relay()
    wrong = Message("0" * 16, address, MONDAY, 1, 0, None, LINK)
    with serving(relay) as port:
        assert channel(port).send(wrong) == Receipt(Standing.FAILED, "address")
    assert relay.took == []


class Killed(BaseException):
    """What a kill looks like from inside."""


def test_killed_between_the_relays_word_and_our_own_nobody_is_told_twice(engine, monkeypatch):
    hire(engine)
    with engine.begin() as conn:
        raise_case(conn, MONDAY, 1)
    relay = Relay()
    with serving(relay) as port:
        mine, manners = channel(port), Manners()
        with monkeypatch.context() as patch:
            patch.setattr(
                "earlyhelp.services.telling._settle", lambda *_, **__: (_ for _ in ()).throw(Killed)
            )
            with pytest.raises(Killed):
                tell(engine, Ways(mine), at(MONDAY, 8, 30), manners, LINK)
        for hour in (9, 12, 17):
            tell(engine, Ways(mine), at(MONDAY, hour), manners, LINK)
    assert len(relay.took) == 1
    assert [m.state for m in messages(engine)] == ["unsure"]
    assert alerts(engine)[0].sent_at is None
