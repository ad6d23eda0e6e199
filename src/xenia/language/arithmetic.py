"""Numbers: how scales meet, and the proof that no result reaches 2^63.

Every numeric node carries `bound`, the largest absolute whole number that it can be.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from xenia.language.context import Term
from xenia.language.errors import Place, Placed, fault
from xenia.language.ir import Arith, Constant, Extreme, Node, Per, Round
from xenia.language.types import OVERFLOW, SCALE_MAX, Date, Instant, Number


def scale(node: Node) -> int:
    """The decimals of a number; 0 of anything else."""
    return node.type.scale if isinstance(node.type, Number) else 0


def fitting(bound: int, place: Placed, how: str) -> int:
    """`bound`, if it is below 2^63."""
    if bound >= OVERFLOW:
        raise fault(
            place,
            f"{how}, which is not below 2^63",
            "limit a number first, max(0, min(x, 1000)), or count larger steps, per(x, 10)",
        )
    return bound


def aligned(term: Term, to: int) -> int:
    """The bound of a number once it is counted in `to` decimals."""
    bound = term.node.bound * 10 ** (to - scale(term.node))
    return fitting(bound, term, f"with {to} decimals this can be {bound}")


def unified_numbers(terms: tuple[Term, ...]) -> tuple[Number, int]:
    """The type and bound of a number that is one of these."""
    decimals = max(scale(term.node) for term in terms)
    return Number(decimals), max(aligned(term, decimals) for term in terms)


def _nullable(*terms: Term) -> bool:
    return any(term.node.nullable for term in terms)


def arithmetic(op: Literal["+", "-", "*"], sign: int, left: Term, right: Term) -> Node:
    """The node of `left op right`."""
    for term in (left, right):
        _is_number(op, term)
    place = Place(left.at, right.end)
    if op == "*":
        decimals = scale(left.node) + scale(right.node)
        if decimals > SCALE_MAX:
            raise fault(
                place,
                f"this product would have {decimals} decimals, more than {SCALE_MAX}",
                "round a factor first: round(x, 2)",
            )
        how = f"this product can be {left.node.bound} × {right.node.bound}"
        bound = fitting(left.node.bound * right.node.bound, place, how)
    else:
        decimals = max(scale(left.node), scale(right.node))
        bound = aligned(left, decimals) + aligned(right, decimals)
        fitting(bound, place, f"this can be {bound}")
    return Arith(
        type=Number(decimals),
        nullable=_nullable(left, right),
        bound=bound,
        at=sign,
        op=op,
        left=left.node,
        right=right.node,
    )


def _is_number(op: str, term: Term) -> None:
    if isinstance(term.node.type, Number):
        return
    remedy = "calculate with numbers, and compare or choose everything else"
    if isinstance(term.node.type, Date | Instant):
        remedy = "write days(later, earlier) for the days between two dates"
    raise fault(term, f"`{op}` is for numbers", remedy)


def negative(sign: int, term: Term) -> Node:
    """The node of -term."""
    zero = Term(Constant(type=Number(0), bound=0, at=sign, value=0), sign, sign + 1)
    return arithmetic("-", sign, zero, term)


def whole_times(at: int, left: Term, right: Term) -> Node:
    """The node of per(left, right)."""
    decimals = max(scale(left.node), scale(right.node))
    bound = aligned(left, decimals)
    aligned(right, decimals)
    divisor = right.node
    if isinstance(divisor, Constant) and isinstance(divisor.value, int):
        if divisor.value == 0:
            raise fault(right, "0 goes into nothing", "divide by a number that is not 0")
        bound = bound // (abs(divisor.value) * 10 ** (decimals - scale(divisor))) + 1
    return Per(
        type=Number(0),
        nullable=_nullable(left, right) or not isinstance(divisor, Constant),
        bound=bound,
        at=at,
        left=left.node,
        right=divisor,
    )


def rounded(
    at: int, term: Term, decimals: int, mode: Literal["half-up", "down", "up"] = "half-up"
) -> Node:
    """The number to so many decimals; itself where it has just these."""
    steps = decimals - scale(term.node)
    if steps == 0:
        return term.node
    if steps > 0:
        bound = aligned(term, decimals)
    else:
        fitting(term.node.bound + 10**-steps, term, f"rounding {term.node.bound}")
        bound = term.node.bound // 10**-steps + 1
    return Round(
        type=Number(decimals),
        nullable=term.node.nullable,
        bound=bound,
        at=at,
        item=term.node,
        mode=mode,
    )


def extreme(op: Literal["min", "max"], at: int, terms: tuple[Term, ...]) -> Node:
    """The node of min(…) or max(…) of two numbers or more."""
    kind, bound = unified_numbers(terms)
    found = Extreme(
        type=kind,
        nullable=_nullable(*terms),
        bound=bound,
        at=at,
        op=op,
        items=tuple(term.node for term in terms),
    )
    return replace(found, bound=max(map(abs, _range(found, kind.scale))))


def _range(node: Node, decimals: int) -> tuple[int, int]:
    """The least and the largest that a number can be, in so many decimals.

    More than `bound` says of min and max only: that is how an author limits a number.
    """
    unit = 10 ** (decimals - scale(node))
    match node:
        case Constant(value=int(value)):
            return value * unit, value * unit
        case Extreme(op=op, items=items):
            lows, highs = zip(*(_range(item, decimals) for item in items), strict=True)
            return (min(lows), min(highs)) if op == "min" else (max(lows), max(highs))
        case _:
            return -node.bound * unit, node.bound * unit
