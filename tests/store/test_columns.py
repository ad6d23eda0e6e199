"""Columns arrive in the database as they were sent."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.postgres import on_both
from xenia.store.columns import columns
from xenia.store.database import Database

NAMES = {"t": "text", "y": "bytea", "i": "integer", "q": "bigint"}
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "t": st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    "y": st.binary(),
    "i": st.integers(-(2**31), 2**31 - 1),
    "q": st.integers(-(2**63), 2**63 - 1),
}
ROWS = st.lists(st.tuples(*[st.none() | VALUES[kind] for kind in NAMES]), max_size=5)


@on_both
def test_what_is_sent_arrives(database: Database) -> None:
    casts = ", ".join(f"%b::{name}[]" for name in NAMES.values())
    with database.connect() as connection:

        @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
        @given(ROWS)
        def arrives(rows: list[tuple[Any, ...]]) -> None:
            sent = columns("".join(NAMES), rows)
            statement = f"select * from unnest({casts}) with ordinality as t order by ordinality"
            found = connection.execute(statement, sent).fetchall()
            assert [row[:-1] for row in found] == rows

        arrives()
