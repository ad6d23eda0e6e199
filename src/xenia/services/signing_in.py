"""Signing in and out: a password against a session, a secret once, and not too many tries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.services import first_owner, slowing
from xenia.services.access import digest_of, new_session
from xenia.services.first_owner import Newcomer
from xenia.services.passwords import LEAST, MOST, fits, hashed
from xenia.services.problems import Problem
from xenia.services.published import Space
from xenia.services.roles import ROLES
from xenia.services.slowing import MINUTE, SECOND, Limit, Pace, Whence, mark
from xenia.services.staff import personal
from xenia.services.staff_problems import (
    BAD_INVITATION,
    BAD_SIGN_IN,
    SESSION_OVER,
    no_newcomer,
    too_many_tries,
    weak_password,
)
from xenia.services.times import utc_text
from xenia.store import changes
from xenia.store import staff as store
from xenia.store.first_owner import sessions_of
from xenia.store.staff import SessionRow, StaffRow

HELD = 12 * 3600 * SECOND  # for which a session holds
_KEPT = 30 * 86_400 * SECOND  # for which sessions are kept that have ended
FREE = 5  # failures in a row of one person from one network, before they have to wait
_LONGEST = 900  # seconds to wait
_FORGOTTEN = 86_400 * SECOND  # after which failures do not count any more
NETWORK = Pace(30, 20 * SECOND)  # failures from one network, whoever they say they are
STRANGERS = Pace(20, MINUTE)  # of one person, from networks where they have not come in before

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Signing:
    """How people come in: each step a transaction of its own; `clock` in microseconds."""

    connection: Connection[TupleRow]
    clock: Callable[[], int]
    whence: Whence = field(default_factory=Whence)
    home: Space | None = None  # where it is counted what is tried at a space that there is not

    def accept(
        self, invitation: str, password: str, newcomer: Newcomer | None = None
    ) -> Json | Problem:
        """Take up an invitation, with the password that one wants to have; who one is, where it is
        the first owner's, which names nobody."""
        digest = digest_of(invitation)
        with self.connection.transaction():
            known = first_owner.shown(self.connection, invitation, self.clock())
        if isinstance(known, Problem):
            return known
        email = known["email"] or (newcomer and newcomer.email)
        if email is None:
            return no_newcomer()
        if not LEAST <= len(password) <= MOST or password.casefold() == email:
            return weak_password()
        kept = hashed(password)
        with self.connection.transaction():
            now = self.clock()
            found = store.invited(self.connection, digest, now)
            if found is None and newcomer is not None:
                found = first_owner.begin(self.connection, digest, newcomer, now)
            if found is None:
                return BAD_INVITATION
            space, name = found
            store.accept(self.connection, space, name, kept)
            # Who has forgotten the password may have lost more than that.
            store.end_sessions(self.connection, space, name, now)
            store.access_changed(self.connection, space)
            self._note(space, name, "staff.came", now)
        return {"staff": name, "email": email, "role": known["role"]}

    def sign_in(self, space: Space | None, email: str, password: str) -> Json | Problem:
        """A session for whoever knows the password; each try counts until one succeeds."""
        there = space or self.home
        if there is None:
            fits(password, None)
            return BAD_SIGN_IN
        with self.connection.transaction():
            now = self.clock()
            row = None if space is None else store.by_email(self.connection, space.space_id, email)
            tried = self._tries(there, ("staff" if space else "nowhere", email), row)
            wait, counts = slowing.asked(self.connection, there, tried.limits, now)
            wait = wait or self._wait(there.space_id, tried.who, now)
            if wait:
                return too_many_tries(wait)
            # Counted before it is tried, so that many at once are many.
            slowing.count(self.connection, there, counts, now)
            store.fail(self.connection, there.space_id, tried.who, now=now, old=now - _FORGOTTEN)
        known = None if row is None else row.password
        if not fits(password, known) or row is None:
            return BAD_SIGN_IN
        with self.connection.transaction():
            now = self.clock()
            row = store.account(self.connection, there.space_id, row.staff_id, hold=True)
            if row is None or row.disabled_at is not None or row.password != known:
                return BAD_SIGN_IN
            store.forgive(self.connection, there.space_id, tried.who)
            slowing.give_back(self.connection, there, tried.limits)
            secret = new_session()
            session = SessionRow(secret.digest, there.space_id, row.staff_id, row.role, now + HELD)
            whence = self.whence.mark(there.secret)
            store.begin_session(self.connection, session, whence, now=now, old=now - _KEPT)
            self._note(there.space_id, row.staff_id, "staff.signed-in", now)
        return {
            "token": secret.text,
            "expires_at": utc_text(session.until),
            "staff": row.staff_id,
            "name": row.name,
            "role": row.role,
            "scopes": sorted(ROLES.get(row.role, ())),
        }

    def sign_out(self, token: str, *, everywhere: bool = False) -> Json | Problem:
        """End a session, or all that the person has: within seconds nothing can be done with it any
        more."""
        with self.connection.transaction():
            now = self.clock()
            found = store.end_session(self.connection, digest_of(token), now)
            if found is None:
                return SESSION_OVER
            space, name = found
            if everywhere:
                store.end_sessions(self.connection, space, name, now)
            store.access_changed(self.connection, space)
            self._note(space, name, "staff.signed-out", now)
        return {"signed_out": True}

    def _tries(self, space: Space, named: tuple[str, str], row: StaffRow | None) -> _Tries:
        """What a try counts for; looked up in the same way where nobody is known."""
        secret, network = space.secret, self.whence.mark(space.secret)
        was_with_it, was_there = store.was_here(
            self.connection,
            space.space_id,
            "" if row is None else row.staff_id,
            self.whence.digest,
            network,
        )
        if was_with_it:
            session = self.whence.mark_of_session(secret).hex()
            return _Tries(mark(secret, "failures", *named, session), [])
        who = mark(secret, "failures", *named, network.hex())
        from_there = Limit(mark(secret, "failures from", network.hex()), NETWORK)
        if was_there:
            return _Tries(who, [from_there])
        place = mark(secret, "place", *named, network.hex())
        return _Tries(who, [from_there, Limit(mark(secret, *named), STRANGERS, place)])

    def _wait(self, space: int, who: bytes, now: int) -> int:
        """Seconds until one may try again."""
        failures, last = store.failures(self.connection, space, who)
        if failures < FREE or last < now - _FORGOTTEN:
            return 0
        seconds = min(_LONGEST, 1 << min(failures - FREE, 20))
        return max(0, -((now - last - seconds * SECOND) // SECOND))

    def _note(self, space: int, name: str, action: str, now: int) -> None:
        who = f"staff/{name}"
        changes.note(self.connection, space, who, action, who, now=now)


class _Tries(NamedTuple):
    """What a try counts for: `who` in a row, and limits of everybody's."""

    who: bytes
    limits: Sequence[Limit]


def look(reads: Connection[TupleRow], token: str, now: int) -> Json | Problem:
    """Whose session a token is, what they may, and where else they are signed in."""
    digest = digest_of(token)
    found = store.sessions(reads, now, digest)
    row = store.account(reads, found[0].space_id, found[0].staff_id) if found else None
    if row is None:
        return SESSION_OVER
    (held,) = found
    return {
        **personal(row),
        "staff": held.staff_id,
        "role": held.role,
        "scopes": sorted(ROLES.get(held.role, ())),
        "expires_at": utc_text(held.until),
        "sessions": [
            {
                "begun_at": utc_text(one.begun_at),
                "last_used_at": None if one.last_used_at is None else utc_text(one.last_used_at),
                "expires_at": utc_text(one.until),
                "this": one.digest == digest,
            }
            for one in sessions_of(reads, held.space_id, held.staff_id, now)
        ],
        "space_id": held.space_id,
    }
