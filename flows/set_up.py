"""What a Prefect server needs before the first night; run it as often as you like: python -m flows.set_up.

One place with each agency, a work pool, and an automation that ends runs whose machine is gone.
"""

from contextlib import suppress
from datetime import timedelta

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.exceptions import ObjectAlreadyExists

from earlyhelp import plugins
from earlyhelp.settings import settings
from earlyhelp.store.unit_of_work import migrate, open_store

POOL = "earlyhelp"
FLOWS = ["nightly", "replay", "fetch", "retention"]
HEARTBEAT = "prefect.flow-run.heartbeat"
ENDED = {
    f"prefect.flow-run.{state}"
    for state in (
        "Completed", "Failed", "Cancelled", "Crashed", "AwaitingRetry", "Paused", "Suspended", "Cancelling",
        "TimedOut", "PartialSuccess", "AlreadyDone", "SkippedStale",
    )
}  # fmt: skip
SILENT_FOR = timedelta(seconds=90)
"""Three heartbeats of thirty seconds, as the deployments set them: less would end healthy runs."""


def limit_agencies() -> None:
    """Give each agency its one place, and its rate where one was agreed.

    Tasks ask for both strictly: without them they fail.
    """
    with get_client(sync_client=True) as client:
        for agency, connector in plugins.connectors().items():
            client.upsert_global_concurrency_limit_by_name(f"agency-{agency}", 1)
            if connector.rate is not None:
                limit = max(1, round(connector.rate))
                client.upsert_global_concurrency_limit_by_name(f"rate-{agency}", limit, connector.rate)


def zombies() -> AutomationCore:
    """Ends a run that has stopped sending heartbeats: Prefect itself would call it running for ever."""
    return AutomationCore(
        name="earlyhelp-end-silent-runs",
        description="No heartbeat for 90 seconds: the machine is gone. The next night does what is left.",
        trigger=EventTrigger(
            after={HEARTBEAT},
            expect={HEARTBEAT} | ENDED,
            match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
            match_related=ResourceSpecification(
                {"prefect.resource.role": ["flow"], "prefect.resource.name": FLOWS}
            ),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=SILENT_FOR,
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, name="Crashed", message="no heartbeat")],
    )


def automate(client: SyncPrefectClient) -> None:
    """Create the automation, or bring the one of that name up to date."""
    wanted = zombies()
    found = client.read_automations_by_name(wanted.name)
    if found:
        client.update_automation(found[0].id, wanted)
    else:
        client.create_automation(wanted)


def main() -> None:
    """Bring our own tables and Prefect's server to where the first night can start."""
    settings().home.mkdir(parents=True, exist_ok=True)
    migrate(open_store(settings().database))
    limit_agencies()
    with get_client(sync_client=True) as client:
        with suppress(ObjectAlreadyExists):
            client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
        automate(client)


if __name__ == "__main__":
    main()
