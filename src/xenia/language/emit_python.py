"""Typed nodes to Python source, printed from the nodes alone: no text of an author is ever code.

Unknown needs no third truth value at run time.  `is_true` is true where a condition definitely
holds, `is_false` where it definitely does not; a value comes with the source of "it is known", and
is only evaluated where that is true.  Without a `Fold`, a text or a `Contains`, the source is whole
numbers and truth values only, in the subset of Python that Numba compiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Protocol

from xenia.language.errors import Place, fault
from xenia.language.ir import (
    All,
    Any,
    Arith,
    Calendar,
    Choose,
    Coalesce,
    Compare,
    Constant,
    Contains,
    Extreme,
    Field,
    Fold,
    In,
    Known,
    Node,
    Not,
    Per,
    Ref,
    Round,
    children,
)
from xenia.language.types import Bool, Date, Instant, Number, Text


class Leaves(Protocol):
    """Where the values come from.

    Each is a pair of sources: of the value, which binds as tightly as a call, and of "it is known"
    (None: it always is).  The latter is asked of nullable nodes only.
    """

    def ref(self, node: Ref) -> tuple[str, str | None]:
        """A name; `occurred_at.hour` and `occurred_at.date` stand for what is read of it."""

    def field(self, node: Field) -> tuple[str, str | None]:
        """A field of the record that the loop variable of `records` holds."""

    def records(self, name: str, /) -> tuple[str, str]:
        """The iterable of a list's records, and the loop variable's name."""


def is_true(node: Node, leaves: Leaves) -> str:
    """Source of a truth value: the condition definitely holds."""
    return Emitter(leaves).holds(node, True)


def is_false(node: Node, leaves: Leaves) -> str:
    """Source of a truth value: the condition definitely does not hold."""
    return Emitter(leaves).holds(node, False)


def value(node: Node, leaves: Leaves) -> tuple[str, str | None]:
    """Source of the value where it is known, and of "it is known" (None: always).

    A number is a whole number of 10**-scale.
    """
    emitter = Emitter(leaves)
    return emitter.value(node), emitter.known(node)


def scaled(source: str, frm: int, to: int) -> str:
    """A number of `frm` decimals counted in `to` decimals, which are no fewer."""
    return source if frm == to else f"({source} * {10 ** (to - frm)})"


# The functions that read a day number; the engine supplies them.
_CALENDAR: Final = {
    "year": "year_of",
    "month": "month_of_year",
    "day": "day_of_month",
    "weekday": "weekday_of",
}
_OPPOSITE: Final = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


class Emitter:
    """Prints one expression; what was printed of a node is remembered, as it may be needed again.

    With a `limit`, source of more characters is a `LanguageError`.
    """

    def __init__(self, leaves: Leaves, limit: int | None = None) -> None:
        self.leaves = leaves
        self.limit = limit
        self.printed: dict[tuple[str, int], str] = {}

    def _once(self, what: str, node: Node, source: Callable[[], str]) -> str:
        key = (what, id(node))
        if key not in self.printed:
            found = source()
            if self.limit is not None and len(found) > self.limit:
                place = Place(node.at, node.at + 1)
                raise fault(place, "the expression is too complex", "split it into two rules")
            self.printed[key] = found
        return self.printed[key]

    def holds(self, node: Node, wanted: bool) -> str:
        """A condition is definitely `wanted`."""
        return self._once(f"is {wanted}", node, lambda: self._holds(node, wanted))

    def value(self, node: Node) -> str:
        """A value, where it is known."""
        return self._once("value", node, lambda: self._value(node))

    def known(self, node: Node) -> str | None:
        """A value is known; None: it always is."""
        if not node.nullable:
            return None
        return self._once("known", node, lambda: self._known(node) or "True")

    # ---- conditions ------------------------------------------------------------------------------

    def _holds(self, node: Node, wanted: bool) -> str:
        match node:
            case Not(item=item):
                return self.holds(item, not wanted)
            case All(items=items) | Any(items=items):
                word = "and" if isinstance(node, All) == wanted else "or"
                return _joined(word, (self.holds(item, wanted) for item in items))
            case Choose(test=test, then=then, other=other):
                return self._chosen(test, self.holds(then, wanted), self.holds(other, wanted))
            case Coalesce(item=item, other=other):
                return self._or_else(item, self.holds(item, wanted), self.holds(other, wanted))
            case Compare(op=op):
                source = self._compared(node, op if wanted else _OPPOSITE[op])
            case In(item=item):
                source = f"({self.value(item)} {'in' if wanted else 'not in'} {_container(node)})"
            case _:
                source = self.value(node) if wanted else f"(not {self.value(node)})"
        known = self.known(node)
        return source if known is None else f"({known} and {source})"

    def _chosen(self, test: Node, then: str, other: str) -> str:
        if not test.nullable:
            return f"({then} if {self.holds(test, True)} else {other})"
        return f"(({self.holds(test, True)} and {then}) or ({self.holds(test, False)} and {other}))"

    def _or_else(self, item: Node, first: str, other: str) -> str:
        known = self.known(item)
        return first if known is None else f"({first} or (not {known} and {other}))"

    def _compared(self, node: Compare, op: str) -> str:
        left, right = self._aligned(node.left, node.right)
        return f"({left} {op} {right})"

    # ---- values ----------------------------------------------------------------------------------

    def _value(self, node: Node) -> str:
        match node:
            case Constant(value=constant):
                return repr(constant)
            case Ref():
                return self.leaves.ref(node)[0]
            case Field():
                return self.leaves.field(node)[0]
            case Contains(item=item, value=text):
                return f"({text!r} in {self.value(item)})"
            case Known(item=item):
                return self.known(item) or "True"
            case Fold():
                return self._fold(node)
            case Calendar():
                return self._calendar(node)
            case Choose() | Coalesce() if not isinstance(node.type, Bool):
                return self._choice(node)
            case Arith() | Per() | Round() | Extreme():
                return self._number(node)
            case _:
                return self.holds(node, True)

    def _choice(self, node: Choose | Coalesce) -> str:
        scale = _scale(node)
        other = self._at_scale(node.other, scale)
        if isinstance(node, Choose):
            test = self.holds(node.test, True)
            return f"({self._at_scale(node.then, scale)} if {test} else {other})"
        known, item = self.known(node.item), self._at_scale(node.item, scale)
        return item if known is None else f"({item} if {known} else {other})"

    def _at_scale(self, node: Node, scale: int) -> str:
        return scaled(self.value(node), _scale(node), scale)

    def _aligned(self, *nodes: Node) -> list[str]:
        """The values in the decimals of the one that has most."""
        scale = max(_scale(node) for node in nodes)
        return [self._at_scale(node, scale) for node in nodes]

    def _number(self, node: Arith | Per | Round | Extreme) -> str:
        match node:
            case Arith(op="*", left=left, right=right):
                return f"({self.value(left)} * {self.value(right)})"
            case Arith(op=op, left=left, right=right):
                return f"({f' {op} '.join(self._aligned(left, right))})"
            case Per(left=left, right=right):
                return f"({' // '.join(self._aligned(left, right))})"
            case Extreme(op=op, items=items):
                return f"{op}({', '.join(self._aligned(*items))})"
            case Round():
                return self._rounded(node)

    def _rounded(self, node: Round) -> str:
        source, steps = self.value(node.item), _scale(node.item) - _scale(node)
        if steps <= 0:
            return scaled(source, _scale(node.item), _scale(node))
        unit = 10**steps
        match node.mode:
            case "down":
                return f"({source} // {unit})"
            case "up":
                return f"(-(-{source} // {unit}))"
            case "half-up":
                # Floor division rounds a half up; one less of a negative number takes it down.
                return f"(({source} + {unit // 2} - ({source} < 0)) // {unit})"

    def _calendar(self, node: Calendar) -> str:
        if not isinstance(node.item.type, Instant):
            return f"{_CALENDAR[node.part]}({self.value(node.item)})"
        if node.part == "hour":
            return self.leaves.ref(read_of(node.item, "hour"))[0]
        day = self.leaves.ref(read_of(node.item, "date"))[0]
        return day if node.part == "date" else f"{_CALENDAR[node.part]}({day})"

    # ---- folds -----------------------------------------------------------------------------------

    def _fold(self, node: Fold) -> str:
        match node:
            case Fold(kind="all", where=where) if where is not None:
                iterable, variable = self.leaves.records(node.list)
                return f"all({self.holds(where, True)} for {variable} in {iterable})"
            case Fold(kind="exists"):
                return f"any(True {self._loop(node)})"
            case Fold(kind="count"):
                return f"sum(1 {self._loop(node)})"
            case Fold(kind=kind, value=number) if number is not None:
                listed = f"{self.value(number)} {self._loop(node)}"
                return f"sum({listed})" if kind == "sum" else f"{kind}(({listed}), default=0)"
        raise AssertionError(node)

    def _loop(self, node: Fold) -> str:
        """The loop over the records that count and, for a value, have one."""
        iterable, variable = self.leaves.records(node.list)
        asked = [] if node.where is None else [self.holds(node.where, True)]
        if node.value is not None and (known := self.known(node.value)) is not None:
            asked.append(known)
        return f"for {variable} in {iterable}" + (f" if {_joined('and', asked)}" if asked else "")

    # ---- what has to be known --------------------------------------------------------------------

    def _known(self, node: Node) -> str | None:
        match node:
            case Ref() | Field():
                leaf = self.leaves.ref(node) if isinstance(node, Ref) else self.leaves.field(node)
                return leaf[1] and f"({leaf[1]})"
            case All() | Any():
                return f"({self.holds(node, True)} or {self.holds(node, False)})"
            case Choose(test=test, then=then, other=other):
                return self._chosen(test, self.known(then) or "True", self.known(other) or "True")
            case Coalesce(item=item, other=other):
                return _joined("or", (self.known(item) or "True", self.known(other) or "True"))
            case Fold():
                return f"any(True {self._loop(node)})"
        asked = [known for child in children(node) if (known := self.known(child)) is not None]
        if isinstance(node, Per) and not isinstance(node.right, Constant):
            asked.append(f"({self.value(node.right)} != 0)")
        return _joined("and", asked) if asked else None


def _joined(word: str, parts: Iterable[str]) -> str:
    """The parts with and/or between them, each said once."""
    once = list(dict.fromkeys(parts))
    return once[0] if len(once) == 1 else f"({f' {word} '.join(once)})"


def _scale(node: Node) -> int:
    return node.type.scale if isinstance(node.type, Number) else 0


def _container(node: In) -> str:
    """The values of a list as source; whole numbers as a tuple, which Numba can search."""
    listed = ", ".join(map(repr, node.values))
    return f"{{{listed}}}" if isinstance(node.item.type, Text) else f"({listed},)"


def read_of(moment: Node, part: str) -> Ref:
    """The name under which a part of a moment, an hour or date, is asked of the leaves."""
    assert isinstance(moment, Ref)
    kind = Date() if part == "date" else Number(0)
    return Ref(type=kind, at=moment.at, name=f"{moment.name}.{part}", origin=moment.origin)
