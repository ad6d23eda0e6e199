"""Sessions that were begun just now, perhaps in another worker: the database knows whether so."""

from __future__ import annotations

from collections.abc import Callable

from xenia.api.gate import Admitted, Gate, Unknown
from xenia.api.reading import Reader
from xenia.api.rsgi import Headers
from xenia.services.poster import now
from xenia.services.problems import BUSY, DATABASE_UNAVAILABLE, Problem
from xenia.services.roles import session_key
from xenia.services.staff_problems import SESSION_OVER
from xenia.store import staff
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
                    lambda reads, at=at: staff.sessions(  # type: ignore[misc]
                        reads, at, unknown.digest
                    )
                )
            except DatabaseUnavailable:
                return DATABASE_UNAVAILABLE
            if isinstance(found, Problem):
                return found
            if not found:
                return SESSION_OVER
            if self._gate.let_in(unknown.digest, session_key(found[0]), generation):
                admitted = self._gate.admit(head)
                if not isinstance(admitted, Unknown):
                    return admitted
        return BUSY
