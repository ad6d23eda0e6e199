"""Numbers, money and times, as the readers of a language write them."""

from __future__ import annotations

import re
from copy import copy
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from markupsafe import Markup, escape

from xenia.amounts import money_decimals
from xenia.pages.words import marked

UTC = "UTC"
UNCLEAR: Final = marked("Write it without signs between the thousands, such as 1250.")
_LONGEST_ZONE = 64
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}([.,])([0-9]{3})(?![0-9])", re.ASCII)
_THREE = 3  # digits between signs of thousands, and decimals of some moneys (KWD, TND)
_KEPT = 10_000  # of numbers, of days and of instants as they were written


class Formats:
    """How one language writes; every instant in the zone of who reads it."""

    def __init__(self, locale: Locale, zone: ZoneInfo) -> None:
        self._locale, self._zone = locale, zone

    def number(self, value: str | int | Decimal | None) -> Markup:
        """A number, with what groups its digits; what is none, as it is."""
        return _apart(self._written(value))

    def money(self, value: str | int | Decimal, currency: str, *, signed: bool = False) -> Markup:
        """An amount in major units, with its currency (ISO 4217) and all decimals of that; with its
        sign, also where it is positive, if it is `signed`."""
        sign = "+" if signed and Decimal(value) > 0 else ""
        pattern = _money_pattern(self._locale, money_decimals(currency))
        found = pattern.apply(
            Decimal(value), self._locale, currency=currency, currency_digits=False
        )
        return _apart(sign + found)

    def per_cent(self, share: str | Decimal | None) -> Markup:
        """A share of 1 as so much in a hundred, with two decimals at most."""
        if share is None:
            return Markup("–")
        exact = round(Decimal(share), 4).normalize()
        written = numbers.format_percent(exact, locale=self._locale, decimal_quantization=False)
        return _apart(written.replace("-", "\N{MINUS SIGN}"))

    def signed(self, value: str | int | Decimal) -> Markup:
        """A number with its sign, also where it is positive."""
        sign = "+" if Decimal(value) > 0 else ""
        return _apart(sign + self._written(value).replace("-", "\N{MINUS SIGN}"))

    def less(self, value: str | int | Decimal) -> Markup:
        """What is taken away, with the sign that says so."""
        return self.signed(-Decimal(value) + 0)  # there is no nothing below nothing

    def typed(self, text: str, stood: str = "") -> str | None:
        """A number as somebody has typed it, as the interface reads it; what is none, as it is, and
        what `stood` in the field before.

        None where a point or a comma may stand between thousands: "1.250" of whole units would be
        refused, but "1.000" be one unit, and "1,250" of what has decimals a thousandth of it.
        """
        if text == stood:
            return text
        plain = "".join(text.split())  # also without spaces that are fixed
        return None if self.is_unclear(plain) else plain.replace(",", ".")

    def is_unclear(self, plain: str, decimals: int = 0) -> bool:
        """Whether a point or a comma may stand between thousands, in a number without spaces.

        Of what has three `decimals`, all are written: where a point stands before them, "1.000" is
        one.
        """
        found = _GROUPED.match(plain)
        if found is None or (found[1] == self.mark and decimals >= _THREE):
            return False
        return found[1] == self.between or not found[2].strip("0")

    def as_typed(self, value: str) -> str:
        """A number of the interface as its readers type it: one that is never unclear to them."""
        short = value.rstrip("0").removesuffix(".") if "." in value else value
        return short.replace(".", self.mark)

    @property
    def between(self) -> str:
        """What is written between thousands."""
        return str(numbers.get_group_symbol(self._locale))

    @property
    def mark(self) -> str:
        """What is written before decimals."""
        return str(numbers.get_decimal_symbol(self._locale))

    def day(self, text: str | None) -> Markup:
        """A day, of a text that begins with one (ISO 8601)."""
        if not text:
            return Markup("–")
        return _day(self._locale, text[:10])

    def month(self, text: str) -> Markup:
        """A month, of a text that begins with one (ISO 8601)."""
        found = dates.format_skeleton("yMMMM", date.fromisoformat(f"{text[:7]}-01"), None,
                                      locale=self._locale)  # fmt: skip
        return _time(text[:7], found)

    def instant(self, text: str | None) -> Markup:
        """Day and minute of an instant (RFC 3339), where the reader is."""
        if not text:
            return Markup("–")
        return _instant(self._locale, self._zone, text)

    def ago(self, text: str, now: datetime) -> Markup:
        """How long ago an instant was, in one word or two; the instant itself as its title."""
        passed = datetime.fromisoformat(text) - now
        said = dates.format_timedelta(
            min(passed, timedelta(0)), add_direction=True, locale=self._locale, threshold=1.2
        )
        title = escape(self.instant(text).striptags())
        return Markup('<time datetime="{}" title="{}">{}</time>').format(text, title, said)

    @property
    def zone(self) -> str:
        """The zone in which instants are shown."""
        return self._zone.key

    def _written(self, value: str | int | Decimal | None) -> str:
        if value is None:
            return "–"
        try:
            exact = Decimal(value)
        except InvalidOperation:
            return str(value)
        return _decimal(self._locale, str(exact))


def zone_of(name: str | None) -> ZoneInfo:
    """The zone that a browser says it is in; UTC, where that is none."""
    if name is None or len(name) > _LONGEST_ZONE:
        return ZoneInfo(UTC)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(UTC)


# The same days and numbers stand on many pages, and to write one takes 20 to 100 microseconds.
@lru_cache(maxsize=_KEPT)
def _decimal(locale: Locale, text: str) -> str:
    return numbers.format_decimal(Decimal(text), locale=locale, decimal_quantization=False)


@lru_cache(maxsize=_KEPT)
def _money_pattern(locale: Locale, decimals: int) -> numbers.NumberPattern:
    """How money of so many decimals is written.

    CLDR leaves out those of some moneys for which there are no coins (RSD, ALL, IQD, LBP): what is
    owed would be rounded as it is read.
    """
    found: numbers.NumberPattern = copy(locale.currency_formats["standard"])
    found.frac_prec = (decimals, decimals)
    return found


@lru_cache(maxsize=_KEPT)
def _day(locale: Locale, text: str) -> Markup:
    return _time(text, dates.format_date(date.fromisoformat(text), "medium", locale))


@lru_cache(maxsize=_KEPT)
def _instant(locale: Locale, zone: ZoneInfo, text: str) -> Markup:
    at = datetime.fromisoformat(text).astimezone(zone)
    day = dates.format_date(at, "medium", locale)
    clock = dates.format_time(at, "short", tzinfo=zone, locale=locale)
    return _time(text, f"{day}, {clock}")


def _apart(text: str) -> Markup:
    """What is written from left to right, whatever stands around it."""
    return Markup(f"<bdi>{escape(text)}</bdi>")


def _time(machine: str, people: str) -> Markup:
    return Markup(f'<time datetime="{escape(machine)}">{escape(people)}</time>')
