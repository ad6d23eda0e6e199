"""What comes back by its receipt, line by line."""

from __future__ import annotations

import pytest

from tests.pages.browsing import Browser, Site, text_of
from tests.till.serving import LATTE, enrolled, fields, handed, holds, pay, paying, sell

CAKE = ("cake", "food", "1", "4.00")
ALONE = {
    "en": "No return without a connection",
    "el": "Χωρίς σύνδεση δεν γίνεται επιστροφή",
    "hy": "Առանց կապի վերադարձ չկա",
    "ru": "Без связи возврат невозможен",
    "ar": "لا إرجاع بلا اتصال",
}


def test_one_line_comes_back_with_its_money_and_points(till: Browser, site: Site) -> None:
    anna = enrolled(till)
    number = sell(till, LATTE, CAKE, member="4000-1")
    page = f"/till/returns/{number}"
    shown = till.get(page)
    assert "2 bought, 2 left" in text_of(shown)
    form = [*fields(shown, f"{page}/weighed"), ("back-1", "1")]
    weighed = till.post(f"{page}/weighed", form)
    for said in ("To give back · Cash €3.80", "Taken back: beans −4"):
        assert said in text_of(weighed)
    assert holds(site, anna).wallet["beans"].balance == "11", "nothing has come back yet"
    done = till.post(page, form)
    assert "To give back · Cash €3.80" in text_of(done)
    assert holds(site, anna).wallet["beans"].balance == "7"
    assert "2 bought, 1 left" in text_of(till.get(page))
    # The form is sent again, as by loading the page again.
    assert "To give back · Cash €3.80" in text_of(till.post(page, form))
    assert holds(site, anna).wallet["beans"].balance == "7"


def test_what_was_spent_comes_back_too(till: Browser, site: Site) -> None:
    """odoo#212922: points are not taken again where an order that they paid comes back."""
    anna = enrolled(till)
    sell(till, ("sack", "coffee", "1", "50.00"), member="4000-1")
    paid = pay(till, paying(till, handed(LATTE, member="4000-1"), spend_beans="20"))
    assert "€5.60" in text_of(paid)
    assert holds(site, anna).wallet["beans"].balance == "35"
    number = text_of(paid).split("Receipt ")[2].split()[0]
    page = f"/till/returns/{number}"
    form = [*fields(till.get(page), f"{page}/weighed"), ("back-1", "2")]
    done = text_of(till.post(page, form))
    assert "To give back · Cash €5.60" in done
    assert "Given back: beans +20" in done
    assert holds(site, anna).wallet["beans"].balance == "50"


def test_more_than_is_left_does_not_come_back(till: Browser, site: Site) -> None:
    anna = enrolled(till)
    page = f"/till/returns/{sell(till, LATTE, member='4000-1')}"
    form = [*fields(till.get(page), f"{page}/weighed"), ("back-1", "3")]
    assert "So much is not left of it." in text_of(till.post(f"{page}/weighed", form))
    assert holds(site, anna).wallet["beans"].balance == "7"
    nothing = till.post(page, fields(till.get(page), f"{page}/weighed"))
    assert "What to give back" in text_of(nothing)


def test_a_guests_purchase_comes_back(till: Browser) -> None:
    page = f"/till/returns/{sell(till, LATTE)}"
    form = [*fields(till.get(page), f"{page}/weighed"), ("back-1", "2")]
    assert "To give back · Cash €7.60" in text_of(till.post(page, form))
    assert "All came back" in text_of(till.get(page))


def test_a_receipt_is_scanned_or_typed(till: Browser) -> None:
    number = sell(till, LATTE)
    typed = number.replace("-", "").lower()
    led = till.get(f"/till/returns?receipt={typed}")
    assert (led.status, led.headers["location"]) == (303, f"/till/returns/{number}")
    unknown = till.get("/till/returns/0000-0000-0000")
    assert unknown.status == 404
    assert "There is no such receipt" in text_of(unknown)
    assert till.get("/till/returns").status == 200


@pytest.mark.parametrize("language", ALONE)
def test_what_is_said_without_a_network_is_there_before(till: Browser, language: str) -> None:
    """A page cannot fetch it then: see tests/browser/test_till.py."""
    till.cookies["xenia-language"] = language
    for page in ("/till/", "/till/returns"):
        shown = till.get(page)
        assert 'id="no-return" hidden>' in shown.body.decode()
        assert ALONE[language] in text_of(shown)


def test_what_is_no_number_is_said_and_nothing_comes_back(till: Browser, site: Site) -> None:
    anna = enrolled(till)
    page = f"/till/returns/{sell(till, LATTE, CAKE, member='4000-1')}"
    shown = fields(till.get(page), f"{page}/weighed")
    form = [*shown, ("back-1", "1"), ("back-2", "one"), ("back-3", " ")]
    for address in (f"{page}/weighed", page):
        said = till.post(address, form)
        assert "This cannot come back so" in text_of(said)
        assert 'value="one"' in said.body.decode(), "it can be mended"
        assert "To give back" not in text_of(said)
    assert holds(site, anna).wallet["beans"].balance == "11"
