"""Erases what is known of who a member is; what happened stays, under an id that says nothing.

What was removed is proved: how many rows of which table, when, by whom, under a digest of all that.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from hashlib import sha256

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.events.values import IDENTIFIERS
from xenia.services.access import COMMAND_LINE, Actor
from xenia.services.answers import Json
from xenia.services.changing import Changing, Done
from xenia.services.inputs import UnusableError
from xenia.services.merge_shown import not_to_erase
from xenia.services.problems import Problem, unknown_member
from xenia.services.published import DEFAULT, space_row
from xenia.services.times import utc_text
from xenia.store import (
    erasures,
    households,
    member_sessions,
    members,
    merges,
    personal,
    staff,
)
from xenia.store.erasures import ErasureRow
from xenia.store.members import uuid7
from xenia.store.personal import Erased

COMMAND = "command line"
_RANDOM = 10  # bytes of an id
_encode = msgspec.json.Encoder(order="deterministic").encode


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
        problem = member and not_to_erase(connection, row.space_id, member)
        if problem:
            raise UnusableError(problem.detail)
        erased = member and _erased(connection, row.space_id, member, COMMAND, now)
        if not member or not erased:
            kinds = ", ".join(IDENTIFIERS)
            raise UnusableError(
                f'there is no member "{named[:100]}": write their id, or KIND=VALUE with one of '
                f"{kinds}; of who has been erased only the id is left"
            )
        noted = Changing(connection, Actor(row.space_id, COMMAND_LINE), now)
        _note(noted, member, erasures.listed(connection, row.space_id, member=member, limit=1)[0])
        return member, erased


def erase(changing: Changing, member: str) -> Done | Problem:
    """The same as a write; answered with the proof."""
    connection, space = changing.connection, changing.space_id
    problem = not_to_erase(connection, space, member)
    if problem is not None:
        return problem
    if _erased(connection, space, member, changing.actor.name, changing.now) is None:
        return unknown_member(member)
    (row,) = erasures.listed(connection, space, member=member, limit=1)
    _note(changing, member, row)
    return Done(proof(row))


def _note(changing: Changing, member: str, row: ErasureRow) -> None:
    changing.note("member.erased", f"member/{member}", after={"erasure": row.erasure})


def proof(row: ErasureRow) -> Json:
    """An erasure, as it is shown: anybody can compute its digest again.

    It is the SHA-256 of the other fields as JSON, names sorted, without spaces.
    """
    return {**_said(row), "digest": row.digest.hex()}


def contradicted(
    connection: Connection[TupleRow], space: int, most: int
) -> Iterator[tuple[str, str, str, str]]:
    """Member, where, and what is stored and should be, of erasures that do not prove themselves."""
    for row in erasures.listed(connection, space, limit=most):
        digest = sha256(_encode(_said(row))).hexdigest()
        if digest != row.digest.hex():
            yield row.member, f"erasure {row.erasure}", row.digest.hex(), digest
    for table, member in erasures.left_over(connection, space, most):
        yield member, f"erased, and in {table}", "something", "nothing"


def _erased(
    connection: Connection[TupleRow], space: int, member: str, actor: str, now: int
) -> Erased | None:
    """Erase, and prove it; also those who are merged into them for good.  Who has been erased and
    has nothing more has their proof."""
    for one in merges.absorbed(connection, space, member):
        _erased(connection, space, one, actor, now)
    found = personal.erase(connection, space, member, now)
    if found is None:
        return None
    named = households.erase(connection, space, member, now)
    # Nobody is this member any more: whoever is signed in as them is not from now on.
    if member_sessions.end_all(connection, space, member, now):
        staff.access_changed(connection, space)
    member_sessions.erase(connection, space, member)
    removed = {
        "former_identifier": found.former,
        "identifier": found.identifiers,
        "member": int(found.own),
        "personal": found.events,
        **({"household": named} if named else {}),
        **({"cashier": found.cashiers} if found.cashiers else {}),
        **({"refused_spend": found.refused} if found.refused else {}),
        **({"correction": found.corrections} if found.corrections else {}),
        **({"member_note": found.notes} if found.notes else {}),
        **({"change": found.changes} if found.changes else {}),
        **({"request": found.answers} if found.answers else {}),
    }
    if not any(removed.values()) and erasures.listed(connection, space, member=member, limit=1):
        return found
    name = uuid7(now, secrets.token_bytes(_RANDOM))
    row = ErasureRow(name, member, actor, removed, b"", now)
    digest = sha256(_encode(_said(row))).digest()
    erasures.add(connection, space, row._replace(digest=digest))
    return found


def _said(row: ErasureRow) -> Json:
    return {
        "erasure": row.erasure,
        "member": row.member,
        "erased_at": utc_text(row.erased_at),
        "by": row.actor,
        "removed": dict(row.removed),
    }
