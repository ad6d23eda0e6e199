"""Columns of values as PostgreSQL takes arrays: encoded by us, since they are most of a batch.

psycopg would look at every value of a list anew; what a column holds is known.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from struct import Struct, pack
from typing import Any

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

_NULL = pack("!i", -1)
_LENGTH = Struct("!i").pack
_INT, _LONG = Struct("!ii").pack, Struct("!iq").pack
_HEAD = Struct("!iiiii").pack  # dimensions, perhaps nulls, type of the values, how many, the first


class Column:
    """The values of one column, None where there is none."""

    __slots__ = ("values",)

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values


class Texts(Column):
    """text[]"""


class Bytes(Column):
    """bytea[]"""


class Ints(Column):
    """integer[]"""


class Longs(Column):
    """bigint[]"""


_KINDS: Mapping[str, type[Column]] = {"t": Texts, "y": Bytes, "i": Ints, "q": Longs}


def columns(kinds: str, rows: Sequence[Sequence[Any]]) -> list[Column]:
    """Rows turned into columns; of each, `kinds` has t (text), y (bytes), i (int4) or q (int8)."""
    turned = zip(*rows, strict=True) if rows else [()] * len(kinds)
    return [_KINDS[kind](values) for kind, values in zip(kinds, turned, strict=True)]


class _ColumnDumper(Dumper):
    format = Format.BINARY
    element: int  # the number of the values' type in pg_type

    def dump(self, obj: Column) -> bytes:
        """The array, in the form that its type receives."""
        if not obj.values:
            return pack("!iii", 0, 0, self.element)
        return _HEAD(1, 1, self.element, len(obj.values), 1) + self.encoded(obj.values)

    @staticmethod
    @abstractmethod
    def encoded(values: Sequence[Any]) -> bytes:
        """Length and value of each."""


class _TextsDumper(_ColumnDumper):
    oid, element = 1009, 25

    @staticmethod
    def encoded(values: Sequence[str | None]) -> bytes:
        found = [None if value is None else value.encode() for value in values]
        return _BytesDumper.encoded(found)


class _BytesDumper(_ColumnDumper):
    oid, element = 1001, 17

    @staticmethod
    def encoded(values: Sequence[bytes | None]) -> bytes:
        return b"".join(
            [_NULL if value is None else _LENGTH(len(value)) + value for value in values]
        )


class _IntsDumper(_ColumnDumper):
    oid, element = 1007, 23

    @staticmethod
    def encoded(values: Sequence[int | None]) -> bytes:
        return b"".join([_NULL if value is None else _INT(4, value) for value in values])


class _LongsDumper(_ColumnDumper):
    oid, element = 1016, 20

    @staticmethod
    def encoded(values: Sequence[int | None]) -> bytes:
        return b"".join([_NULL if value is None else _LONG(8, value) for value in values])


for _column, _dumper in (
    (Texts, _TextsDumper),
    (Bytes, _BytesDumper),
    (Ints, _IntsDumper),
    (Longs, _LongsDumper),
):
    # For all connections: nobody else has these classes.
    psycopg.adapters.register_dumper(_column, _dumper)
