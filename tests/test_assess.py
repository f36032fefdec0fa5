import csv
import json
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from earlyhelp.assessing.command import assess

app = typer.Typer()
app.command()(assess)

RENT = ["record_id", "household", "occurred_on", "entry", "amount", "known_on", "payment_cycle"]
CALLOUTS = ["record_id", "household", "occurred_at", "category", "harm", "known_on"]
APPOINTMENTS = ["record_id", "household", "person", "booked_on", "starts_at", "status", "known_on"]
DAY = "2026-06-29"
FIRST = date(2025, 6, 30)


def write(path: Path, header: list[str], rows: list[list[object]]) -> str:
    with path.open("w", newline="") as opened:
        csv.writer(opened).writerows([header, *rows])
    return str(path)


def run(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as opened:
        return list(csv.DictReader(opened))


def rent_rows() -> list[list[object]]:
    """Flat 1 pays its rent; Flat 2 pays nothing from the thirtieth week on."""
    rows: list[list[object]] = []
    for week in range(52):
        monday = FIRST + timedelta(weeks=week)
        for flat in ("Flat 1", "Flat 2"):
            rows.append([f"c{week} {flat}".replace(" ", ""), flat, monday, "charge", "100.00", "", "weekly"])
            if flat == "Flat 1" or week < 30:
                paid = monday + timedelta(days=2)
                rows.append([f"p{week} {flat}".replace(" ", ""), flat, paid, "payment", "-100.00", "", ""])
    return rows


CALL_ROWS: list[list[object]] = [
    ["k1", "Flat 2", "2026-04-02T23:30:00Z", "Anti-social behaviour", "", ""],
    ["k2", "Flat 2", "2026-05-02 10:00", "Domestic abuse", "120", ""],
    ["k3", "Flat 2", "2026-06-02T10:00:00+01:00", "something new", "", ""],
    ["k4", "Flat 3", "2026-06-02", "violence", "", "2026-07-15"],
]
APPOINTMENT_ROWS: list[list[object]] = [
    ["a1", "Flat 4", "Jo", "2026-04-01", "2026-05-01T09:00", "booked", ""],
    ["a1", "Flat 4", "Jo", "2026-04-01", "2026-05-01T09:00", "noshow", "2026-05-02"],
    ["a2", "Flat 4", "Jo", "", "2026-06-01T09:00", "noshow", "2026-06-02"],
    ["a3", "Flat 4", "Jo", "2026-06-01", "2026-08-01T09:00", "booked", ""],
]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    return [
        "--rent", write(tmp_path / "rent.csv", RENT, rent_rows()),
        "--callouts", write(tmp_path / "callouts.csv", CALLOUTS, CALL_ROWS),
        "--appointments", write(tmp_path / "appointments.csv", APPOINTMENTS, APPOINTMENT_ROWS),
    ]  # fmt: skip


def test_ranking_signals_and_refused_rows_are_written(files: list[str], tmp_path: Path):
    done = run(*files, "--as-of", DAY, "--budget", 1, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    ranking = table(tmp_path / "out/ranking.csv")
    assert list(ranking[0]) == ["household", "rank", "weight", "agencies", "raised", "reason"]
    assert ranking[0]["household"] == "Flat 2"
    assert {row["household"] for row in ranking} == {"Flat 1", "Flat 2", "Flat 4"}
    assert [row["raised"] for row in ranking] == ["yes", "no", "no"]
    assert ranking[0]["agencies"] == "housing police"
    assert all(row["reason"] for row in ranking)
    signals = table(tmp_path / "out/signals.csv")
    assert {(row["household"], row["check"]) for row in signals} >= {
        ("Flat 2", "rent_arrears_trend"),
        ("Flat 2", "repeat_police_callouts"),
    }
    assert all(float(row["weight"]) >= 0.7 and row["evidence"] and row["since"] < DAY for row in signals)
    police = next(row for row in signals if row["check"] == "repeat_police_callouts")
    assert police["evidence"] == "k1 k2 k3"
    assert "called on 3 days since 3 April 2026" in police["sentence"]
    assert table(tmp_path / "out/refused.csv") == []


@pytest.mark.parametrize("only", [0, 2, 4])
def test_one_file_is_enough(files: list[str], tmp_path: Path, only: int):
    assert run(*files[only : only + 2], "--as-of", DAY, "--out", tmp_path / "out").exit_code == 0


def test_weekly_rankings_equal_single_runs(files: list[str], tmp_path: Path):
    done = run(*files, "--as-of", DAY, "--from", "2026-05-04", "--every", "week", "--out", tmp_path / "many")
    assert done.exit_code == 0, done.output
    weekly = sorted((tmp_path / "many").glob("ranking-*.csv"))
    assert [path.stem[8:] for path in weekly] == [
        str(date(2026, 5, 4) + timedelta(weeks=n)) for n in range(9)
    ]
    for path in weekly[::4]:
        run(*files, "--as-of", path.stem[8:], "--out", tmp_path / "one")
        assert (tmp_path / "one/ranking.csv").read_bytes() == path.read_bytes()


def test_the_same_inputs_give_the_same_bytes(files: list[str], tmp_path: Path):
    for out in ("a", "b"):
        run(*files, "--as-of", DAY, "--out", tmp_path / out)
    for name in ("ranking.csv", "signals.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_rows_that_cannot_be_read_are_refused_with_line_and_reason(tmp_path: Path):
    rows = rent_rows()[:4]
    rows += [
        ["x1", "Flat 1", "yesterday", "charge", "100", "", ""],
        ["x2", "Flat 1", "2026-01-05", "gift", "100", "", ""],
        ["x3", "Flat 1", "2026-01-05", "charge", "lots", "", ""],
        ["x4", "", "2026-01-05", "charge", "100", "", ""],
        ["x5", "Flat 1", "2026-01-05", "charge", "nan", "", ""],
        ["x6", "Flat 1", "2026-01-05"],
    ]
    done = run("--rent", write(tmp_path / "rent.csv", RENT, rows), "--as-of", DAY, "--out", tmp_path / "out")
    assert done.exit_code == 0
    assert "6 rows could not be read" in done.output
    refused = table(tmp_path / "out/refused.csv")
    assert sorted(int(row["line"]) for row in refused) == [6, 7, 8, 9, 10, 11]
    assert {row["file"] for row in refused} == {"rent.csv"}
    reasons = {row["line"]: row["reason"] for row in refused}
    assert reasons["6"].startswith("occurred_on is not a day")
    assert reasons["7"].startswith("entry is not one of charge, payment, adjustment, agreement")
    assert reasons["9"] == "household is empty"
    assert "lots" not in "".join(reasons.values())


def test_bom_crlf_quotes_blank_lines_and_extra_columns_are_borne(tmp_path: Path):
    plain = write(tmp_path / "plain.csv", RENT, rent_rows())
    lines = [[*row, 'a "note", long'] for row in rent_rows()]
    odd = tmp_path / "odd.csv"
    with odd.open("w", newline="", encoding="utf-8-sig") as opened:
        writer = csv.writer(opened, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow([*RENT, "note"])
        for line in lines:
            writer.writerow(line)
            opened.write("\r\n")
    run("--rent", plain, "--as-of", DAY, "--out", tmp_path / "a")
    done = run("--rent", odd, "--as-of", DAY, "--out", tmp_path / "b")
    assert done.exit_code == 0
    assert "columns not used: note" in done.output
    assert (tmp_path / "a/ranking.csv").read_bytes() == (tmp_path / "b/ranking.csv").read_bytes()


def test_a_later_known_row_takes_the_place_of_an_earlier_from_its_day(tmp_path: Path):
    rows = rent_rows()
    corrected = [
        [row[0], row[1], row[2], row[3], "-100", "2026-06-20", ""] for row in rows if row[0] == "p29Flat2"
    ]
    wrong = [[*row[:4], "-5000", "", ""] if row[0] == "p29Flat2" else row for row in rows]
    both = write(tmp_path / "both.csv", RENT, [*corrected, *wrong])
    only_wrong = write(tmp_path / "wrong.csv", RENT, wrong)
    right = write(tmp_path / "right.csv", RENT, rows)
    for day, same in (("2026-06-19", only_wrong), ("2026-06-20", right)):
        run("--rent", both, "--as-of", day, "--out", tmp_path / "a")
        run("--rent", same, "--as-of", day, "--out", tmp_path / "b")
        assert (tmp_path / "a/ranking.csv").read_bytes() == (tmp_path / "b/ranking.csv").read_bytes()


known = st.integers(0, 60)
row = st.tuples(st.integers(0, 3), st.integers(0, 60), known, st.integers(0, 2))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(row, min_size=1, max_size=25), st.integers(0, 60))
def test_what_is_known_later_changes_nothing(tmp_path: Path, drawn, at: int):
    start = date(2026, 1, 1)
    on = lambda number: start + timedelta(days=number)  # noqa: E731
    kinds = (("charge", 100), ("payment", -100), ("adjustment", 50))
    rent = [[f"r{n}", f"H{h}", on(d), *kinds[k], on(seen), ""] for n, (h, d, seen, k) in enumerate(drawn)]
    calls = [
        [f"c{n % 7}", f"H{h}", on(d), "violence", "", on(seen)] for n, (h, d, seen, _) in enumerate(drawn)
    ]
    booked = [
        [f"a{n % 5}", f"H{h}", "P", "", on(d), ("booked", "noshow", "fulfilled")[k], on(seen)]
        for n, (h, d, seen, k) in enumerate(drawn)
    ]
    for out, keep in (("all", 10_000), ("then", at)):
        arguments = []
        for name, header, rows in (
            ("rent", RENT, rent), ("callouts", CALLOUTS, calls), ("appointments", APPOINTMENTS, booked)
        ):  # fmt: skip
            seen = header.index("known_on")
            kept = [r for r in rows if r[seen] <= on(min(keep, 9_000))] if out == "then" else rows
            arguments += [f"--{name}", write(tmp_path / f"{out}-{name}.csv", header, kept)]
        if out == "then" and not any(table(Path(path)) for path in arguments[1::2]):
            return
        assert run(*arguments, "--as-of", on(at), "--out", tmp_path / out).exit_code == 0
    for name in ("ranking.csv", "signals.csv"):
        assert (tmp_path / "all" / name).read_bytes() == (tmp_path / "then" / name).read_bytes()


def test_json_says_what_came_of_it(files: list[str], tmp_path: Path):
    done = run(*files, "--as-of", DAY, "--out", tmp_path / "out", "--json")
    said = json.loads(done.stdout)
    assert said["households"] == 3
    assert said["refused"] == 0
    assert said["as_of"] == DAY


def test_wrong_use_is_told_apart_from_errors(tmp_path: Path):
    assert run("--as-of", DAY, "--out", tmp_path).exit_code == 2
    assert run("--rent", "x.csv", "--as-of", "soon", "--out", tmp_path).exit_code == 2
    assert run("--rent", "x.csv", "--as-of", DAY, "--from", DAY, "--out", tmp_path).exit_code == 2
    missing = run("--rent", tmp_path / "none.csv", "--as-of", DAY, "--out", tmp_path)
    assert missing.exit_code == 1
    assert "none.csv" in missing.output
    lacking = run("--rent", write(tmp_path / "r.csv", ["a"], []), "--as-of", DAY, "--out", tmp_path)
    assert lacking.exit_code == 1
    assert "lacks record_id" in lacking.output
    empty = run("--rent", write(tmp_path / "e.csv", RENT, []), "--as-of", DAY, "--out", tmp_path)
    assert empty.exit_code == 0
    assert table(tmp_path / "ranking.csv") == []


def test_all_rows_refused_leaves_the_reasons(tmp_path: Path):
    path = write(tmp_path / "r.csv", RENT, [["1", "A", "31/12/2025", "charge", "10", "", ""]])
    answer = run("--rent", path, "--as-of", DAY, "--out", tmp_path / "out")
    assert answer.exit_code == 1
    assert "refused.csv" in answer.output
    assert len(table(tmp_path / "out" / "refused.csv")) == 1


def test_a_hint_that_cannot_be_read_costs_a_warning_and_not_the_row(tmp_path: Path):
    rows = [["1", "A", "2026-01-05", "charge", "10", "", "Quarterly"]]
    path = write(tmp_path / "r.csv", RENT, rows)
    answer = run("--rent", path, "--as-of", DAY, "--out", tmp_path / "out")
    assert answer.exit_code == 0
    assert "payment_cycle" in answer.output
    assert table(tmp_path / "out" / "refused.csv") == []


def test_three_hundred_thousand_rows_are_read_in_seconds(tmp_path: Path):
    path = tmp_path / "rent.csv"
    days = [str(FIRST + timedelta(days=n)) for n in range(365)]
    with path.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(RENT)
        writer.writerows(
            [n, f"H{n % 3_000}", days[n % 365], *(("charge", "91.20"), ("payment", "-90.10"))[n % 2], "", ""]
            for n in range(300_000)
        )
    began = time.process_time()
    done = run("--rent", path, "--as-of", DAY, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    spent = time.process_time() - began
    assert spent < 20, spent


def test_what_was_agreed_may_stand_in_the_file(tmp_path):
    """Flat 2 stops paying in the thirtieth week; in Breathing Space nothing is said of it."""
    rent = rent_rows()
    space = ["s1", "Flat 2", "2026-06-15", "Moratorium", "0", "", ""]
    for name, rows in (("plain", rent), ("space", [*rent, space])):
        path = write(tmp_path / f"{name}.csv", RENT, rows)
        assert run("--rent", path, "--as-of", DAY, "--out", tmp_path / name).exit_code == 0
    plain, spaced = (table(tmp_path / name / "signals.csv") for name in ("plain", "space"))
    assert [row["household"] for row in plain] == ["Flat 2"]
    assert spaced == []


def test_whom_calls_are_about_may_stand_in_the_file_and_in_no_answer(tmp_path):
    header = [*CALLOUTS, "person", "other_person"]
    days = ("2025-10-02", "2026-02-02")
    rows = [[f"k{n}", "Flat 2", day, "other", "1", "", "SECRET7", "SECRET8"] for n, day in enumerate(days)]
    rows.append(["k9", "Flat 3", days[0], "other", "1", "", "", ""])
    for name, columns in (("with", header), ("without", CALLOUTS)):
        path = write(tmp_path / f"{name}.csv", columns, [row[: len(columns)] for row in rows])
        done = run("--callouts", path, "--as-of", DAY, "--out", tmp_path / name)
        assert (done.exit_code, "columns not used" in done.output) == (0, False)
    heard, plain = (
        {r["household"]: r for r in table(tmp_path / n / "ranking.csv")} for n in ("with", "without")
    )
    assert float(heard["Flat 2"]["weight"]) > float(plain["Flat 2"]["weight"])
    assert heard["Flat 3"]["weight"] == plain["Flat 3"]["weight"]
    written = "".join(one.read_text() for one in (tmp_path / "with").iterdir())
    assert "SECRET" not in written


@pytest.mark.parametrize("word", ["not_brought", "Was not brought", "WNB"])
def test_who_was_not_brought_may_stand_in_the_file(tmp_path, word):
    rows = [[f"a{n}", "Flat 4", "Jo", "", f"2026-0{n}-01T09:00", word, ""] for n in (4, 5)]
    path = write(tmp_path / "appointments.csv", APPOINTMENTS, rows)
    assert run("--appointments", path, "--as-of", DAY, "--out", tmp_path / "out").exit_code == 0
    (signal,) = table(tmp_path / "out/signals.csv")
    assert "was not brought to 2 of 2 appointments" in signal["sentence"]
