"""Writes how members are told, some days before, that units will end."""

from __future__ import annotations

from collections.abc import Iterator

from xenia.effects import Kind
from xenia.engine.plan import Code
from xenia.engine.slots import Slots
from xenia.engine.terms import Terms
from xenia.engine.type_writer import Codes
from xenia.programme.model import SpendFirst


def emit_notices(terms: Terms, slots: Slots, codes: Codes) -> None:
    """In `due`, on `day`: of each end so many days later, what is there of it; once, as a day
    begins that the member has not come to yet (`before`)."""
    say, closes = terms.source.say, _closes(terms)
    for key, notice, swapped in _noticed(terms):
        code = codes.number(Code(Kind.NOTIFY, currency=key))
        rings = slots.lots[key], slots.held[key]
        last, inside = "ends", ""
        say(1, "if day > before:")
        say(2, f"ends = day + {notice}")
        if closes is not None:  # all that is left ends then, and nothing later
            last, inside = "last", f" and day + {notice} < {closes}"
            say(2, f"last = ends if ends < {closes} else 0")
            say(2, f"if ends == {closes}:")
            say(3, "last = FAR")
        _tell(terms, code, [f"ending(state, {at}, {swapped}, ends, {last})" for at in rings])
        if key in slots.idle:
            say(1, f"if day > before and state[{slots.idle[key]}] == day + {notice}{inside}:")
            say(2, f"ends = day + {notice}")
            _tell(terms, code, [f"ending(state, {at}, {swapped}, ends + 1, FAR)" for at in rings])


def _tell(terms: Terms, code: int, units: list[str]) -> None:
    terms.source.say(2, f"units = {' + '.join(units)}")
    terms.source.say(2, "if units > 0:")
    terms.source.say(3, f"emit(log, {code}, units, ends, 0)")


def emit_next_notice(terms: Terms, slots: Slots) -> None:
    """In `next_due`: the first day to come on which there is something to tell."""
    say, closes = terms.source.say, _closes(terms)
    last = "FAR" if closes is None else closes
    for key, notice, swapped in _noticed(terms):
        for at in (slots.lots[key], slots.held[key]):
            say(1, f"told = next_notice(state, {at}, {swapped}, {notice})")
            say(1, f"if told + {notice} < {last}:")
            say(2, "first = min(first, told)")
            if closes is not None:
                say(1, f"if state[{at} + TOTAL] > 0 and state[DAY] + {notice} < {closes}:")
                say(2, f"first = min(first, {closes} - {notice})")
            if key in slots.idle:
                idle = f"state[{slots.idle[key]}]"
                say(1, f"if state[{at} + TOTAL] > 0 and state[DAY] + {notice} < {idle} < {last}:")
                say(2, f"first = min(first, {idle} - {notice})")


def _closes(terms: Terms) -> str | None:
    """Source of the day on which everything ends."""
    return None if terms.closing is None else terms.source.param(terms.closing)


def _noticed(terms: Terms) -> Iterator[tuple[str, str, int]]:
    """Id, source of the days before, and which number of a lot is its end."""
    for key, currency in sorted(terms.programme.currencies.items()):
        if currency.notice is not None:
            swapped = currency.spend_first is SpendFirst.FIRST_EARNED
            yield key, terms.source.param(currency.notice.days), int(swapped)
