"""Sessions that were begun just now, perhaps in another worker: the database knows whether so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from psycopg import Connection

from xenia.api.gate import Admitted, Gate, Unknown
from xenia.api.reading import Reader
from xenia.api.rsgi import Headers
from xenia.services.access import Key
from xenia.services.member_signing import key_of
from xenia.services.poster import now
from xenia.services.problems import BUSY, DATABASE_UNAVAILABLE, Problem
from xenia.services.roles import session_key
from xenia.services.staff_problems import SESSION_OVER
from xenia.store import member_sessions, staff
from xenia.store.database import DatabaseUnavailable

_TRIES = 3


class Sessions:
    """Looks for a session once; from then on the gate knows it, until somebody ends it."""

    def __init__(self, gate: Gate, reader: Reader, clock: Callable[[], int] = now) -> None:
        self._gate, self._reader, self._clock = gate, reader, clock

    async def look(self, unknown: Unknown, head: Headers) -> Admitted | Problem:
        """Who sends a request with a session that the gate does not know."""
        for _ in range(_TRIES):
            generation, at = self._gate.generation, self._clock()
            try:
                found = await self._reader.read(
                    lambda reads, at=at: _held(reads, unknown.digest, at)  # type: ignore[misc]
                )
            except DatabaseUnavailable:
                return DATABASE_UNAVAILABLE
            if isinstance(found, Problem):
                return found
            if found is None:
                return SESSION_OVER
            if self._gate.let_in(unknown.digest, found, generation):
                admitted = self._gate.admit(head)
                if not isinstance(admitted, Unknown):
                    return admitted
        return BUSY


def _held(reads: Connection[Any], digest: bytes, now: int) -> Key | None:
    """What the session of a hash opens, of staff or of a member."""
    if found := staff.sessions(reads, now, digest):
        return session_key(found[0])
    of_member = member_sessions.held(reads, digest, now)
    return None if of_member is None else key_of(of_member)
