"""What a record says, in one spelling: SQL that turns any file's columns into ours.

Everything here is kept to what DuckDB does by itself, because a million rows must take seconds.
"""

from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import Final

THIS_YEAR_MOST: Final = 2100
NOBODY: Final = "('unknown','not known','n a','na','nan','none','null','nil','test','baby','anon','anonymous','x','xx','xxx')"
NO_BIRTHDAY: Final = (
    "('1900-01-01','1901-01-01','1800-01-01','1753-01-01','1111-11-11','9999-12-31','9999-09-09')"
)
"""What registers write where they know no birthday; two who share it share nothing."""
TITLES: Final = "^(mr|mrs|ms|miss|mx|dr|sir|dame|lady|lord|rev|revd|prof|professor|master) +"
LATER: Final = " +(jr|jnr|junior|sr|snr|senior|ii|iii|iv)$"
"""What is written after a name to tell a child from a parent of the same name."""

WORDS: Final = {
    "rd": "road", "st": "street", "str": "street", "ave": "avenue", "av": "avenue", "dr": "drive",
    "ln": "lane", "cl": "close", "ct": "court", "cres": "crescent", "cr": "crescent", "crt": "court",
    "gdns": "gardens", "gdn": "gardens", "gr": "grove", "grv": "grove", "pl": "place", "sq": "square",
    "ter": "terrace", "terr": "terrace", "pk": "park", "hse": "house", "bldg": "building", "est": "estate",
    "wlk": "walk", "mt": "mount", "mnt": "mount", "hts": "heights", "cir": "circuit", "cct": "circuit",
    "pde": "parade", "blvd": "boulevard", "hwy": "highway", "apt": "flat", "apartment": "flat", "ap": "flat",
    "fl": "flat", "flt": "flat", "unit": "flat", "no": "", "number": "", "ground": "ground", "upr": "upper",
}  # fmt: skip
"""Abbreviations of addresses, written out; what stands for a flat becomes one word."""

COLUMNS: Final = (
    "rec", "side", "id", "first_name", "last_name", "given", "known", "short", "lasts", "real_first",
    "first_sound", "last_sound", "later", "dob", "dob_year", "dob_month", "dob_day", "sex", "uprn", "postcode", "street", "house",
    "written", "place", "town", "nhs_number", "national_id", "email", "phone",
)  # fmt: skip


def macros() -> list[str]:
    """The functions that the cleaning uses, as DuckDB macros."""
    spelt = "x"
    for short, long in WORDS.items():
        spelt = f"regexp_replace({spelt}, '\\b{short}\\b', '{long}', 'g')"
    return [
        # Letters of every script stay, accents go, an apostrophe joins, a hyphen parts.
        """create macro words(x) as nullif(trim(regexp_replace(regexp_replace(
               lower(strip_accents(x)), '[''’`]', '', 'g'), '[^\\p{L}\\p{N}]+', ' ', 'g')), '')""",
        f"create macro untitled(x) as regexp_replace(regexp_replace(x, '{TITLES}', ''), '{LATER}', '')",
        f"create macro somebody(x) as case when x in {NOBODY} then null else nullif(untitled(x), '') end",
        f"create macro spelt_out(x) as nullif(trim(regexp_replace({spelt}, ' +', ' ', 'g')), '')",
        # How a name sounds, roughly: its first letter and the consonants, with spellings of one sound made one.
        """create macro sound(x) as left(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
               replace(x, ' ', ''), 'ph', 'f', 'g'), '[ckq]+', 'k', 'g'), '^(.)', '\\1|'),
               '[aeiouyhw]|(\\|)', '', 'g'), 6)""",
        "create macro digits(x) as nullif(regexp_replace(x, '[^0-9]', '', 'g'), '')",
        # Ten digits that bear out their check digit, and are not one digit ten times (schemas/nhs.py).
        """create macro nhs(x) as case when length(x) = 10 and x <> repeat(left(x, 1), 10)
               and list_sum(list_transform(range(1, 11), lambda i: (11 - i) * cast(substr(x, i, 1) as int))) % 11 = 0
               then x end""",
        # A British postcode's faults: a letter for a digit in the middle, a digit for a letter at the end.
        """create macro british(x) as case when regexp_matches(x, '^[A-Z][A-Z0-9]{1,3}[0-9OISL][A-Z0158]{2}$')
               then left(x, length(x) - 3) || translate(substr(x, length(x) - 2, 1), 'OISL', '0151')
                    || translate(right(x, 2), '0158', 'OISB') else x end""",
    ]


def cleaned(columns: Mapping[str, str], table: str, side: int, first: int, day_first: bool) -> str:
    """The query that reads one file's table into our columns; ``first`` is the number of its first record."""

    def told(thing: str) -> str:
        return f"cast({quoted(columns[thing])} as varchar)" if thing in columns else "cast(null as varchar)"

    return f"""
    with raw as (
        select row_number() over () - 1 + {first} as rec, {side} as side, cast({told("id")} as varchar) as id,
            {_given(columns, told)} as first_raw, {_family(columns, told)} as last_raw,
            words({told("middle_name")}) as middle, words({told("former_name")}) as former,
            {_birth(columns, told, day_first)} as born_raw,
            left(words({told("sex")}), 1) as sex_raw,
            lpad(digits({told("uprn")}), 12, '0') as uprn,
            upper(regexp_replace({told("postcode")}, '[^A-Za-z0-9]', '', 'g')) as code_raw,
            words(concat_ws(' ', {told("house_name")}, {told("house_number")}, {told("address")},
                {told("address_2")})) as address_raw,
            words({told("town")}) as town,
            nhs(digits({told("nhs_number")})) as nhs_number,
            nullif(upper(regexp_replace({told("national_id")}, '[^A-Za-z0-9]', '', 'g')), '') as national_id,
            nullif(lower(trim({told("email")})), '') as email, digits({told("phone")}) as phone_raw
        from {table}
    ), told as (
        select *, somebody(first_raw) as first_name, somebody(last_raw) as last_name,
            coalesce(nullif(regexp_extract(first_raw, '{LATER}', 1), ''),
                     nullif(regexp_extract(last_raw, '{LATER}', 1), '')) as later,
            coalesce(nullif(british(code_raw), ''), nullif(british(replace(upper(regexp_extract(address_raw,
                '\\b([a-z][a-z0-9]{{1,3}} ?[0-9][a-z]{{2}})$', 1)), ' ', '')), '')) as postcode,
            spelt_out(regexp_replace(address_raw, '\\b[a-z][a-z0-9]{{1,3}} ?[0-9][a-z]{{2}}$', '')) as address
        from raw
    ), parted as (
        select *, string_split(first_name, ' ') as given, string_split(
                case when born_raw not in {NO_BIRTHDAY} then born_raw end, '-') as b,
            list_sort(regexp_extract_all(address, '\\b[0-9]+ ?[a-z]?\\b')) as numbers,
            nullif(trim(regexp_replace(regexp_replace(address, '\\b([0-9]+ ?[a-z]?|flat)\\b', ' ', 'g'),
                ' +', ' ', 'g')), '') as street
        from told
    )
    select rec, side, id, first_name, last_name, given,
        coalesce(given, []) || coalesce(string_split(middle, ' '), []) as known,
        list_distinct(coalesce(s.forms, []) || [given[1]]) as short,
        list_filter(list_distinct([last_name] || string_split(coalesce(last_name, ''), ' ')
            || [former] || string_split(coalesce(former, ''), ' ')), lambda x: length(x) > 2) as lasts,
        s.name is not null as real_first, sound(first_name) as first_sound, sound(last_name) as last_sound, later,
        case when len(b) = 3 then b[1] || b[2] || b[3] when len(b) = 1 then b[1] end as dob,
        try_cast(b[1] as int) as dob_year, try_cast(b[2] as int) as dob_month, try_cast(b[3] as int) as dob_day,
        case when sex_raw in ('m', '1', 'b') then 'm' when sex_raw in ('f', '2', 'w', 'g') then 'f' end as sex,
        uprn, postcode, street, nullif(replace(list_aggregate(numbers, 'string_agg', ' '), ' ', '.'), '') as house,
        case when postcode is not null or town is not null then address || ' ' || coalesce(postcode, town)
            when len(numbers) > 0 then address end as written, coalesce(uprn, written) as place,
        town, nhs_number, national_id, email, case when length(phone_raw) >= 7 then right(phone_raw, 9) end as phone
    from parted left join short_forms s on s.name = parted.given[1]"""


def quoted(column: str) -> str:
    """A column's name as SQL has it, whatever stands in it."""
    return '"' + column.replace('"', '""') + '"'


def _given(columns: Mapping[str, str], told: object) -> str:
    """First and middle names; else the first part of a full name."""
    tell = told  # a function of the thing's name
    assert callable(tell)
    if "first_name" in columns:
        return f"words({tell('first_name')})"
    full = tell("full_name")
    return f"""case when contains({full}, ',') then words(split_part({full}, ',', 2))
        else words(regexp_replace(trim({full}), '\\s*\\S+$', '')) end"""


def _family(columns: Mapping[str, str], told: object) -> str:
    """The last name; else the last part of a full name."""
    tell = told
    assert callable(tell)
    if "last_name" in columns:
        return f"words({tell('last_name')})"
    full = tell("full_name")
    return f"""case when contains({full}, ',') then words(split_part({full}, ',', 1))
        else words(regexp_extract(trim({full}), '(\\S+)$', 1)) end"""


def _birth(columns: Mapping[str, str], told: object, day_first: bool) -> str:
    """A date of birth as yyyy-mm-dd, or its year alone; digits that are no day of the year are kept as told."""
    tell = told
    assert callable(tell)
    if "dob" not in columns and "dob_year" in columns:
        parts = [f"lpad(digits({tell(part)}), 2, '0')" for part in ("dob_month", "dob_day")]
        return f"concat_ws('-', lpad(digits({tell('dob_year')}), 4, '0'), {parts[0]}, {parts[1]})"
    x = f"trim({tell('dob')})"
    return f"birth({x}, {str(day_first).lower()})"


def birth_macro(today: date) -> str:
    """Dates as people write them; two figures of a year are of the hundred years up to today."""
    now = today.year % 100
    year = f"case when length(y) = 2 then (case when cast(y as int) > {now} then '19' else '20' end) || y else y end"
    return f"""
    create macro ymd(y, m, d) as case when y = '' or m = '' or d = '' then null
        else {year} || '-' || lpad(m, 2, '0') || '-' || lpad(d, 2, '0') end;
    create macro birth(x, day_first) as case
        when regexp_matches(x, '^(1[6-9]|20)[0-9]{{6}}(\\.0)?$') then ymd(left(x, 4), substr(x, 5, 2), substr(x, 7, 2))
        when regexp_matches(x, '^[0-9]{{8}}$') then ymd(right(x, 4), substr(x, 3, 2), left(x, 2))
        when regexp_matches(x, '^[0-9]{{4}}(\\.0)?$') then left(x, 4)
        when regexp_matches(x, '^[1-4][0-9]{{4}}(\\.0)?$')
            then strftime(date '1899-12-30' + cast(left(x, 5) as int), '%Y-%m-%d')
        when regexp_matches(x, '^[0-9]{{4}}\\D[0-9]{{1,2}}\\D[0-9]{{1,2}}') then ymd(left(x, 4),
            regexp_extract(x, '^[0-9]{{4}}\\D([0-9]{{1,2}})', 1),
            regexp_extract(x, '^[0-9]{{4}}\\D[0-9]{{1,2}}\\D([0-9]{{1,2}})', 1))
        when regexp_matches(x, '^[0-9]{{1,2}}\\D[0-9]{{1,2}}\\D([0-9]{{4}}|[0-9]{{2}})\\b') then ymd(
            regexp_extract(x, '^[0-9]{{1,2}}\\D[0-9]{{1,2}}\\D([0-9]{{4}}|[0-9]{{2}})', 1),
            regexp_extract(x, case when day_first then '^[0-9]{{1,2}}\\D([0-9]{{1,2}})' else '^([0-9]{{1,2}})' end, 1),
            regexp_extract(x, case when day_first then '^([0-9]{{1,2}})' else '^[0-9]{{1,2}}\\D([0-9]{{1,2}})' end, 1))
        else strftime(coalesce(try_strptime(x, '%d %b %Y'), try_strptime(x, '%d %B %Y'), try_strptime(x, '%d-%b-%Y'),
            try_strptime(x, '%d-%b-%y'), try_strptime(x, '%B %d, %Y'), try_strptime(x, '%b %d, %Y')), '%Y-%m-%d') end"""


def name_lists() -> list[tuple[str, list[str]]]:
    """Every given name we know, with the names it may be a form of."""
    forms: dict[str, set[str]] = {}
    for line in _lines("short_forms.txt"):
        for name in line.split():
            forms.setdefault(name, set()).add(line.split()[0])
    for line in _lines("given_names.txt"):
        for name in line.split():
            forms.setdefault(name, set())
    return [(name, sorted(of)) for name, of in sorted(forms.items())]


def _lines(name: str) -> list[str]:
    """The lines of one of our lists, without what explains it."""
    text = files("earlyhelp.linking").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
