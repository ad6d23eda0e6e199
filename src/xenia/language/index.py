"""Which of many conditions can hold at all: found by what they ask of single values, not by asking
each of them.

A condition is a conjunction as far as it is looked at here.  What it asks of one value (that it
equals one, is one of several, lies between two, or that some record of a list has it) is a key; a
condition without any is always a candidate.  A candidate must still be asked: the index leaves out
only what cannot definitely hold.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from xenia.language.emit_python import Leaves
from xenia.language.ir import All, Compare, Constant, Field, Fold, In, Node, Ref
from xenia.language.types import Date, Instant, Level, Number, Text

BOUNDS = 1024  # of one value that are told apart; more are taken together, some at a time

_SET = re.compile(rb"[^\0]")
_BITS = [[bit for bit in range(8) if byte >> bit & 1] for byte in range(256)]

Subject = Ref | Field  # a name, or what some record of a list has
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}


@dataclass(frozen=True, slots=True)
class Key:
    """What a condition asks of one value: to be one of `values`, or else within these bounds, both
    of them included."""

    values: tuple[Hashable, ...] = ()
    low: int | None = None
    high: int | None = None


def keys_of(condition: Node) -> dict[Subject, Key]:
    """What a condition asks of each value, as far as it can be looked up: one key each."""
    found: dict[Subject, Key] = {}
    for node in _conjuncts(condition):
        for subject, key in _keys(node):
            known = found.get(subject)
            if known is None:
                found[subject] = key
            elif not known.values:
                # Of two equalities, or of two records that must exist, the first is enough.
                found[subject] = key if key.values else _narrowed(known, key)
    return found


def _conjuncts(node: Node) -> Iterator[Node]:
    if isinstance(node, All):
        for item in node.items:
            yield from _conjuncts(item)
    else:
        yield node


def _keys(node: Node) -> Iterator[tuple[Subject, Key]]:
    match node:
        case In(item=Ref() as item):
            yield _named(item), Key(node.values)
        case In(item=Field() as item):
            yield _named(item), Key(node.values)
        case Compare(op=op, left=(Ref() | Field()) as item, right=Constant() as other):
            yield from _compared(op, item, other)
        case Compare(op=op, left=Constant() as other, right=(Ref() | Field()) as item):
            yield from _compared(_MIRRORED.get(op, op), item, other)
        case Fold(kind="exists", where=where) if where is not None:
            for part in _conjuncts(where):
                # A record that has one thing and another that has the other are no bound together.
                for subject, key in _keys(part):
                    if isinstance(subject, Field) and key.values:
                        yield subject, key


def _compared(op: str, item: Ref | Field, other: Constant) -> Iterator[tuple[Subject, Key]]:
    value = other.value
    if value is None or (item.type != other.type and not isinstance(item.type, Text)):
        return  # numbers of other decimals are other whole numbers
    if op == "==":
        yield _named(item), Key((value,))
    elif isinstance(item.type, Number | Date | Instant | Level) and isinstance(value, int):
        if op in (">", ">="):
            yield _named(item), Key(low=value)
        elif op in ("<", "<="):
            yield _named(item), Key(high=value)


def _named(item: Subject) -> Subject:
    """The value itself, whatever is known of it in one place or another."""
    return replace(item, at=0, bound=1)


def _narrowed(one: Key, other: Key) -> Key:
    lows = [key.low for key in (one, other) if key.low is not None]
    highs = [key.high for key in (one, other) if key.high is not None]
    return Key(low=max(lows, default=None), high=min(highs, default=None))


@dataclass(slots=True)
class _Lookup:
    """The conditions by what they ask of one value, as sets of bits."""

    free: int  # those that do not ask
    equal: dict[Hashable, int] = field(default_factory=dict)
    lows: list[int] = field(default_factory=list)
    highs: list[int] = field(default_factory=list)
    above: list[int] = field(default_factory=list)  # by how many of the lows are at most the value
    below: list[int] = field(default_factory=list)  # by how many of the highs are less than it

    def of(self, value: Hashable) -> int:
        """Those that can hold where the value is this one; None: it is unknown."""
        if value is None:
            return self.free
        found = self.free | self.equal.get(value, 0)
        if self.above and isinstance(value, int):
            low = self.above[bisect_right(self.lows, value)]
            found |= low & self.below[bisect_left(self.highs, value)]
        return found


class Index:
    """Finds candidates among conditions, which are known by their places."""

    def __init__(self, conditions: Sequence[Node]) -> None:
        everything = (1 << len(conditions)) - 1
        asked: dict[Subject, list[tuple[int, Key]]] = {}
        for place, condition in enumerate(conditions):
            for subject, key in keys_of(condition).items():
                asked.setdefault(subject, []).append((place, key))
        self._all = everything
        self.subjects = tuple(asked)
        self._lookups = [_lookup(keys, everything) for keys in asked.values()]
        self._lists = [isinstance(subject, Field) for subject in asked]

    def source(self, leaves: Leaves) -> str:
        """Source of the values that candidates are found by, in the order of `subjects`: of a list
        the values of its records, and None of what is unknown."""
        parts = []
        for subject in self.subjects:
            if isinstance(subject, Ref):
                parts.append(_value(*leaves.ref(subject)))
            else:
                records, variable = leaves.records(subject.list)
                parts.append(f"{{{_value(*leaves.field(subject))} for {variable} in {records}}}")
        return f"({', '.join(parts)},)" if parts else "()"

    def candidates(self, values: Sequence[object]) -> list[int]:
        """The places of the conditions that can hold, in their order."""
        left = self._all
        for lookup, several, value in zip(self._lookups, self._lists, values, strict=True):
            left &= _any_of(lookup, value) if several else lookup.of(value)
            if not left:
                return []
        return list(_places(left))


def _value(source: str, known: str | None) -> str:
    return source if known is None else f"({source} if {known} else None)"


def _any_of(lookup: _Lookup, values: object) -> int:
    assert isinstance(values, Iterable), "a list has the values of its records"
    found = lookup.free
    for value in values:
        found |= lookup.equal.get(value, 0)
    return found


def _places(bits: int) -> Iterator[int]:
    """The places of the bits that are set, by bytes, of which few are not 0."""
    for found in _SET.finditer(bits.to_bytes((bits.bit_length() + 7) // 8, "little")):
        first = 8 * found.start()
        for bit in _BITS[ord(found.group())]:
            yield first + bit


def _lookup(keys: Sequence[tuple[int, Key]], everything: int) -> _Lookup:
    asking, ranged = 0, 0
    equal: dict[Hashable, int] = {}
    bounded: list[tuple[int, Key]] = []
    for place, key in keys:
        bit = 1 << place
        asking |= bit
        for value in key.values:
            equal[value] = equal.get(value, 0) | bit
        if not key.values:
            bounded.append((place, key))
            ranged |= bit
    found = _Lookup(everything & ~asking, equal)
    if bounded:
        found.lows = _thinned({key.low for _, key in bounded if key.low is not None})
        found.highs = _thinned({-key.high for _, key in bounded if key.high is not None})
        found.above = _prefixes(found.lows, [(place, key.low) for place, key in bounded])
        turned = [(place, None if key.high is None else -key.high) for place, key in bounded]
        found.below = _prefixes(found.highs, turned)[::-1]
        found.highs = [-high for high in reversed(found.highs)]
    return found


def _thinned(bounds: set[int]) -> list[int]:
    """The bounds in their order, so many at most: with the least of those taken together."""
    ordered = sorted(bounds)
    return ordered[:: -(-len(ordered) // BOUNDS)] if ordered else []


def _prefixes(bounds: Sequence[int], keys: Sequence[tuple[int, int | None]]) -> list[int]:
    """By how many of the bounds are reached, those whose own bound may be."""
    own = [0] * (len(bounds) + 1)
    for place, bound in keys:
        own[0 if bound is None else bisect_right(bounds, bound)] |= 1 << place
    for at in range(1, len(own)):
        own[at] |= own[at - 1]
    return own
