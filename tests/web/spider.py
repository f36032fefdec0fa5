"""A spider that goes through the pages as a person could: every link of every page, and every button.

It follows only what a page offers, and tells of each thing that leads nowhere.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

Ask = Callable[..., Any]
"""Asks for a page: method, path and a form; gives an answer of httpx that was not redirected."""
FILES = (".csv", ".ods", ".json")
WORDS = {"reference": "H7Q2M9KX", "day": "9", "month": "3", "year": "1987"}


@dataclass
class Field:
    """One field: what it holds as the page shows it, and what it could hold."""

    kind: str
    value: str = ""
    chosen: bool = False
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    """One form of a page, with the buttons that send it."""

    action: str
    fields: list[tuple[str, Field]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def as_shown(self) -> dict[str, str]:
        """What a browser sends when nothing is touched."""
        return {
            name: one.value
            for name, one in self.fields
            if one.kind not in ("radio", "checkbox") or one.chosen
        }

    def filled(self) -> Iterator[dict[str, str]]:
        """Everything filled in, once for each choice that there is between radio buttons."""
        full = self.as_shown()
        for name, one in self.fields:
            if one.kind == "checkbox":
                full[name] = one.value
            elif one.kind == "select":
                full[name] = one.options[-1]
            elif one.kind == "text":
                full[name] = WORDS.get(name, "Some words of nobody")
        radios = [(name, one.value) for name, one in self.fields if one.kind == "radio"]
        for name, value in radios or [("", "")]:
            yield full | ({name: value} if name else {})


class Page(HTMLParser):
    """What can be followed from a page, and what a person must be able to see on it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._select: Field | None = None
        self._textarea: Field | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.add(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self.forms.append(Form(given["action"]))
        elif self.forms:
            self._in_a_form(tag, given)

    def _in_a_form(self, tag: str, given: dict[str, str]) -> None:
        form, name = self.forms[-1], given.get("name", "")
        kind = given.get("type", "text")
        if tag == "input":
            kind = kind if kind in ("radio", "checkbox", "hidden") else "text"
            form.fields.append((name, Field(kind, given.get("value", ""), "checked" in given)))
        elif tag == "textarea":
            self._textarea = Field("text")
            form.fields.append((name, self._textarea))
        elif tag == "select":
            self._select = Field("select")
            form.fields.append((name, self._select))
        elif tag == "option" and self._select:
            self._select.options.append(given.get("value", ""))
            if "selected" in given or len(self._select.options) == 1:
                self._select.value = given.get("value", "")
        elif tag == "button":
            form.buttons.append((name, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._textarea:
            self._textarea.value += data.removeprefix("\n")


def walked(ask: Ask, start: str = "/") -> tuple[dict[str, Page], list[str]]:
    """Every page that links lead to, by its path, and what is wrong with any of them."""
    found: dict[str, Page] = {}
    wrong: list[str] = []
    waiting = deque([(start, "the start")])
    seen = {start}
    while waiting:
        path, at = waiting.popleft()
        answer = ask("GET", path)
        if answer.status_code == 303:
            waiting.append((answer.headers["location"], path))
            continue
        if answer.status_code != 200:
            wrong.append(f"{at} leads to {path}: {answer.status_code}")
            continue
        if urlsplit(path).path.endswith(FILES) or not answer.headers["content-type"].startswith("text/html"):
            continue
        page = found[path] = Page(answer.text)
        wrong += [f"{path}: #{one} is nowhere on it" for one in dangling(page)]
        if not [link for link in page.links if not link.startswith("#")] and not page.forms:
            wrong.append(f"{path} is a dead end")
        for link in page.links:
            to = urljoin(path, link).partition("#")[0]
            if not link.startswith("#") and not urlsplit(to).netloc and to not in seen:
                seen.add(to)
                waiting.append((to, path))
    return found, wrong


def dangling(page: Page) -> list[str]:
    """Places on the same page that a link leads to, and that are not there."""
    return [link[1:] for link in page.links if link.startswith("#") and link[1:] not in page.ids]


def pressed(ask: Ask, path: str, page: Page, fresh: Callable[[], None]) -> list[str]:
    """Press every button of a page, with its form as shown and filled in; gives what came of it and is wrong.

    A press that is kept leads to a page that is there. One that is not says so, and marks each field that is
    at fault. ``fresh`` puts everything back before the next press.
    """
    wrong = []
    for form in page.forms:
        if form.action == "/sign-out":
            continue
        for name, value in form.buttons:
            for sent in [form.as_shown(), *form.filled()]:
                fresh()
                fault = _press(ask, form.action, sent | ({name: value} if name else {}))
                if fault:
                    wrong.append(f"{path}, {form.action} {value}: {fault}")
    return wrong


def _press(ask: Ask, action: str, sent: dict[str, str]) -> str:
    answer = ask("POST", action, sent)
    if answer.status_code == 303:
        to = answer.headers["location"]
        for _ in range(3):
            came = ask("GET", to)
            if came.status_code != 303:
                break
            to = came.headers["location"]
        return "" if came.status_code == 200 else f"leads to {to}: {came.status_code}"
    if answer.status_code not in (200, 422):
        return f"{answer.status_code} for {sorted(sent)}"
    page = Page(answer.text)
    if answer.status_code == 422 and "govuk-error-summary" not in answer.text:
        return "refused, and nobody is told why"
    return ", ".join(f"#{one} is nowhere on it" for one in dangling(page))
