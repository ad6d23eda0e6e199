"""The index leaves out no condition that holds, and most of those that do not."""

from __future__ import annotations

import operator
import random
from dataclasses import dataclass

import pytest

from xenia.language import index
from xenia.language.index import Index, Key, keys_of
from xenia.language.ir import All, Any, Compare, Constant, Field, Fold, In, Node, Not, Ref
from xenia.language.types import Bool, Number, Origin, Text

COMPARED = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
TEXT, NUMBER, BOOL = Text(), Number(2), Bool()


def name(of: str, kind: Text | Number = TEXT) -> Ref:
    return Ref(type=kind, nullable=True, name=of, origin=Origin.EVENT)


def of_line(of: str) -> Field:
    return Field(type=TEXT, list="lines", name=of, origin=Origin.EVENT)


def equal(item: Node, value: str | int, *, mirrored: bool = False) -> Node:
    other = Constant(type=item.type, value=value)
    left, right = (other, item) if mirrored else (item, other)
    return Compare(type=BOOL, op="==", left=left, right=right)


def bound(item: Node, op: str, value: int, *, mirrored: bool = False) -> Node:
    other = Constant(type=item.type, value=value)
    left, right = (other, item) if mirrored else (item, other)
    return Compare(type=BOOL, op=op, left=left, right=right)  # type: ignore[arg-type]


def exists(*where: Node) -> Node:
    both = where[0] if len(where) == 1 else All(type=BOOL, items=where)
    return Fold(type=BOOL, kind="exists", list="lines", where=both)


@dataclass(frozen=True)
class World:
    """What is asked of: values by name, and lines of (sku, category)."""

    values: dict[str, str | int | None]
    lines: tuple[tuple[str, str], ...]

    def of(self, subject: Ref | Field) -> object:
        """What the index asks for."""
        if isinstance(subject, Ref):
            return self.values[subject.name]
        return {line[subject.name == "category"] for line in self.lines}

    def holds(self, node: Node, line: tuple[str, str] | None = None) -> bool | None:
        """What a condition comes to, None where it is unknown: naively, by the language's terms."""
        match node:
            case All(items=items):
                return self._all([self.holds(item, line) for item in items])
            case Any(items=items):
                found = self._all([self._not(self.holds(item, line)) for item in items])
                return self._not(found)
            case Not(item=item):
                return self._not(self.holds(item, line))
            case Fold(where=where) if where is not None:
                return any(self.holds(where, one) is True for one in self.lines)
            case In(item=item, values=values):
                value = self._value(item, line)
                return None if value is None else value in values
            case Compare(op=op, left=left, right=right):
                one, other = self._value(left, line), self._value(right, line)
                if one is None or other is None:
                    return None
                return bool(COMPARED[op](one, other))
        raise AssertionError(node)

    @staticmethod
    def _not(found: bool | None) -> bool | None:
        return None if found is None else not found

    @staticmethod
    def _all(found: list[bool | None]) -> bool | None:
        if any(one is False for one in found):
            return False
        return None if any(one is None for one in found) else True

    def _value(self, node: Node, line: tuple[str, str] | None) -> str | int | bool | None:
        match node:
            case Constant(value=value):
                return value
            case Field(name=field) if line is not None:
                return line[field == "category"]
            case Ref(name=of):
                return self.values[of]
        raise AssertionError(node)


class Draw:
    """Random conditions, and worlds in which they hold now and then."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def atom(self) -> Node:
        draw, turned = self.random, self.random.random() < 0.3
        match draw.randrange(7):
            case 0:
                return equal(name("channel"), draw.choice("abc"), mirrored=turned)
            case 1:
                return In(type=BOOL, item=name("channel"), values=tuple(draw.sample("abcd", 2)))
            case 2:
                op = draw.choice(("<", "<=", ">", ">=", "==", "!="))
                value = draw.randrange(20)
                return bound(name("amount", NUMBER), op, value, mirrored=turned)
            case 3:
                return exists(equal(of_line("sku"), draw.choice("stuvw")))
            case 4:
                one = In(type=BOOL, item=of_line("category"), values=("x", "y"))
                return exists(equal(of_line("sku"), draw.choice("stuvw")), one)
            case 5:
                return Not(type=BOOL, item=self.atom())
        return Any(type=BOOL, items=(self.atom(), self.atom()))

    def condition(self) -> Node:
        atoms = tuple(self.atom() for _ in range(self.random.randrange(1, 5)))
        return atoms[0] if len(atoms) == 1 else All(type=BOOL, items=atoms)

    def world(self) -> World:
        draw = self.random
        lines = tuple((draw.choice("stuvw"), draw.choice("xyz")) for _ in range(draw.randrange(4)))
        values = {
            "channel": draw.choice((*"abcd", None)),
            "amount": draw.choice((*range(20), None)),
        }
        return World(values, lines)


@pytest.mark.parametrize("bounds", [3, 1024])
@pytest.mark.parametrize("seed", range(4))
def test_what_holds_is_among_the_candidates(
    seed: int, bounds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "BOUNDS", bounds)
    draw = Draw(seed)
    conditions = [draw.condition() for _ in range(150)]
    found = Index(conditions)
    asked = held = 0
    for _ in range(60):
        world = draw.world()
        candidates = found.candidates([world.of(subject) for subject in found.subjects])
        assert candidates == sorted(set(candidates))
        holding = [place for place, one in enumerate(conditions) if world.holds(one) is True]
        assert set(holding) <= set(candidates)
        asked, held = asked + len(candidates), held + len(holding)
    assert held > 200, "some hold"
    assert asked < 60 * 150 * 0.7, "and most of those that cannot are left out"


def test_of_conditions_with_equalities_and_bounds_alone_only_those_that_hold_are_asked() -> None:
    draw = random.Random(1)
    conditions = [
        All(
            type=BOOL,
            items=(
                equal(name("channel"), draw.choice("abc")),
                bound(name("amount", NUMBER), ">=", low := draw.randrange(90)),
                bound(name("amount", NUMBER), "<=", low + draw.randrange(9)),
            ),
        )
        for _ in range(3_000)
    ]
    found = Index(conditions)
    for amount in range(0, 100, 7):
        world = World({"channel": "b", "amount": amount}, ())
        candidates = found.candidates([world.of(subject) for subject in found.subjects])
        assert candidates == [n for n, one in enumerate(conditions) if world.holds(one)]


def test_what_is_asked_of_a_value() -> None:
    amount, other = name("amount", NUMBER), name("amount", Number(3))
    sku = of_line("sku")
    assert keys_of(bound(amount, "<", 5)) == {amount: Key(high=5)}
    assert keys_of(bound(amount, "<", 5, mirrored=True)) == {amount: Key(low=5)}
    both = All(type=BOOL, items=(bound(amount, ">", 1), bound(amount, ">=", 3)))
    assert keys_of(both) == {amount: Key(low=3)}
    # Another number of decimals is another whole number.
    mixed = Compare(type=BOOL, op="<", left=amount, right=Constant(type=other.type, value=5))
    assert keys_of(mixed) == {}
    # The second record may be another than the first.
    twice = All(type=BOOL, items=(exists(equal(sku, "s")), exists(equal(sku, "t"))))
    assert keys_of(twice) == {sku: Key(("s",))}
    assert keys_of(Not(type=BOOL, item=equal(sku, "s"))) == {}
    assert keys_of(bound(amount, "!=", 5)) == {}


def test_there_may_be_no_conditions() -> None:
    assert Index([]).candidates([]) == []
