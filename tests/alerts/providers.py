"""Loopback servers that behave as Notify's and Teams' do, faults included; written from their documents."""

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import jwt

from tests.connectors.wire import served

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"northmoor-{SERVICE}-{SECRET}"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
REFUSALS = {
    "clock": (403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds"),
    "key": (403, "AuthError", "Invalid token: API key not found"),
    "rate": (429, "RateLimitError", "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds"),
    "day": (429, "TooManyRequestsError", "Exceeded send limits (50) for today"),
    "team": (400, "BadRequestError", "Can’t send to this recipient using a team-only API key"),
    "address": (400, "ValidationError", "email_address Not a valid email address"),
    "template": (400, "BadRequestError", "Missing personalisation: body"),
    "down": (500, "Exception", "Internal server error"),
    "away": (503, "Exception", "Service unavailable"),
}


class Notify:
    """Takes e-mails, answers for them by reference, and turns away whose token is not of now."""

    def __init__(self) -> None:
        self.took: list[dict[str, object]] = []
        self.faults: list[str] = []
        self.status = "created"
        self.asked = 0

    def __call__(self, request) -> None:
        if refusal := _token_refused(request.headers):
            return _json(request, *_refusal(refusal))
        if request.command == "GET":
            return self._tell(request)
        length = int(request.headers["Content-Length"])
        sent = json.loads(request.rfile.read(length))
        fault = self.faults.pop(0) if self.faults else ""
        if fault in REFUSALS:
            return _json(request, *_refusal(fault))
        assert sent["template_id"] == TEMPLATE
        assert set(sent["personalisation"]) == {"subject", "body"}
        self.took.append(sent | {"id": str(uuid.uuid4())})
        if fault == "silence":
            return time.sleep(0.6)
        if fault == "cut":
            return None
        return _json(request, 201, {"id": self.took[-1]["id"], "reference": sent["reference"]})

    def _tell(self, request) -> None:
        self.asked += 1
        wanted = parse_qs(urlsplit(request.path).query)["reference"][0]
        found = [
            {"id": one["id"], "reference": one["reference"], "status": self.status}
            for one in self.took
            if one["reference"] == wanted
        ]
        _json(request, 200, {"notifications": found, "links": {"current": request.path}})


class Teams:
    """A workflow behind its webhook: it takes an Adaptive Card and says 202, with nothing to read."""

    def __init__(self) -> None:
        self.took: list[dict[str, object]] = []
        self.faults: list[object] = []

    def __call__(self, request) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        fault = self.faults.pop(0) if self.faults else 202
        if isinstance(fault, int) and fault >= 300:
            return _json(request, fault, {"error": {"code": "x", "message": "x"}})
        if parse_qs(urlsplit(request.path).query).get("sig") != ["secret-signature"]:
            return _json(request, 401, {"error": {"code": "DirectApiInvalidAuthorizationScheme"}})
        assert len(body) < 28_000
        self.took.append(json.loads(body))
        if fault == "silence":
            return time.sleep(0.6)
        if fault == "cut":
            return None
        return _json(request, 202, None)


@contextmanager
def serving(provider) -> Iterator[str]:
    """That provider on loopback; its address."""
    with served(provider) as address:
        yield address


def _token_refused(headers) -> str | None:
    """As Notify judges: signed with the service's secret, by that service, and made within 30 seconds."""
    try:
        claims = jwt.decode(
            headers["Authorization"].removeprefix("Bearer "), SECRET, algorithms=["HS256"],
            options={"verify_iat": False},
        )  # fmt: skip
    except jwt.PyJWTError:
        return "key"
    if claims["iss"] != SERVICE:
        return "key"
    return "clock" if abs(time.time() - claims["iat"]) > 30 else None


def _refusal(fault: str) -> tuple[int, object]:
    status, error, message = REFUSALS[fault]
    return status, {"status_code": status, "errors": [{"error": error, "message": message}]}


def _json(request, status: int, content: object) -> None:
    body = b"" if content is None else json.dumps(content).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    request.wfile.write(head.encode() + b"Connection: close\r\n\r\n" + body)
