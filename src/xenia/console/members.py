"""Members: whoever is looked for, in pages, as a table or as a file."""

from __future__ import annotations

from typing import Final, Literal, cast

from xenia.client import shapes
from xenia.console.places import ENROL, MEMBERS
from xenia.pages.answering import Download, Page, Shown, csv_file
from xenia.pages.asking import Asked
from xenia.pages.rooms import shown_at
from xenia.pages.words import marked

_PAGE: Final = 50
_ORDERS: Final = ("id", "newest")
_ERASED: Final = ("no", "yes", "any")
_LONGEST: Final = 200  # characters that can be looked for


@shown_at(MEMBERS)
def members(asked: Asked) -> Page:
    """The list; all that is chosen stands in its address."""
    query = asked.query
    text = query.one("q")[:_LONGEST]
    order = _one_of(_ORDERS, query.one("order"))
    erased = _one_of(_ERASED, query.one("erased"))
    programme = query.one("programme")
    programmes = _programmes(asked)
    found = asked.client.members(
        find=text or None,
        programme=programme if programme in {one.programme for one in programmes} else None,
        erased=cast("Literal['no', 'yes', 'any']", erased),
        order=cast("Literal['id', 'newest']", order),
        limit=_PAGE,
        cursor=query.one("cursor") or None,
    )
    if query.one("as") == "csv":
        return _file(asked, found)
    chosen = [
        (name, value)
        for name, value, usual in (
            ("q", text, ""),
            ("programme", programme, ""),
            ("erased", erased, "no"),
            ("order", order, "id"),
        )
        if value != usual
    ]
    values = {
        "people": found.data,
        "next_cursor": found.next_cursor,
        "cursor": query.one("cursor"),
        "text": text,
        "order": order,
        "erased": erased,
        "programme": programme,
        "programmes": programmes,
        "chosen": chosen,
        "is_narrowed": bool(text or programme or erased == "yes"),
        "members_path": MEMBERS,
        "enrol_path": ENROL,
    }
    return Shown("console/members/list.html", values, fragments=frozenset({"results"}))


def _one_of(known: tuple[str, ...], wish: str) -> str:
    """What was chosen; the first where that is nothing that there is."""
    return wish if wish in known else known[0]


def _programmes(asked: Asked) -> tuple[shapes.Listed, ...]:
    """Those that can be chosen; none for who may not know which there are."""
    return asked.client.programmes().data if asked.may("programmes:read") else ()


_HEADS = (marked("Member"), marked("Name"), marked("Known since"), marked("Erased on"))


def _file(asked: Asked, found: shapes.Persons) -> Download:
    """The rows of this page, with the instants as machines read them."""
    heads = [asked.say(head) for head in _HEADS]
    rows = [(one.member, one.name, one.since, one.erased_at) for one in found.data]
    return csv_file("members.csv", heads, rows)


ROUTES = (members,)
