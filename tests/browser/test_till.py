"""The till in a browser, on the service as people run it: also where that is not there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.browser.chromium import Chromium, Tab
from tests.browser.keyboard import hindered
from tests.browser.looking import Look, barriers, five, one
from tests.browser.place import BREAD, Place
from tests.browser.tills import (
    PATHS,
    PLACES,
    RECEIPT,
    SALE,
    SIGHTS,
    at_till,
    purchase,
    sight_of,
    tab_of,
)
from tests.live.running import Service
from xenia.client import shapes

# What htmx says of requests that came to nothing, or that others took the place of; and Chromium,
# of a worker that it would have fetched (one that is missing, or wrong, it tells otherwise).
TRIED = (
    *("htmx:afterRequest", "htmx:sendError", "htmx:sendAbort", "htmx:responseError"),
    *("htmx:timeout", "net::ERR", "An unknown error occurred when fetching the script."),
)


@pytest.fixture
def till(chromium: Chromium, place: Place) -> Iterator[Tab]:
    tab = at_till(chromium.tab(place.address), place)
    yield tab
    assert unexpected(tab.close()) == []


def unexpected(wrong: Sequence[str]) -> list[str]:
    """What went wrong beside the network."""
    return [one for one in wrong if not any(known in one for known in TRIED)]


@pytest.fixture(scope="session")
def bought(place: Place) -> str:
    """A purchase with a receipt."""
    with place.client(place.token("anna", "owner")) as client:
        client.record(purchase(RECEIPT))
    return RECEIPT


def beans(place: Place, member: str) -> str:
    with place.client(place.token("anna", "owner")) as client:
        wallet = client.wallet(member, programme="cafe").wallet
    return wallet["beans"].balance if wallet else "0"


def member(place: Place, name: str) -> str:
    with place.client(place.token("anna", "owner")) as client:
        wanted = shapes.NewMember(member=name, programme="cafe", identifiers={"card": f"c-{name}"})
        return client.new_member(wanted).member


# ---- every page ----------------------------------------------------------------------------------


def test_every_page_is_looked_at() -> None:
    assert {path for path in PATHS if "{" in path} == set(PLACES), "say where such a page is"


@pytest.mark.parametrize("name", SIGHTS)
@pytest.mark.usefixtures("bought")
def test_nothing_stands_in_anybodys_way(name: str, chromium: Chromium, place: Place) -> None:
    assert wrong(name, [one(SIGHTS.index(name))], chromium, place) == []


@pytest.mark.prove
@pytest.mark.parametrize("name", SIGHTS)
@pytest.mark.usefixtures("bought")
def test_nothing_stands_in_anybodys_way_however_they_look(
    name: str, chromium: Chromium, place: Place
) -> None:
    assert wrong(name, five(SIGHTS.index(name)), chromium, place) == []


def wrong(name: str, looks: Sequence[Look], chromium: Chromium, place: Place) -> list[str]:
    """What stands in somebody's way at a page of the till."""
    tab = tab_of(name, chromium.tab(place.address), place)
    found = []
    for look in looks:
        found += [*barriers(sight_of(name, place), look, tab, place), *hindered(tab)]
    return [*found, *tab.close()]


# ---- a day ---------------------------------------------------------------------------------------


def sells_alone(till: Tab, card: str, price: str) -> str:
    """The number of the receipt of a sale while nobody answers."""
    till.fill("#identifier", card)
    till.fill("#new-sku", "latte")
    till.fill("#new-category", "drink")
    till.fill("#new-price", price)
    till.click("[data-adds]")
    till.click("#pay")
    till.page_has("#offline [data-method=cash]")
    till.click("#offline [data-method=cash]")
    till.page_has("[data-offline-receipt]")
    number = till.text("[data-offline-receipt]")
    till.click("[data-next-sale]")
    return number


def test_through_a_network_cut_it_goes_on_earning(till: Tab, place: Place) -> None:
    noa = member(place, "noa")
    till.open("/till/")
    till.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    till.cut()
    # The tablet's clock is days slow, until somebody sets it just before the network is back.
    till.evaluate(
        "() => { const right = Date.now; window.setRight = () => (Date.now = right);"
        " Date.now = () => right() - 3 * 86400000; }"
    )
    numbers = {sells_alone(till, "c-noa", price) for price in ("3.80", "4,20")}
    assert len(numbers) == 2
    till.page_has("#queue [data-is=waiting]")
    assert till.text("[data-waiting-count]") == "2"
    assert beans(place, noa) == "0"
    till.evaluate("() => { window.setRight(); }")
    till.cut(off=False)
    till.page_has("#queue [data-is=booked] >> nth=1")
    assert till.text("[data-waiting-count]") == "0"
    assert beans(place, noa) == "7", "3 and 4, each once"
    with place.client(place.token("anna", "owner")) as client:
        for number in numbers:
            sold = client.till_purchase(event=number, source="till", programme="cafe")
            since = datetime.now(UTC) - datetime.fromisoformat(sold.occurred_at)
            assert timedelta() <= since < timedelta(hours=1), "by the service's clock"


def test_the_server_dies_and_the_browser_is_closed_and_nothing_is_lost_or_doubled(
    chromium: Chromium, place: Place, tmp_path: Path
) -> None:
    ada = member(place, "ada")
    own, kept = Service(place.database, tmp_path), tmp_path / "browser"
    own.start()
    try:
        own.ready()
        address = f"http://127.0.0.1:{own.port}"
        till = at_till(chromium.kept_tab(address, kept), place)
        keep_the_page(till)
        own.cleaned()
        sells_alone(till, "c-ada", "3.80")
        till.open("/till/")  # as it was kept
        sells_alone(till, "c-ada", "4.20")
        assert till.text("[data-waiting-count]") == "2"
        assert unexpected(till.close()) == []
        till = at_till(chromium.kept_tab(address, kept), place)
        till.open("/till/")
        till.page_has("#queue [data-is=waiting]")
        assert till.text("[data-waiting-count]") == "2"
        own.start()
        own.ready()
        till.page_has("#queue [data-is=booked] >> nth=1")
        till.open("/till/")
        till.page_has("#queue [data-is=booked] >> nth=1")
        assert beans(place, ada) == "7", "each once"
        assert unexpected(till.close()) == []
        own.stop()
    finally:
        own.cleaned()


def test_units_are_kindly_refused_while_nobody_answers(till: Tab, place: Place) -> None:
    member(place, "zoe")
    till.open(f"{SALE}zoe")
    till.page_has("#who")
    till.evaluate(
        "() => document.querySelector('#glance').insertAdjacentHTML("
        "'beforeend', '<input type=hidden name=spend-beans value=3>')"
    )
    till.cut()
    till.fill("#identifier", "c-somebody-else")
    till.press("Enter")
    till.page_has("#glance:not(:has([data-who]:not([hidden])))")
    till.click("#pay")
    till.page_has("[data-offline-claims]")
    assert "cannot be spent" in till.text("[data-offline-claims]")
    till.press("Escape")
    assert not till.sees("#offline")
    till.cut(off=False)


def test_a_number_that_waits_already_is_no_other_sales(till: Tab, place: Place) -> None:
    eva = member(place, "eva")
    till.open("/till/")
    till.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    till.cut()
    till.fill("#new-quantity", "0.1255")
    till.fill("#new-price", "1")
    till.click("[data-adds]")
    assert till.sees("#wrong-quantity")
    till.fill("#new-quantity", "1")
    first = sells_alone(till, "c-eva", "3.80")
    till.evaluate(
        f"() => {{ document.querySelector('#screen').elements.receipt.value = '{first}' }}"
    )
    assert sells_alone(till, "c-eva", "4.20") != first
    till.cut(off=False)
    till.page_has("#queue [data-is=booked] >> nth=1")
    assert beans(place, eva) == "7", "3 and 4, each once"


# ---- a page that is left ------------------------------------------------------------------------


def types(till: Tab, card: str, price: str) -> None:
    """A sale of one line."""
    till.open("/till/")
    till.fill("#identifier", card)
    till.press("Enter")
    till.fill("#new-sku", "latte")
    till.fill("#new-category", "drink")
    till.fill("#new-price", price)
    till.click("[data-adds]")
    till.page_has("#lines [data-line]")


def scans(till: Tab, code: str) -> bool:
    """Types as a scanner does, wherever the focus is; whether that pressed what is there."""
    pressed: bool = till.evaluate(
        "code => [...code, 'Enter'].map(key => document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}))).at(-1)",
        code,
    )
    return pressed


def test_what_is_scanned_is_sold_wherever_the_focus_is(till: Tab, place: Place) -> None:
    member(place, "gil")
    types(till, "c-gil", "3.80")
    for number, where in enumerate(("#pay", "[data-clears]", "[data-removes]"), 1):
        till.page_has(where)
        till.evaluate("where => document.querySelector(where).focus()", where)
        assert not scans(till, "latte")
        till.page_has(f"#lines [data-line] >> nth={number}")
    ticked = "<input type=checkbox id=ticked>"
    till.evaluate(
        f"() => document.querySelector('#screen').insertAdjacentHTML('beforeend', '{ticked}')"
    )
    till.evaluate("() => document.querySelector('#ticked').focus()")
    scans(till, "latte")
    till.page_has("#lines [data-line] >> nth=4")


def to_be_paid(till: Tab, card: str, price: str) -> None:
    types(till, card, price)
    till.click("#pay")
    till.page_has("[data-paying]")


def test_what_is_being_sent_as_the_page_is_left_is_neither_lost_nor_sold_again(
    till: Tab, place: Place
) -> None:
    lea = member(place, "lea")
    to_be_paid(till, "c-lea", "7.60")
    till.evaluate("() => { XMLHttpRequest.prototype.send = () => {}; }")  # it goes nowhere
    till.click("[name=method][value=cash]")
    till.open("/till/")
    till.page_has("#queue [data-is=booked]")
    assert not till.sees("#lines [data-line]")
    assert beans(place, lea) == "7"
    till.open("/till/")
    assert beans(place, lea) == "7", "once"


def test_what_is_recorded_does_not_stand_there_again(till: Tab, place: Place) -> None:
    pia = member(place, "pia")
    to_be_paid(till, "c-pia", "7.60")
    till.evaluate(
        "() => { window.recorded = new Promise(done => document.addEventListener("
        "'htmx:beforeOnLoad', event => { event.preventDefault(); done(true); })); }"
    )  # its receipt does not come
    till.click("[name=method][value=cash]")
    assert till.evaluate("() => window.recorded")
    assert beans(place, pia) == "7"
    till.open("/till/")
    assert not till.sees("#lines [data-line]")
    assert till.evaluate("() => document.querySelector('#identifier').value") == ""


def test_prices_and_what_was_typed_are_of_one_programme(till: Tab, place: Place) -> None:
    types(till, "", "3.80")
    at_till(till, place, BREAD)
    till.open("/till/")
    assert not till.sees("#lines [data-line]")
    till.fill("#new-sku", "latte")
    till.press("Enter")
    assert till.focused() == "Price each"
    assert not till.sees("#lines [data-line]")
    at_till(till, place)
    till.open("/till/")
    till.page_has("#lines [data-line]")
    till.fill("#new-sku", "latte")
    till.press("Enter")
    till.page_has("#lines [data-line] >> nth=1")


# ---- what comes back -----------------------------------------------------------------------------

GONE = "body:has(#no-return[hidden])"  # what was said of it is not said any more


def test_nothing_comes_back_without_a_network_and_what_was_filled_in_stays(
    till: Tab, bought: str
) -> None:
    till.open(f"/till/returns/{bought}")
    till.cut()
    till.fill("#back-1", "1")
    till.press("Tab")
    till.page_has("#no-return")
    assert "write down its number" in till.text("#no-return")
    assert till.barriers() == []
    till.click("#weigh")
    till.page_has("#no-return")
    assert till.evaluate("() => location.pathname") == f"/till/returns/{bought}"
    till.cut(off=False)
    till.page_has(GONE)
    till.click("#weigh")
    till.page_has("[data-refund]")
    assert till.text("[data-refund]") == "€3.80"
    assert not till.sees("#no-return")


def test_whoever_wants_to_take_something_back_without_a_network_is_told(till: Tab) -> None:
    till.looks(language="ar", width=360)
    keep_the_page(till)
    till.cut()
    till.click("nav:visible a[href='/till/returns']")
    till.page_has("#no-return")
    till.open("/till/")
    assert not till.sees("#no-return"), "only where it was asked for"
    till.open("/till/returns")  # as an address, of which the worker keeps no page
    till.page_has("#no-return")
    assert till.evaluate("() => location.pathname + location.search") == "/till/"
    assert till.barriers() == []
    till.cut(off=False)
    till.page_has(GONE)


def test_a_service_that_is_away_is_seen_to_come_back_where_the_network_was_there(till: Tab) -> None:
    till.runs_first("Object.defineProperty(navigator, 'onLine', { get: () => true })")
    keep_the_page(till)
    till.cut()
    till.open("/till/returns")
    till.page_has("#no-return")
    till.page_has("#net:not([hidden])")
    till.cut(off=False)
    till.page_has(GONE)


def keep_the_page(till: Tab) -> None:
    """Open the till, and wait until the worker keeps its page."""
    till.open("/till/")
    till.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    till.evaluate(
        "async () => { while (!(await caches.match('/till/')))"
        " await new Promise(done => setTimeout(done, 50)); }"
    )
