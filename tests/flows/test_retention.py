"""Retention as a flow: a dry run first, then for good; Prefect is told counts alone."""

from flows.retention import run_now
from tests.twins import NIGHT


def test_a_dry_run_tells_and_the_run_lets_go(house):
    with house.engine.begin() as conn:
        conn.exec_driver_sql(
            "insert into feed (name, agency, sector, kind, stale_after_days, steady) "
            "values ('moorland-fire/visits', 'moorland-fire', 'fire and rescue', 'fire_visit', 9, 1)"
        )
        for number, day in enumerate(("2020-01-05", "2026-10-01")):
            conn.exec_driver_sql(
                "insert into fire_visit (agency, page, digest, known_on, record_id, recorded_at, void, "
                f"occurred_on, outcome) values ('moorland-fire', '1.0', {number}, '{day}', 'v{number}', "
                f"'{day}T10:00:00', 0, '{day}', 'visited')"
            )
    assert run_now(NIGHT, dry_run=True) == {"state": "Completed", "message": "would-go=1"}
    assert house.rows("select count(*) from fire_visit") == [(2,)]
    assert run_now(NIGHT, dry_run=False) == {"state": "Completed", "message": "gone=1"}
    assert house.rows("select record_id from fire_visit") == [("v1",)]
    assert run_now(NIGHT, dry_run=False)["message"] == "gone=0"
