"""Finds accounts for which something is due, and locks them, a chunk at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import Connection
from psycopg.rows import args_row, scalar_row

from xenia.store.accounts import ACCOUNT_COLUMNS, AccountRow
from xenia.store.posting import Scope

_DUE = "space_id = %b and programme_id = %b and next_due <= date '1970-01-01' + %b"
_MEMBERS = (
    f"select member_id from account where {_DUE} and member_id > %b order by member_id limit %b"
)
# An account that somebody else works on is left for the next round: its event does what is due.
_LOCK = f"""
select {ACCOUNT_COLUMNS} from account
where {_DUE} and member_id = any(%b::text[])
order by member_id
for update skip locked
"""
# Held until the transaction ends: so that nothing is done by a version that another goes before.
_REVISION = """
select revision from programme where space_id = %b and programme_id = %b for share
"""


def revision(connection: Connection[Any], scope: Scope) -> int | None:
    """The programme's revision, which stays so until the transaction ends; None: it is not there.

    To be called before an account is locked: who publishes locks the programme first.
    """
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(_REVISION, tuple(scope), prepare=True).fetchone()


def due_members(
    connection: Connection[Any], scope: Scope, day: int, after: str, limit: int
) -> list[str]:
    """The next members, by id, for whom something is due by a local day; "" is before the first.

    Without a lock: so that a long list is sorted once, not once a chunk.
    """
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(_MEMBERS, (*scope, day, after, limit), prepare=True).fetchall()


def lock_due(
    connection: Connection[Any], scope: Scope, day: int, members: Sequence[str]
) -> list[AccountRow]:
    """Lock the accounts among these for which something is still due, as they are now."""
    values = (*scope, day, list(members))
    with connection.cursor(row_factory=args_row(AccountRow)) as cursor:
        return cursor.execute(_LOCK, values, prepare=True, binary=True).fetchall()
