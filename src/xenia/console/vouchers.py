"""Vouchers: found by how their codes begin, and each with where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from xenia.client import shapes
from xenia.console.places import VOUCHERS
from xenia.pages.answering import Download, Page, Shown, csv_file
from xenia.pages.asking import Asked
from xenia.pages.rooms import shown_at
from xenia.pages.templating import address
from xenia.pages.words import marked

VOUCHER: Final = f"{VOUCHERS}/{{code:str}}"
STATES: Final[Mapping[str, str]] = {
    "issued": marked("Can be used"),
    "used": marked("Used"),
    "expired": marked("Has ended"),
    "cancelled": marked("Cancelled"),
    "reserved": marked("Reserved"),
}
_PAGE: Final = 25
_LONGEST: Final = 100
_HEADS: Final = (
    *(marked("Code"), marked("Reward"), marked("Member"), marked("State")),
    *(marked("Ends on"), marked("Programme")),
)


@shown_at(VOUCHERS)
def vouchers(asked: Asked) -> Page:
    """By their codes; what is looked for stands in the address."""
    begins, cursor = asked.query.one("q")[:_LONGEST], asked.query.one("cursor")
    found = asked.client.all_vouchers(begins=begins, limit=_PAGE, cursor=cursor or None)
    if asked.query.one("as") == "csv":
        return _file(asked, found)
    values = {
        "rows": found.data,
        "next_cursor": found.next_cursor,
        "cursor": cursor,
        "begins": begins,
        "states": {key: asked.say(title) for key, title in STATES.items()},
        "chosen": [("q", begins)] if begins else [],
        "vouchers_path": VOUCHERS,
    }
    return Shown("console/vouchers/list.html", values, fragments=frozenset({"results"}))


@shown_at(VOUCHER)
def voucher(asked: Asked) -> Page:
    """One voucher: its state, whose it is, and what it came from."""
    found = asked.client.voucher(asked.places["code"])
    member = address("/console/members/{member}", member=found.member)
    values = {
        "voucher": found,
        "states": {key: asked.say(title) for key, title in STATES.items()},
        "member_path": f"{member}?{urlencode({'programme': found.programme})}",
        "event_path": "",
        "vouchers_path": VOUCHERS,
    }
    if found.issued_by is not None:
        of = {"programme": found.programme, "source": found.issued_by.source}
        named = urlencode({**of, "event": found.issued_by.id})
        values["event_path"] = f"{member}/event?{named}"
    return Shown("console/vouchers/one.html", values)


def _file(asked: Asked, found: shapes.HeldVouchers) -> Download:
    rows = [
        (one.code, one.reward, one.member, one.state, one.expires, one.programme)
        for one in found.data
    ]
    return csv_file("vouchers.csv", [asked.say(head) for head in _HEADS], rows)


ROUTES = (vouchers, voucher)
