"""Reads the single values of a row that tells what a member brings along."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from xenia.engine.zones import EPOCH, Zone
from xenia.events.moments import NotATime, parse_time
from xenia.services.opening_tables import Mapped

_DATES = {
    "yyyy-mm-dd": "%Y-%m-%d",
    "dd.mm.yyyy": "%d.%m.%Y",
    "dd/mm/yyyy": "%d/%m/%Y",
    "mm/dd/yyyy": "%m/%d/%Y",
}
_ISO = len("2026-11-21")
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
    if day is None and len(written) > _ISO:
        try:
            day = zone.day_of(parse_time(written.replace(" ", "T", 1)))
        except NotATime:
            day = _day(written[:_ISO], _DATES["yyyy-mm-dd"])
    if day is None or not _FIRST <= day < LAST:
        text = f'{name}: "{written[:40]}" is no day written as {mapped.dates}'
        raise Flaw("not-a-time", f"{text}: a mapping (--map) can say how days are written")
    return day


@lru_cache(maxsize=2**14)
def _day(written: str, form: str) -> int | None:
    """The number of a day; None where it is written otherwise."""
    try:
        return (datetime.strptime(written, form).date() - EPOCH).days  # noqa: DTZ007
    except ValueError:
        return None
