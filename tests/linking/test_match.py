"""`earlyhelp match`: who is one person in any two files, and who never is."""

import csv
import random
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from earlyhelp.cli import app
from earlyhelp.linking.cleaning import name_lists

HEADER = (
    "id",
    "first_name",
    "last_name",
    "date_of_birth",
    "sex",
    "address",
    "postcode",
    "uprn",
    "nhs_number",
)
FIRST = [name for name, _ in name_lists()][::3]
LAST = [
    "smith",
    "jones",
    "khan",
    "patel",
    "brown",
    "taylor",
    "wilson",
    "evans",
    "walker",
    "hussain",
    "green",
    "hall",
    "wood",
    "clarke",
    "begum",
]
STREETS = [
    "Alder",
    "Birch",
    "Cedar",
    "Dell",
    "Elm",
    "Fern",
    "Grange",
    "Heath",
    "Ivy",
    "Juniper",
    "Kiln",
    "Larch",
    "Mill",
    "North",
    "Orchard",
]


def number(seed: int) -> str:
    """A number whose check digit is right."""
    for nine in range(400_000_000 + seed * 11, 999_999_999):
        check = -sum((10 - i) * int(d) for i, d in enumerate(str(nine))) % 11
        if check < 10:
            return f"{nine}{check}"
    raise AssertionError


def townspeople(count: int, seed: int = 5) -> list[dict[str, str]]:
    """Invented people, two to a home: enough to learn from."""
    draw = random.Random(seed)
    people = []
    for place in range(count):
        home = place // 2
        people.append(
            {
                "id": f"p{place}",
                "first_name": draw.choice(FIRST),
                "last_name": draw.choice(LAST) + draw.choice(["", "", "son", "ley", "worth"]),
                "date_of_birth": f"{draw.randint(1940, 2020)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
                "sex": draw.choice("mf"),
                "address": f"{home % 90 + 1} {STREETS[home % 15]} Street",
                "postcode": f"ST{home % 9 + 1} {home % 7 + 1}A{'BDEFGHJL'[home % 8]}",
            }
        )
    return people


def write(path: Path, people: list[dict[str, str]], header: tuple[str, ...] = HEADER) -> Path:
    with path.open("w", newline="") as opened:
        lines = csv.DictWriter(opened, header, restval="", extrasaction="ignore")
        lines.writeheader()
        lines.writerows(people)
    return path


def matched(tmp_path: Path, *files: Path, dedupe: bool = False) -> dict[frozenset[str], dict[str, str]]:
    out = tmp_path / "pairs.csv"
    told = CliRunner().invoke(
        app, ["match", *map(str, files), "--out", str(out), *(["--dedupe"] if dedupe else [])]
    )
    assert told.exit_code == 0, told.output
    with out.open() as opened:
        return {frozenset((row["left_id"], row["right_id"])): row for row in csv.DictReader(opened)}


def both(one: str, other: str) -> frozenset[str]:
    return frozenset((one, other))


PAIRED = {
    "twins": (
        {"first_name": "Jayden", "last_name": "Rowley", "date_of_birth": "2011-05-04"},
        {"first_name": "Hayden", "last_name": "Rowley", "date_of_birth": "2011-05-04"},
    ),
    "other twins": (
        {"first_name": "Emma", "last_name": "Bloor", "date_of_birth": "1988-11-23"},
        {"first_name": "Ella", "last_name": "Bloor", "date_of_birth": "1988-11-23"},
    ),
    "father and son": (
        {"first_name": "Ronald", "last_name": "Machin", "date_of_birth": "1951-02-14"},
        {"first_name": "Ronald", "last_name": "Machin", "date_of_birth": "1979-09-30"},
    ),
    "one birthday, a generation apart": (
        {"first_name": "Arthur", "last_name": "Salt", "date_of_birth": "1955-03-09"},
        {"first_name": "Arthur", "last_name": "Salt", "date_of_birth": "1985-03-09"},
    ),
    "junior": (
        {"first_name": "Wayne", "last_name": "Tams Snr", "date_of_birth": ""},
        {"first_name": "Wayne", "last_name": "Tams Jr", "date_of_birth": "1990-01-05"},
    ),
    "brothers called after one prophet": (
        {"first_name": "Mohammed Ali", "last_name": "Akhtar", "date_of_birth": "2004-07-01"},
        {"first_name": "Mohammed Hassan", "last_name": "Akhtar", "date_of_birth": "2004-07-01"},
    ),
    "one name, two NHS numbers": (
        {
            "first_name": "Sarah",
            "last_name": "Bourne",
            "date_of_birth": "1990-06-06",
            "nhs_number": number(1),
        },
        {
            "first_name": "Sarah",
            "last_name": "Bourne",
            "date_of_birth": "1990-06-06",
            "nhs_number": number(900),
        },
    ),
    "who lived there before": (
        {"first_name": "Gareth", "last_name": "Sherratt", "date_of_birth": "1962-12-01"},
        {"first_name": "Nasreen", "last_name": "Mahmood", "date_of_birth": "1991-04-17"},
    ),
}
HOME = {"address": "Flat 2, 14 High Street", "postcode": "ST1 4QQ", "uprn": "100071"}


def homes(people: dict[str, tuple[dict[str, str], dict[str, str]]]) -> list[list[dict[str, str]]]:
    """The first and the second of each pair, each pair at a home of its own; ids say whose pair they are."""
    return [
        [
            {
                **HOME,
                "address": f"{place + 3} High Street",
                "uprn": f"77{place}",
                **pair[side],
                "id": f"{who} {side}",
            }
            for place, (who, pair) in enumerate(people.items())
        ]
        for side in (0, 1)
    ]


def never_merged(pairs: dict[frozenset[str], dict[str, str]]) -> None:
    for who in PAIRED:
        pair = pairs.get(both(f"{who} 0", f"{who} 1"))
        assert pair is None or pair["decision"] == "review", pair


def test_two_people_who_look_like_one_are_never_merged(tmp_path):
    ones, others = homes(PAIRED)
    town = townspeople(300)
    left, right = write(tmp_path / "l.csv", [*town, *ones]), write(tmp_path / "r.csv", [*town, *others])
    never_merged(matched(tmp_path, left, right))
    never_merged(matched(tmp_path, write(tmp_path / "all.csv", [*town, *ones, *others]), dedupe=True))


def test_so_it_is_where_there_is_nobody_else_to_learn_from(tmp_path):
    ones, others = homes(PAIRED)
    never_merged(matched(tmp_path, write(tmp_path / "l.csv", ones), write(tmp_path / "r.csv", others)))
    twins = write(tmp_path / "two.csv", [ones[0], others[0]])
    never_merged(matched(tmp_path, twins, dedupe=True))


def test_nobody_is_asked_about_people_who_only_share_a_home(tmp_path):
    town = townspeople(300)
    first, second = ({**ONE, "id": id_} for id_ in ("mother", "daughter"))
    second |= {"first_name": "Philippa", "date_of_birth": "2003-11-19"}
    with_home = [*town, first, second]
    left, right = write(tmp_path / "l.csv", with_home), write(tmp_path / "r.csv", [*town, second])
    pairs = matched(tmp_path, left, right)
    assert pairs[both("daughter", "daughter")]["decision"] == "match"
    assert both("mother", "daughter") not in pairs


ONE = {
    "first_name": "Katherine",
    "last_name": "O'Shea-Lunt",
    "date_of_birth": "1974-08-05",
    "sex": "f",
    **HOME,
}
AWAY = {"address": "99 Far Lane", "postcode": "B12 9AA", "uprn": "200500"}
WRITTEN = {
    "the same": lambda p: {},
    "a short form": lambda p: {"first_name": "Kate"},
    "day and month the other way round": lambda p: {"date_of_birth": p["date_of_birth"][:5] + "05-08"},
    "one digit wrong": lambda p: {"date_of_birth": p["date_of_birth"][:-1] + "6"},
    "moved": lambda p: AWAY,
    "names the other way round": lambda p: {"first_name": p["last_name"], "last_name": p["first_name"]},
    "days written otherwise": lambda p: {"date_of_birth": "5/8/" + p["date_of_birth"][:4]},
    "a slip of the pen": lambda p: {"last_name": p["last_name"][:-2] + p["last_name"][-1]},
    "a postcode with a letter for a digit": lambda p: {
        "postcode": "STI 4QQ", "uprn": "", "address": p["address"].replace("Street", "St"),
    },
}  # fmt: skip
NAMES = "O'Shea-Lunt Wetherell Garside Brocklehurst Ormerod Entwistle Fazackerley Tansley Quayle".split()


def test_one_person_is_known_again_however_written(tmp_path):
    town, ones, others = townspeople(300), [], []
    for place, (how, change) in enumerate(WRITTEN.items()):
        one = {**ONE, "last_name": NAMES[place], "date_of_birth": f"{1950 + 3 * place}-08-05"}
        one |= {"address": f"{place + 3} High Street", "uprn": f"88{place}", "id": how}
        ones.append(one)
        others.append({**one, **change(one)})
    left, right = write(tmp_path / "l.csv", [*town, *ones]), write(tmp_path / "r.csv", [*town[::2], *others])
    pairs = matched(tmp_path, left, right)
    for how in WRITTEN:
        assert pairs[both(how, how)]["decision"] == "match", pairs[both(how, how)]
        assert "Katherine" not in pairs[both(how, how)]["why"]


def test_a_number_with_its_check_digit_finds_who_changed_everything_else(tmp_path):
    number_ = number(77)
    left = write(tmp_path / "l.csv", [*townspeople(200), {**ONE, "id": "a", "nhs_number": number_}])
    changed = {
        **ONE,
        "last_name": "Baker",
        "id": "b",
        "nhs_number": f"{number_[:3]} {number_[3:6]} {number_[6:]}",
    }
    changed |= {"address": "1 New Road", "postcode": "LE1 1AA", "uprn": ""}
    other = {
        "first_name": "Tom",
        "last_name": "Finn",
        "date_of_birth": "2001-01-01",
        "id": "c",
        "nhs_number": number_,
    }
    right = write(tmp_path / "r.csv", [*townspeople(200), changed, other])
    pairs = matched(tmp_path, left, right)
    assert pairs[both("a", "b")]["decision"] == "match"
    assert pairs[both("a", "c")]["decision"] == "review", "the number alone, with everything against it"


def test_columns_are_found_by_any_usual_name_and_may_be_missing(tmp_path):
    town = townspeople(200)
    names = {"id": "Unique ID", "first_name": "Given Name", "last_name": "Surname", "date_of_birth": "DOB"}
    renamed = [{names[k]: v for k, v in person.items() if k in names} for person in town]
    left = write(tmp_path / "l.csv", renamed, tuple(names.values()))
    pairs = matched(tmp_path, left, write(tmp_path / "r.csv", town))
    same = {both(f"p{n}", f"p{n}") for n in range(200)}
    merged = {pair for pair, row in pairs.items() if row["decision"] == "match"}
    assert merged <= same
    assert len(merged) >= 195


def test_duplicates_are_found_through_each_other_and_people_stay_apart(tmp_path):
    town = townspeople(240)
    again = [{**person, "id": person["id"] + "x"} for person in town[:40]]
    third = [
        {**person, "id": person["id"] + "y", "date_of_birth": person["date_of_birth"][:8] + "01"}
        for person in town[:20]
    ]
    pairs = matched(tmp_path, write(tmp_path / "one.csv", [*town, *again, *third]), dedupe=True)
    merged = {pair for pair, row in pairs.items() if row["decision"] == "match"}
    for pair in merged:
        assert len({name.rstrip("xy") for name in pair}) == 1
    assert len(merged) >= 76, "of eighty pairs that there are"


def test_a_record_between_father_and_son_is_for_a_person_to_decide(tmp_path):
    father = {
        "first_name": "Derek",
        "last_name": "Colclough",
        "date_of_birth": "1949-10-10",
        **HOME,
        "id": "f",
    }
    son = {**father, "date_of_birth": "1977-01-31", "id": "s"}
    nobody = {**father, "date_of_birth": "", "id": "n"}
    town = townspeople(300)
    pairs = matched(tmp_path, write(tmp_path / "one.csv", [*town, father, son, nobody]), dedupe=True)
    merged = {pair for pair, row in pairs.items() if row["decision"] == "match"}
    assert not merged & {both("f", "s"), both("f", "n"), both("s", "n")}


def test_order_of_rows_does_not_matter(tmp_path):
    town = townspeople(150)
    other = [{**p, "id": p["id"] + "x", "first_name": p["first_name"][:-1]} for p in town[:80]]
    told = []
    for draw in (random.Random(1), random.Random(2)):
        draw.shuffle(town)
        draw.shuffle(other)
        pairs = matched(tmp_path, write(tmp_path / "l.csv", town), write(tmp_path / "r.csv", other))
        told.append({pair: row["decision"] for pair, row in pairs.items()})
    assert told[0] == told[1]


@pytest.mark.parametrize("people", [[], [ONE | {"id": "a"}]])
def test_a_file_with_nobody_to_compare_gives_no_pairs(people, tmp_path):
    assert matched(tmp_path, write(tmp_path / "one.csv", people), dedupe=True) == {}


def test_a_file_that_cannot_be_used_says_what_to_do_and_never_what_stands_in_it(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("number of shoes,colour\nSecret Person,blue\n")
    told = CliRunner().invoke(app, ["match", "--dedupe", str(path), "--out", str(tmp_path / "out.csv")])
    assert told.exit_code == 1
    assert "no column is called id" in told.output
    assert "Secret" not in told.output
    told = CliRunner().invoke(app, ["match", "--dedupe", str(tmp_path / "none.csv")])
    assert told.exit_code == 1
    assert "there is no such file" in told.output


def test_a_workbook_is_named_as_one(tmp_path):
    (tmp_path / "people.csv").write_bytes(b"PK\x03\x04 and so on")
    told = CliRunner().invoke(app, ["match", "--dedupe", str(tmp_path / "people.csv")])
    assert told.exit_code == 1
    assert "is a workbook; save it as CSV" in " ".join(told.output.split())


def test_an_id_on_two_records_is_said_and_the_pairs_are_written(tmp_path):
    left = write(tmp_path / "l.csv", [ONE | {"id": "a"}, ONE | {"id": "a", "first_name": "Bertram"}])
    right = write(tmp_path / "r.csv", [ONE | {"id": "b"}])
    out = tmp_path / "out.csv"
    told = CliRunner().invoke(app, ["match", str(left), str(right), "--out", str(out)])
    assert told.exit_code == 0
    assert "l.csv: 1 id stands on more than one record: a pair does not say which." in " ".join(
        told.output.split()
    )
    assert "r.csv:" not in told.output
    assert len(out.read_text().splitlines()) > 1


def test_the_command_pays_for_splink_only_when_it_matches():
    code = (
        "import sys, earlyhelp.cli; print([m for m in ('splink', 'duckdb', 'pyarrow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
