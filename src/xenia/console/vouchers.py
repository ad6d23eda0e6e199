"""Vouchers: found by how their codes begin, and each with where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.client import shapes
from xenia.console.places import MEMBERS, VOUCHERS
from xenia.pages.answering import Download, Page, Shown, csv_file
from xenia.pages.asking import Asked
from xenia.pages.rooms import shown_at
from xenia.pages.templating import address, with_query
from xenia.pages.words import marked

VOUCHER: Final = f"{VOUCHERS}/{{code:str}}"
_VOUCHER: Final = f"{VOUCHERS}/{{code}}"
_MEMBER: Final = f"{MEMBERS}/{{member}}"
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
        "rows": [(one, address(_VOUCHER, code=one.code), _member_path(one)) for one in found.data],
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
    values = {
        "voucher": found,
        "states": {key: asked.say(title) for key, title in STATES.items()},
        "member_path": _member_path(found),
        "event_path": "",
        "vouchers_path": VOUCHERS,
    }
    if found.issued_by is not None:
        of = {"programme": found.programme, "source": found.issued_by.source}
        path = address(f"{_MEMBER}/event", member=found.member)
        values["event_path"] = with_query(path, [*of.items(), ("event", found.issued_by.id)])
    return Shown("console/vouchers/one.html", values)


def _member_path(of: shapes.HeldVoucher) -> str:
    """Whose it is, in the programme that it is of."""
    return with_query(address(_MEMBER, member=of.member), [("programme", of.programme)])


def _file(asked: Asked, found: shapes.HeldVouchers) -> Download:
    rows = [
        (one.code, one.reward, one.member, one.state, one.expires, one.programme)
        for one in found.data
    ]
    return csv_file("vouchers.csv", [asked.say(head) for head in _HEADS], rows)


ROUTES = (vouchers, voucher)
