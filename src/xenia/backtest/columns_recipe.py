"""All that rows of purchases are made by, said once, as plain data: SQL, and what loops go by.

Numbers of a programme that stand in a row as they are (what budgets have) are not part of it: rows
that were made before are made by the same recipe, whatever these are.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from math import ceil
from pathlib import Path

import duckdb

from xenia.backtest.columns_bucket import BOUGHT
from xenia.backtest.columns_clock import day_sql
from xenia.backtest.columns_enrolling import asks_of_them
from xenia.backtest.columns_leaves import Told, quoted
from xenia.backtest.columns_statement import Statements, statements
from xenia.backtest.history import MEMBER, SCHEMA
from xenia.engine import operators
from xenia.engine.plan import LineNumber, Plan
from xenia.engine.terms import ROUNDING
from xenia.programme.model import Enrolment
from xenia.programme.periods import Duration
from xenia.programme.scope import money_decimals
from xenia.programme.settings import RoundPer, Tax

VOUCHERS = "len(vouchers)"
CLAIMING = f"select row_number() over () - 1 as at, occurred_at, spend from {BOUGHT}"
CLAIMS = f"select * from ({CLAIMING}) where len(spend) > 0"
_OF_CLAIMS = "currency units"  # what a claim has
_NONE = Statements((), (), ())
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Recipe:
    """Equal ones make equal rows of equal events, but for constants and what is claimed.

    `enters`: SQL of which purchases make a member of who is none; None: everybody is.  `assumes`:
    whether whoever has not enrolled has done it right before their first purchase.  `joining`: the
    kind of rows of enrolments; `known`: the columns of what is known of members that these rows are
    made of.  `day`: SQL of the local day.  `within`: how long purchases can be returned.  `claims`:
    whether there are columns of what is claimed.  Where it is not `plain`, rows of enrolments are
    made of more than it says.
    """

    bought: Statements
    left: Statements
    kind: int
    width: int
    line_numbers: tuple[LineNumber, ...]
    rounding: int
    by_line: bool
    tax_excluded: bool
    only_enrolled: bool
    enters: str | None
    assumes: bool
    joining: int
    known: tuple[str, ...]
    plain: bool
    day: str
    within: Duration | None
    claims: bool

    @classmethod
    def of(cls, plan: Plan, told: Told, key: bytes, *, sql: bool, assumes: bool) -> Recipe:
        """That of a plan; without `sql` for purchases.  Raises UnlikeError."""
        programme, part = plan.programme, plan.types["purchase"]
        joining = plan.types["enrolment"]
        plain, of_members = not asks_of_them(joining), filter(_is_of_member, told.attributes)
        settings, returns = programme.settings, programme.returns
        return cls(
            bought=statements(plan, part, told, key=key) if sql else _NONE,
            # Chance falls on nothing where it was not asked.
            left=statements(plan, part, told, key=None) if sql else _NONE,
            kind=part.number,
            width=len(part.columns),
            line_numbers=part.line_numbers,
            rounding=ROUNDING[settings.round_money],
            by_line=settings.round_per is RoundPer.LINE,
            tax_excluded=settings.tax is Tax.EXCLUDED,
            only_enrolled=programme.enrolment is Enrolment.ENROLMENT_ONLY,
            enters=_enters(plan),
            assumes=assumes,
            joining=joining.number,
            known=() if plain else tuple(of_members),
            plain=plain,
            day=day_sql(programme.timezone, "occurred_at", *told.between),
            within=None if returns is None else returns.within,
            claims=any(column.how == "claim" for column in part.columns),
        )

    @property
    def cutting(self) -> tuple[Hashable, ...]:
        """What purchases are cut into slices by, beside what is read of them."""
        return (
            *(self.kind, self.width, self.line_numbers),
            *(self.rounding, self.by_line, self.tax_excluded),
        )

    @property
    def sources(self) -> Collection[str]:
        """All of its SQL."""
        return [*self._sources()]

    def _sources(self) -> Iterator[str]:
        for said in (self.bought, self.left):
            yield from said.purchases
            yield from said.lines
        yield self.day
        yield VOUCHERS
        if self.enters is not None:
            yield self.enters
        if self.claims:
            yield f"{CLAIMS} {_OF_CLAIMS}"
        yield from map(quoted, self.known)

    @cached_property
    def print(self) -> str:
        """A name of it and of all that makes rows by it, which no other recipe has."""
        texts = [path.read_text("utf-8") for path in sorted(_HERE.glob("columns*.py"))]
        texts += [Path(operators.__file__).read_text("utf-8"), duckdb.__version__, str(SCHEMA)]
        return sha256("\0".join((repr(self), *texts)).encode()).hexdigest()[:32]


def _is_of_member(column: str) -> bool:
    return column.startswith(MEMBER)


def _enters(plan: Plan) -> str | None:
    programme = plan.programme
    if programme.enrolment is not Enrolment.ENROLMENT_ONLY or programme.first_purchase is None:
        return None
    least = ceil(programme.first_purchase.scaleb(money_decimals(programme)))
    amounts = "coalesce(list_sum(list_transform(lines, lambda each: each.amount)), 0)"
    return f"({amounts} >= {least})::tinyint"
