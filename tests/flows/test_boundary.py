"""A canary in every channel: none of them may be found in anything that Prefect keeps."""

import logging
import pickle
import sys
from collections.abc import Callable, Iterator

import httpx
import pytest
from prefect import State, flow, task
from prefect.states import Completed
from pydantic import BaseModel
from sqlalchemy import create_engine, text

from earlyhelp.errors import FeedStopped, SignInRefused, TryAgainLater
from flows.boundary import SafeError, guarded, may_pass, plain, safe_flow, safe_task, stripped


class Resident(BaseModel):
    born: int


class Unforeseen(BaseException):
    pass


def canary(channel: str) -> str:
    return f"Ottoline Quarrington-{channel}"


def pydantic_error(word: str) -> None:
    Resident.model_validate({"born": word, word: 1})


def sql_error(word: str) -> None:
    with create_engine("sqlite://").connect() as conn:
        conn.execute(text("insert into nowhere values (:name)"), {"name": word})


def http_error(word: str) -> None:
    request = httpx.Request("GET", "http://127.0.0.1/people", params={"name": word}, headers={"X": "y"})
    httpx.Response(503, request=request, text=word).raise_for_status()


def key_error(word: str) -> None:
    {}[word]


def chained(word: str) -> None:
    try:
        key_error(word)
    except KeyError as error:
        raise ValueError(word) from error


def noted(word: str) -> None:
    error = ValueError("x")
    error.add_note(word)
    raise error


def grouped(word: str) -> None:
    raise ExceptionGroup(word, [ValueError(word)])


def leaving(word: str) -> None:
    sys.exit(word)


def not_an_exception(word: str) -> None:
    raise Unforeseen(word)


def deliberate(word: str) -> None:
    raise FeedStopped(word)


def again(word: str) -> None:
    raise TryAgainLater(word)


def told_by_us(word: str) -> None:
    try:
        key_error(word)
    except KeyError:
        raise SafeError("told: badly")  # noqa: B904 - its context is what must be lost


def returned(word: str) -> str:
    return word


def returned_in_a_fold(word: str) -> dict[str, object]:
    return {"counts": {word: 1}}


def said(word: str) -> str:
    print(word)  # noqa: T201 - it is what must not be kept
    logging.getLogger("earlyhelp.test").warning("met %s", word)
    return word


CHANNELS: dict[str, Callable[[str], object]] = {
    maker.__name__: maker
    for maker in (
        pydantic_error, sql_error, http_error, key_error, chained, noted, grouped, leaving, not_an_exception,
        deliberate, again, told_by_us, returned, returned_in_a_fold, said,
    )
}  # fmt: skip


@safe_task("canary", retries=2, retry_delay_seconds=0, retry_condition_fn=may_pass)
def in_task(channel: str) -> object:
    return CHANNELS[channel](canary(channel))


@safe_task("argument")
def given(counts: dict[str, int]) -> int:
    return len(counts)


@safe_flow("canary-inner")
def in_subflow(channel: str) -> State:
    return CHANNELS[channel](canary(channel))  # type: ignore[return-value]


@safe_flow("canary-outer")
def in_flow(channel: str) -> State:
    for inner in (lambda: in_task(channel), lambda: given({canary(channel): 1})):
        with pytest.raises(SafeError):
            inner()
    assert in_task.submit(channel).wait() is None
    assert in_subflow(channel, return_state=True).is_failed()
    return CHANNELS[channel](canary(channel))  # type: ignore[return-value]


@pytest.fixture
def everything_logged() -> Iterator[None]:
    logger = logging.getLogger("prefect")
    before = logger.level
    logger.setLevel(logging.DEBUG)
    yield
    logger.setLevel(before)


def test_no_channel_carries_a_canary_into_prefect(prefect_home, kept, everything_logged):
    for channel in CHANNELS:
        state = in_flow(channel, return_state=True)
        assert state.is_failed()
        assert canary(channel) not in repr(state)
    kept.settle()
    assert kept.count("select count(*) from flow_run where name is not null") >= 2 * len(CHANNELS)
    assert kept.holding(["Ottoline", "Quarrington"]) == []


def test_the_search_would_have_found_them(prefect_home, kept):
    @task
    def unguarded() -> None:
        raise ValueError("Hepzibah Fothergill")

    @flow
    def open_flow() -> None:
        unguarded()

    open_flow(return_state=True)
    kept.settle()
    places = {place for place, _ in kept.holding(["Hepzibah Fothergill"])}
    assert {"task_run_state", "flow_run_state", "log", "events"} <= places
    assert any(len(place) == 32 for place in places), "the pickled exception in the storage"


def test_what_is_said_of_an_exception_is_where_and_what_kind():
    with pytest.raises(SafeError) as told:
        guarded("match", lambda: http_error("x"))()
    assert str(told.value) == "match: HTTPStatusError status=503"
    assert told.value.__cause__ is told.value.__context__ is None


@pytest.mark.parametrize(
    ("found", "code", "transient"),
    [(TryAgainLater("x"), "no-answer", True), (SignInRefused("x"), "sign-in-refused", False),
     (KeyError("x"), "unforeseen", False)],
)  # fmt: skip
def test_only_an_agency_that_was_away_is_worth_another_try(found, code, transient):
    error = stripped("fetch", found)
    assert (error.code, error.transient) == (code, transient)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.code, again.transient) == (str(error), code, transient)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        0.5,
        "2026-11-02",
        "eastborough-police",
        "left: no room, yet",
        {"rent": {"landed": 3}},
        ["a"],
    ],
)
def test_ids_dates_codes_and_counts_may_cross(value):
    assert guarded("stage", lambda given: given)(value) == value


@pytest.mark.parametrize(
    "value",
    ["Smith", "12 acacia avenue", "ZZ1 2AB", object(), {"Smith": 1}, b"x", {1: ["A"]}, Resident(born=1)],
)
def test_other_things_may_not(value):
    with pytest.raises(TypeError):
        plain(value)


def test_a_flow_that_returns_its_state_keeps_it(prefect_home):
    @safe_flow("well")
    def well() -> State:
        return Completed(name="PartialSuccess", message="ok=1")

    assert well(return_state=True).name == "PartialSuccess"
