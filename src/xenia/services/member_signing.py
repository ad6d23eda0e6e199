"""How members come in: a code or a link that they are sent, once, and a session for it.

Whoever asks for a code is answered the same, whether or not somebody is known by what they say. A
code is eight digits, and the link's text is longer; both are derived from the space's secret and
the code's id, and stand nowhere.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.services.access import MEMBER_SESSION, Key, Scope, digest_of, new_member_session
from xenia.services.problems import Problem
from xenia.services.published import Space
from xenia.services.staff_problems import SESSION_OVER, too_many_tries
from xenia.services.times import utc_text
from xenia.store import changes, identifiers, personal, staff
from xenia.store import member_sessions as store
from xenia.store.member_sessions import MemberSession, NewCode

Json = dict[str, Any]

MINUTES: Final = 10
TRIES: Final = 5
CODES_AN_HOUR: Final = 5  # by one name
CODES_A_MINUTE: Final = 300  # in a space
PER_MINUTE: Final = 300  # requests of a session
_SECOND: Final = 1_000_000  # microseconds
_MINUTE: Final = 60 * _SECOND
HELD: Final = 90 * 86_400 * _SECOND  # for which a session holds
_KEPT: Final = 30 * 86_400 * _SECOND  # for which codes and ended sessions are kept
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

    def ask(self, space: Space | None, name: str) -> Json | Problem:
        """Have a code sent to whoever is known by an address, phone or card, if anybody is."""
        code = f"mco_{secrets.token_hex(_ID_BYTES)}"
        now = self.clock()
        told: Json = {"code": code, "until": utc_text(now + MINUTES * _MINUTE), "tries": TRIES}
        if space is None:
            return told
        who = hmac.digest(space.secret, f"member\0{_plain(name)}".encode(), "sha256")
        with self.connection.transaction():
            wait = self._wait(space.space_id, who, now)
            if wait:
                return too_many_tries(wait)
            new = self._new(space, name, NewCode(code, who, None, None, now + MINUTES * _MINUTE))
            store.add_code(self.connection, space.space_id, new, now=now, old=now - _KEPT)
        return told

    def _wait(self, space: int, who: bytes, now: int) -> int:
        """Seconds until one may ask again."""
        before = store.asked_since(self.connection, space, who, now - 60 * _MINUTE)
        if len(before) >= CODES_AN_HOUR:
            return max(1, -(-(before[-CODES_AN_HOUR] + 60 * _MINUTE - now) // _SECOND))
        all_ = store.asked_by_all(self.connection, space, now - _MINUTE, CODES_A_MINUTE)
        return 60 if all_ >= CODES_A_MINUTE else 0

    def _new(self, space: Space, name: str, asked: NewCode) -> NewCode:
        """The code with whom it is for."""
        found = {
            member
            for value in variants(name)
            for member in identifiers.led_to(self.connection, space.space_id, value, KINDS)
        }
        if len(found) != 1 or not space.programmes:
            return asked
        programme = next(iter(space.programmes.values())).programme_id
        return asked._replace(member=found.pop(), programme=programme)

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
            member = store.use_code(self.connection, space.space_id, code, now)
            if member is None:
                return BAD_CODE
            secret = new_member_session()
            session = MemberSession(space.space_id, member, now + HELD)
            if not store.begin(self.connection, session, secret.digest, now=now, old=now - _KEPT):
                return BAD_CODE
            self._note(session, "member.signed-in", now)
        return {"token": secret.text, "member": member, "expires_at": utc_text(session.until)}

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
    said = personal.personal_of(reads, held.space_id, [held.member])
    return {
        "space_id": held.space_id,
        "member": held.member,
        "said": said.get(held.member),
        "scopes": [str(Scope.OWN)],
        "expires_at": utc_text(held.until),
    }
