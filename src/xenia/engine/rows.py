"""An event becomes a row of whole numbers: what its conditions come to, its basket in slices."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence, Set

from msgspec import Struct

from xenia.effects import NOTHING, Given
from xenia.engine import operators
from xenia.engine.claims import Asked, Used
from xenia.engine.giving import given_numbers
from xenia.engine.line_numbers import Basket
from xenia.engine.link import functions
from xenia.engine.many import Conditions
from xenia.engine.offers import OfferReader
from xenia.engine.operators import (
    COLUMNS,
    DISCOUNTABLE,
    EARNING,
    FIRST,
    FIXED,
    MASK,
    REST,
    SLICES,
    SLICES_AT,
    STRIDE,
    TENDER,
    WHOLE_BILL,
)
from xenia.engine.plan import BROUGHT, LENT, Column, Plan, TypePlan
from xenia.engine.row_leaves import RowLeaves
from xenia.engine.terms import ROUNDING
from xenia.engine.type_writer import SLICES_MAX
from xenia.engine.zones import zone
from xenia.events.conventions import REFERRED_BY
from xenia.events.model import AttributeValue, Event, Purchase
from xenia.language import emit_python
from xenia.programme.model import Location
from xenia.programme.settings import RoundPer, Tax

_CALENDAR = ("year_of", "month_of_year", "day_of_month", "weekday_of")
FUNDED_BY = {"reward": "rewards", "card-balance": "prepaid", "gift-card": "prepaid"}


class Context(Struct, gc=False):
    """What an expression may ask beside the event's own fields."""

    member: Mapping[str, AttributeValue]
    location: Location
    claims: Mapping[str, int]  # units of each currency that may be spent at all
    given: Given  # what budgets have left (without a word about one, all of it), and chance
    reward: int  # the number of the reward that a redemption asks for, -1 of one not for sale
    amount: int = 0
    quantity: int = 0
    method: str | None = None
    tendered: int | None = None
    date: int = 0  # at the event's location
    hour: int = 0


class Slice(Struct, gc=False):
    """Lines that no condition tells apart: their places in the basket.

    `numbers`: what discounts go by, of each line of the basket; as the plan's `line_numbers`.
    """

    lines: list[int]
    numbers: Sequence[Sequence[int]]


class Row(Struct, gc=False):
    """`numbers` is what the step reads; `slices` is what the answer needs."""

    numbers: list[int]
    slices: list[Slice]
    day: int


Cut = tuple[int, int, list[int]]  # a slice's amount, its tax, and the places of its lines
Slices = Collection[tuple[int, Cut]]  # each with its mask

_NOWHERE = Location()
GIVEN = Column("given")
_ALL = frozenset({"amount", "quantity", "hour"})  # of a context, what takes time to find out
# What is alike in many lines, whose masks are remembered.
_KINDS = frozenset({"sku", "category", "unit", "tags", "brand", "seller"})
_MASKS = 2**12  # so many


def _keep_prices(numbers: list[int]) -> None:
    """No line of a basket is discountable."""
    first = numbers[SLICES_AT] + MASK
    for at in range(first, first + numbers[SLICES] * numbers[STRIDE], numbers[STRIDE]):
        numbers[at] &= ~DISCOUNTABLE


class RowReader:
    """Reads the events of one type for one plan."""

    def __init__(self, plan: Plan, part: TypePlan) -> None:
        self._plan = plan
        self._part = part
        names: dict[str, object] = {name: getattr(operators, name) for name in _CALENDAR}
        for place, column in enumerate(part.columns):
            if column.how == "listed":
                names[f"places_{place}"] = {v: i for i, v in enumerate(column.values)}
        names["masks"] = {}
        leaves = RowLeaves()
        many = Conditions(part)
        self._many = many if many.columns else None
        source = [*self._columns_source(leaves), *self._cut_source(leaves), ""]
        source += many.source(leaves)
        found = functions("\n".join(source), names, f"{part.name} row")
        self._columns: Callable[[Event, Context | None], list[int]] = found["columns"]
        self._cut: Callable[[Event, Context | None], Slices] = found["cut"]
        many.bind(found)
        self._offers = None if part.offers is None else OfferReader(part.offers, leaves, names)
        self._wanted = frozenset(leaves.context)
        programme = plan.programme
        self._mode = ROUNDING[programme.settings.round_money]
        self._locations, self._zone = programme.locations, plan.zone
        excluded = programme.settings.tax is Tax.EXCLUDED
        # By which a slice's tax counts with what is spent on it, of gross and of net prices.
        self._tax = {"gross": -1 if excluded else 0, "net": 0 if excluded else 1}
        self._earns = {
            "rewards": programme.settings.rewards_earn,
            "prepaid": programme.settings.prepaid_earns,
        }

    def read(
        self,
        event: Event,
        member: Mapping[str, AttributeValue],
        asked: Asked,
        given: Given = NOTHING,
    ) -> Row:
        """The row of an event, with the member's attributes, and what comes from outside, as known
        when it is decided."""
        context = None
        if self._wanted:
            context = self.context(event, member, asked, given, self._wanted)
        day = self._zone.day_of(event.occurred_at)
        columns = self._columns(event, context)
        numbers = [self._part.number, day, 0, 0, 0, 0, 0, day, FIRST, 0, *columns]
        if self._many is not None:
            self._many.ask(numbers, event, context)
        if asked.vouchers:
            self._add_vouchers(numbers, asked.vouchers)
        for key, units in given.reserved.items():
            if (column := Column("reserved", key=key)) in self._part.columns:
                numbers[COLUMNS + self._part.columns.index(column)] = units
        if not isinstance(event, Purchase):
            if self._offers is not None:
                self._offers.add(numbers, event, context)
            return Row(numbers, [], day)
        slices = self._cut(event, context)
        if len(slices) > SLICES_MAX:
            raise ValueError(f"a basket falls into {len(slices)} slices: check the programme first")
        row = Row(numbers, self._add_basket(numbers, event, slices, asked.vouchers), day)
        if event.claimed:
            _keep_prices(numbers)
        if self._offers is not None:
            self._offers.add(numbers, event, context)
        return row

    def _add_vouchers(self, numbers: list[int], vouchers: Sequence[Used]) -> None:
        """Two numbers for each, in columns that stand together."""
        at = COLUMNS + self._part.columns.index(Column("voucher", key="0"))
        used = [number for one in vouchers for number in (one.of.number, one.left)]
        numbers[at : at + len(used)] = used

    def context(
        self,
        event: Event,
        member: Mapping[str, AttributeValue],
        asked: Asked,
        given: Given = NOTHING,
        wanted: Set[str] = _ALL,
    ) -> Context:
        """What the event's own fields do not say; of what has to be worked out, what is wanted."""
        location = self._locations.get(event.location or "", _NOWHERE)
        context = Context(member, location, asked.units, given, asked.reward)
        if self._part.reads_clock:
            clock = zone(location.timezone) if location.timezone else self._zone
            context.date = clock.day_of(event.occurred_at)
            if "hour" in wanted:
                context.hour = clock.hour_of(event.occurred_at)
        if isinstance(event, Purchase):
            if "amount" in wanted:
                context.amount = sum([line.amount for line in event.lines])
            if "quantity" in wanted:
                context.quantity = sum([line.quantity for line in event.lines])
            if len(event.payments) == 1:
                paid = event.payments[0]
                context.method, context.tendered = paid.method, paid.amount
        return context

    def _add_basket(
        self,
        numbers: list[int],
        event: Purchase,
        slices: Slices,
        vouchers: Sequence[Used],
    ) -> list[Slice]:
        """Slices stand in the order of their first lines; each voucher has a number of its own."""
        lines, sign = event.lines, self._tax[event.prices]
        rest = sum([charge.amount for charge in event.charges]) if event.charges else 0
        if event.prices == "net":
            rest += sum([line.tax for line in lines])
            rest += sum([charge.tax for charge in event.charges])
        own: list[Sequence[int]] = []
        if self._part.line_numbers or vouchers:
            basket = Basket(lines, [(mask, cut[2]) for mask, cut in slices], self._mode)
            own += [basket.number(one) for one in self._part.line_numbers]
            own += [basket.of_voucher(one.of.line_number) for one in vouchers]
        if event.given is not None:
            numbers[COLUMNS + self._part.columns.index(GIVEN)] = FIXED + len(own)
            own += given_numbers(self._part, event)
        numbers[SLICES], numbers[SLICES_AT] = len(slices), len(numbers)
        numbers[STRIDE], numbers[REST] = FIXED + len(own), rest
        numbers[TENDER] = self._not_earning(event) if event.payments else 0
        found = []
        for mask, (amount, tax, places) in slices:
            # In the order of the columns AMOUNT, MASK, TAX and FIXED.
            numbers += (amount, mask, sign * tax)
            for each in own:
                numbers.append(sum([each[place] for place in places]))
            found.append(Slice(places, own))
        return found

    def _not_earning(self, event: Purchase) -> int:
        """What is paid by means that earn nothing; WHOLE_BILL where no amount is said."""
        found = 0
        for payment in event.payments:
            if not self._earns.get(FUNDED_BY.get(payment.method, ""), True):
                if payment.amount is None:
                    return WHOLE_BILL
                found += payment.amount
        return found

    # ---- generated parts ----

    def _columns_source(self, leaves: RowLeaves) -> list[str]:
        lines = ["def columns(e, c):", "    return ["]
        for place, column in enumerate(self._part.columns):
            lines.append(f"        {self._column(place, column, leaves)},")
        return [*lines, "    ]", ""]

    def _column(self, place: int, column: Column, leaves: RowLeaves) -> str:
        node = column.node
        match column.how:
            case "claim" | "reward" | "room" | "chance" | "brought":
                return self._from_outside(column, leaves)
            case "quantity" | "date" | "since":
                return f"e.{column.how}"
            case "voucher" | "given" | "reserved" | "offers":
                return "0"
        assert node is not None, "every other column is an expression"
        if column.how == "truth":
            if self._many is not None:
                return "0"  # until it is asked
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

    def _from_outside(self, column: Column, leaves: RowLeaves) -> str:
        """A column of what neither the event's own fields nor the programme say."""
        match column.how:
            case "claim":
                leaves.context.add("claims")
                return f"c.claims.get({column.key!r}, 0)"
            case "reward":
                leaves.context.add("reward")
                return "c.reward"
        leaves.context.add("given")
        match column.how:
            case "room":
                return f"c.given.rooms.get({column.key!r}, {self._plan.budgets[column.key]})"
            case "chance":
                return f"1 if {column.key!r} in (c.given.drawn or ()) else 0"
        lent = f"{LENT} if c.given.lent else {BROUGHT}"
        return f"({lent}) if {REFERRED_BY!r} in c.member and not e.claimed else 0"

    def _cut_source(self, leaves: RowLeaves) -> list[str]:
        """cut(e, c): the mask of each slice, with its amount, its tax and its lines.

        Masks that go by what is alike in many lines are remembered.
        """
        if self._part.name != "purchase":
            return ["def cut(e, c):", "    return ()"]
        by_line = self._plan.programme.settings.round_per is RoundPer.LINE
        begin = f"    found = {'[]' if by_line else '{}'}"
        lines = ["def cut(e, c):", begin, "    for place, l in enumerate(e.lines):"]
        mask = self._mask_source(of_line := RowLeaves())
        leaves.context |= of_line.context
        fields = [f"l.{name}" for name in sorted(of_line.fields)]
        if fields and of_line.fields <= _KINDS and not of_line.beyond:
            key = f"({', '.join(fields)})" if len(fields) > 1 else fields[0]
            lines += [
                f"        kind = {key}",
                "        mask = masks.get(kind)",
                "        if mask is None:",
                *[f"            {line}" for line in mask],
                f"            if len(masks) < {_MASKS}:",
                "                masks[kind] = mask",
            ]
        else:
            lines += [f"        {line}" for line in mask]
        if by_line:
            lines.append("        found.append((mask, (l.amount, l.tax, [place])))")
            return [*lines, "    return found"]
        return [
            *lines,
            "        if mask in found:",
            "            part = found[mask]",
            "            part[0] += l.amount",
            "            part[1] += l.tax",
            "            part[2].append(place)",
            "        else:",
            "            found[mask] = [l.amount, l.tax, [place]]",
            "    return found.items()",
        ]

    def _mask_source(self, leaves: RowLeaves) -> list[str]:
        """What a line is of, a bit for each condition."""
        lines = ["mask = 0"]
        for bit, never in ((DISCOUNTABLE, "discount"), (EARNING, "earn")):
            nodes = self._plan.excluded[never]
            excluded = [emit_python.is_true(node, leaves) for node in nodes]
            test = f"if not ({' or '.join(excluded)}): " if excluded else ""
            lines.append(f"{test}mask |= {bit}")
        for place, node in enumerate(self._part.predicates):
            lines.append(f"if {emit_python.is_true(node, leaves)}: mask |= {4 << place}")
        return lines
