"""What Prefect does by itself: ends runs whose machine is gone, and tells engineers what is amiss.

They are told through the notification block ``earlyhelp-engineers``, of whichever kind they like; where there
is none, what would have been said stands among Prefect's events. Nobody in it: codes, days and counts.
"""

from datetime import timedelta

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState, DoNothing, SendNotification
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification

FLOWS = ["nightly", "dispatch", "watch", "replay", "fetch", "retention"]
BLOCK = "earlyhelp-engineers"
HEARTBEAT = "prefect.flow-run.heartbeat"
ENDED = {
    f"prefect.flow-run.{state}"
    for state in (
        "Completed", "Failed", "Cancelled", "Crashed", "AwaitingRetry", "Paused", "Suspended", "Cancelling",
        "TimedOut", "PartialSuccess", "AlreadyDone", "SkippedStale",
    )
}  # fmt: skip
BROKEN = {f"prefect.flow-run.{state}" for state in ("Failed", "Crashed", "TimedOut", "Late")}
"""Late: no worker has taken it up. A watch that no worker runs could not say so itself."""
SILENT_FOR = timedelta(seconds=90)
"""Three heartbeats of thirty seconds, as the deployments set them: less would end healthy runs."""
_OURS = ResourceSpecification({"prefect.resource.role": ["flow"], "prefect.resource.name": FLOWS})
_RUNS = ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]})


def automate(client: SyncPrefectClient) -> None:
    """Create the automations, or bring those of their names up to date."""
    for wanted in (zombies(), *alarms(_way_to_engineers(client))):
        found = client.read_automations_by_name(wanted.name)
        if found:
            client.update_automation(found[0].id, wanted)
        else:
            client.create_automation(wanted)


def zombies() -> AutomationCore:
    """Ends a run that has stopped sending heartbeats: Prefect itself would call it running for ever."""
    return AutomationCore(
        name="earlyhelp-end-silent-runs",
        description="No heartbeat for 90 seconds: the machine is gone. The next night does what is left.",
        trigger=EventTrigger(
            after={HEARTBEAT},
            expect={HEARTBEAT} | ENDED,
            match=_RUNS,
            match_related=_OURS,
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=SILENT_FOR,
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, name="Crashed", message="no heartbeat")],
    )


def alarms(way: object | None) -> list[AutomationCore]:
    """One alarm for runs that broke or never began, and one for what `flows.watch` finds amiss."""
    broken = EventTrigger(
        expect=BROKEN, match=_RUNS, match_related=_OURS, for_each={"prefect.resource.id"},
        posture=Posture.Reactive, threshold=1, within=timedelta(0),
    )  # fmt: skip
    found = EventTrigger(
        expect={"earlyhelp.*"}, for_each={"prefect.resource.id"},
        posture=Posture.Reactive, threshold=1, within=timedelta(0),
    )  # fmt: skip
    return [
        AutomationCore(
            name="earlyhelp-tell-of-broken-runs",
            description="A run failed, crashed or never began.",
            trigger=broken,
            actions=[_say(way, "{{ flow.name }}: {{ event.event }}")],
        ),
        AutomationCore(
            name="earlyhelp-tell-what-is-amiss",
            description="A night not done by 05:00, a silent feed, an outbox that does not empty.",
            trigger=found,
            actions=[_say(way, "{{ event.event }}: {{ event.resource.id }} {{ event.payload }}")],
        ),
    ]


def _say(way: object | None, body: str) -> SendNotification | DoNothing:
    """Tell engineers, if they have said how."""
    if way is None:
        return DoNothing()
    return SendNotification(block_document_id=way, subject="earlyhelp: look", body=body)


def _way_to_engineers(client: SyncPrefectClient) -> object | None:
    """The id of the block by which engineers are told; None where nobody has made one."""
    offset = 0
    while page := client.read_block_documents(offset=offset, limit=200):
        for block in page:
            if block.name == BLOCK:
                return block.id
        offset += len(page)
    return None
