"""`earlyhelp assess` on extracts as councils really send them: gaps, blanks, stations, and little history."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from earlyhelp.assessing.command import assess

app = typer.Typer()
app.command()(assess)

FIRST = date(2026, 1, 1)
RENT = ("record_id", "household", "occurred_on", "entry", "amount")
CALLS = ("record_id", "household", "occurred_at", "category")
BOOKED = ("record_id", "household", "starts_at", "status")


def ranked(folder: Path, option: str, header: tuple[str, ...], rows: list[tuple], as_of: date) -> list[dict]:
    """The ranking of one file, with what the command said under ``said``."""
    file = folder / "given.csv"
    with file.open("w", newline="") as opened:
        csv.writer(opened).writerows([header, *rows])
    done = CliRunner().invoke(
        app, [option, str(file), "--as-of", str(as_of), "--out", str(folder), "--budget", "50", "--json"]
    )
    assert done.exit_code == 0, done.output
    with (folder / "ranking.csv").open(newline="") as opened:
        ranking = list(csv.DictReader(opened))
    assert all(np.isfinite(float(row["weight"])) for row in ranking)
    said = json.loads(done.stdout.strip().splitlines()[-1])
    told = {"said": said, "warnings": " ".join(said["warnings"])}
    return [row | told | {"weight": float(row["weight"])} for row in ranking]


def monthly(accounts: int, months: int, stopped: dict[str, int]) -> list[tuple]:
    """A bill on the first, its payment on the twentieth; ``stopped`` says who missed how many at the end."""
    rows: list[tuple] = []
    for number in range(accounts):
        name, bill = f"account {number}", 50 + 7 * (number % 40)
        for month in range(months):
            day = date(2026 + month // 12, month % 12 + 1, 1)
            rows.append((f"c{number}.{month}", name, day, "charge", bill))
            if month < months - stopped.get(name, 0):
                rows.append((f"p{number}.{month}", name, day.replace(day=20), "payment", -bill))
    return rows


@pytest.mark.parametrize("months", [3, 6])
def test_monthly_accounts_stand_in_the_order_of_their_missing_payments(tmp_path: Path, months: int):
    stopped = {"account 3": 1, "account 8": 2, "account 13": 3}
    ranking = ranked(
        tmp_path, "--rent", RENT, monthly(60, months, stopped), date(2026, months, 1) + timedelta(days=27)
    )
    assert [row["household"] for row in ranking[:3]] == ["account 13", "account 8", "account 3"]
    assert ranking[0]["weight"] > ranking[1]["weight"] > ranking[2]["weight"] > ranking[3]["weight"]


def test_one_month_and_three_weeks_of_history_are_ranked_and_raise_nothing_rash(tmp_path: Path):
    ranking = ranked(tmp_path, "--rent", RENT, monthly(30, 1, {"account 5": 1}), date(2026, 1, 28))
    assert ranking[0]["household"] == "account 5"
    calls = [
        (f"k{n}", f"home {min(n % 7, 3)}", f"2026-01-{1 + n % 20:02}T20:00", "violence") for n in range(30)
    ]
    ranking = ranked(tmp_path, "--callouts", CALLS, calls, date(2026, 1, 21))
    assert ranking[0]["household"] == "home 3"


def test_when_payments_stop_arriving_for_everybody_nobody_is_said_to_have_missed_them(tmp_path: Path):
    rows: list[tuple] = []
    for number in range(40):
        for week in range(30):
            day = FIRST + timedelta(weeks=week)
            rows.append((f"c{number}.{week}", f"flat {number}", day, "charge", 100))
            if week < 24 and (number != 7 or week < 18):
                rows.append((f"p{number}.{week}", f"flat {number}", day + timedelta(days=2), "payment", -100))
    ranking = ranked(tmp_path, "--rent", RENT, rows, FIRST + timedelta(weeks=30))
    assert ranking[0]["household"] == "flat 7"
    assert ranking[1]["weight"] < 0
    assert "rent transaction: nothing since 2026-06-13" in ranking[0]["warnings"]


def test_a_police_file_that_stops_keeps_its_weights_and_says_so(tmp_path: Path):
    calls = [
        (f"k{n}.{day}", f"home {n}", FIRST + timedelta(days=day), "domestic")
        for n in range(40)
        for day in range(0, 60, 3 + n)
    ]
    last = max(row[2] for row in calls)
    then = {row["household"]: row for row in ranked(tmp_path, "--callouts", CALLS, calls, last)}
    later = ranked(tmp_path, "--callouts", CALLS, calls, last + timedelta(days=200))
    assert "nothing since" in later[0]["warnings"]
    assert {row["household"]: row["weight"] for row in later} == pytest.approx(
        {name: row["weight"] for name, row in then.items()}
    )


def test_a_station_a_hospital_and_rows_without_a_key_top_no_list(tmp_path: Path):
    rng = np.random.default_rng(4)
    rows: list[tuple] = []
    for place, calls in (("station", 3_000), ("hospital", 900), ("", 400), ("21 Vale Street", 6)):
        for day in rng.integers(0, 364, calls):
            moment = f"{FIRST + timedelta(days=int(day))}T12:00"
            rows.append((f"{place}{len(rows)}", place, moment, "something"))
    rows += [(f"o{n}", f"home {n}", FIRST + timedelta(days=n), "noise") for n in range(300)]
    ranking = ranked(tmp_path, "--callouts", CALLS, rows, date(2026, 12, 31))
    assert ranking[0]["said"]["refused"] == 400
    assert ranking[0]["household"] == "21 Vale Street"
    assert {row["household"] for row in ranking[-2:]} == {"station", "hospital"}


def test_appointments_without_persons_are_the_household_s_and_the_order_hardly_ties(tmp_path: Path):
    rng = np.random.default_rng(5)
    rows: list[tuple] = []
    for number in range(300):
        rate = rng.beta(1, 4)
        for _ in range(1 + rng.poisson(4)):
            day = FIRST + timedelta(days=int(rng.integers(0, 120)))
            rows.append((len(rows), f"p{number}", day, "noshow" if rng.random() < rate else "fulfilled"))
    rows += [(f"m{n}", "missed 6 of 8", FIRST + timedelta(days=100 + n), "noshow") for n in range(6)]
    rows += [(f"n{n}", "missed 6 of 8", FIRST + timedelta(days=110 + n), "fulfilled") for n in range(2)]
    rows += [("one", "missed 1 of 1", FIRST + timedelta(days=119), "noshow")]
    ranking = ranked(tmp_path, "--appointments", BOOKED, rows, date(2026, 5, 1))
    place = {row["household"]: int(row["rank"]) for row in ranking}
    assert place["missed 6 of 8"] <= 3
    assert place["missed 1 of 1"] > 20
    assert len({row["weight"] for row in ranking}) > 0.9 * len(ranking)
