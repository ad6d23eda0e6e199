"""Much at once takes a code: the cashier sees where it goes, types it, and the sale goes on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.client import Response
from tests.api.worlds import bearer
from tests.pages.browsing import Browser, Site, text_of
from tests.till.serving import LATTE, fields, handed, holds, pay, paying, sell
from xenia.services.one_time_codes import digits_of
from xenia.services.published import load_space

MINE = {
    "name": "Anna", "card": "4000-1", "email": "anna@example.org", "phone": "+302101234567",
}  # fmt: skip
SALE = handed(LATTE, member="4000-1")


@pytest.fixture
def anna(till: Browser, site: Site) -> str:
    """A member with 50 beans, where more than 30 at once take a code."""
    return rich(till, site, MINE)


def rich(till: Browser, site: Site, said: dict[str, str]) -> str:
    head = {**bearer(site.worlds.key()), "idempotency-key": "safety"}
    path, body = "/v1/programmes/cafe/safety", {"codes": {"beans": "30"}}
    assert site.worlds.client.ask("PUT", path, body, head).status == 200
    site.worlds.look()
    done = till.fill("/till/enrol", "/till/enrol", said)
    assert done.status == 303, done.body.decode()
    sell(till, ("sack", "coffee", "1", "50.00"), member="4000-1")
    return done.headers["location"].partition("member=")[2]


def sent(page: Response) -> dict[str, Any]:
    """What a page knows of the code that was sent."""
    found: dict[str, Any] = json.loads(dict(fields(page, "/till/pay"))["sent"])
    return found


def digits(site: Site, page: Response) -> str:
    """What the member reads."""
    with site.worlds.database.connect() as connection:
        return digits_of(load_space(connection).secret, sent(page)["id"])


def other(code: str) -> str:
    return "111111" if code != "111111" else "222222"


def type_(till: Browser, page: Response, code: str) -> Response:
    """The page after the digits are typed."""
    form = [one for one in fields(page, "/till/pay") if one[0] != "digits"]
    return till.post("/till/pay", [*form, ("digits", code)])


def press(till: Browser, page: Response, where: str, **do: str) -> Response:
    return till.post(where, [*fields(page, "/till/pay"), *do.items()])


def test_the_code_is_sent_and_typed_and_the_sale_goes_on(
    till: Browser, site: Site, anna: str
) -> None:
    form = [*fields(till.get(SALE), "/till/pay"), ("spend-beans", "40")]
    assert "So much at once takes a code" in text_of(till.post("/till/glance", form))
    page = paying(till, SALE, spend_beans="40")
    for said in ("Code of the member", "a…@example.org", "…567", "40"):
        assert said in text_of(page)
    assert MINE["email"] not in page.body.decode()
    assert holds(site, anna).wallet["beans"].balance == "50", "nothing is kept yet"
    code = digits(site, page)
    wrong = type_(till, page, other(code))
    assert (wrong.status, sent(wrong)) == (422, sent(page)), "no other is sent"
    assert "This is not the code that was sent last." in text_of(wrong)
    empty = type_(till, wrong, "")
    assert "Type the six digits" in text_of(empty)
    paid = type_(till, empty, f" {code[:3]} {code[3:]}")
    assert "€3.60" in text_of(paid)
    assert holds(site, anna).wallet["beans"].balance == "10", "kept while it is paid"
    receipt = pay(till, paid)
    assert "€3.60" in text_of(receipt)
    assert code not in paid.body.decode() + receipt.body.decode(), "it is kept nowhere"
    assert holds(site, anna).wallet["beans"].balance == "13", "10, and 3 on what was paid"


def test_another_is_sent_five_times_an_hour(till: Browser, site: Site, anna: str) -> None:
    page = paying(till, SALE, spend_beans="40")
    first = digits(site, page)
    pages = [page]
    for _ in range(4):
        pages.append(press(till, pages[-1], "/till/pay/code"))
    assert [one.status for one in pages] == [200] * 5
    assert len({sent(one)["id"] for one in pages}) == 5
    enough = press(till, pages[-1], "/till/pay/code")
    assert "No more codes are sent for now" in text_of(enough)
    if first != digits(site, enough):
        assert "This is not the code that was sent last." in text_of(type_(till, enough, first))
    assert "€3.60" in text_of(type_(till, enough, digits(site, enough))), "the last still works"
    assert holds(site, anna).wallet["beans"].balance == "10"


def test_one_that_has_ended_is_said(till: Browser, site: Site, anna: str) -> None:
    page = paying(till, SALE, spend_beans="40")
    with site.worlds.database.connect() as connection, connection.transaction():
        connection.execute("update one_time_code set until = made_at")
    ended = type_(till, page, digits(site, page))
    assert "This code has ended: send another code." in text_of(ended)
    again = press(till, ended, "/till/pay/code")
    assert "€3.60" in text_of(type_(till, again, digits(site, again)))
    assert holds(site, anna).wallet["beans"].balance == "10"


def test_whoever_has_no_code_goes_back_or_on_without_it(
    till: Browser, site: Site, anna: str
) -> None:
    page = paying(till, SALE, spend_beans="40")
    back = till.post("/till/pay/back", fields(page, "/till/pay"))
    assert dict(fields(back, "/till/pay"))["spend-beans"] == "40"
    again = till.post("/till/pay", fields(back, "/till/pay"))
    assert sent(again) == sent(page), "the one that was sent is used yet"
    fewer = [one for one in fields(back, "/till/pay") if one[0] != "spend-beans"]
    assert "€4.60" in text_of(till.post("/till/pay", [*fewer, ("spend-beans", "30")]))
    on = press(till, again, "/till/pay", do="without")
    assert "To pay €7.60" in text_of(on)
    assert "€7.60" in text_of(pay(till, on))
    assert holds(site, anna).wallet["beans"].balance == "27", "20, 30 of which are kept; and 7"


def test_who_has_no_address_is_said(till: Browser, site: Site) -> None:
    rich(till, site, {"name": "Ben", "card": "4000-1"})
    page = paying(till, SALE, spend_beans="40")
    assert "neither an e-mail address nor a phone" in text_of(page)
    assert sent(page)["to"] == []
