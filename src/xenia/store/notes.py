"""What staff has noted about members, for one another."""

from __future__ import annotations

from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow, args_row

_COLUMNS = """
    note_id, member_id, text, written_by, (extract(epoch from written_at) * 1000000)::bigint
"""
# Whoever is erased at this moment: it waits, and then finds that there is nobody to write about.
_ADD = """
    insert into member_note (space_id, note_id, member_id, text, written_by, written_at)
    select %(space)s, %(note)s, member_id, %(text)s, %(by)s,
           'epoch'::timestamptz + %(at)s * interval '1 microsecond'
    from member
    where space_id = %(space)s and member_id = %(member)s and erased_at is null
    for key share
"""
_PAGE = f"""
    select {_COLUMNS} from member_note
    where space_id = %(space)s and member_id = %(member)s and note_id < %(before)s
    order by note_id desc limit %(limit)s
"""
_DROP = """
    delete from member_note where space_id = %s and member_id = %s and note_id = %s
    returning text
"""
_LATEST = "~"  # behind every id


class NoteRow(NamedTuple):
    """A note; `at` in microseconds since 1970-01-01 UTC."""

    note: str
    member: str
    text: str
    by: str
    at: int


def add(connection: Connection[TupleRow], space: int, row: NoteRow) -> bool:
    """Note something; not of who is not there, or has been erased."""
    return connection.execute(_ADD, {**row._asdict(), "space": space}).rowcount > 0


def drop(connection: Connection[TupleRow], space: int, member: str, note: str) -> str | None:
    """Take a note out; what it said, None where there was none."""
    row = connection.execute(_DROP, (space, member, note)).fetchone()
    return None if row is None else str(row[0])


def page(
    connection: Connection[TupleRow], space: int, member: str, *, before: str | None, limit: int
) -> list[NoteRow]:
    """The notes about a member, the latest first."""
    asked = {"space": space, "member": member, "before": before or _LATEST, "limit": limit}
    with connection.cursor(row_factory=args_row(NoteRow)) as cursor:
        return cursor.execute(_PAGE.encode(), asked).fetchall()
