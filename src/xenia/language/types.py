"""The types of the programme language, and what an expression may name.

Values at run time are whole numbers, texts and truth values only: a `Number` of scale 2 is counted
in hundredths, a `Date` is a local day number (0 is 1970-01-01), an `Instant` a UTC microsecond, a
`Level` the place of a tier's level on its ladder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

# The largest absolute whole number that each kind of value can hold; `parse` proves from these that
# nothing overflows 63 bits.
COUNT_BOUND = 10**4  # nights, rooms, days, drivers
AMOUNT_BOUND = 2**43  # one purchase, smallest money units
UNITS_BOUND = 2**53  # balances, metrics
QUANTITY_BOUND = 10**12  # thousandths
DAY_BOUND = 2**22  # day numbers up to the year 9999
OVERFLOW = 2**63
SCALE_MAX = 9  # decimals that an exact product may have
RATE_MAX = 10**6


@dataclass(frozen=True, slots=True)
class Bool:
    """true, false, or unknown."""


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number of 10**-scale."""

    scale: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """Any text, or one of `options` where they are declared."""

    options: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """A set of texts (a line's tags): only `"x" in l.tags` is asked of it."""


@dataclass(frozen=True, slots=True)
class Date:
    """A local day."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment; only `occurred_at` is one.  Calendar functions read it on the event's clock."""


@dataclass(frozen=True, slots=True)
class Level:
    """A tier's level; compared by name with ==, != and in, by rank with at_least()."""

    ladder: str
    options: tuple[str, ...]  # lowest first


Type = Bool | Number | Text | Texts | Date | Instant | Level


class Origin(StrEnum):
    """When the value of a name is known: that decides in which part of the plan it is read."""

    EVENT = "event"  # from the event alone
    STATE = "state"  # from the member's state before the event
    DISCOUNTED = "discounted"  # once the discounts are decided: paid, spent
    EARNED = "earned"  # once the accruals are decided


@dataclass(frozen=True, slots=True)
class Name:
    """What a dotted name stands for; `bound` is the largest absolute value of its whole number."""

    type: Type
    nullable: bool = False
    origin: Origin = Origin.EVENT
    bound: int = UNITS_BOUND


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression in one place may name.

    `names`: dotted names (`basket.amount`, `metric.spent_this_year`).  `lists`: record lists
    (`lines`, `payments`, `charges`) and their fields.  `constants`: named lists of texts
    (`list.special`).  `previous`, `with_this`: what
    previous(metric.x) and with_this(metric.x) stand for, by metric name, where they are allowed.
    """

    names: Mapping[str, Name]
    lists: Mapping[str, Mapping[str, Name]]
    constants: Mapping[str, tuple[str, ...]]
    previous: Mapping[str, Name]
    with_this: Mapping[str, Name]
