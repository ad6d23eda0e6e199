"""The versions of a programme as they were published: by number, or by when they decide."""

from __future__ import annotations

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.services.publishing import standing
from xenia.store import programmes as store
from xenia.store.programmes import VersionRow


def all_of(connection: Connection[TupleRow], space: int, programme: str) -> tuple[VersionRow, ...]:
    """All that were ever published of a programme; none if there is none of the name."""
    for row in store.programmes(connection, space):
        if row.name == programme:
            return store.versions(connection, space, row.programme_id)
    return ()


def among(
    rows: tuple[VersionRow, ...], *, at: int, version: int | None = None
) -> VersionRow | None:
    """The version of a number, also a withdrawn one; without a number the one in force at an
    instant (microseconds), the first if none has taken effect by then."""
    if version is not None:
        return next((row for row in rows if row.version == version), None)
    there = standing(rows)
    started = [row for row in there if row.effective_from <= at]
    return next(reversed(started or there[:1]), None)


def chosen(
    connection: Connection[TupleRow],
    space: int,
    programme: str,
    *,
    at: int,
    version: int | None = None,
) -> VersionRow | None:
    """The same of a programme by name; None where there is none."""
    return among(all_of(connection, space, programme), at=at, version=version)
