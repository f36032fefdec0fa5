"""One agency, or one feed of it, now. The nightly round fetches every agency so, side by side."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import Any

from prefect import State, Task
from prefect.blocks.system import Secret
from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError
from prefect.concurrency.sync import concurrency, rate_limit
from prefect.states import Completed
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import Engine

from earlyhelp import plugins
from earlyhelp.connecting.credentials import open_vault
from earlyhelp.errors import SetUpWrong, TryAgainLater
from earlyhelp.feeds import Connector
from earlyhelp.services import fetching
from earlyhelp.settings import settings
from earlyhelp.store.unit_of_work import opened_once
from flows.boundary import may_pass, safe_flow, safe_task

SLOT_SECONDS = 60
"""How long a killed run keeps its place with an agency: the shortest lease that Prefect gives."""


class Patience(BaseSettings):
    """How long to leave an agency alone that did not answer: ``EARLYHELP_RETRY_SECONDS``, twice."""

    model_config = SettingsConfigDict(env_prefix="EARLYHELP_")

    retry_seconds: float = 300


def store() -> Engine:
    """The store of the settings."""
    return opened_once(settings().database)


@contextmanager
def alone_with(agency: str) -> Iterator[None]:
    """Hold the agency's one place: two conversations with one agency at a time would be one too many."""
    place = concurrency(
        f"agency-{agency}",
        strict=True,
        lease_duration=SLOT_SECONDS,
        timeout_seconds=3 * SLOT_SECONDS,
        raise_on_lease_renewal_failure=False,
    )
    with ExitStack() as stack:
        try:
            stack.enter_context(place)
        except ConcurrencySlotAcquisitionError:
            raise SetUpWrong("there is no limit for this agency; run: python -m flows.set_up") from None
        except TimeoutError:
            raise TryAgainLater("another run is talking to this agency") from None
        yield


def paced(connector: Connector) -> Connector:
    """The connector, asking Prefect's limit before each request where a rate was agreed.

    The limit is the agency's, over all processes and machines.
    """
    limit = f"rate-{connector.name}"

    def pace() -> None:
        try:
            rate_limit(limit, strict=True)
        except ConcurrencySlotAcquisitionError:
            raise SetUpWrong(f"there is no limit {limit}; run: python -m flows.set_up") from None

    if connector.rate is not None:
        setattr(connector, "pace", pace)  # noqa: B010 - others' connectors may keep no pace
    return connector


def read_block(name: str) -> str:
    """A secret kept in Prefect, by the name of its Secret block. Raises `ValueError` without one."""
    block: Any = Secret.load(name)
    return str(block.get())


@safe_task("fetch", task_run_name="fetch-{agency}", retries=2, retry_condition_fn=may_pass)
def fetch_agency(agency: str, day: str, feed: str | None = None) -> dict[str, dict[str, int]]:
    """Fetch all feeds of one agency, or the one named, and land them; counts for each feed."""
    open_vault(read_block)
    known = plugins.connectors()
    if agency not in known:
        raise SetUpWrong(f"the agencies are {', '.join(known)}")
    with alone_with(agency):
        return fetching.fetch_agency(store(), paced(known[agency]), date.fromisoformat(day), feed)


def patiently() -> Task[..., dict[str, dict[str, int]]]:
    """The task, waiting between tries as long as the settings say."""
    return fetch_agency.with_options(retry_delay_seconds=Patience().retry_seconds)


@safe_flow("fetch")
def fetch(agency: str, run_date: str | None = None, feed: str | None = None) -> State[None]:
    """Fetch one agency now, or one feed of it. What it brings is judged in the next nightly round."""
    feeds = patiently()(agency, run_date or settings().day().isoformat(), feed)
    landed, refused = (sum(counts[what] for counts in feeds.values()) for what in ("landed", "refused"))
    return Completed(message=f"landed={landed} refused={refused}")
