"""The directory of Northmoor's voluntary sector, as Open Referral UK has it (domain.md 3.5).

It is a whole list each time, with no word about what has gone. As in live feeds, descriptions come with
HTML, an age of -1 means none, and moments lack their time zone; and as in the official example one place
lies at latitude 100, and another in the United States.
"""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import numpy as np

from earlyhelp.demo.agencies.books import Statement
from earlyhelp.demo.agencies.words import Pen, london
from earlyhelp.demo.city.days import DAY, day_number
from earlyhelp.demo.city.records import USAGES, Neighbourhood

FEEDS = ("services",)
KINDS = (
    ("Money and debt advice", "Northmoor Advice Centre", "Free help with debts, bills and benefits.", -1, -1),
    ("Food pantry", "Bread Together", "A weekly shop for a small fee. Nobody is asked why.", -1, -1),
    ("Job club", "Work Ahead", "Help with applications and interviews, and a computer to write on.", 16, -1),
    ("Young people's drop-in", "The Loft", "Somewhere to be after school, with somebody to talk to.", 11, 18),
    ("Parents' group", "Home Hearth", "Coffee with other parents, and somebody who knows the forms.", 18, -1),
    ("Befriending", "Good Neighbours", "A weekly visit or call for people who are on their own.", 60, -1),
    ("Counselling", "Talk It Through", "Up to twelve sessions, pay what you can.", 16, -1),
    ("Recovery café", "Clear Day", "For people who are leaving drink or drugs behind.", 18, -1),
    ("Refuge and outreach", "Haven", "Safety and support after domestic abuse. Ring first.", 16, -1),
    ("Tenants' support", "Keep Your Key", "Help to keep a tenancy: letters, arrears, repairs.", 16, -1),
    ("Homework club", "Page Turners", "Two evenings a week with a volunteer tutor.", 7, 16),
    ("English classes", "First Words", "Beginners to intermediate, with a crèche.", 16, -1),
    ("Carers' circle", "Shoulder", "For those who look after somebody at home.", -1, -1),
    ("Men's shed", "The Bench", "Tools, tea and company.", 18, -1),
    ("Furniture store", "Second Home", "Beds, tables and cookers for those who start again.", -1, -1),
    ("Holiday club", "Long Summer", "A hot meal and something to do in the school holidays.", 5, 12),
)
"""Name, organisation, what it does, from and up to which age; -1 is none."""
CHANGED_SHARE, CLOSED_SHARE = 0.4, 0.12
"""Share of services whose entry changes in the plan, and that leave the directory (our assumption)."""
LATITUDE_100, UNITED_STATES = 3, 9
"""Which of the first neighbourhood's services are told wrongly."""
GONE = "gone"
"""The mark in the book of a service that has left the directory; no server hands it out."""

Service = dict[str, Any]


def services(here: Neighbourhood, pen: Pen) -> Iterator[Statement]:
    """Each service of the neighbourhood when history begins, as it changes, and when it is gone."""
    rng = pen.chance(41)
    known = here.residences
    homely = np.flatnonzero(known.usage == USAGES.index("building"))
    place = rng.choice(homely if len(homely) else len(known.uprn), len(KINDS))
    first, last = day_number(pen.plan.start) * DAY, day_number(pen.plan.end) * DAY
    for number, at in enumerate(place.tolist()):
        service = _service(number, pen.neighbourhood, UUID(bytes=rng.bytes(16), version=4))
        _put_somewhere(service, number, pen.neighbourhood, known, at, rng)
        yield pen.before, _told(service, pen.before)
        changed, closed = (int(minute) for minute in np.sort(rng.integers(first, last, 2)))
        if rng.random() < CHANGED_SHARE:
            service |= {"alert": "Closed on bank holidays.", "assured_date": _day(changed)}
            yield changed, _told(service, changed)
        if rng.random() < CLOSED_SHARE:
            yield closed, json.dumps({"id": service["id"], GONE: True})


def _service(number: int, neighbourhood: int, identity: UUID) -> Service:
    name, organisation, does, youngest, oldest = KINDS[number]
    slug = organisation.lower().replace(" ", "-")
    where = f"https://{slug}.northmoor.example"
    return {
        "id": str(identity),
        "name": f"{name} {neighbourhood + 1}",
        "description": f"<p>{does}</p>\n<p>Run by <b>{organisation}</b>&nbsp;since 2011.</p>",
        "url": f"{where}/{neighbourhood + 1}",
        "email": f"hello@{slug}.northmoor.example",
        "status": "temporarily closed" if number == len(KINDS) - 1 else "active",
        "minimum_age": youngest,
        "maximum_age": oldest,
        "assured_date": "2025-09-02",
        "assurer_email": "an.assurer@northmoor.example",
        "organization": {"id": str(UUID(int=identity.int ^ 1)), "name": organisation, "website": where,
                         "description": does},
        "phones": [{"id": str(UUID(int=identity.int ^ 2)), "number": f"01632 960{number:03d}"}],
    }  # fmt: skip


def _put_somewhere(
    service: Service, number: int, neighbourhood: int, known: Any, at: int, rng: np.random.Generator
) -> None:
    """Give a service a place and the ward it serves; two of the first neighbourhood get an impossible one."""
    wrong = neighbourhood == 0
    north, east = 53.0 + rng.uniform(0, 0.1), -2.2 + rng.uniform(0, 0.1)
    address = {
        "address_1": str(known.address[at]),
        "city": "Northmoor",
        "postal_code": str(known.postcode[at]),
        "country": "US" if wrong and number == UNITED_STATES else "GB",
    }
    location = {
        "latitude": 100 if wrong and number == LATITUDE_100 else round(north, 5),
        "longitude": round(east, 5),
        "addresses": [address],
        "external_identifier": f"{int(known.uprn[at]):012d}",
        "external_identifier_type": "UPRN",
    }
    service["service_at_locations"] = [{"location": location}]
    service["service_areas"] = [{"name": str(known.ward[at]), "service_area": str(known.ward[at])}]


def _told(service: Service, minute: int) -> str:
    stamp = f"{london(np.array([minute]))[0][:19]}.654"
    return json.dumps(service | {"last_modified": stamp})


def _day(minute: int) -> str:
    return str(london(np.array([minute]))[0][:10])


def as_version_1(service: Service) -> Service:
    """The same service as version 1 of the standard has it: ages, places and telephones stand elsewhere."""
    elsewhere = ("minimum_age", "maximum_age", "phones", "last_modified", "alert", "assurer_email")
    kept = {name: value for name, value in service.items() if name not in elsewhere}
    kept["eligibilitys"] = [{name: service[name] for name in elsewhere[:2]}]
    kept["contacts"] = [{"name": "Ann Persona", "title": "Reception", "phones": service["phones"]}]
    kept["service_at_locations"] = [
        {"location": _place_in_version_1(one["location"])} for one in service["service_at_locations"]
    ]
    return kept


def _place_in_version_1(location: Service) -> Service:
    kept = {name: value for name, value in location.items() if name != "addresses"}
    return kept | {"physical_addresses": location["addresses"]}
