"""Numbers, names and times of a demonstration, as they are printed."""

from __future__ import annotations

from textwrap import fill

from rich.console import Console

from xenia.amounts import format_decimal
from xenia.engine.operators import NEAREST, round_ratio
from xenia.engine.plan import Plan
from xenia.programme.texts import Texts

WIDTH = 100


class Words:
    """How the numbers and names of one programme are printed."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def money(self, amount: int) -> str:
        """With its code: 1,234.50 USD."""
        return f"{self.bare(amount)} {self._plan.programme.money}"

    def bare(self, amount: int) -> str:
        """Without it: 1,234.50."""
        return grouped(amount, self._plan.money_decimals)

    def units(self, currency: str, number: int) -> str:
        """With the currency's name: 1,234 points."""
        return f"{self.number(currency, number)} {currency}"

    def number(self, currency: str, number: int) -> str:
        """Without it: 1,234."""
        return grouped(number, self._plan.programme.currencies[currency].decimals)

    def rule(self, key: str) -> str:
        """A rule's title, else its id."""
        return _text(self._plan.programme.rules[key].title, key)

    def reward(self, key: str) -> str:
        """A reward's title, else its id."""
        return _text(self._plan.programme.rewards[key].title, key)

    def programme(self) -> str:
        """The programme's title, else its id."""
        return _text(self._plan.programme.title, self._plan.programme.id)

    def minute(self, instant: int) -> str:
        """Day and minute of an instant (microseconds), on the programme's clocks."""
        return self._plan.zone.text(instant)[:16].replace("T", " ")

    def day(self, day: int) -> str:
        """A local day number."""
        return self.minute(self._plan.zone.start_of(day))[:10]


def grouped(value: int, decimals: int) -> str:
    """123450 with two decimals is 1,234.50."""
    whole, point, rest = format_decimal(abs(value), decimals).partition(".")
    return f"{'-' if value < 0 else ''}{int(whole):,}{point}{rest}"


def share(part: int, whole: int) -> str:
    """A part in per cent, with one decimal."""
    return f"{grouped(round_ratio(1000 * part, whole, NEAREST), 1)} %" if whole else "-"


def many(number: int, one: str, more: str = "") -> str:
    """1 purchase, 2 purchases."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def _text(texts: Texts | None, key: str) -> str:
    return texts.forms["en"][0] if texts is not None and "en" in texts.forms else key


def console() -> Console:
    """As wide as the terminal; where there is none, wide enough for the tables."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=WIDTH)


def heading(text: str) -> None:
    """A line of its own above what follows."""
    print(f"\n{text}\n{'-' * len(text)}")


def paragraph(text: str) -> None:
    """A sentence or more, wrapped."""
    print(fill(text, WIDTH))


def item(text: str) -> None:
    """One of several, with a dash before it."""
    print(fill(text, WIDTH, initial_indent="- ", subsequent_indent="  "))
