"""Puts a row into every table of a database, whatever tables it has."""

from __future__ import annotations

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

# The same for every column of a type, so that what refers to another row finds it.
VALUES = {
    "integer": "1",
    "bigint": "1",
    "bigint[]": "'{1}'",
    "smallint": "1",
    "numeric": "1",
    "text": "'t'",
    "text[]": "'{t}'",
    "bytea": r"'\x01'",
    "json": "'{}'",
    "jsonb": "'{}'",
    "boolean": "true",
    "date": "'2026-03-29'",
    "timestamp with time zone": "'2026-03-29 01:00Z'",
}
# Where that may not be.
OTHERS = {
    ("household_person", "member_id"): "'u'",
    ("merge", "into_member"): "'u'",
    ("merge", "undone_at"): "null",
}

TABLES = """
select c.oid, c.relname from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and c.relname <> 'alembic_version'
order by c.relname
"""
COLUMNS = """
select a.attname, format_type(a.atttypid, a.atttypmod),
    array(select e.enumlabel::text from pg_enum e
          where e.enumtypid = a.atttypid order by e.enumsortorder)
from pg_attribute a
where a.attrelid = %s and a.attnum > 0 and not a.attisdropped
    and a.attidentity = '' and a.attgenerated = ''
order by a.attnum
"""


def tables(connection: psycopg.Connection[TupleRow]) -> dict[str, int]:
    """How many rows each table has."""
    counts = {}
    for _, name in connection.execute(TABLES).fetchall():
        query = sql.SQL("select count(*) from {}").format(sql.Identifier(name))
        row = connection.execute(query).fetchone()
        assert row is not None
        counts[name] = row[0]
    return counts


def fill(connection: psycopg.Connection[TupleRow]) -> None:
    """Put a row with a value in every column into each table that has none."""
    waiting = [row for row in connection.execute(TABLES).fetchall() if not _has(connection, row[1])]
    while waiting:
        left = [row for row in waiting if not _insert(connection, *row)]
        assert len(left) < len(waiting), f"nothing fits: {[name for _, name in left]}"
        waiting = left


def _has(connection: psycopg.Connection[TupleRow], name: str) -> bool:
    query = sql.SQL("select 1 from {} limit 1").format(sql.Identifier(name))
    return connection.execute(query).fetchone() is not None


def _insert(connection: psycopg.Connection[TupleRow], table: int, name: str) -> bool:
    """Whether the row could be put there: not before those that it refers to."""
    names, values = [], []
    labels_used = 0
    for column, kind, labels in connection.execute(COLUMNS, [table]).fetchall():
        names.append(sql.Identifier(column))
        if labels:  # each its own: an entry goes from one account to another
            values.append(sql.SQL(f"'{labels[labels_used % len(labels)]}'"))
            labels_used += 1
        else:
            values.append(sql.SQL(OTHERS.get((name, column), VALUES[kind])))
    query = sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(name), sql.SQL(", ").join(names), sql.SQL(", ").join(values)
    )
    try:
        with connection.transaction():
            connection.execute(query)
    except psycopg.errors.ForeignKeyViolation:
        return False
    return True
