"""What is typed at the till as a price, in the script and in the service: they read the same."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from tests.browser.chromium import Chromium
from tests.browser.place import Place
from tests.browser.tills import at_till
from xenia.pages.formats import Formats
from xenia.till.sale import decimal_of, is_unclear

# What is typed as a price, of parts and as it is.
WHOLES = ("", "0", "1", "12", "125", "1250", "01", "1000000000", "-1", "+1", "١٢")
MARKS = ("", ",", ".", "٫", "٬", " ", "\u00a0", "\u202f", "'")
PARTS = ("", "0", "5", "000", "125", "0005", "1250", "000,5", "000.50", "125,000", "٥٠٠")
WORDS = ("1e3", "NaN", "1_000", "\ufeff5", "\x855", "۱۲", "seven", " 1,000 ", "1.0000000001")

# Types each word as the price of a line: which sentence is shown then, or the price of the line.
TYPES = """
([words, decimals]) => {
  document.querySelector('#glance')?.remove();  // nobody is asked what comes of it
  document.querySelector('#screen').dataset.decimals = decimals;
  return words.map(word => {
    document.querySelector('#new-price').value = word;
    document.querySelector('[data-adds]').click();
    const wrong = document.querySelector('[id^=wrong-]:not([hidden])');
    const line = document.querySelector('#lines [data-line]');
    const read = wrong ? wrong.id : line.querySelector('[name=price]').value;
    line?.remove();
    return read;
  });
}
"""


def as_the_service(formats: Formats, word: str, decimals: int) -> str:
    """What the script has to make of a word."""
    if is_unclear(formats, word, decimals):
        return "wrong-thousands"
    return decimal_of(word) or "wrong-line"


@pytest.mark.parametrize("language", ["en", "el", "hy"])
def test_prices_are_read_as_the_service_reads_them(
    language: str, chromium: Chromium, place: Place
) -> None:
    till = at_till(chromium.tab(place.address), place)
    words = [*map("".join, product(WHOLES, MARKS, PARTS)), *WORDS]
    formats = Formats(Locale.parse(language), ZoneInfo("UTC"))
    till.looks(language=language)
    till.open("/till/")
    for decimals in (2, 3):
        read = till.evaluate(TYPES, [words, decimals])
        wanted = [as_the_service(formats, word, decimals) for word in words]
        found = [one for one in zip(words, read, wanted, strict=True) if not same(*one[1:])]
        assert found == []
        assert len({*read}) > 20
    till.fill("#new-sku", "thread")
    till.fill("#new-price", f"1{formats.mark}125")
    till.click("[data-adds]")
    till.fill("#new-sku", "thread")
    till.press("Enter")  # its price is known, and typed for it
    till.page_has("#lines [data-line] >> nth=1")
    assert till.close() == []


def same(read: str, wanted: str) -> bool:
    """Whether they are one number, or one sentence."""
    return read == wanted or ("wrong" not in read + wanted and Decimal(read) == Decimal(wanted))
