"""Values as PostgreSQL takes and stores them, above all columns of many: encoded by us.

psycopg would look at every value of a list anew; what a column holds is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from struct import Struct, pack
from typing import Any, NamedTuple

from xenia.ledger.accounts import LedgerAccount

_NULL = pack("!i", -1)
_LENGTH = Struct("!i").pack
_INTEGER, _BIGINT = Struct("!ii").pack, Struct("!iq").pack
_HEAD = Struct("!iiiii").pack  # dimensions, perhaps nulls, type of the values, how many, the first
# PostgreSQL counts days and microseconds from 2000.
_DAYS = 10_957
_MICROSECONDS = _DAYS * 86_400_000_000
MOST = 10_000


class Remembered(dict[Any, bytes]):
    """How values are encoded of which few are new: a third of what encoding them takes."""

    def __init__(self, encode: Callable[[Any], bytes]) -> None:
        super().__init__()
        self._encode = encode

    def __missing__(self, value: Any) -> bytes:
        if len(self) >= MOST:
            self.clear()
        found = self[value] = _NULL if value is None else self._encode(value)
        return found

    def __call__(self, values: Iterable[Any]) -> Iterable[bytes]:
        """Length and value of each."""
        return map(self.__getitem__, values)


def _encoded_text(value: str) -> bytes:
    encoded = value.encode()
    return _LENGTH(len(encoded)) + encoded


def _texts(values: Iterable[str | None]) -> Iterable[bytes]:
    return _byte_strings([None if value is None else value.encode() for value in values])


def _byte_strings(values: Iterable[bytes | None]) -> Iterable[bytes]:
    found = []
    for value in values:
        if value is None:
            found.append(_NULL)
        else:
            found += (_LENGTH(len(value)), value)
    return found


class Kind(NamedTuple):
    """What a column holds: the type in SQL, its number in pg_type, and how each of its values
    becomes length and value."""

    type: str
    number: int
    encoded: Callable[[Iterable[Any]], Iterable[bytes]]


_ACCOUNTS = {account.value: place for place, account in enumerate(LedgerAccount, start=1)}
KINDS = {
    "text": Kind("text", 25, _texts),
    "word": Kind("text", 25, Remembered(_encoded_text)),  # text that is mostly one of a few
    "bytea": Kind("bytea", 17, _byte_strings),
    "integer": Kind("integer", 23, Remembered(lambda value: _INTEGER(4, value))),
    "bigint": Kind("bigint", 20, Remembered(lambda value: _BIGINT(8, value))),
    # A local day number, and an instant in microseconds.
    "date": Kind("date", 1082, Remembered(lambda value: _INTEGER(4, value - _DAYS))),
    "instant": Kind("timestamptz", 1184, Remembered(lambda v: _BIGINT(8, v - _MICROSECONDS))),
    # An account of the ledger by its place in `ACCOUNTS`: PostgreSQL looks labels up one by one.
    "account": Kind("integer", 23, Remembered(lambda value: _INTEGER(4, _ACCOUNTS[value]))),
}
ACCOUNTS = f"(array[{', '.join(map(repr, _ACCOUNTS))}]::ledger_account[])"


def column(kind: str, values: Sequence[Any]) -> bytes:
    """An array of values, None where there is none, in the form that its type receives."""
    _, number, encoded = KINDS[kind]
    if not values:
        return pack("!iii", 0, 0, number)
    return _HEAD(1, 1, number, len(values), 1) + b"".join(encoded(values))


def scalar(kind: str, value: Any) -> bytes | None:
    """One value in the form that its type receives."""
    encoded = b"".join(KINDS[kind].encoded((value,)))
    return None if value is None else encoded[4:]
