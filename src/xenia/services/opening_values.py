"""Reads the single values of a row that tells what a member brings along."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from xenia.engine.zones import EPOCH, Zone
from xenia.services.opening_tables import Mapped

_DATES = {
    "yyyy-mm-dd": "%Y-%m-%d",
    "dd.mm.yyyy": "%d.%m.%Y",
    "dd/mm/yyyy": "%d/%m/%Y",
    "mm/dd/yyyy": "%m/%d/%Y",
}
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)"
    r" ?(Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_BEGAN = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, LAST = (date(1950, 1, 1) - EPOCH).days, (date(2200, 1, 1) - EPOCH).days
_WITH_COMMA = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+)(?:,[0-9]+)?", re.ASCII)
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")


class Flaw(ValueError):  # noqa: N818 - it is named after what it says
    """What is wrong with a row, by a code and in a sentence."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


def number(written: str, mapped: Mapped) -> str:
    """With a decimal point, and nothing between the thousands.  Raises Flaw."""
    if mapped.decimals != ",":
        return written
    if _WITH_COMMA.fullmatch(written) is None:
        text = f'"{written[:40]}" is no number with a decimal comma, such as 1.234,50'
        raise Flaw("not-a-decimal", text)
    return written.replace(".", "").replace(",", ".")


def truth(values: Mapping[str, str], name: str) -> bool:
    """Yes or no; no, where nothing is said.  Raises Flaw."""
    written = values.get(name, "no").lower()
    if written not in (*_YES, *_NO):
        raise Flaw("wrong-type", f'"{name}" is yes or no, not "{written[:40]}"')
    return written in _YES


def parse_day(written: str, name: str, mapped: Mapped, zone: Zone) -> int:
    """The number of a day, or of the local day on which a time was.  Raises Flaw."""
    day = _day(written, _DATES[mapped.dates])
    if day is None:
        day = _day_of_time(written, zone)
    if day is None or not _FIRST <= day < LAST:
        text = f'{name}: "{written[:40]}" is no day written as {mapped.dates}'
        raise Flaw("not-a-time", f"{text}: a mapping (--map) can say how days are written")
    return day


def _day_of_time(written: str, zone: Zone) -> int | None:
    """The local day of a time; without an offset it is told by the programme's clock.  None where
    it is no time."""
    match = _TIME.fullmatch(written)
    if match is None:
        return None
    clock, offset = match.groups()
    try:
        if offset is None:
            return (datetime.fromisoformat(clock).date() - EPOCH).days
        since = datetime.fromisoformat(clock + offset.replace("UTC", "Z")) - _BEGAN
    except ValueError:
        return None
    return zone.day_of(since // timedelta(microseconds=1))


@lru_cache(maxsize=2**14)
def _day(written: str, form: str) -> int | None:
    """The number of a day; None where it is written otherwise."""
    try:
        return (datetime.strptime(written, form).date() - EPOCH).days  # noqa: DTZ007
    except ValueError:
        return None
