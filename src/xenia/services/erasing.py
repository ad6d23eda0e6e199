"""Erases what is known of who a member is; what happened stays, under an id that says nothing."""

from __future__ import annotations

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.events.values import IDENTIFIERS
from xenia.services.inputs import UnusableError
from xenia.services.published import DEFAULT, space_row
from xenia.store import members, personal
from xenia.store.personal import Erased


def erase_member(
    connection: Connection[TupleRow], named: str, *, now: int, space: str = DEFAULT
) -> tuple[str, Erased]:
    """Erase a member, who is named by id or by an identifier (`phone=+302101234567`); their id and
    what was removed.

    The values of all programmes, events and identifiers go at once; facts, entries and balances
    stay and still prove each other.  Again, it removes nothing more.  Raises UnusableError where
    nobody is of that name.  `now` is in microseconds.
    """
    with connection.transaction():
        row = space_row(connection, space)
        kind, sign, value = named.partition("=")
        member: str | None = named
        if sign and kind in IDENTIFIERS:
            identifier = (kind, value)
            member = members.known(connection, row.space_id, [identifier]).get(identifier)
        erased = member and personal.erase(connection, row.space_id, member, now)
        if not member or not erased:
            kinds = ", ".join(IDENTIFIERS)
            raise UnusableError(
                f'there is no member "{named[:100]}": write their id, or KIND=VALUE with one of '
                f"{kinds}; of who has been erased only the id is left"
            )
        return member, erased
