"""How each agency writes down the awkward families: in the same dialects, without any chance.

What is told of them stands in `earlyhelp.demo.city.awkward`, days counted back from the first night:

    tenancy ACCOUNT PLACE TENANT JOINT|- DAYS [DAYS]   a tenancy, from and until
    succession ACCOUNT TENANT DAYS                     another tenant has the account from then on
    calls PLACE [later] · reports PLACE [later]        six calls, five reports: a bad autumn of a home
    abuse PLACE                                        a call with a domestic-abuse marker
    contacts PERSON good|bad [later]                   supervision that goes well, or fails
    school PUPIL good|bad                              a child who is there, or no longer is
    objects PERSON                                     they object: for people to do, after the night

What is ``later`` was written down on the first day, and so is known on the second night.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from earlyhelp.demo.agencies import drops, probation, safety, schools, workbook
from earlyhelp.demo.agencies.books import Statement
from earlyhelp.demo.agencies.health import ADDRESS_KEY, ADDRESS_KEY_TYPE, NHS_NUMBER
from earlyhelp.demo.agencies.neighbours import Neighbours, neighbours
from earlyhelp.demo.agencies.reports import bound
from earlyhelp.demo.city.awkward import POSTCODE
from earlyhelp.demo.city.days import DAY, day_number, is_school_week
from earlyhelp.demo.city.places import ward_names
from earlyhelp.demo.city.records import USAGES, CityPlan

Told = tuple[str, str, Statement]
"""A book, a feed of it and a statement."""

LONG_AGO, ABUSED = 2_000, 20
CALLED, REPORTED = (50, 41, 33, 24, 12, 5), (48, 36, 22, 13, 4)
SUPERVISED, EVERY, FAILED = 200, 14, 5
"""Days since the order, days between appointments, and how many of the last are missed where it fails."""
WEEKS, WEEKS_AWAY, MISSED = 34, 7, 6
"""Weeks at school, how many of the last were missed in part, and so many sessions of ten."""


def statements(plan: CityPlan) -> Iterator[Told]:
    """Everything that the agencies tell of the awkward families."""
    for one in neighbours():
        writer = _Writer(plan, one)
        yield from writer.gazetteer()
        yield from writer.registers()
        for what, *words in one.family.lines("told"):
            yield from getattr(writer, what)(*words)


@dataclass(frozen=True)
class _Writer:
    """Writes what is told of one family; its methods are named as the words of ``told``."""

    plan: CityPlan
    one: Neighbours

    def _day(self, ago: int) -> date:
        return self.plan.first_night - timedelta(days=ago)

    def _minute(self, ago: int) -> int:
        """Ten in the morning of that day, or the night before history begins."""
        before = (day_number(self.plan.start) - 1) * DAY + 3 * 60
        return max(day_number(self._day(ago)) * DAY + 10 * 60, before)

    def _json(self, book: str, feed: str, ago: int, said: dict[str, Any], stamp: str) -> Told:
        minute = self._minute(ago)
        moment = str(np.datetime64(minute, "m").astype("datetime64[s]"))
        put: dict[str, Any] = (
            {"meta": {"lastUpdated": f"{moment}Z"}} if stamp == "meta" else {stamp: f"{moment}Z"}
        )
        return book, feed, (minute, json.dumps(said | put, separators=(",", ":")))

    def _number(self, what: str, n: int) -> str:
        """A number for an event, unlike any of the city's."""
        return f"9{self.one.uprn(next(iter(self.one.places), '')) % 10**9:010d}{len(what)}{n:02d}"

    def gazetteer(self) -> Iterator[Told]:
        """The family's places, those under a building named by it."""
        ward = ward_names(self.plan)[0]
        for key, usage, _ in self.one.places.values():
            kind, _, parent = usage.partition(" of ")
            if kind != "written":
                address = self.one.written(key).removesuffix(f", {POSTCODE}")
                under, of_class = self.one.uprn(parent) or "", drops.CLASSES[USAGES.index(kind)]
                line = (
                    f'{self.one.uprn(key)},{under},{of_class},"{address}",{POSTCODE},{ward},01/10/2025 10:00'
                )
                yield "drops", "gazetteer", (self._minute(LONG_AGO), line)

    def registers(self) -> Iterator[Told]:
        """Everybody of the family, as each agency has them."""
        for key, agency, name, birth, place in self.one.people.values():
            forename, _, rest = name.partition(" ")
            surname, _, before = rest.rstrip(")").partition(" (")
            born, _, sex = birth.partition(" ")
            yield getattr(self, f"_{agency}")(key, (forename, surname, before), born, sex, place)

    def _health(self, key: str, name: tuple[str, str, str], born: str, sex: str, place: str) -> Told:
        code = {"coding": [{"system": ADDRESS_KEY_TYPE, "code": "UPRN"}]}
        where = [{"url": "type", "valueCodeableConcept": code},
                 {"url": "value", "valueString": f"{self.one.uprn(place):012d}"}]  # fmt: skip
        said = {
            "resourceType": "Patient", "id": self.one.number(key),
            "identifier": [{"system": NHS_NUMBER, "value": self.one.nhs_number(key)}],
            "name": [{"use": "official", "family": name[1], "given": [name[0]]}],
            "gender": {"F": "female", "M": "male"}[sex], "birthDate": born,
            "address": [{"use": "home", "extension": [{"url": ADDRESS_KEY, "extension": where}]}],
        }  # fmt: skip
        return self._json("health", "patients", LONG_AGO, said, "meta")

    def _housing(self, key: str, name: tuple[str, str, str], born: str, sex: str, place: str) -> Told:
        said = {
            "personNo": self.one.number(key), "forename": name[0], "surname": name[1], "dob": born,
            "gender": sex, "shortAddress": self.one.written(place), "uprn": f"{self.one.uprn(place):012d}",
        }  # fmt: skip
        return self._json("housing", "tenants", LONG_AGO, said, "lastChanged")

    def _probation(self, key: str, name: tuple[str, str, str], born: str, sex: str, place: str) -> Told:
        said = {
            "crn": self.one.number(key), "forename": name[0], "surname": name[1], "previousSurname": name[2],
            "dateOfBirth": born, "sexCode": {"F": "2", "M": "1"}[sex],
            "mainAddress": self.one.written(place) or "NFA",
        }  # fmt: skip
        return self._json("probation", "people", LONG_AGO, said, "recordedAt")

    def _schools(self, key: str, name: tuple[str, str, str], born: str, sex: str, place: str) -> Told:
        sex = {"F": "female", "M": "male"}[sex]
        line = schools.pupil_line(0, self.one.number(key), *name, born, sex, self.one.written(place), 0)
        return "schools", "pupils", (self._minute(LONG_AGO), line)

    def tenancy(
        self, account: str, place: str, tenant: str, joint: str, began: str, ended: str = ""
    ) -> Iterator[Told]:
        """A tenancy as it stands on the first night."""
        said = {
            "tagRef": self.one.number(account), "uprn": f"{self.one.uprn(place):012d}",
            "cotDate": f"{self._day(int(began))}",
            "eotDate": f"{self._day(int(ended))}" if ended else "1900-01-01",
            "tenantNo": self.one.number(tenant), "jointNo": self.one.number(joint),
        }  # fmt: skip
        yield self._json("housing", "tenancies", int(ended or began), said, "lastChanged")

    def succession(self, account: str, tenant: str, ago: str) -> Iterator[Told]:
        """The same tenancy, with another tenant from then on."""
        first = next(words for what, *words in self.one.family.lines("told") if what == "tenancy")
        for book, feed, (_, body) in self.tenancy(account, first[1], tenant, "-", first[4]):
            said = {name: value for name, value in json.loads(body).items() if name != "lastChanged"}
            yield self._json(book, feed, int(ago), said, "lastChanged")

    def calls(
        self, place: str, later: str = "", kind: str = "VIO-INJ", days: tuple[int, ...] = CALLED
    ) -> Iterator[Told]:
        """Calls to the police about a place."""
        uprn = self.one.uprn(place)
        for n, ago in enumerate(days):
            number = self._number(kind, n)
            said = {
                "log_no": f"L{number}", "incident_no": f"EB{number}",
                "opened": f"{self._day(ago)}T02:00:00+00:00",
                "type": kind, "severity": "S09", "qualifiers": ["DA"] if kind == "DOM-INC" else [],
                "source": "PUBLIC", "uprn": f"{uprn:012d}" if uprn else None,
                "location": "" if uprn else self.one.written(place),
            }  # fmt: skip
            yield self._json("police", "incidents", 0 if later else ago, said, "updated")

    def abuse(self, place: str) -> Iterator[Told]:
        """One call with a marker."""
        yield from self.calls(place, kind="DOM-INC", days=(ABUSED,))

    def reports(self, place: str, later: str = "") -> Iterator[Told]:
        """Reports that anti-social behaviour comes from a place."""
        uprn = self.one.uprn(place)
        for n, ago in enumerate(REPORTED):
            number, known = self._number("reports", n), self._day(0 if later else ago)
            said = {
                "Report No": f"R{number}", "Incident No": f"I{number}", "Party": safety.PARTIES["cause"],
                "Date of Incident": f"{self._day(ago):%d/%m/%Y}", "UPRN": f"{uprn or ''}",
                "Address": "" if uprn else f'"{self.one.written(place)}"', "Category": "NOISE",
                "Entered": f"{known:%d/%m/%Y} 10:00", "Officer": safety.OFFICERS[0],
            }  # fmt: skip
            cells = (said.get(heading, "") for heading in safety.HEADER.split(","))
            yield "safety", "asb", (self._minute(0 if later else ago), ",".join(cells))

    def contacts(self, key: str, how: str, later: str = "") -> Iterator[Told]:
        """An order, then an appointment a fortnight; where it fails the last are missed, and a breach."""
        number, appointments = self.one.number(key), range(SUPERVISED - EVERY, 0, -EVERY)
        told = [(SUPERVISED, "order_made")]
        told += [(ago, "appointment_missed" if how == "bad" and ago < FAILED * EVERY else "appointment_kept")
                 for ago in appointments]  # fmt: skip
        told += [(10, "breach")] if how == "bad" else []
        for n, (ago, event) in enumerate(told):
            said = {
                "ref": f"C{number}{n:02d}", "deleted": False, "type": probation.CODES[event], "crn": number,
                "contactDate": f"{self._day(ago)}", "office": probation.OFFICES[0],
            }  # fmt: skip
            yield self._json("probation", "contacts", 0 if later else ago, said, "recordedAt")

    def school(self, key: str, how: str) -> Iterator[Told]:
        """A child's weeks at school up to the last that is over."""
        monday, number = self._day(7) - timedelta(days=self._day(7).weekday()), self.one.number(key)
        weeks = [week for n in range(60) if is_school_week(week := monday - timedelta(weeks=n))][:WEEKS]
        for n, week in enumerate(weeks):
            missed = MISSED if how == "bad" and n < WEEKS_AWAY else 0
            ago = (self.plan.first_night - week).days - 7
            serial, since = (
                day_number(day) + workbook.SERIAL_OF_EPOCH for day in (week, self._day(LONG_AGO))
            )
            cells = (schools.NAMES[0], number, serial, 10, missed, missed, since)
            numbers = (np.array([value]) for value in (10, missed, missed))
            yield from (
                ("schools", "attendance", sheaf)
                for sheaf in bound(np.array([self._minute(ago)]), ["\t".join(map(str, cells))], *numbers)
            )

    def objects(self, key: str) -> Iterator[Told]:
        """Nothing that an agency tells."""
        return iter(())
