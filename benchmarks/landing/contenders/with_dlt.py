"""dlt's REST source, given the schema as a pydantic model, merged by key.

As it comes it writes SQL between its steps; ``csv`` has it write CSV, its quickest way into PostgreSQL.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

import dlt
from dlt.sources.rest_api import rest_api_source
from pydantic import BaseModel, Field


class Posting(BaseModel):
    """A posting to a rent account."""

    id: str = Field(min_length=1, max_length=80)
    changed: datetime
    reversed: bool
    posted: date
    account: str = Field(min_length=1, max_length=80)
    tenancy: int
    property: str = Field(min_length=1, max_length=80)
    type: Literal["charge", "payment", "adjustment"]
    amount: Annotated[int, Field(ge=-10_000_000, le=10_000_000)]
    balance: int
    cycle: Literal["weekly", "fortnightly", "four_weekly", "monthly"] | None = None
    narrative: str


def postings(address: str, strategy: str = "upsert"):
    """The loopback agency."""
    return rest_api_source(
        {
            "client": {
                "base_url": address,
                "auth": {"type": "api_key", "name": "X-Api-Key", "api_key": "loopback", "location": "header"},
                "paginator": {"type": "cursor", "cursor_path": "next", "cursor_param": "cursor"},
            },
            "resources": [
                {
                    "name": "posting",
                    "primary_key": "id",
                    "write_disposition": {"disposition": "merge", "strategy": strategy},
                    "endpoint": {
                        "path": "postings",
                        "params": {"limit": 1000},
                        "data_selector": "items",
                        "incremental": {
                            "cursor_path": "changed",
                            "start_param": "changed_since",
                            "initial_value": datetime(2020, 1, 1, tzinfo=UTC),
                        },
                    },
                }
            ],
        }
    )


# How it is run


if __name__ == "__main__":
    import sys
    import tempfile

    where, to, *how = sys.argv[1:]
    lite = to.startswith("sqlite")
    source = postings(where, "delete-insert" if lite else "upsert")  # into SQLite it knows no upsert
    source.posting.apply_hints(columns=Posting)
    with tempfile.TemporaryDirectory() as folder:
        to_store = dlt.destinations.sqlalchemy(to) if lite else dlt.destinations.postgres(to)
        pipeline = dlt.pipeline(
            "loopback", pipelines_dir=folder, destination=to_store, dataset_name="main" if lite else "public"
        )
        pipeline.run(source, loader_file_format=how[0] if how else None).raise_on_failed_jobs()
