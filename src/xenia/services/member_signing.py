"""How members come in: a code or a link that they are sent, once, and a session for it.

Whoever asks for a code is answered the same, whether or not somebody is known by what they say. A
code is eight digits, and the link's text is longer; both are derived from the space's secret and
the code's id, and stand nowhere.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.events.errors import EventError
from xenia.services import own_programme, slowing
from xenia.services.access import MEMBER_SESSION, Key, Scope, digest_of, new_member_session
from xenia.services.problems import Problem
from xenia.services.published import Space
from xenia.services.slowing import MINUTE, SECOND, Limit, Pace, Whence, mark
from xenia.services.staff_problems import SESSION_OVER, too_many_tries
from xenia.services.times import utc_text
from xenia.store import changes, identifiers, personal, staff
from xenia.store import member_sessions as store
from xenia.store.member_sessions import MemberSession, NewCode, NewSession

Json = dict[str, Any]

MINUTES: Final = 10
TRIES: Final = 5
OWN: Final = Pace(5, 12 * MINUTE)  # codes by one name from one network
STRANGERS: Final = Pace(10, 6 * MINUTE)  # by one name from networks where nobody has come by it
NETWORK: Final = Pace(
    60, 10 * SECOND
)  # from one network; with which somebody comes in, not counted
SPACE: Final = Pace(300, MINUTE // 300)  # in a space, by strangers
PER_MINUTE: Final = 300  # requests of a session
HELD: Final = 90 * 86_400 * SECOND  # for which a session holds
_KEPT: Final = 30 * 86_400 * SECOND  # for which codes and ended sessions are kept
KINDS: Final = ("email", "phone", "card")
_DIGITS: Final = 8  # whoever tries as many codes of strangers as they may finds one in months
_ID_BYTES: Final = 16

BAD_CODE = Problem(
    status=401,
    code="bad-code",
    detail="the code is wrong, was used, or has ended: ask for another one",
)


@dataclass(frozen=True, slots=True)
class Signing:
    """Each step is a transaction of its own; `clock` in microseconds."""

    connection: Connection[TupleRow]
    clock: Callable[[], int]
    whence: Whence = field(default_factory=Whence)
    home: Space | None = None  # where it is counted what is tried at a space that there is not

    def ask(self, space: Space | None, name: str) -> Json | Problem:
        """Have a code sent to whoever is known by an address, phone or card, if anybody is."""
        code = f"mco_{secrets.token_hex(_ID_BYTES)}"
        now = self.clock()
        until = now + MINUTES * MINUTE
        told: Json = {"code": code, "until": utc_text(until), "tries": TRIES}
        counted = space or self.home
        if counted is None:
            return told
        who = mark(counted.secret, "member" if space else "nowhere", _plain(name))
        with self.connection.transaction():
            member = None if space is None else self._found(space, name)
            whence, limits = self._limits(counted, who, member)
            wait, counts = slowing.asked(self.connection, counted, limits, now)
            if wait:
                return too_many_tries(wait)
            slowing.count(self.connection, counted, counts, now)
            # Looked up also where nobody is known, so that it takes as long.
            told_by = own_programme.of_member(self.connection, counted, member or "", None, now)
            if isinstance(told_by, EventError) or member is None:
                new = NewCode(code, who, whence, None, None, until)
            else:
                new = NewCode(code, who, whence, told_by.programme_id, member, until)
            store.add_code(self.connection, counted.space_id, new, now=now, old=now - _KEPT)
        return told

    def _found(self, space: Space, name: str) -> str | None:
        """Who is known by a name; nobody, where it is several."""
        found = {
            member
            for value in variants(name)
            for member in identifiers.led_to(self.connection, space.space_id, value, KINDS)
        }
        return found.pop() if len(found) == 1 else None

    def _limits(
        self, space: Space, who: bytes, member: str | None
    ) -> tuple[bytes, Sequence[Limit]]:
        """From where it is asked, and what holds for this name from there; looked up in the same
        way where nobody is known."""
        secret, network = space.secret, self.whence.mark(space.secret)
        was_with_it, was_there = store.was_here(
            self.connection, space.space_id, member or "", self.whence.digest, network
        )
        if was_with_it:
            session = self.whence.mark_of_session(secret)
            return session, [Limit(mark(secret, "code", who.hex(), session.hex()), OWN)]
        from_there = _from(secret, network)
        own = Limit(mark(secret, "code", who.hex(), network.hex()), OWN)
        if was_there:
            return network, [from_there, own]
        place = mark(secret, "place", who.hex(), network.hex())
        by_strangers = Limit(mark(secret, "codes", who.hex()), STRANGERS, place)
        of_all = Limit(mark(secret, "codes of all"), SPACE)
        return network, [from_there, by_strangers, own, of_all]

    def sign_in(self, space: Space | None, code: str, digits: str) -> Json | Problem:
        """A session for whoever knows the code, or has the link's text in its place."""
        if space is None:
            return BAD_CODE
        with self.connection.transaction():
            tried = store.try_code(self.connection, space.space_id, code, self.clock())
        if tried is None or tried.tries > TRIES or not _is(space.secret, code, digits):
            return BAD_CODE
        with self.connection.transaction():
            now = self.clock()
            used = store.use_code(self.connection, space.space_id, code, now)
            if used is None:
                return BAD_CODE
            secret = new_member_session()
            session = MemberSession(space.space_id, used.member, now + HELD)
            new = NewSession(session, secret.digest, self.whence.mark(space.secret))
            if not store.begin(self.connection, new, now=now, old=now - _KEPT):
                return BAD_CODE
            if used.whence is not None:  # of a session there is no such pace, and nothing is done
                slowing.give_back(self.connection, space, [_from(space.secret, used.whence)])
            self._note(session, "member.signed-in", now)
        return {"token": secret.text, "member": used.member, "expires_at": utc_text(session.until)}

    def sign_out(self, token: str, *, everywhere: bool = False) -> Json | Problem:
        """End a session, or all of the member: at once here, within seconds everywhere."""
        with self.connection.transaction():
            now = self.clock()
            ended = store.end(self.connection, digest_of(token), now)
            if ended is None:
                return SESSION_OVER
            if everywhere:
                store.end_all(self.connection, ended.space_id, ended.member, now)
            staff.access_changed(self.connection, ended.space_id)
            self._note(ended, "member.signed-out", now)
        return {"signed_out": True}

    def _note(self, session: MemberSession, action: str, now: int) -> None:
        who = f"member/{session.member}"
        changes.note(self.connection, session.space_id, who, action, who, now=now)


def _from(secret: bytes, whence: bytes) -> Limit:
    """What holds for all that is asked from there."""
    return Limit(mark(secret, "codes from", whence.hex()), NETWORK)


def variants(name: str) -> list[str]:
    """An identifier as it was typed, and as it may be known."""
    return sorted({name.strip(), _plain(name)})


def _plain(name: str) -> str:
    """As people write the same: letters small, phones and cards without what groups them."""
    plain = name.strip().casefold()
    return plain if "@" in plain else plain.translate(str.maketrans("", "", " -()./"))


# ---- what is sent --------------------------------------------------------------------------------


def digits_of(secret: bytes, code: str) -> str:
    """What a member is sent, and types."""
    digest = hmac.digest(secret, f"member-code\0{code}".encode(), "sha256")
    return str(int.from_bytes(digest[:8], "big") % 10**_DIGITS).zfill(_DIGITS)


def link_of(secret: bytes, code: str) -> str:
    """What stands in the link in place of the digits."""
    digest = hmac.digest(secret, f"member-link\0{code}".encode(), "sha256")
    return urlsafe_b64encode(digest[:24]).decode()


def _is(secret: bytes, code: str, said: str) -> bool:
    typed = said.strip()
    by_digits = hmac.compare_digest(digits_of(secret, code).encode(), typed.encode())
    by_link = hmac.compare_digest(link_of(secret, code).encode(), typed.encode())
    return by_digits or by_link


# ---- sessions ------------------------------------------------------------------------------------


def key_of(session: MemberSession) -> Key:
    """What a session of a member opens: what is about themselves, and nothing else."""
    scopes = frozenset[str]({Scope.OWN})
    return Key(session.space_id, session.member, scopes, PER_MINUTE, "member", session.until)


def look(reads: Connection[TupleRow], token: str, now: int) -> Json | Problem:
    """Whose session a token is."""
    held = store.held(reads, digest_of(token), now) if token.startswith(MEMBER_SESSION) else None
    if held is None:
        return SESSION_OVER
    found = personal.personal_of(reads, held.space_id, [held.member]).get(held.member)
    name = msgspec.json.decode(found or "{}").get("name")
    return {
        "space_id": held.space_id,
        "member": held.member,
        "name": name if isinstance(name, str) else None,
        "scopes": [str(Scope.OWN)],
        "expires_at": utc_text(held.until),
    }
