"""An event becomes a row of whole numbers: what its conditions come to, its basket in slices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from xenia.engine import operators
from xenia.engine.claims import Asked
from xenia.engine.link import functions
from xenia.engine.operators import (
    AMOUNT,
    DISCOUNTABLE,
    EARNING,
    FIXED,
    MASK,
    REST,
    SLICES,
    SLICES_AT,
    STRIDE,
    TAX,
    TENDER,
    WHOLE_BILL,
    round_ratio,
)
from xenia.engine.plan import Column, Plan, TypePlan
from xenia.engine.terms import ROUNDING
from xenia.engine.type_writer import SLICES_MAX
from xenia.engine.zones import zone
from xenia.events.model import (
    QUANTITY_DECIMALS,
    AttributeValue,
    Event,
    Line,
    Purchase,
)
from xenia.language import emit_python
from xenia.language.ir import Field, Ref
from xenia.programme.model import Location, Tax

_CALENDAR = ("year_of", "month_of_year", "day_of_month", "weekday_of")
_RECORDS = {
    "lines": ("e.lines", "l"),
    "payments": ("e.payments", "p"),
    "charges": ("e.charges", "g"),
}
_OWN = frozenset({"channel", "location", "partner", "cashier", "terminal", "receipt"})
_CONTEXT = {
    "basket.amount": ("c.amount", None),
    "basket.quantity": ("c.quantity", None),
    "payment.method": ("c.method", "c.method is not None"),
    "payment.amount": ("c.tendered", "c.tendered is not None"),
    "location.region": ("c.location.region", "c.location.region is not None"),
    "location.owner": ("c.location.owner", "c.location.owner is not None"),
    "location.partner": ("c.location.partner", "c.location.partner is not None"),
    "occurred_at.date": ("c.date", None),
    "occurred_at.hour": ("c.hour", None),
}
_FUNDED_BY = {"reward": "rewards", "card-balance": "prepaid", "gift-card": "prepaid"}


@dataclass(slots=True)
class Context:
    """What an expression may ask beside the event's own fields."""

    member: Mapping[str, AttributeValue]
    location: Location
    claims: Mapping[str, int]  # units of each currency that may be spent at all
    reward: int  # the number of the reward that a redemption asks for, -1 of one not for sale
    amount: int = 0
    quantity: int = 0
    method: str | None = None
    tendered: int | None = None
    date: int = 0  # at the event's location
    hour: int = 0


@dataclass(frozen=True, slots=True)
class Slice:
    """Lines that no condition tells apart."""

    mask: int
    lines: tuple[int, ...]  # places in the basket
    fixed: tuple[tuple[int, ...], ...]  # what each line costs at each fixed price


@dataclass(frozen=True, slots=True)
class Row:
    """`numbers` is what the step reads; `slices` and `context` are what the answer needs."""

    numbers: list[int]
    slices: tuple[Slice, ...]
    context: Context
    day: int


_NOWHERE = Location()


def _fill_basket(context: Context, event: Purchase) -> None:
    context.amount = sum([line.amount for line in event.lines])
    context.quantity = sum([line.quantity for line in event.lines])
    if len(event.payments) == 1:
        context.method, context.tendered = event.payments[0].method, event.payments[0].amount


class RowLeaves:
    """How names are read from an event `e`, its context `c` and a line `l`."""

    def ref(self, node: Ref) -> tuple[str, str | None]:
        """See emit_python.Leaves."""
        root, _, rest = node.name.partition(".")
        if node.name in _CONTEXT:
            return _CONTEXT[node.name]
        if root in ("attributes", "member"):
            owner = "e.attributes" if root == "attributes" else "c.member"
            source = f"{owner}.get({_key(rest)!r})"
            return source, f"{source} is not None"
        if node.name in _OWN:
            return f"e.{node.name}", f"e.{node.name} is not None"
        return f"e.{node.name}", None

    def field(self, node: Field) -> tuple[str, str | None]:
        """See emit_python.Leaves."""
        source = f"{_RECORDS[node.list][1]}.{node.name}"
        return source, f"{source} is not None" if node.nullable else None

    def records(self, name: str) -> tuple[str, str]:
        """See emit_python.Leaves."""
        return _RECORDS[name]


def _key(name: str) -> str:
    return name.replace("_", "-")


class RowReader:
    """Reads the events of one type for one plan."""

    def __init__(self, plan: Plan, part: TypePlan) -> None:
        self._plan = plan
        self._part = part
        names = {name: getattr(operators, name) for name in _CALENDAR}
        for place, column in enumerate(part.columns):
            if column.how == "listed":
                names[f"places_{place}"] = {v: i for i, v in enumerate(column.values)}
        source = "\n".join([*self._columns_source(), *self._mask_source()]) + "\n"
        found = functions(source, names, f"{part.name} row")
        self._columns: Callable[[Event, Context], list[int]] = found["columns"]  # type: ignore[assignment]
        self._mask: Callable[[Event, Context, Line], int] = found["mask"]  # type: ignore[assignment]

    def read(self, event: Event, member: Mapping[str, AttributeValue], asked: Asked) -> Row:
        """The row of an event, with the member's attributes as known when it is decided."""
        location = self._plan.programme.locations.get(event.location or "", _NOWHERE)
        context = Context(member, location, asked.units, asked.reward)
        if self._part.reads_clock:
            clock = zone(location.timezone) if location.timezone else self._plan.zone
            context.date, context.hour = (
                clock.day_of(event.occurred_at),
                clock.hour_of(event.occurred_at),
            )
        if isinstance(event, Purchase):
            _fill_basket(context, event)
        day = self._plan.zone.day_of(event.occurred_at)
        numbers = [self._part.number, day, 0, 0, 0, 0, 0]
        numbers += self._columns(event, context)
        slices: tuple[Slice, ...] = ()
        if isinstance(event, Purchase):
            slices = self._slices(event, context)
            self._add_basket(numbers, event, slices)
        return Row(numbers, slices, context, day)

    def _slices(self, event: Purchase, context: Context) -> tuple[Slice, ...]:
        """In the order of their first lines."""
        found: dict[int, list[int]] = {}
        for place, line in enumerate(event.lines):
            found.setdefault(self._mask(event, context, line), []).append(place)
        if len(found) > SLICES_MAX:
            raise ValueError(f"a basket falls into {len(found)} slices: check the programme first")
        slices = [
            Slice(mask, tuple(places), self._fixed(event, places)) for mask, places in found.items()
        ]
        return tuple(slices)

    def _fixed(self, event: Purchase, places: list[int]) -> tuple[tuple[int, ...], ...]:
        """What each line costs at each fixed price: never more than it does without."""
        if not self._part.prices:
            return ((),) * len(places)
        mode = ROUNDING[self._plan.programme.settings.round_money]
        return tuple(
            tuple(
                min(line.amount, round_ratio(price * line.quantity, 10**QUANTITY_DECIMALS, mode))
                for price in self._part.prices
            )
            for line in (event.lines[place] for place in places)
        )

    def _add_basket(self, numbers: list[int], event: Purchase, slices: tuple[Slice, ...]) -> None:
        lines, stride = event.lines, FIXED + len(self._part.prices)
        net = event.prices == "net"
        excluded = self._plan.programme.settings.tax is Tax.EXCLUDED
        sign = (0 if excluded else 1) if net else (-1 if excluded else 0)
        numbers[SLICES], numbers[SLICES_AT], numbers[STRIDE] = len(slices), len(numbers), stride
        numbers[REST] = sum(charge.amount for charge in event.charges)
        if net:
            numbers[REST] += sum(line.tax for line in lines)
            numbers[REST] += sum(charge.tax for charge in event.charges)
        numbers[TENDER] = self._not_earning(event)
        for found in slices:
            part = [0] * stride
            part[AMOUNT] = sum([lines[place].amount for place in found.lines])
            part[MASK] = found.mask
            part[TAX] = sign * sum([lines[place].tax for place in found.lines]) if sign else 0
            part[FIXED:] = [sum(costs) for costs in zip(*found.fixed, strict=True)]
            numbers += part

    def _not_earning(self, event: Purchase) -> int:
        """What is paid by means that earn nothing; WHOLE_BILL where no amount is said."""
        settings = self._plan.programme.settings
        earns = {"rewards": settings.rewards_earn, "prepaid": settings.prepaid_earns}
        found = 0
        for payment in event.payments:
            if not earns.get(_FUNDED_BY.get(payment.method, ""), True):
                if payment.amount is None:
                    return WHOLE_BILL
                found += payment.amount
        return found

    # ---- generated parts ----

    def _columns_source(self) -> list[str]:
        lines = ["def columns(e, c):", "    return ["]
        for place, column in enumerate(self._part.columns):
            lines.append(f"        {self._column(place, column)},")
        return [*lines, "    ]", ""]

    def _column(self, place: int, column: Column) -> str:
        leaves, node = RowLeaves(), column.node
        match column.how:
            case "claim":
                return f"c.claims.get({column.key!r}, 0)"
            case "reward":
                return "c.reward"
            case "quantity":
                return "e.quantity"
        assert node is not None, "every other column is an expression"
        if column.how == "truth":
            return f"1 if {emit_python.is_true(node, leaves)} else 0"
        if column.how == "three":
            true, false = emit_python.is_true(node, leaves), emit_python.is_false(node, leaves)
            return f"1 if {true} else 0 if {false} else 2"
        value, known = emit_python.value(node, leaves)
        if column.how == "known":
            return "1" if known is None else f"1 if {known} else 0"
        if column.how == "listed":
            value = f"places_{place}.get({value}, -1)"
            return value if known is None else f"{value} if {known} else -1"
        return value if known is None else f"{value} if {known} else 0"

    def _mask_source(self) -> list[str]:
        leaves = RowLeaves()
        lines = ["def mask(e, c, l):", "    found = 0"]
        for bit, never in ((DISCOUNTABLE, "discount"), (EARNING, "earn")):
            excluded = [emit_python.is_true(node, leaves) for node in self._plan.excluded[never]]
            lines.append(f"    if not ({' or '.join(excluded) or 'False'}):")
            lines.append(f"        found |= {bit}")
        for place, node in enumerate(self._part.predicates):
            lines.append(f"    if {emit_python.is_true(node, leaves)}:")
            lines.append(f"        found |= {4 << place}")
        return [*lines, "    return found"]
