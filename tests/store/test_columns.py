"""Columns arrive in the database as they were sent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.postgres import on_both
from xenia.ledger.accounts import LedgerAccount
from xenia.store import columns
from xenia.store.columns import KINDS
from xenia.store.database import Database
from xenia.store.together import Statement, Together

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "word": TEXTS,
    "bytea": st.binary(),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "date": st.dates().map(lambda day: (day - date(1970, 1, 1)).days),
    "instant": st.datetimes().map(
        lambda at: (at - datetime(1970, 1, 1)) // timedelta(microseconds=1)  # noqa: DTZ001 - UTC
    ),
    "account": st.sampled_from([account.value for account in LedgerAccount]),
}
ROWS = st.lists(st.tuples(*[st.none() | VALUES[kind] for kind in KINDS]), max_size=5)
NAMED = ", ".join(f"c_{kind} {kind}" for kind in KINDS)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def told(kind: str, name: str) -> str:
    """A column as an expression that gives what was sent, by the database's own reckoning."""
    return {
        "date": f"{name} - date '1970-01-01'",
        "instant": f"(extract(epoch from {name}) * 1000000)::bigint",
        "account": f"({columns.ACCOUNTS})[{name}]::text",
    }.get(kind, name)


@on_both
def test_what_is_sent_arrives(database: Database) -> None:
    assert set(VALUES) == set(KINDS)
    names = ", ".join(told(kind, f"c_{kind}") for kind in KINDS)
    sent = Statement("rows", f"select {names} from {{given}}", words="", columns=NAMED)
    alone = ", ".join(told(kind, f"{{c_{kind}}}") for kind in KINDS)
    scalars = Statement("words", f"select {alone}", words=NAMED)
    with database.connect(autocommit=True) as connection:

        @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
        @given(ROWS)
        def arrives(rows: list[tuple[Any, ...]]) -> None:
            with Together(connection) as together:
                (found,) = together.run((sent.of((), rows),))
                assert together.rows(found) == rows
                answers = together.run([scalars.of(row) for row in rows])
                assert [together.rows(answer) for answer in answers] == [[row] for row in rows]

        arrives()


def test_what_is_remembered_is_forgotten_before_it_is_too_much() -> None:
    remembered = columns.Remembered(lambda value: b"%d" % value)
    for number in range(3 * columns.MOST):
        assert [*remembered((number, None))] == [b"%d" % number, b"\xff\xff\xff\xff"]
    assert len(remembered) <= columns.MOST
