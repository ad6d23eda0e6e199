"""What SQL does not say of purchases: what they ask to spend, and rows that `RowReader` reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
from msgspec import structs

from xenia.backtest.history import MEMBER, event_of
from xenia.backtest.tables import Vector
from xenia.effects import NOTHING
from xenia.engine.chance import drawn
from xenia.engine.claims import Asked, asked
from xenia.engine.plan import Plan, TypePlan
from xenia.engine.rows import RowReader
from xenia.events.model import Purchase

Told = Mapping[str, Any]  # a row of a table of purchases


def one_by_one(
    plan: Plan, part: TypePlan, those: Iterable[Told], key: bytes, *, first: bool
) -> tuple[Vector, Vector]:
    """The rows of purchases in a history's columns, one behind the other, and where each starts,
    the end last.  Where they are not decided for the `first` time, chance falls on nothing, and
    nothing is claimed."""
    reader = RowReader(plan, part)
    numbers, starts = list[int](), [0]
    for told in those:
        event, given = event_of(told), NOTHING
        if part.chances and first:
            given = structs.replace(given, drawn=drawn(plan, part, event, key))
        member = {
            name.removeprefix(MEMBER): value
            for name, value in told.items()
            if name.startswith(MEMBER) and value is not None
        }
        numbers += reader.read(
            event, member, asked(plan, event) if first else Asked(), given
        ).numbers
        starts.append(len(numbers))
    return np.array(numbers, np.int64), np.array(starts, np.int64)


def claimed(plan: Plan, those: Iterable[Told]) -> Iterator[Mapping[str, int]]:
    """The units that each of these purchases asks to spend, by currency: of their columns
    `occurred_at` and `spend`."""
    ends = plan.programme.spend_until

    @cache
    def units(spend: tuple[tuple[str, str], ...], occurred_at: int) -> Mapping[str, int]:
        said = Purchase(id="", occurred_at=occurred_at, lines=(), spend=dict(spend))
        return asked(plan, said).units

    for told in those:
        spend = tuple((each["currency"], each["units"]) for each in told["spend"])
        # Only where everything ends some day it matters when they were bought.
        yield units(spend, 0 if ends is None else told["occurred_at"])
