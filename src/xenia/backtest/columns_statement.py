"""What the rows of purchases are made of, as SQL: columns of purchases, and columns of lines.

Both are told in the order of the table that they are read from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xenia.backtest.columns_chance import falls
from xenia.backtest.columns_leaves import LINE, SqlLeaves, Told, listed, of_line
from xenia.engine.operators import DISCOUNTABLE, EARNING, UP, WHOLE_BILL
from xenia.engine.operators import NEAREST as NEAR
from xenia.engine.plan import Bundled, Column, FixedPrice, LineNumber, Picked, Plan, TypePlan
from xenia.engine.rows import FUNDED_BY
from xenia.engine.terms import ROUNDING
from xenia.events.model import QUANTITY_DECIMALS
from xenia.language import emit_sql
from xenia.language.ir import Node

_SMALL = "tinyint"
_WHOLE = 10**QUANTITY_DECIMALS
BITS_MAX = 60  # conditions of lines: as many bits of a mask are above 0 in 64

BY_MAX = 2**14  # times the units of a line, 2**45 at most: so far a share of its price is exact


@dataclass(frozen=True, slots=True)
class Statements:
    """Sources of columns: `purchases` from a table of them, `lines` from one of their lines.

    The first of purchases are `HEAD`; behind these are those that stand at `places` in a row: what
    stands at others is 0 at first.  Of lines there are mask, amount, tax, the plan's line numbers
    and, where units are picked, the quantity.
    """

    purchases: tuple[str, ...]
    lines: tuple[str, ...]
    places: tuple[int, ...]


HEAD = ("lines", "day", "rest", "net", "tender")


def statements(plan: Plan, part: TypePlan, told: Told, *, key: bytes | None) -> Statements:
    """What is read of purchases, in any table of them; without a `key` chance falls on nothing.

    Raises `UnlikeError`.
    """
    leaves = SqlLeaves(plan.programme, told)
    selected, places = [*_head(plan, leaves)], list[int]()
    for place, column in enumerate(part.columns):
        if (source := _column(plan, column, leaves, key)) is not None:
            selected.append(source)
            places.append(place)
    return Statements(tuple(selected), tuple(_lines(plan, part, leaves)), tuple(places))


def lines_of(table: str) -> str:
    """The lines of the purchases in a table, as one."""
    return f"(select *, unnest(lines) as {LINE} from {table})"


# ---- purchases -----------------------------------------------------------------------------------


def _head(plan: Plan, leaves: SqlLeaves) -> Iterator[str]:
    yield "len(lines)"
    yield leaves.day()
    taxes = "(case when prices = 'net' then each.amount + each.tax else each.amount end)"
    yield f"(case when len(charges) = 0 then 0 else {_sum('charges', taxes)} end)"
    yield f"(prices = 'net')::{_SMALL}"
    yield _tender(plan)


def _sum(records: str, value: str) -> str:
    return f"coalesce(list_sum(list_transform({records}, lambda each: {value})), 0)::bigint"


def _tender(plan: Plan) -> str:
    """What is paid by means that earn nothing."""
    settings = plan.programme.settings
    earns = {"rewards": settings.rewards_earn, "prepaid": settings.prepaid_earns}
    idle = [emit_sql.text(method) for method, fund in FUNDED_BY.items() if not earns[fund]]
    if not idle:
        return f"0::{_SMALL}"
    those = f"list_filter(payments, lambda each: each.method in ({', '.join(idle)}))"
    amounts = f"list_transform({those}, lambda each: each.amount)"
    whole = f"len(list_filter({those}, lambda each: each.amount is null)) > 0"
    found = f"coalesce(list_sum({amounts}), 0)::bigint"
    return f"(case when len(payments) = 0 then 0 when {whole} then {WHOLE_BILL} else {found} end)"


def _column(plan: Plan, column: Column, leaves: SqlLeaves, key: bytes | None) -> str | None:
    """Source of a column; None of one that no purchase says."""
    match column.how:
        case "chance":
            if key is None:
                return None
            chance = plan.programme.rules[column.key].chance
            assert chance is not None, "the rule asks for chance"
            return f"{falls(key, plan.programme.id, column.key, chance)}::{_SMALL}"
        case "room" | "claim" | "brought" | "voucher" | "given" | "reserved" | "offers":
            # What budgets have and what is claimed is filled in; nothing else of these is told in a
            # history.
            return None
    node = column.node
    assert node is not None, "every other column of a purchase is an expression"
    if column.how == "truth":
        return f"{emit_sql.is_true(node, leaves)}::{_SMALL}"
    value = emit_sql.value(node, leaves)
    match column.how:
        case "three":
            return f"coalesce({value}::{_SMALL}, 2)"
        case "known":
            return f"({value} is not null)::{_SMALL}"
        case "listed":
            return listed(value, column.values)
    return f"coalesce({value}, 0)::bigint" if node.nullable else f"{value}::bigint"


# ---- lines ---------------------------------------------------------------------------------------


def _lines(plan: Plan, part: TypePlan, leaves: SqlLeaves) -> list[str]:
    mode = ROUNDING[plan.programme.settings.round_money]
    numbers = [_number(number, mode) for number in part.line_numbers]
    if any(isinstance(number, Picked) for number in part.line_numbers):
        numbers.append(f"{LINE}.quantity")
    return [_mask(plan, part, leaves), f"{LINE}.amount", f"{LINE}.tax", *numbers]


def _mask(plan: Plan, part: TypePlan, leaves: SqlLeaves) -> str:
    always, bits = 0, list[str]()
    for bit, never in ((DISCOUNTABLE, "discount"), (EARNING, "earn")):
        if excluded := [_holds(node, leaves) for node in plan.excluded[never]]:
            bits.append(f"(not ({' or '.join(excluded)}))::bigint * {bit}")
        else:
            always |= bit
    for place, node in enumerate(part.predicates):
        bits.append(f"{_holds(node, leaves)}::bigint * {4 << place}")
    return " + ".join([f"{always}::bigint", *bits])


def _holds(node: Node, leaves: SqlLeaves) -> str:
    return emit_sql.is_true(of_line(node), leaves)


def _number(number: LineNumber, mode: int) -> str:
    """What a line costs at a fixed price: never more than it does without.  What is off units that
    are picked is found later."""
    if isinstance(number, Picked):
        return "0::bigint"
    assert isinstance(number, FixedPrice), "others are read row by row"
    up = {UP: _WHOLE - 1, NEAR: _WHOLE // 2}.get(mode, 0)
    due = f"(({number.price}::hugeint * {LINE}.quantity + {up}) // {_WHOLE})"
    return f"least({LINE}.amount, {due})::bigint"


def why_not(part: TypePlan) -> Sequence[str]:
    """What of a programme SQL does not say, so that purchases are read one by one."""
    found = []
    if any(isinstance(number, Bundled) for number in part.line_numbers):
        found.append("a discount is on bundles of lines")
    if any(
        isinstance(number, Picked) and not number.number <= number.by <= BY_MAX
        for number in part.line_numbers
    ):
        found.append("a discount on some units of a basket is of a very small part of them")
    if part.offers is not None:
        found.append("rules stand in a table, as they are so many")
    if len(part.predicates) > BITS_MAX:
        found.append(f"rules tell lines apart by more than {BITS_MAX} conditions")
    return found
