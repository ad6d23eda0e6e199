"""All households, in pages and as a file."""

from __future__ import annotations

from typing import Final

from xenia.client import shapes
from xenia.console.places import HOUSEHOLDS, MEMBERS
from xenia.pages.answering import Download, Page, Shown, csv_file
from xenia.pages.asking import Asked
from xenia.pages.rooms import shown_at
from xenia.pages.words import marked

_PAGE: Final = 50
_HEADS: Final = (
    *(marked("Household"), marked("Name"), marked("People")),
    *(marked("Made on"), marked("Dissolved on")),
)


@shown_at(HOUSEHOLDS)
def households(asked: Asked) -> Page:
    """By their ids, also those that are dissolved."""
    cursor = asked.query.one("cursor")
    found = asked.client.households(limit=_PAGE, cursor=cursor or None)
    if asked.query.one("as") == "csv":
        return _file(asked, found)
    values = {
        "households": found.data,
        "next_cursor": found.next_cursor,
        "cursor": cursor,
        "members_path": MEMBERS,
        "households_path": HOUSEHOLDS,
    }
    return Shown("console/members/households.html", values, fragments=frozenset({"results"}))


def _file(asked: Asked, found: shapes.Households) -> Download:
    heads = [asked.say(head) for head in _HEADS]
    rows = [
        (
            one.household,
            one.name,
            ", ".join(person.member for person in one.persons),
            one.made_at,
            one.dissolved_at,
        )
        for one in found.data
    ]
    return csv_file("households.csv", heads, rows)


ROUTES = (households,)
