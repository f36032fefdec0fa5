"""The invented agencies' web services: how each signs callers in, and how it lays out its pages."""

import json
import secrets
import time
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.errors import JoseError

from earlyhelp.demo.agencies.doors import Answer, Query, Refusal, Server, number_in, size_in
from earlyhelp.demo.agencies.town import CLIENT, KEY_ID
from earlyhelp.demo.agencies.voluntary import GONE, Service, as_version_1


class Housing(Server):
    """Northside Homes: client credentials, numbered pages."""

    agency = "housing"
    feeds = {"/tenancies": "tenancies", "/tenants": "tenants", "/rent": "rent"}  # noqa: RUF012

    def token(self, path: str, form: Query) -> Answer:
        """OAuth 2 client credentials."""
        right = form.get("client_id") == CLIENT and secrets.compare_digest(
            form.get("client_secret", ""), self.town.keys.secret
        )
        if path != "/oauth/token" or form.get("grant_type") != "client_credentials" or not right:
            raise Refusal(401)
        return self.grant()

    def page(self, feed: str, path: str, query: Query) -> str:
        """Items under ``data``, with how many pages there are."""
        first, end = self.span(feed, query.get("changedSince"))
        size, number = size_in(query, "pageSize", 500), number_in(query, "page", 1)
        if number < 1:
            raise Refusal(400)
        start = first + (number - 1) * size
        rows = ",".join(self.book.stretch(feed, start, min(start + size, end)))
        pages = -(-(end - first) // size)
        return f'{{"data":{{"items":[{rows}],"page":{number},"totalPages":{pages}}}}}'


class Police(Server):
    """Eastborough Police: a key in a header, a cursor in the body."""

    agency = "police"
    feeds = {"/v2/incidents": "incidents"}  # noqa: RUF012

    def knows(self, headers: Mapping[str, str]) -> bool:
        """By the key."""
        return secrets.compare_digest(headers.get("x-api-key", ""), self.town.keys.secret)

    def page(self, feed: str, path: str, query: Query) -> str:
        """Incidents, and the mark of the next one."""
        first, end = self.span(feed, query.get("updated_from"))
        mark = query.get("cursor", "at-0").removeprefix("at-")
        start = (int(mark) if mark.isdecimal() else 0) or first
        if not first <= start <= end:
            raise Refusal(410)
        stop = min(start + size_in(query, "limit", 500), end)
        rows = ",".join(self.book.stretch(feed, start, stop))
        mark = f'"at-{stop}"' if stop < end else "null"
        return f'{{"incidents":[{rows}],"next_cursor":{mark}}}'


class Health(Server):
    """Riverside Health: a signed assertion, FHIR Bundles."""

    agency = "health"
    feeds = {"/Patient": "patients", "/Appointment": "appointments"}  # noqa: RUF012

    def token(self, path: str, form: Query) -> Answer:
        """A token for an assertion signed with our key, valid for five minutes at most."""
        assertion = form.get("client_assertion", "")
        try:
            signed = jwt.decode(assertion, self.town.keys.signing, algorithms=["RS512"])
        except (JoseError, ValueError):
            raise Refusal(401) from None
        said, now = signed.claims, time.time()
        right = (
            path == "/oauth2/token"
            and signed.header.get("kid") == KEY_ID
            and said.get("iss") == said.get("sub") == CLIENT
            and said.get("aud") == f"{self.address}{path}"
            and now < said.get("exp", 0) <= now + 300
            and said.get("jti")
        )
        if not right:
            raise Refusal(401)
        return self.grant()

    def page(self, feed: str, path: str, query: Query) -> str:
        """A Bundle, with the link of the next one."""
        since = query.get("_lastUpdated", "").removeprefix("ge") or None
        first, end = self.span(feed, since)
        start, size = first + number_in(query, "_offset", 0), size_in(query, "_count", 100)
        stop = min(start + size, end)
        between = ',"search":{"mode":"match"}},{"resource":'
        rows = between.join(self.book.stretch(feed, start, stop))
        entry = f',"entry":[{{"resource":{rows},"search":{{"mode":"match"}}}}]' if rows else ""
        links = [{"relation": "self", "url": f"{self.address}{path}"}]
        if stop < end:
            following = {**query, "_count": str(size), "_offset": str(stop - first)}
            links.append({"relation": "next", "url": f"{self.address}{path}?{urlencode(following)}"})
        return (
            f'{{"resourceType":"Bundle","type":"searchset","total":{end - first},'
            f'"link":{json.dumps(links)}{entry}}}'
        )


class Probation(Server):
    """Moorland Probation: TLS with certificates on both sides, a bare list, a ``Link`` to the next page."""

    agency = "probation"
    tls = True
    feeds = {"/people": "people", "/contacts": "contacts"}  # noqa: RUF012

    def knows(self, headers: Mapping[str, str]) -> bool:
        """Whoever has come this far has shown a certificate."""
        return True

    def page(self, feed: str, path: str, query: Query) -> Answer:
        """The list, and in a header where it goes on."""
        first, end = self.span(feed, query.get("updatedSince"))
        start, size = first + number_in(query, "from", 0), size_in(query, "per_page", 100)
        stop = min(start + size, end)
        body = f"[{','.join(self.book.stretch(feed, start, stop))}]".encode()
        links = [f'<{self.address}/help>; rel="help"']
        if stop < end:
            following = {**query, "per_page": str(size), "from": str(stop - first)}
            links.append(f'<{path}?{urlencode(following)}>; rel="next"; title="more, if you like"')
        return Answer(body, headers=((b"link", ", ".join(links).encode()),))


class Voices(Server):
    """Northmoor Voices: the directory of services, open to all, in version 3.0 of the standard and in 1."""

    agency = "voluntary"
    feeds = {"/services": "services", "/v1/services": "services"}  # noqa: RUF012

    def knows(self, headers: Mapping[str, str]) -> bool:
        """Everybody may ask."""
        return True

    def asked(self, path: str, query: Query, headers: Mapping[str, str]) -> Answer:
        """As ever, but that the root says which version it is, and nothing is sent twice in vain."""
        if path == "/":
            root = {
                "version": "HSDS-UK-3.0",
                "profile": f"{self.address}/profile",
                "openapi_url": f"{self.address}/openapi",
            }
            return Answer(json.dumps(root).encode())
        answer = super().asked(path, query, headers)
        mark = dict(answer.headers)[b"etag"]
        return (
            Answer(b"", 304, answer.headers) if headers.get("if-none-match", "").encode() == mark else answer
        )

    def page(self, feed: str, path: str, query: Query) -> Answer:
        """Services under ``contents``, or under ``content`` as version 1 has it."""
        listed = self._listed(feed)
        size, number = size_in(query, "per_page", 50), number_in(query, "page", 1)
        if number < 1:
            raise Refusal(400)
        part, pages = listed[(number - 1) * size : number * size], -(-len(listed) // size)
        mark = f'"{sha256(json.dumps(listed).encode()).hexdigest()[:16]}"'.encode()
        body = (
            _version_1(part, len(listed), pages, number)
            if path.startswith("/v1")
            else _version_3(part, len(listed), pages, number)
        )
        return Answer(json.dumps(body).encode(), headers=((b"etag", mark),))

    def _listed(self, feed: str) -> list[Service]:
        """Every service as it was last told by now, without those that have gone."""
        latest: dict[str, Service] = {}
        for text in self.book.stretch(feed, *self.span(feed, None)):
            service = json.loads(text)
            latest[service["id"]] = service
        return sorted((one for one in latest.values() if GONE not in one), key=lambda one: str(one["name"]))


def _version_3(part: list[Service], items: int, pages: int, number: int) -> dict[str, object]:
    """A page as HSDS-UK 3.0 wraps it."""
    return {
        "total_items": items, "total_pages": pages, "page_number": number, "size": len(part),
        "first_page": number == 1, "last_page": number >= pages, "empty": not part, "contents": part,
    }  # fmt: skip


def _version_1(part: list[Service], items: int, pages: int, number: int) -> dict[str, object]:
    """A page as version 1 wraps it."""
    return {
        "totalElements": items, "totalPages": pages, "number": number, "size": len(part),
        "first": number == 1, "last": number >= pages, "content": [as_version_1(one) for one in part],
    }  # fmt: skip
