"""Broken ways to ask: too soon, too trusting, too patient, too talkative."""

from dataclasses import replace

import httpx

from earlyhelp.connecting import paging, signing_in
from earlyhelp.connecting.paging import Answer
from earlyhelp.connecting.wire import calling, rest
from earlyhelp.connecting.wire.bounds import Deadline
from earlyhelp.connecting.wire.calling import Caller, PositionGone
from earlyhelp.connecting.wire.manners import Fault
from earlyhelp.connecting.wire.trail import Trail
from earlyhelp.errors import SignInRefused
from earlyhelp.promises.mischief import NOW, SECRET
from tests.promises.mutants.breaking import LINKS, MARKS, mutant


@mutant("Retry-After is ignored", f"{MARKS}::test_waits_as_long_as_it_is_told[429-7]")
def retry_after_ignored(kit):
    kit.around(calling, "told_to_wait", lambda *_: None)


@mutant(
    "Retry-After is read as seconds alone",
    f"{MARKS}::test_waits_as_long_as_it_is_told[429-Mon, 02 Nov 2026 02:00:07 GMT]",
)
def retry_after_as_date_ignored(kit):
    def told(good, headers):
        return good(headers) if headers.get("retry-after", "").isdecimal() else None

    kit.around(calling, "told_to_wait", told)


@mutant("an absurd wait is waited for", f"{MARKS}::test_an_absurd_wait_is_cut")
def waits_for_a_day(kit):
    kit.around(calling, "waiting", lambda good, state: state.outcome.exception().retry_after or good(state))


@mutant(
    "a body that cannot be read is taken for empty",
    f"{MARKS}::test_rides_out_trouble_in_mid_fetch[truncated JSON]",
)
def unreadable_is_empty(kit):
    def parsed(good, *body):
        try:
            return good(*body)
        except Fault:
            return {"items": []}

    kit.around(calling, "parsed", parsed)


@mutant(
    "a body without rows is taken for empty",
    f"{MARKS}::test_rides_out_trouble_in_mid_fetch[JSON without rows]",
)
def no_rows_is_empty(kit):
    kit.around(paging.Cursor, "rows", lambda good, self, body: good(self, body) or [])


@mutant("an error is taken for the end", f"{MARKS}::test_rides_out_trouble_in_mid_fetch[500]")
def error_is_the_end(kit):
    def asked(good, caller, ask, rows, *rest):
        try:
            return caller._once(ask, rows, *rest, *[None] * (1 - len(rest)))
        except Fault:
            return Answer({}, [], NOW)

    kit.around(Caller, "ask", asked)


@mutant("a lost answer is not asked for again", f"{MARKS}::test_rides_out_trouble_in_mid_fetch[silence]")
def asks_once(kit):
    kit.patch.setattr(calling, "ATTEMPTS", 1)
    kit.used += 1


@mutant("a token is never renewed", f"{MARKS}::test_a_token_the_agency_forgot_is_renewed")
def token_not_renewed(kit):
    def flow(good, self, request):
        for step in (steps := good(self, request)):
            while step is not request:
                step = steps.send((yield step))
            yield step
            return

    kit.around(signing_in._Token, "auth_flow", flow)


@mutant(
    "a wrong password is tried again and again",
    f"{MARKS}::test_a_wrong_password_is_said_without_saying_it[403]",
)
def knocks_on(kit):
    def read(good, *args):
        try:
            return good(*args)
        except SignInRefused:
            raise Fault("status 403") from None

    kit.around(Caller, "_read", read)


@mutant(
    "a foreign host is followed",
    f"{LINKS}::test_a_link_to_another_host_is_not_followed[https://elsewhere.test/api]",
)
def foreign_host_followed(kit):
    def address(good, caller, ask):
        return httpx.URL(ask["link"]) if "link" in ask else good(caller, ask)

    kit.around(Caller, "address", address)


@mutant("a redirect is followed", f"{MARKS}::test_a_redirect_is_not_followed[301-https://elsewhere.test/]")
def redirect_followed(kit):
    kit.around(httpx.Client, "__init__", lambda good, self, **said: good(self, **said, follow_redirects=True))


@mutant("a loop is not noticed", f"{MARKS}::test_pages_that_go_round_are_noticed")
def loop_unnoticed(kit):
    kit.around(Trail, "page", lambda *_: None)


@mutant("pages without an end are not noticed", f"{MARKS}::test_pages_without_an_end_end")
def endless(kit):
    def page(good, trail, ask, rows, following):
        trail.pages += 1

    kit.around(Trail, "page", page)


@mutant(
    "a page that is gone is taken for the end",
    f"{MARKS}::test_a_position_that_is_gone_starts_the_window_again[410]",
)
def gone_is_the_end(kit):
    def asked(good, *args):
        try:
            return good(*args)
        except PositionGone:
            return Answer({}, [], NOW)

    kit.around(Caller, "ask", asked)


@mutant("a bomb is unpacked", f"{MARKS}::test_is_not_drowned_by[a bomb in gzip]")
def bomb_unpacked(kit):
    kit.around(calling, "unpacked", lambda good, chunks, packing, _, late: good(chunks, packing, 2**40, late))


@mutant("whoever drips is waited for", f"{MARKS}::test_is_not_held_up_by[a byte now and then]")
def waits_for_drips(kit):
    kit.around(Deadline, "start", lambda *_: None)


@mutant("the clock is ours and not theirs", f"{MARKS}::test_every_page_arrives")
def our_clock(kit):
    kit.around(calling, "clock_in", lambda good, _: good({}))


@mutant("a secret is in the message", f"{MARKS}::test_a_wrong_password_is_said_without_saying_it[401]")
def secret_said(kit):
    def read(good, caller, *rest):
        try:
            return good(caller, *rest)
        except SignInRefused as refused:
            raise SignInRefused(f"{refused} ({SECRET})") from None

    kit.around(Caller, "_read", read)


@mutant("the query is in the log", f"{MARKS}::test_no_secret_in_repr_or_log")
def query_logged(kit):
    def address(good, caller, ask):
        calling.log.info("asking for %s", ask)
        return good(caller, ask)

    kit.around(Caller, "address", address)


@mutant(
    "the window is asked for without its beginning",
    f"{MARKS}::test_asks_only_for_what_is_new_and_a_little_more",
)
def since_not_asked(kit):
    kit.around(rest.RestFeed, "_opening", lambda good, feed, window: good(feed, replace(window, since=None)))
