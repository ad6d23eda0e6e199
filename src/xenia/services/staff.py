"""Accounts of staff: invited, given a role, disabled, forgotten as a person."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any

from xenia.services.access import new_invitation
from xenia.services.changing import Changing, Done
from xenia.services.problems import Problem, not_allowed
from xenia.services.roles import OWNER, beyond
from xenia.services.staff_problems import LAST_OWNER, address_taken, unknown_staff
from xenia.services.times import utc_text
from xenia.store import staff as store
from xenia.store.staff import Invited, StaffRow

INVITED = 7 * 86_400_000_000  # microseconds for which an invitation holds
ID_BYTES = 8
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is to be invited; `email` in small letters."""

    email: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be changed of an account; None: it stays."""

    role: str | None = None
    name: str | None = None
    disabled: bool | None = None


def fields(row: StaffRow) -> Json:
    """An account without what is personal."""
    return {
        "staff": row.staff_id,
        "role": row.role,
        "state": _state(row),
        "created_at": utc_text(row.created_at),
        "created_by": row.created_by,
        "last_sign_in_at": None if row.last_sign_in_at is None else utc_text(row.last_sign_in_at),
    }


def personal(row: StaffRow) -> Json:
    """What is personal of it: never kept with an answer, as it may have to be erased."""
    return {"email": row.email, "name": row.name}


def _state(row: StaffRow) -> str:
    if row.email is None:
        return "erased"
    if row.disabled_at is not None:
        return "disabled"
    return "invited" if row.password is None else "active"


def invite(changing: Changing, person: Person) -> Done | Problem:
    """A new account, with what is shown once: an invitation."""
    more = beyond(changing.actor, person.role)
    if more is not None:
        return not_allowed(more)
    secret, name = new_invitation(), secrets.token_hex(ID_BYTES)
    until = changing.now + INVITED
    new = Invited(name, person.role, person.email, person.name, secret.digest, until)
    if not store.add(
        changing.connection, changing.space_id, new, changing.actor.name, changing.now
    ):
        return address_taken()
    # With the first account, too, nobody gets in any more without saying who they are.
    store.access_changed(changing.connection, changing.space_id)
    changing.note("staff.invited", f"staff/{name}", after={"role": person.role})
    return _done(changing, name, 201, invitation=secret.text, until=until)


def invite_again(changing: Changing, name: str) -> Done | Problem:
    """Another invitation, for whoever has lost theirs, or forgotten the password."""
    row = _held(changing, name)
    if isinstance(row, Problem):
        return row
    if row.email is None or row.disabled_at is not None:
        return unknown_staff(name)
    secret, until = new_invitation(), changing.now + INVITED
    store.invite(changing.connection, changing.space_id, name, secret.digest, until)
    changing.note("staff.invited", f"staff/{name}", before={"role": row.role})
    return _done(changing, name, 201, invitation=secret.text, until=until)


def change(changing: Changing, name: str, wish: Wish) -> Done | Problem:
    """Change role or name, and whether somebody may sign in; sessions follow within seconds."""
    owners = store.owners(changing.connection, changing.space_id)  # first: all lock in one order
    row = _held(changing, name)
    if isinstance(row, Problem):
        return row
    if row.email is None:
        return unknown_staff(name)
    role = row.role if wish.role is None else wish.role
    if (more := beyond(changing.actor, role)) is not None:
        return not_allowed(more)
    disabled_at = row.disabled_at
    if wish.disabled is not None:
        disabled_at = (disabled_at or changing.now) if wish.disabled else None
    new = replace(row, role=role, name=wish.name or row.name, disabled_at=disabled_at)
    if (role != OWNER or disabled_at is not None) and owners == [name]:
        return LAST_OWNER
    store.change(changing.connection, changing.space_id, new, changing.now)
    if disabled_at is not None:
        store.end_sessions(changing.connection, changing.space_id, name, changing.now)
    store.access_changed(changing.connection, changing.space_id)
    changing.note("staff.changed", f"staff/{name}", before=_trailed(row), after=_trailed(new))
    return _done(changing, name)


def end_sessions(changing: Changing, name: str) -> Done | Problem:
    """Have somebody sign in again, wherever they were signed in."""
    row = _held(changing, name)
    if isinstance(row, Problem):
        return row
    store.end_sessions(changing.connection, changing.space_id, name, changing.now)
    store.access_changed(changing.connection, changing.space_id)
    changing.note("staff.signed-out", f"staff/{name}")
    return Done({"staff": name, "signed_out": True})


def erase(changing: Changing, name: str) -> Done | Problem:
    """Remove name, address and password of somebody; the trail still names them by their id."""
    owners = store.owners(changing.connection, changing.space_id)
    row = _held(changing, name)
    if isinstance(row, Problem):
        return row
    if owners == [name]:
        return LAST_OWNER
    store.erase(changing.connection, changing.space_id, name, changing.now)
    store.end_sessions(changing.connection, changing.space_id, name, changing.now)
    store.access_changed(changing.connection, changing.space_id)
    changing.note("staff.erased", f"staff/{name}", before=_trailed(row))
    return Done({"staff": name, "erased": True})


def _held(changing: Changing, name: str) -> StaffRow | Problem:
    """An account that one may do something with: whose role may nothing that one may not."""
    row = store.account(changing.connection, changing.space_id, name, hold=True)
    if row is None:
        return unknown_staff(name)
    more = beyond(changing.actor, row.role)
    return row if more is None else not_allowed(more)


def _trailed(row: StaffRow) -> Json:
    """What the trail keeps for ever: nothing personal."""
    return {"role": row.role, "disabled": row.disabled_at is not None}


def _done(
    changing: Changing,
    name: str,
    status: int = 200,
    *,
    invitation: str | None = None,
    until: int | None = None,
) -> Done:
    row = store.account(changing.connection, changing.space_id, name)
    assert row is not None, "it was written just now"
    once = personal(row)
    if invitation is not None and until is not None:
        once |= {"invitation": invitation, "invited_until": utc_text(until)}
    return Done(fields(row), status, once=once)
