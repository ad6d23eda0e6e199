"""Numbers, money and times, as readers of each language write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from xenia.amounts import MONEYS, format_decimal
from xenia.pages.formats import Formats, zone_of
from xenia.pages.words import LANGUAGES, words

NOW = datetime(2026, 11, 22, 17, 5, tzinfo=UTC)
AT = "2026-11-22T14:05:00Z"
WRITTEN = {
    "en": ("1,234,567.5", "€1,234.50", "Nov 22, 2026", "Nov 22, 2026, 4:05 PM", "3 hours ago"),
    "el": ("1.234.567,5", "1.234,50 €", "22 Νοε 2026", "22 Νοε 2026, 4:05 μ.μ.", "πριν από 3 ώρες"),
    "hy": ("1 234 567,5", "1 234,50 €", "22 նոյ, 2026 թ.", "22 նոյ, 2026 թ., 16:05", "3 ժամ առաջ"),
    "ru": (
        "1 234 567,5",
        "1 234,50 €",
        "22 нояб. 2026 г.",
        "22 нояб. 2026 г., 16:05",
        "3 часа назад",
    ),
    "ar": ("1,234,567.5", "1,234.50 €", "22/11/2026", "22/11/2026, 4:05 م", "قبل 3 ساعات"),
}


def formats(code: str) -> Formats:
    return Formats(words(code, ()).locale, ZoneInfo("Europe/Athens"))


def plain(text: str) -> str:
    """Without what is not seen: narrow and fixed spaces, and marks of direction."""
    spaces = text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    return spaces.replace("\N{RIGHT-TO-LEFT MARK}", "").replace("\N{LEFT-TO-RIGHT MARK}", "")


def test_every_language_has_a_case() -> None:
    assert set(WRITTEN) == {one.code for one in LANGUAGES}


@pytest.mark.parametrize("code", WRITTEN)
def test_numbers_and_times_are_written_as_each_language_does(code: str) -> None:
    found = formats(code)
    said = (
        found.number("1234567.5"),
        found.money("1234.5", "EUR"),
        found.day(AT),
        found.instant(AT),
        found.ago(AT, NOW),
    )
    assert tuple(plain(one.striptags()) for one in said) == WRITTEN[code]


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [("en", "1234", "+1,234"), ("ru", "-1234", "−1 234"), ("ar", "-1234", "−1,234")],
)
def test_a_change_has_its_sign(code: str, text: str, said: str) -> None:
    assert plain(formats(code).signed(text).striptags()) == said


@pytest.mark.parametrize(
    ("code", "amount", "currency", "said"),
    [
        ("en", "12.50", "RSD", "RSD12.50"), ("el", "1234.56", "ALL", "1.234,56 ALL"),
        ("ar", "0.500", "IQD", "0.500 د.ع."), ("en", "1.005", "KWD", "KWD1.005"),
        ("ru", "1250", "JPY", "1 250 ¥"), ("en", "-0.01", "LBP", "-LBP0.01"),
    ],
)  # fmt: skip
def test_no_part_of_an_amount_is_left_out(code: str, amount: str, currency: str, said: str) -> None:
    assert plain(formats(code).money(amount, currency).striptags()) == said


def test_money_is_written_with_the_decimals_in_which_it_is_counted() -> None:
    found = formats("en")
    for currency, decimals in MONEYS.items():
        cent = format_decimal(1, decimals)
        assert found.money(cent, currency).striptags().endswith(cent), currency


@pytest.mark.parametrize(
    ("code", "share", "said"),
    [("en", "0.006394", "0.64%"), ("en", "-0.5", "−50%"), ("ru", "0.1250", "12,5 %"),
     ("el", "1", "100%"), ("en", None, "–")],
)  # fmt: skip
def test_a_share_is_so_much_in_a_hundred(code: str, share: str | None, said: str) -> None:
    assert plain(formats(code).per_cent(share).striptags()) == said


def test_numbers_stand_apart_from_what_is_around_them() -> None:
    assert formats("ar").number(7) == "<bdi>7</bdi>"
    assert formats("ar").money(7, "EUR").startswith("<bdi>")


def test_what_is_none_is_not_said() -> None:
    found = formats("en")
    assert [one.striptags() for one in (found.number(None), found.day(None))] == ["–", "–"]
    assert found.number("<b>").striptags() == "<b>"


@pytest.mark.parametrize("name", [None, "Nowhere/At_All", "../../etc/passwd", "x" * 65])
def test_a_zone_that_is_none_is_utc(name: str | None) -> None:
    assert zone_of(name).key == "UTC"


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        ("en", "1250", "1250"), ("en", "12.5", "12.5"), ("en", "0.125", "0.125"),
        ("ru", "1\N{NO-BREAK SPACE}250,5", "1250.5"),
        ("hy", "1\N{NARROW NO-BREAK SPACE}250", "1250"),
        ("el", "0,05", "0.05"), ("el", "1,125", "1.125"), ("en", "1.125", "1.125"),
        ("en", "1,250", None), ("ar", "1,250", None), ("el", "1.250", None),
        ("el", "1.250,50", None),
        ("en", "1,250.50", None), ("en", "1,250,000", None), ("ru", "1.000", None),
        ("el", "1,000", None), ("en", "-1,250", None), ("en", "many", "many"), ("en", "", ""),
    ],
)  # fmt: skip
def test_what_is_typed_is_never_taken_for_a_thousandth(
    code: str, text: str, said: str | None
) -> None:
    assert formats(code).typed(text) == said
    assert formats(code).typed(text, text) == text, "what stood there"
