"""What a batch's events change of what leads to their members, and what comes of that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import structs
from psycopg import Connection

from xenia.effects import Given
from xenia.events.model import Event
from xenia.services.identities import Holder, Named, Refused, note, tells
from xenia.store import identifiers
from xenia.store.posting import Key


@dataclass(slots=True)
class Identifying:
    """By the keys of events: which name their member by a card that is `blocked`, and what of them
    was refused."""

    connection: Connection[Any]
    space: int
    now: int
    blocked: set[Key] = field(default_factory=set)
    _refused: dict[Key, tuple[Refused, ...]] = field(default_factory=dict)

    def note(self, events: Iterable[Event]) -> None:
        """Do what new events say of what leads to their members, whose rows are there."""
        for event in events:
            if tells(event) and isinstance(event.member, str):
                self._refused[event.source, event.id] = note(self, event.member, event)

    def given(self, event: Event, given: Given) -> Given:
        """What an event is given of this."""
        if not self.blocked and not self._refused:
            return given
        key = (event.source, event.id)
        return structs.replace(
            given, blocked=key in self.blocked, refused=self._refused.get(key, ())
        )

    # ---- the book --------------------------------------------------------------------------------

    def holder(self, named: Named) -> Holder | None:
        """See `identities.Book`."""
        found = identifiers.holder(self.connection, self.space, named)
        return None if found is None else Holder(*found)

    def values(self, member: str, kind: str) -> Sequence[str]:
        """See `identities.Book`."""
        return identifiers.values(self.connection, self.space, member, kind)

    def give(self, named: Named, member: str) -> bool:
        """See `identities.Book`."""
        return identifiers.give(self.connection, self.space, named, member, self.now)

    def drop(self, named: Named, member: str) -> None:
        """See `identities.Book`."""
        identifiers.drop(self.connection, self.space, named, member, self.now)

    def block(self, named: Named) -> None:
        """See `identities.Book`."""
        identifiers.block(self.connection, self.space, named, self.now)


class Supposing(Identifying):
    """What would come of it; nothing is changed."""

    def give(self, named: Named, member: str) -> bool:
        """See `identities.Book`."""
        holder = self.holder(named)
        return holder is None or holder.member == member

    def drop(self, named: Named, member: str) -> None:
        """Nothing is dropped."""

    def block(self, named: Named) -> None:
        """Nothing is blocked."""
