"""Who we are is shown to the agency and to nobody else: keys, tokens and what is never said."""

import logging

import httpx
import pytest
from sqlalchemy import Engine

from earlyhelp.errors import SetUpWrong, SignInRefused, TryAgainLater
from earlyhelp.feeds import Window
from earlyhelp.promises.asked import Asked
from earlyhelp.promises.mischief import status
from earlyhelp.promises.oracle import fetch, in_force
from earlyhelp.promises.pretending import SECRET, answer


class SigningPromises(Asked):
    """A secret is shown once, to the agency; a refused one is a person's to put right."""

    def test_a_token_refused_in_mid_fetch_is_renewed_once(self, store: Engine) -> None:
        """A key in a header cannot be renewed, and is refused; what came before stays."""
        pretend = self.pretend()
        pretend.mischief.extend([None, status(401)])
        if pretend.gate.gives_tokens:
            self.lands(store, pretend)
            assert len(pretend.gate.forms) == 2
        else:
            self.stops(store, pretend, SignInRefused)
            assert len(in_force(store, pretend)) == 2
            self.lands(store, pretend)

    def test_a_token_the_agency_forgot_is_renewed(self, store: Engine) -> None:
        """Before its time is up, as agencies do when they start anew."""
        pretend = self.pretend()

        def forgetful(request: httpx.Request) -> httpx.Response:
            response = pretend.well(request)
            pretend.gate.revoke()
            return response

        pretend.mischief.append(forgetful)
        self.lands(store, pretend)
        assert len(pretend.gate.forms) == (2 if pretend.gate.gives_tokens else 0)

    @pytest.mark.parametrize("code", [401, 403])
    def test_a_wrong_password_is_said_without_saying_it(self, store: Engine, code: int) -> None:
        """A person must put it right; nothing is tried again and again, nor is anything landed."""
        pretend = self.pretend()
        pretend.mischief.extend([status(code)] * 3)
        self.stops(store, pretend, SignInRefused)
        assert not pretend.naps
        pretend.mischief.clear()
        self.lands(store, pretend)

    def test_a_token_endpoint_in_trouble_is_ridden_out(self, store: Engine) -> None:
        """It fails as any page does, or gives what is no token."""
        pretend = self.pretend()
        broken = [answer({}, 503), answer({"token": "?"}), httpx.Response(200, text="<html>")]
        pretend.gate.tokens.extend(broken)
        self.lands(store, pretend)
        assert len(pretend.gate.forms) == (4 if pretend.gate.gives_tokens else 0)

    def test_a_token_endpoint_that_says_no_is_believed(self, store: Engine) -> None:
        """With what to put right; and one that is down for long is for later."""
        pretend = self.pretend()
        pretend.gate.tokens.append(answer({"error": "invalid_client", "echo": SECRET}, 400))
        if pretend.gate.gives_tokens:
            said = self.stops(store, pretend, SignInRefused)
            assert "EARLYHELP_" in said
            pretend.gate.tokens.extend([answer({}, 503)] * 5)
            self.stops(store, pretend, TryAgainLater)
        self.lands(store, pretend)

    def test_no_secret_in_repr_or_log(self, store: Engine, caplog: pytest.LogCaptureFixture) -> None:
        """Not even at the most talkative level, and when things go wrong; nor is the query said."""
        caplog.set_level(logging.DEBUG)
        pretend = self.pretend()
        pretend.mischief.extend([None, status(503)])
        self.lands(store, pretend)
        self.next_night(pretend)
        self.lands(store, pretend)
        of_the_kit = "\n".join(
            f"{one.name} {one.getMessage()}" for one in caplog.records if "sqlalchemy" not in one.name
        )
        shown = (of_the_kit, repr(pretend.connector), repr(vars(pretend.connector)), repr(pretend.feed))
        for text in shown:
            assert SECRET not in text
            assert "token-1" not in text
        assert "2026-10-" not in of_the_kit

    def test_a_missing_setting_is_named(self) -> None:
        """With what to set."""
        connector = self.agency({})
        assert not connector.ready
        with pytest.raises(SetUpWrong, match="set EARLYHELP_"):
            list(connector.pages(self.declared, Window()))

    def test_every_setting_that_is_missing_is_named(self, store: Engine) -> None:
        """One by one: each is either not needed, or said by its name."""
        for variable in (given := self.pretend(1).settings):
            pretend = self.pretend(1)
            pretend.set_up({name: value for name, value in given.items() if name != variable})
            try:
                fetch(store, pretend)
            except SetUpWrong as wrong:
                assert variable in str(wrong)  # noqa: PT017 – a setting may be one that it can do without
