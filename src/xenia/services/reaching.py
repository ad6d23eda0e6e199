"""Has all accounts move to a version on its first day, so many in one transaction.

Without it a member moves with their next event or due work, which may be later.
"""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.services.published import Published
from xenia.services.publishing import NOBODY, Publication
from xenia.store import programmes as store

_AT_ONCE = 5_000  # accounts


@dataclass(frozen=True, slots=True)
class _Reach:
    """A version of which accounts are to know, from its first day on (a local day number)."""

    space: int
    programme: int
    version: int
    first_day: int

    def go_on(self, connection: Connection[TupleRow], after: str | None, at_once: int) -> None:
        """Account by account behind one; whoever is stopped goes on there."""
        while after is not None:
            with connection.transaction():
                after = store.bring_forward(
                    connection,
                    self.space,
                    self.programme,
                    version=self.version,
                    day=self.first_day,
                    nobody=NOBODY,
                    after=after,
                    limit=at_once,
                )
                store.reached(connection, self.space, self.programme, self.version, after)


def reach_accounts(
    connection: Connection[TupleRow], publication: Publication, *, at_once: int = _AT_ONCE
) -> None:
    """Tell all accounts of the first day of a version that was published."""
    space, programme, version = (
        publication.space_id,
        publication.programme_id,
        publication.version,
    )
    with connection.transaction():
        waiting = dict(store.to_reach(connection, space, programme))
    reach = _Reach(space, programme, version, publication.first_day)
    reach.go_on(connection, waiting.get(version), at_once)


def reach_all(
    connection: Connection[TupleRow], space: int, published: Published, *, at_once: int = _AT_ONCE
) -> int:
    """The same for all versions of which not every account knows yet; how many versions."""
    with connection.transaction():
        waiting = store.to_reach(connection, space, published.programme_id)
    known = [(version, after) for version, after in waiting if version in published.versions]
    for version, after in known:
        first = published.timeline.first_day(version)
        reach = _Reach(space, published.programme_id, version, first)
        reach.go_on(connection, after, at_once)
    return len(known)
