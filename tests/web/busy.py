"""The seeded city with a bit of everything in it: each route of the policy table has a page to show."""

from typing import Any

from earlyhelp.web.entry.doors import POLICY
from tests.web.doubts import ADDRESS, MATCHED, PAIR, doubts
from tests.web.seed import DAN, NIA, PRIYA, REVA, RUTH, TODAY, TOM

ASHDOWN, KESTREL, OKAFOR = "H7Q2M9KX", "H3V8T4WD", "H9D4L2PF"
WHY = "A neighbour rang about smoke and Priya is away"


def make(city: Any) -> Any:
    """A story told, a goal, an outcome, a pull-in, a fact to check, a closed case, a broken glass."""
    with city.engine.begin() as conn:
        doubts(conn)
    priya, dan = city.browser(PRIYA), city.browser(DAN)
    token, home = priya.form_token(), f"/households/{ASHDOWN}"
    for what, words in (("story", "We moved twice."), ("goal", "To sleep"), ("skill", "Budgeting")):
        _sent(priya, f"{home}/words", form_token=token, what=what, words=words, shared="on")
    _sent(priya, f"{home}/outcomes", form_token=token, what="agree", words="The rent is paid")
    record = priya.get(f"{home}.json").json()["household"]["reasons"][0]["records"][0]["row"]
    _sent(priya, f"{home}/facts/rent_transaction/{record}", form_token=token, why="That was paid.")
    asked = {"whom": "agency:riverside-health", "fact_people": "on", "question": "Could you join me?"}
    _sent(
        priya, f"{home}/pull-in", form_token=token, send="yes", answer_by=str(TODAY.replace(day=9)), **asked
    )
    other = f"/households/{OKAFOR}"
    _sent(priya, f"{other}/outcomes", form_token=token, what="agree", words="The door is mended")
    _sent(priya, f"{other}/outcomes", form_token=token, what="reached", number="2")
    _sent(priya, f"{other}/closing", form_token=token, ending="reached", why="The door is mended.")
    broken = {"reference": ASHDOWN, "reason": WHY}
    _sent(dan, "/break-glass", form_token=dan.form_token(), **broken)
    return city


def _sent(browser: Any, path: str, **form: str) -> None:
    answer = browser.post(path, **form)
    assert answer.status_code == 303, (path, answer.text[-900:])


READERS = (PRIYA, DAN, TOM, RUTH, NIA, REVA)


def addresses(city: Any) -> dict[str, list[tuple[str, set[int]]]]:
    """For each page of the policy table that can be looked at: addresses, and the workers who may open them.

    A route without an address here fails the tests that go through the table: no page can be forgotten.
    """
    call = next(row["id"] for row in city.rows(_table("police_callout")))
    pull_in = city.rows(_table("pull_in"))[0]["reference"]
    fact = city.rows(_table("fact_check"))[0]["reference"]
    everybody = set(READERS)
    of = {
        "/": [("/", everybody)],
        "/in-contact": [("/in-contact", {PRIYA, DAN, TOM, NIA})],
        "/review": [("/review", {REVA})],
        "/review/answers": [("/review/answers", {REVA})],
        "/review/followed": [("/review/followed", {REVA})],
        "/review/questions/{question}": [(f"/review/questions/{PAIR}", {REVA})],
        "/review/questions/{question}/undo": [(f"/review/questions/{MATCHED}/undo", {REVA})],
        "/review/questions/{question}/correct": [(f"/review/questions/{ADDRESS}/correct", {REVA})],
        "/search": [("/search", everybody)],
        "/openapi.json": [("/openapi.json", everybody)],
        "/break-glass": [("/break-glass", {PRIYA, DAN, RUTH})],
        "/households/{reference}": [
            (f"/households/{ASHDOWN}", {PRIYA, DAN, RUTH}), (f"/households/{KESTREL}", {PRIYA}),
            ("/households/H5N1C6RB", {TOM}), ("/households/NOBODY", set()),
        ],
        "/households/{reference}/pull-in": [(f"/households/{ASHDOWN}/pull-in", {PRIYA})],
        "/households/{reference}/plan": [(f"/households/{ASHDOWN}/plan", {PRIYA})],
        "/households/{reference}/facts/{kind}/{row}": [
            (f"/households/{ASHDOWN}/facts/police_callout/{call}", {PRIYA})
        ],
        "/six-months/{reference}": [("/six-months/C4", {PRIYA})],
        "/pull-ins/{reference}": [(f"/pull-ins/{pull_in}", {NIA})],
        "/fact-checks/{reference}": [(f"/fact-checks/{fact}", {TOM})],
        "/manage": [("/manage", {RUTH})],
        "/sign-in": [("/sign-in", everybody)],
        "/sign-in/{token}": [(city.link(), everybody)],
        "/council/sign-in": [("/council/sign-in", set())],
        "/council/signed-in": [("/council/signed-in", set())],
        "/council/confirm": [("/council/confirm", set())],
    }  # fmt: skip
    for form in ("json", "csv", "ods"):
        of[f"/cases.{form}"] = [(f"/cases.{form}", everybody)]
        for name in ("wards", "checks", "overdue", "room"):
            of[f"/manage/{name}.{form}"] = [(f"/manage/{name}.{form}", {RUTH})]
    of["/manage.json"] = [("/manage.json", {RUTH})]
    for page in ("/households/{reference}", "/pull-ins/{reference}"):
        of[f"{page}.json"] = [(f"{path}.json", who) for path, who in of[page]]
    return {route: of[route.removeprefix("GET ")] for route in POLICY if route.startswith("GET ")}


def _table(name: str) -> Any:
    from earlyhelp.store.tables import metadata

    return metadata.tables[name]
