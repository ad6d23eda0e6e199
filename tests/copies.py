"""Rows of a database many times over: copies, by SQL alone, of what a service has recorded.

Copies are no history of their own.  What names a row stands in each copy with the number of the
copy behind it (`anna` becomes `anna0001`), and so does whatever refers to it in a column; what
stands within a text (the facts of an event, its answer) is that of the row that was copied.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from psycopg import Connection, sql

from xenia.store.database import Database

# The columns by which one row refers to a member or an event, whatever their table.
REFERS: Final = frozenset(
    {
        *("member_id", "from_member", "into_member", "household_id", "delivery_id"),
        *("event_id", "of_event_id", "claim_event_id"),
    }
)
# What refers to both in lists, and is emptied by whoever tells of it.
APART: Final = frozenset({"outbox"})
MOST: Final = 9_999  # copies of a row

_COLUMNS = """
    select column_name::text, data_type::text
    from information_schema.columns
    where table_schema = 'public' and table_name = %s
      and is_identity = 'NO' and is_generated = 'NEVER'
    order by ordinal_position
"""
_UNIQUE = """
    select array(
        select attname::text
        from unnest(indkey::int2[]) with ordinality as key (number, place)
        join pg_attribute on attrelid = indrelid and attnum = number
        order by place
    )
    from pg_index where indrelid = %s::regclass and indisunique
"""
_ABOUT_MEMBERS = """
    select relname::text
    from pg_class join pg_attribute on attrelid = pg_class.oid
    where relnamespace = 'public'::regnamespace and relkind = 'r' and atttypid = 'text'::regtype
      and attname = any(%s::text[]) and relname <> all(%s::text[])
    group by pg_class.oid, relname
    order by pg_total_relation_size(pg_class.oid) desc, relname
"""
_INDEXES = """
    select indexrelid::regclass::text, pg_get_indexdef(indexrelid), conname::text,
           pg_get_constraintdef(named.oid)
    from pg_index
    left join pg_constraint named
        on named.conindid = indexrelid and named.conrelid = indrelid and contype in ('p', 'u')
    where indrelid = %s::regclass and not exists (
        select from pg_constraint theirs where theirs.contype = 'f' and theirs.conindid = indexrelid
    )
    order by contype nulls last, 1
"""
_IS_REFERRED_TO = """
    select exists (select from pg_constraint where contype = 'f' and confrelid = %s::regclass)
"""


class Column(NamedTuple):
    """A column into which something is written; `kind` as the standard of SQL calls it."""

    name: str
    kind: str


def about_members(connection: Connection[Any]) -> list[str]:
    """All tables with rows about members or their events, the largest first."""
    found = connection.execute(_ABOUT_MEMBERS, (sorted(REFERS), sorted(APART)))
    return [name for (name,) in found]


def copied(connection: Connection[Any], table: str, times: int, *, first: int = 1) -> None:
    """Copy all rows of a table so many times, in their order, each row's copies behind another; the
    copies refer to what the row refers to.

    `first`: the number of the first copy.  Raises ValueError where the copies could not be told
    apart.
    """
    connection.execute(_copying(connection, table, times, first, ()))


def _copying(
    connection: Connection[Any], table: str, times: int, first: int, refers: Collection[str]
) -> sql.Composed:
    """The statement that copies a table; `refers`: the columns that name the copy of what a row
    refers to."""
    last = first + times - 1
    assert 0 < first <= last <= MOST, "the number of a copy has four digits"
    columns = [Column(*row) for row in connection.execute(_COLUMNS, (table,))]
    named = _names(connection, table, columns) | {
        one.name for one in columns if one.name in refers and one.kind == "text"
    }
    # Written so that each row is read once, and followed by its copies.
    return sql.SQL(
        "insert into {table} ({names}) select {values} from {table} old"
        " cross join lateral (select generate_series({first}, {last} + 0 * old.space_id)"
        " as number) as copy"
    ).format(
        table=sql.Identifier(table),
        names=sql.SQL(", ").join(sql.Identifier(one.name) for one in columns),
        values=sql.SQL(", ").join(_value(one, named) for one in columns),
        first=sql.Literal(first),
        last=sql.Literal(last),
    )


def _names(connection: Connection[Any], table: str, columns: Sequence[Column]) -> set[str]:
    """The columns that tell the rows of a table apart: of each key the last that can be another."""
    kinds = {one.name: one.kind for one in columns}
    found = set()
    for (key,) in connection.execute(_UNIQUE, (table,)).fetchall():
        if any(name not in kinds for name in key):
            continue  # a number that the database gives
        own = [name for name in key if kinds[name] in ("text", "bytea")]
        if not own:
            raise ValueError(f"{table}: copies would have the same {', '.join(key)}")
        found.add(own[-1])
    return found


def _value(column: Column, named: Collection[str]) -> sql.Composable:
    old = sql.SQL("old.{}").format(sql.Identifier(column.name))
    if column.name not in named:
        return old
    if column.kind == "bytea":
        return sql.SQL("{} || int4send(copy.number)").format(old)
    return sql.SQL("{} || lpad(copy.number::text, 4, '0')").format(old)


# ---- a whole world -------------------------------------------------------------------------------


def multiply(database: Database, times: int) -> None:
    """Copy all members so many times, with all that is about them and their events.

    Their tables are not logged from then on: it is a database to measure by.
    """
    with _connected(database) as connection:
        tables = about_members(connection)
    with ThreadPoolExecutor(2) as pool:  # processors
        for done in [pool.submit(_multiplied, database, table, times) for table in tables]:
            done.result()
        # Not before: where anybody still writes, rows are not known to be there for everybody.
        for done in [pool.submit(_cleaned, database, table) for table in tables]:
            done.result()


def _multiplied(database: Database, table: str, times: int) -> None:
    with _connected(database) as connection:
        (referred_to,) = connection.execute(_IS_REFERRED_TO, (table,)).fetchone() or (False,)
        if not referred_to:
            named = sql.Identifier(table)
            connection.execute(sql.SQL("alter table {} set unlogged").format(named))
        copying = _copying(connection, table, times, 1, REFERS)  # as long as there are keys
        with _without_indexes(connection, table):
            connection.execute(copying)


def _cleaned(database: Database, table: str) -> None:
    with _connected(database) as connection:
        connection.execute(sql.SQL("vacuum (analyze) {}").format(sql.Identifier(table)))


@contextmanager
def _connected(database: Database) -> Iterator[Connection[Any]]:
    """A connection that may take its time and much memory."""
    with database.connect(autocommit=True, statement_seconds=0) as connection:
        for setting in ("lock_timeout = 0", "maintenance_work_mem = '1GB'"):
            connection.execute(f"set {setting}".encode())
        yield connection


@contextmanager
def _without_indexes(connection: Connection[Any], table: str) -> Iterator[None]:
    """In here a table has no indexes but those that others need; afterwards it has them again."""
    found = connection.execute(_INDEXES, (table,)).fetchall()
    for index, _, constraint, _ in found:
        gone = f"drop index {index}"
        if constraint is not None:
            gone = f'alter table "{table}" drop constraint "{constraint}"'
        connection.execute(gone.encode())
    yield
    for _, definition, constraint, said in found:
        again = definition
        if constraint is not None:
            again = f'alter table "{table}" add constraint "{constraint}" {said}'
        connection.execute(again.encode())
