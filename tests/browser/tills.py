"""All pages of the till: who serves at it, where each is, and what is done until it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from secrets import token_hex
from typing import Final

from tests.browser.chromium import Tab
from tests.browser.looking import Sight
from tests.browser.place import BREAD, WITHOUT_CODE, Place
from xenia.client import shapes
from xenia.services.one_time_codes import digits_of
from xenia.till.rooms import ROOM

RECEIPT: Final = "0123-4567-89AB"
SALE: Final = "/till/?line=latte;drink;2;3.80&line=cheese+cake;food;1;4.00&member="
SCRIPTS: Final = frozenset({"/till/worker.js", "/till/here"})  # which nobody looks at
PLACES: Final[Mapping[str, str]] = {
    "/till/receipts/{receipt:str}": f"/till/receipts/{RECEIPT}",
    "/till/returns/{receipt:str}": f"/till/returns/{RECEIPT}",
}
PATHS: Final = tuple(
    one.path for one in ROOM.routes if one.method == "GET" and one.path not in SCRIPTS
)
_STRANGERS: Final = frozenset({"/till/sign-in"})


def at_till(tab: Tab, place: Place, programme: str = "cafe") -> Tab:
    """Somebody has signed in at it, for a programme."""
    tab.keep("xenia-till-session", place.token("tom", "till"))
    tab.keep("xenia-till", f"programme%3D{programme}")
    return tab


# ---- a code --------------------------------------------------------------------------------------


def _rich(place: Place) -> str:
    """The card of a member of the bakery with more than can be spent without a code; nobody else
    has asked for a code of theirs, of which there are five an hour."""
    name = token_hex(4)
    phone = f"+30210{int(name, 16) % 10**7:07}"
    known = {"card": f"c-{name}", "email": f"{name}@example.org", "phone": phone}
    with place.client(place.token("anna", "owner")) as client:
        client.new_member(shapes.NewMember(member=name, programme=BREAD, identifiers=known))
        line = shapes.Line(sku="loaf", category="bread", quantity=1, amount="90.00")
        client.record(
            shapes.Purchase(
                id=f"buys {name}",
                occurred_at=datetime.now(UTC).isoformat(),
                programme=BREAD,
                member=name,
                lines=(line,),
            )
        )
    return f"c-{name}"


def _spends(tab: Tab) -> None:
    tab.fill("#spend-crumbs", str(WITHOUT_CODE + 10))
    tab.press("Tab")
    tab.page_has("#to-pay:has-text('7.60'), #to-pay:has-text('7,60')")
    tab.click("#pay")
    tab.page_has("[data-proving] #sent")


def _types(tab: Tab, digits: str) -> None:
    tab.fill("#digits", digits)
    tab.press("Enter")


def _digits(tab: Tab, place: Place) -> str:
    """What the member was sent."""
    code = tab.evaluate("() => JSON.parse(document.querySelector('[name=sent]').value).id")
    with place.database.connect() as connection:
        row = connection.execute("select secret from space where name = 'default'").fetchone()
    assert row is not None
    return digits_of(bytes(row[0]), code)


def _wrong(place: Place, tab: Tab) -> None:
    _spends(tab)
    _types(tab, "111111" if _digits(tab, place) != "111111" else "222222")
    tab.page_has("#wrong-digits")


def _right(place: Place, tab: Tab) -> None:
    _spends(tab)
    _types(tab, _digits(tab, place))
    tab.page_has("[data-paying] #kept")


# ---- a sale, and what comes back -----------------------------------------------------------------


def _pays(tab: Tab) -> None:
    tab.click("#pay")
    tab.page_has("[data-paying]")


def _bought(place: Place) -> str:
    """The page of what comes back of a purchase of which nothing has."""
    name = token_hex(6)
    with place.client(place.token("anna", "owner")) as client:
        client.record(purchase(name))
    return f"/till/returns/{name}"


def purchase(name: str) -> shapes.Purchase:
    """Two cups, bought at the till."""
    line = shapes.Line(sku="latte", category="drink", quantity=2, amount="7.60")
    return shapes.Purchase(
        id=name, source="till", programme="cafe", member="m2", lines=(line,),
        occurred_at="2026-11-02T10:00:00+02:00",
    )  # fmt: skip


def _brings_back(tab: Tab) -> None:
    tab.fill("#back-1", "1")
    tab.press("Tab")
    tab.page_has("[data-refund]")
    tab.click("#take-back")
    tab.page_has("article [data-refund]")


# ---- all of it -----------------------------------------------------------------------------------


def _at(address: str) -> Callable[[Place], str]:
    return lambda _place: address


def _of_code(then: Callable[[Place, Tab], None]) -> Callable[[Place], Sight]:
    """A sale in the bakery that takes a code."""
    return lambda place: Sight(lambda _place: SALE + _rich(place), then=partial(then, place))


_MORE: Final[Mapping[str, Callable[[Place], Sight]]] = {
    "a sale": lambda _place: Sight(_at(f"{SALE}m2")),
    "what is to be paid": lambda _place: Sight(_at(f"{SALE}m2"), then=_pays),
    "a code, asked for": _of_code(lambda _place, tab: _spends(tab)),
    "a code, wrong": _of_code(_wrong),
    "a code, right": _of_code(_right),
    "what came back": lambda _place: Sight(_bought, then=_brings_back),
    "nothing there": lambda _place: Sight(_at("/till/nothing-here"), status=404),
}
# Templates that are shown after something was sent, or at times: by which sight each is seen.
SOMETIMES: Final[Mapping[str, str]] = {
    "till/code.html": "a code, asked for",
    "till/pay.html": "what is to be paid",
    "till/return.html": "/till/returns/{receipt:str}",
    "till/returned.html": "what came back",
    "till/error.html": "nothing there",
}
_WITH_CODES: Final = frozenset({"a code, asked for", "a code, wrong", "a code, right"})
SIGHTS: Final = (*PATHS, *_MORE)


def sight_of(name: str, place: Place) -> Sight:
    """What is looked at by that name."""
    if name in _MORE:
        return _MORE[name](place)
    return Sight(_at(PLACES.get(name, name)))


def tab_of(name: str, tab: Tab, place: Place) -> Tab:
    """A tab of whoever sees it."""
    if name in _STRANGERS:
        return tab
    return at_till(tab, place, BREAD if name in _WITH_CODES else "cafe")
