"""Emitted SQL against emitted Python: the same random expressions over the same random events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from random import Random
from typing import Any

import pytest

from tests.language.demo import SCOPE, Event, EventNames, event, key
from tests.language.differential import Tally, expressions
from tests.reference.evaluate import evaluate
from xenia.language import emit_sql
from xenia.language.ir import Field, Node, Ref
from xenia.language.parse import condition, number
from xenia.language.types import Bool, Name, Text, Texts

duckdb = pytest.importorskip("duckdb")
EVENTS = 40
AT_ONCE = 50  # expressions in one query


class TableLeaves:
    """Values as columns of a table; lists as lists of structs."""

    def ref(self, node: Ref) -> str:
        return _column(key(node))

    def field(self, node: Field) -> str:
        return f'r."{node.name}"'

    def records(self, name: str, /) -> tuple[str, str]:
        return _column(name), "r"


def _column(name: str) -> str:
    return f'"{name}"'


def sql_type(name: Name) -> str:
    match name.type:
        case Bool():
            return "boolean"
        case Text():
            return "varchar"
        case Texts():
            return "varchar[]"
    return "bigint"


def columns() -> dict[str, str]:
    """The columns of an event, with their types."""
    found = {name: sql_type(kind) for name, kind in SCOPE.names.items()}
    for read, names in (("previous", SCOPE.previous), ("with_this", SCOPE.with_this)):
        found |= {f"{read}({name})": sql_type(kind) for name, kind in names.items()}
    found |= {"occurred_at.date": "bigint", "occurred_at.hour": "bigint"}
    for name, fields in SCOPE.lists.items():
        listed = ", ".join(f'"{one}" {sql_type(kind)}' for one, kind in fields.items())
        found[name] = f"struct({listed})[]"
    return found


def table(events: list[Event]) -> Any:
    """A connection with the events in a table, by their places."""
    connection = duckdb.connect()
    connection.execute(emit_sql.MACROS)
    described = ", ".join(f"{_column(name)} {kind}" for name, kind in columns().items())
    connection.execute(f"create table events (place integer, {described})")
    marks = ", ".join("?" for _ in range(len(columns()) + 1))
    rows = [
        [place, *(_plain(each.row[name]) for name in columns())]
        for place, each in enumerate(events)
    ]
    connection.executemany(f"insert into events values ({marks})", rows)
    return connection


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, list):
        return [{name: _plain(one) for name, one in record.items()} for record in value]
    return value


def sources(node: Node) -> Iterator[str]:
    leaves = TableLeaves()
    yield emit_sql.value(node, leaves)
    if isinstance(node.type, Bool):
        yield emit_sql.is_true(node, leaves)


def expected(node: Node, each: Event) -> list[object]:
    found = evaluate(node, EventNames(each))
    return [found, found is True] if isinstance(node.type, Bool) else [found]


def differences(seed: int, count: int, tally: Tally) -> Iterator[str]:
    random = Random(seed)
    events = [event(random) for _ in range(EVENTS)]
    connection = table(events)
    written = islice(expressions(random, tally), count)
    while some := [*islice(written, AT_ONCE)]:
        selected = [source for _, node in some for source in sources(node)]
        query = f"select {', '.join(selected)} from events order by place"
        rows = connection.execute(query).fetchall()
        for each, row in zip(events, rows, strict=True):
            at = 0
            for text, node in some:
                wanted = expected(node, each)
                found = [*row[at : at + len(wanted)]]
                at += len(wanted)
                tally.unknown += wanted[0] is None
                tally.values += wanted[0] is not None
                if found != wanted:
                    yield f"{text}\n{each}\nexpected {wanted}, SQL says {found}"


def agree(seed: int, count: int) -> Tally:
    tally = Tally()
    found = next(differences(seed, count, tally), None)
    assert found is None, found
    return tally


def test_sql_says_what_the_reference_says() -> None:
    tally = agree(1, 1_500)
    assert tally.expressions >= 1_500
    assert min(tally.unknown, tally.values) > 5_000


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(100, 102))
def test_sql_says_what_the_reference_says_of_many_expressions(seed: int) -> None:
    agree(seed, 10_000)


@pytest.mark.parametrize(
    "author", ["'); drop table events; --", "''", "\\", "a\x00b", "é\u200b", '"', "\n", "?"]
)
def test_an_authors_text_is_only_ever_a_value(author: str) -> None:
    escaped = author.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    node = condition(f'shop == "{escaped}"', SCOPE).node
    each = event(Random(3))
    others = [replace(each, values={**each.values, "shop": shop}) for shop in (author, "x", None)]
    connection = table(others)
    found = connection.execute(
        f"select {emit_sql.value(node, TableLeaves())} from events order by place"
    ).fetchall()
    assert found == [(True,), (False,), (None,)]


@pytest.mark.parametrize(
    "written", ["per(-7, 2)", "per(7, -2)", "round(-2.5, 0)", "ceil(-0.9)", "floor(-0.1)"]
)
def test_division_goes_down(written: str) -> None:
    node = number(written, SCOPE).node
    each = event(Random(3))
    (found,) = table([each]).execute(f"select {emit_sql.value(node, TableLeaves())}").fetchone()
    assert found == evaluate(node, EventNames(each))
