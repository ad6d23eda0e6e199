"""The first account of a space: whoever starts the service gets a link that makes the owner."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.services.access import digest_of, new_invitation
from xenia.services.problems import Problem
from xenia.services.roles import OWNER
from xenia.services.staff import ID_BYTES, INVITED
from xenia.services.staff_problems import BAD_INVITATION
from xenia.services.times import utc_text
from xenia.store import first_owner as store
from xenia.store import staff
from xenia.store.staff import Invited

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who takes up an invitation that names nobody; `email` in small letters."""

    email: str
    name: str


def link_of(connection: Connection[TupleRow], space: int, now: int) -> str | None:
    """A new invitation for the first owner, in place of the one before; None: there is an account.

    To be called in a transaction.
    """
    if store.any_account(connection, space):
        return None
    secret = new_invitation()
    store.invite(connection, space, secret.digest, now + INVITED)
    return secret.text


def shown(connection: Connection[TupleRow], invitation: str, now: int) -> Json | Problem:
    """What an invitation is for; whom it names, if anybody."""
    digest = digest_of(invitation)
    found = staff.invited(connection, digest, now)
    row = found and staff.account(connection, *found)
    if row and row.email is not None and row.invited_until is not None:
        return _as_shown(row.role, row.email, row.name, row.invited_until)
    first = store.invited(connection, digest, now)
    return BAD_INVITATION if first is None else _as_shown(OWNER, None, None, first[1])


def begin(
    connection: Connection[TupleRow], invitation: bytes, newcomer: Newcomer, now: int
) -> tuple[int, str] | None:
    """Make the first account, whose invitation it now is; its space and id, None: it does not hold.

    To be called in a transaction, which then goes on as with any invitation.
    """
    first = store.invited(connection, invitation, now)
    if first is None:
        return None
    space, until = first
    name = secrets.token_hex(ID_BYTES)
    new = Invited(name, OWNER, newcomer.email, newcomer.name, invitation, until)
    if not staff.add(connection, space, new, "command-line", now):
        return None
    store.done(connection, space)
    return space, name


def _as_shown(role: str, email: str | None, name: str | None, until: int) -> Json:
    return {"role": role, "email": email, "name": name, "invited_until": utc_text(until)}
