"""Emitted code against the reference: the same random expressions over the same random events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.language.demo import BUILTINS, CALENDAR, SCOPE, Event, EventNames, RowLeaves, event
from tests.language.expressions import Writer
from tests.reference.evaluate import evaluate
from xenia.language import emit_python
from xenia.language.ir import Node
from xenia.language.parse import LanguageError, Parsed, condition, number, text
from xenia.language.types import Bool

DEPTH = 5
EVENTS = 25

Kind = tuple[Callable[[Writer, int], str], Callable[[str, Any], Parsed]]
KINDS: tuple[Kind, ...] = (
    (Writer.condition, condition),
    (Writer.condition, condition),
    (Writer.number, number),
    (Writer.text, text),
)


def compiled(source: str) -> Callable[[dict[str, Any]], Any]:
    """Emitted source as a function of a row."""
    called: dict[str, Any] = {"__builtins__": BUILTINS, **CALENDAR}
    exec(f"def emitted(row): return {source}", called)
    emitted: Callable[[dict[str, Any]], Any] = called["emitted"]
    return emitted


@dataclass
class Tally:
    """What a run looked at, so that a test can see that it looked at enough."""

    expressions: int = 0
    refused: int = 0
    true: int = 0
    false: int = 0
    unknown: int = 0
    values: int = 0


def expressions(random: Random, tally: Tally) -> Iterator[tuple[str, Node]]:
    """Random expressions without end, those left out that the checker refuses."""
    while True:
        write, parse = random.choice(KINDS)
        written = write(Writer(random), random.randrange(1, DEPTH + 1))
        try:
            node = parse(written, SCOPE).node
        except LanguageError:
            tally.refused += 1
            continue
        tally.expressions += 1
        yield written, node


def differences(seed: int, count: int, tally: Tally) -> Iterator[str]:
    """Where emitted code and the reference do not say the same about `count` expressions."""
    random = Random(seed)
    events = [event(random) for _ in range(EVENTS)]
    for (written, node), _ in zip(expressions(random, tally), range(count), strict=False):
        emitted = _emitted(node)
        for each in events:
            expected = evaluate(node, EventNames(each))
            _count(tally, node, expected)
            found = emitted(each)
            if found != _said(node, expected):
                yield f"{written}\n{each}\nexpected {expected}, found {found}"
            elif not _within_type(node, expected):
                yield f"{written}\n{each}\n{expected} is not within {node.bound}, {node.nullable}"


Said = tuple[object, ...]


def _emitted(node: Node) -> Callable[[Event], Said]:
    """What emitted code says: whether it is true, whether false; known, value."""
    leaves = RowLeaves()
    source, known = emit_python.value(node, leaves)
    is_known, value = compiled(known or "True"), compiled(source)
    if not isinstance(node.type, Bool):
        return _answering(lambda row: (is_known(row), value(row) if is_known(row) else None))
    true = compiled(emit_python.is_true(node, leaves))
    false = compiled(emit_python.is_false(node, leaves))
    return _answering(
        lambda row: (
            true(row),
            false(row),
            is_known(row),
            value(row) if is_known(row) else None,
        )
    )


def _answering(say: Callable[[dict[str, Any]], Said]) -> Callable[[Event], Said]:
    def answer(each: Event) -> Said:
        try:
            return say(each.row)
        except (TypeError, ZeroDivisionError) as error:  # something unknown was evaluated
            return (error,)

    return answer


def _said(node: Node, expected: object) -> Said:
    known = expected is not None
    if isinstance(node.type, Bool):
        return expected is True, expected is False, known, expected
    return known, expected


def _within_type(node: Node, value: object) -> bool:
    if value is None:
        return node.nullable
    return isinstance(value, bool | str) or (isinstance(value, int) and abs(value) <= node.bound)


def _count(tally: Tally, node: Node, value: object) -> None:
    if value is None:
        tally.unknown += 1
    elif not isinstance(node.type, Bool):
        tally.values += 1
    elif value:
        tally.true += 1
    else:
        tally.false += 1
