"""Makes a database of a test as good as new, in a tenth of the time that a new one takes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, LiteralString, NamedTuple

from psycopg import Connection, sql

# What is larger is not worth emptying: what was deleted would stand in the way of later tests.
LARGE: Final = 1 << 20  # bytes
# How long whoever is still connected may take to go.
PATIENCE: Final = 10_000  # milliseconds

_OTHERS: Final[LiteralString] = """
select bool_and(pg_terminate_backend(pid, %s)) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and pid <> all(%s)
"""
_SHAPE: Final[LiteralString] = """
select concat_ws(' ',
    (select count(*) || ':' || sum(xmin::text::bigint) from pg_attribute where attrelid >= 16384),
    (select count(*) || ':' || sum(xmin::text::bigint) from pg_proc where oid >= 16384),
    (select count(*) || ':' || sum(xmin::text::bigint) from pg_trigger),
    (select count(*) || ':' || sum(xmin::text::bigint) from pg_constraint where oid >= 16384),
    (select count(*) || ':' || sum(xmin::text::bigint) from pg_index where indexrelid >= 16384),
    (select count(*) || ':' || sum(xmin::text::bigint) from pg_rewrite where oid >= 16384),
    (select count(*) || ':' || sum(xmin::text::bigint) from pg_attrdef),
    (select string_agg(nspname || coalesce(nspacl::text, ''), ',' order by oid) from pg_namespace),
    (select string_agg(relname || relkind::text || coalesce(relacl::text, ''), ',' order by oid)
     from pg_class where oid >= 16384 and relkind <> 't'),
    (select string_agg(setconfig::text, ',') from pg_db_role_setting
     join pg_database on pg_database.oid = setdatabase where datname = current_database()))
"""
_TABLES: Final[LiteralString] = """
select nspname, relname
from pg_class join pg_namespace on pg_namespace.oid = relnamespace
where relkind = 'r' and pg_class.oid >= 16384 and nspname not like 'pg\\_%'
order by 1, 2
"""
_SIZES: Final[LiteralString] = """
select bool_or(pg_total_relation_size(format('%%I.%%I', nsp, rel)::regclass) > %s)
from unnest(%s::text[], %s::text[]) as one (nsp, rel)
"""
_SEQUENCES: Final[LiteralString] = """
select format('%I.%I', schemaname, sequencename),
    coalesce(last_value, start_value), last_value is not null
from pg_sequences
"""


class Table(NamedTuple):
    """A table by its names."""

    schema: str
    name: str

    @property
    def quoted(self) -> sql.Identifier:
        """As a statement names it."""
        return sql.Identifier(self.schema, self.name)


@dataclass(frozen=True, slots=True)
class Beginning:
    """A database as it was made: its shape, what stands in it, and how far its sequences are."""

    shape: str
    tables: Sequence[Table]
    rows: dict[Table, bytes]  # of the tables that are not empty
    sequences: dict[str, tuple[int, bool]]

    @classmethod
    def of(cls, connection: Connection) -> Beginning:
        """The beginning of the database that is connected to."""
        tables = [Table(*found) for found in connection.execute(_TABLES)]
        rows = {table: _rows(connection, table) for table in _full(connection, tables)}
        return cls(_shape(connection), tables, rows, _sequences(connection))

    def restored(self, connection: Connection, own: Sequence[int]) -> bool:
        """Whether a copy is as it was made, which it is made where it can be.

        It cannot be where a test has changed its shape, or filled it with much. `own` are the
        server's processes that may stay connected to it.
        """
        connection.execute(_OTHERS, (PATIENCE, list(own)))
        if _shape(connection) != self.shape:
            return False
        full = {*_full(connection, self.tables), *self.rows}
        if _are_large(connection, full):
            return False
        connection.execute("set session_replication_role = replica")  # no trigger refuses it
        for table in full:
            self._restore(connection, table)
        for name, state in _sequences(connection).items():
            if state != self.sequences[name]:
                connection.execute("select setval(%s, %s, %s)", (name, *self.sequences[name]))
        return True

    def _restore(self, connection: Connection, table: Table) -> None:
        kept = self.rows.get(table, b"")
        if _rows(connection, table) == kept:
            return
        connection.execute(sql.SQL("delete from {}").format(table.quoted))
        statement = sql.SQL("copy {} from stdin").format(table.quoted)
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(kept)


def _shape(connection: Connection) -> str:
    return str(_one(connection, _SHAPE))


def _are_large(connection: Connection, tables: Collection[Table]) -> bool:
    """Whether one of them is."""
    schemas, names = [table.schema for table in tables], [table.name for table in tables]
    return bool(_one(connection, _SIZES, (LARGE, schemas, names)))


def _full(connection: Connection, tables: Sequence[Table]) -> list[Table]:
    """Those in which anything stands."""
    asked = [sql.SQL("exists (select from {})").format(table.quoted) for table in tables]
    found = connection.execute(sql.SQL("select ") + sql.SQL(", ").join(asked)).fetchone()
    assert found is not None
    return [table for table, is_full in zip(tables, found, strict=True) if is_full]


def _rows(connection: Connection, table: Table) -> bytes:
    statement = sql.SQL("copy {} to stdout").format(table.quoted)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        return b"".join(bytes(part) for part in copy)


def _sequences(connection: Connection) -> dict[str, tuple[int, bool]]:
    return {name: (value, called) for name, value, called in connection.execute(_SEQUENCES)}


def _one(connection: Connection, query: LiteralString, parameters: Sequence[object] = ()) -> object:
    found = connection.execute(query, parameters or None).fetchone()
    assert found is not None
    return found[0]
