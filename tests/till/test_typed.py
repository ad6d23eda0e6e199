"""What is typed to be spent, or as a price: no thousand is one, and nothing is dropped."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from tests.api.worlds import bearer
from tests.pages.browsing import Browser, Site, text_of
from tests.services.publishing import published
from tests.till.serving import DOCUMENT, LATTE, enrolled, fields, handed, holds, pay, paying, sell
from xenia.pages.formats import UNCLEAR, Formats
from xenia.pages.words import FOLDER, LANGUAGES, words
from xenia.till.rooms import ROOM
from xenia.till.sale import decimal_of, is_unclear

NO_NUMBER = "Write how much as a number, like 50."
SACK = ("sack", "coffee", "1", "50.00")


def formats(code: str) -> Formats:
    return Formats(Locale.parse(code), ZoneInfo("UTC"))


def told(code: str, sentence: str) -> str:
    """What stands on a page of that language."""
    return words(code, (FOLDER, ROOM.folder / "words")).say(sentence)


def spending(page: str) -> str:
    """The field in which it is said how many beans are spent, with what is below it."""
    found = re.search(r'<input [^>]*id="spend-beans".*?</div>', page, re.DOTALL)
    assert found is not None, page
    return found[0]


@pytest.mark.parametrize(
    ("code", "typed"),
    [("en", "1,000"), ("en", "1.000"), ("en", "1,250"), ("ar", "1,000"), ("ar", "١,٠٠٠"),
     ("el", "1.000"), ("el", "1.250"), ("hy", "1.000"), ("ru", "1,000")],
)  # fmt: skip
def test_a_thousand_is_not_spent_as_one(till: Browser, site: Site, code: str, typed: str) -> None:
    anna = enrolled(till)
    sell(till, SACK, member="4000-1")
    till.cookies["xenia-language"] = code
    asked = paying(till, handed(LATTE, member="4000-1"), spend_beans=typed)
    assert asked.status == 422
    field = spending(asked.body.decode())
    assert f'value="{typed}"' in field
    assert 'aria-invalid="true" aria-describedby="w-spend-beans"' in field
    assert told(code, UNCLEAR) in field
    assert holds(site, anna).wallet["beans"].balance == "50", "nothing is kept"
    sent = [*fields(asked, "/till/pay"), ("do", "without")]
    pay(till, till.post("/till/pay", sent))
    assert holds(site, anna).wallet["beans"].balance == "57"


@pytest.mark.parametrize("typed", ["many", "-20", "1'000", "1٬000", "1e1"])
def test_what_is_no_number_is_said_at_its_field(till: Browser, site: Site, typed: str) -> None:
    anna = enrolled(till)
    sell(till, SACK, member="4000-1")
    sent = [*fields(till.get(handed(LATTE, member="4000-1")), "/till/pay"), ("spend-beans", typed)]
    for address in ("/till/pay", "/till/glance", "/till/"):
        shown = till.post(address, sent)
        assert shown.status == 422
        assert NO_NUMBER in spending(shown.body.decode())
    assert till.post("/till/pay/code", sent).status == 303
    assert holds(site, anna).wallet["beans"].balance == "50"


def test_what_a_field_has_is_read_as_it_was(till: Browser, site: Site) -> None:
    """A thousandth of a unit stands in a form as its readers write it, wherever a sale is."""
    fine = DOCUMENT.replace("programme: cafe", "programme: bar")
    fine = fine.replace("value: 0.10}", "value: 0.10, decimals: 3}")
    published(site.worlds.database, fine)
    site.worlds.look()
    till.fill("/till/settings", "/till/settings", {"programme": "bar"})
    anna = enrolled(till)
    sell(till, SACK, member="4000-1")
    till.cookies["xenia-language"] = "el"
    paid = paying(till, handed(("sip", "drink", "1", "0.13"), member="4000-1"), spend_beans="1,125")
    assert ("spend-beans", "1,125") in fields(paid, "/till/sales")
    back = till.post("/till/pay/back", fields(paid, "/till/sales"))
    assert 'value="1,125"' in spending(back.body.decode())
    assert 'data-value="1,3"' in back.body.decode()
    pay(till, till.post("/till/pay", fields(back, "/till/pay")))
    known = bearer(site.worlds.key())
    held = site.worlds.client.get(f"/v1/members/{anna}/wallet?programme=bar", **known).json()
    assert held["wallet"]["beans"]["balance"] == "48.875"


@pytest.mark.parametrize("code", [one.code for one in LANGUAGES])
@pytest.mark.parametrize("value", ["0", "5", "12.000", "1.125", "1.250", "1000", "0.5", "1250.125"])
def test_what_is_written_for_them_is_clear_to_its_readers(code: str, value: str) -> None:
    written = formats(code).as_typed(value)
    assert not is_unclear(formats(code), written)
    assert float(decimal_of(written) or "") == float(value)


@pytest.mark.parametrize(
    ("code", "typed", "said"),
    [("en", "1,250", UNCLEAR), ("el", "1.250", UNCLEAR), ("ru", "1.000", UNCLEAR),
     ("ar", "many", "Write a price, as 3.80.")],
)  # fmt: skip
def test_a_price_is_said_at_its_field_without_scripts(
    till: Browser, code: str, typed: str, said: str
) -> None:
    till.cookies["xenia-language"] = code
    known = dict(fields(till.get("/till/"), "/till/pay"))
    line = {"new-sku": "sofa", "new-category": "home", "new-quantity": "2", "new-price": typed}
    shown = till.post("/till/", {**known, **line, "do": "add"})
    assert shown.status == 422
    page = shown.body.decode()
    assert f'role="alert">{told(code, said)}' in page
    price = re.search(r'<input [^>]*id="new-price"[^>]*>', page, re.DOTALL)
    assert price is not None
    assert 'aria-invalid="true"' in price[0]
    assert {**line}.items() <= dict(fields(shown, "/till/pay")).items(), "as it was typed"
    good = till.post("/till/", {**known, **line, "new-price": "1250", "do": "add"})
    assert ("price", "1250") in fields(good, "/till/pay")


@pytest.mark.parametrize(
    ("code", "typed", "decimals", "is_so"),
    [("en", "1.000", 2, True), ("en", "1.000", 3, False), ("ar", "2.500", 3, False),
     ("en", "1,000", 3, True), ("el", "1,000", 3, False), ("el", "1.000", 3, True),
     ("hy", "1,250", 2, False), ("ru", "1\u00a0250,5", 2, False), ("ar", "١٫٠٠٠", 2, False)],
)  # fmt: skip
def test_all_decimals_of_a_money_may_be_typed(
    code: str, typed: str, decimals: int, is_so: bool
) -> None:
    assert is_unclear(formats(code), typed, decimals) is is_so


def test_a_quantity_has_three_decimals(till: Browser) -> None:
    known = dict(fields(till.get("/till/"), "/till/pay"))
    line = {"new-sku": "ham", "new-quantity": "1,250", "new-price": "8"}
    assert "€10.00" in text_of(till.post("/till/", {**known, **line, "do": "add"}))
