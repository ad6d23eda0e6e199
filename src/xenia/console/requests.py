"""Requests: what programs have asked lately, what they were answered, and how long it took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.client import shapes
from xenia.console.keys import one_of
from xenia.console.places import KEYS, REQUESTS
from xenia.pages.answering import Download, Page, Shown, csv_file
from xenia.pages.asking import Asked
from xenia.pages.rooms import shown_at
from xenia.pages.words import marked

_PAGE: Final = 50
_LONGEST: Final = 200  # characters of what is looked for
_WHICH: Final[Mapping[str, str]] = {
    "any": marked("All"),
    "wrong": marked("Failed"),
    "well": marked("Went well"),
}
_HEADS: Final = (
    marked("At"),
    marked("By"),
    marked("Method"),
    marked("Path"),
    marked("Status"),
    marked("Problem"),
    marked("Milliseconds"),
    marked("Request"),
)


@shown_at(REQUESTS)
def requests(asked: Asked) -> Page:
    """The newest first; all that is chosen stands in the address."""
    query = asked.query
    only = one_of(_WHICH, query.one("only"))
    said = {name: query.one(name)[:_LONGEST] for name in ("by", "at", "id")}
    cursor = query.one("cursor")
    found = asked.client.requests(
        only=only,
        by=said["by"] or None,
        path=said["at"] or None,
        request_id=said["id"] or None,
        limit=_PAGE,
        cursor=cursor or None,
    )
    if query.one("as") == "csv":
        return _file(asked, found)
    names = {f"key/{one.key}": one.name for one in asked.client.keys().data}
    values = {
        "rows": [(one, names.get(one.by, one.by)) for one in found.data],
        "next_cursor": found.next_cursor,
        "cursor": cursor,
        "only": only,
        "said": said,
        "which": [(name, asked.say(title)) for name, title in _WHICH.items()],
        "programs": [("", asked.say(marked("All programs"))), *names.items()],
        "chosen": [("only", "" if only == "any" else only), *said.items()],
        "is_narrowed": only != "any" or any(said.values()),
        "requests_path": REQUESTS,
        "keys_path": KEYS,
    }
    return Shown("console/developers/requests.html", values, fragments=frozenset({"results"}))


def _file(asked: Asked, found: shapes.AskedRequests) -> Download:
    """The rows of this page, with instants as machines read them."""
    rows = [
        (
            *(one.at, one.by, one.method, one.path, one.status, one.code),
            *(one.milliseconds, one.request_id),
        )
        for one in found.data
    ]
    return csv_file("requests.csv", [asked.say(head) for head in _HEADS], rows)


ROUTES = (requests,)
