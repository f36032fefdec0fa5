"""What a Prefect server needs before the first night; run it as often as you like: python -m flows.set_up.

One place with each agency, a work pool, and the automations of `flows.alarms`.
"""

from contextlib import suppress

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists

from earlyhelp import plugins
from earlyhelp.settings import settings
from earlyhelp.store.unit_of_work import migrate, open_store
from flows.alarms import automate

POOL = "earlyhelp"


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
