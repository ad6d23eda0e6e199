"""Whose the events of a batch are: members by what they were named by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xenia.events.model import Event
from xenia.services.identities import useless
from xenia.services.published import Space
from xenia.services.taking import Taken
from xenia.store import members, posting
from xenia.store.members import Named
from xenia.store.posting import Key, Scope
from xenia.store.together import Together


def resolved(
    together: Together, space: Space, scope: Scope, taken: Sequence[Taken], *, now: int
) -> tuple[list[Event], set[Key]]:
    """The events with their members' ids, and with the ids of those to whom they give: of these
    none is made.  And the keys of those that name their member by a card that is blocked, if they
    are of no use with it."""
    named = {(who.kind, who.value) for item in taken if (who := item.identifier) is not None}
    others = {(who.kind, who.value) for item in taken if (who := item.recipient) is not None}
    if not named | others:
        return [item.event for item in taken], set()
    together.begin()
    found, blocked = members.looked_up(together.connection, space.space_id, named | others)
    if new := named - found.keys():
        found |= _made(together, scope, taken, new, now=now)
    events = [item.of(found) for item in taken]
    return events, with_blocked(taken, blocked)


def with_blocked(taken: Sequence[Taken], blocked: set[Named]) -> set[Key]:
    """The keys of those that name their member by a card that is blocked, and are of no use so."""
    if not blocked:
        return set()
    return {
        item.key
        for item in taken
        if (who := item.identifier) is not None
        and (who.kind, who.value) in blocked
        and useless(item.event)
    }


def member_of(event: Event) -> str | None:
    """The id of an event's member; None: it is a guest's."""
    return event.member if isinstance(event.member, str) else None


def members_of(events: Iterable[Event]) -> set[str]:
    """The ids of the events' members."""
    return {event.member for event in events if isinstance(event.member, str)}


def _made(
    together: Together, scope: Scope, taken: Sequence[Taken], new: set[Named], *, now: int
) -> dict[Named, str]:
    """Members for identifiers that nobody has; but an event that was recorded before makes none,
    as its member may have been erased since."""
    asking = {
        item.key: (who.kind, who.value)
        for item in taken
        if (who := item.identifier) is not None and (who.kind, who.value) in new
    }
    recorded = posting.stored(together.connection, scope, asking.keys())
    wanted = {named for key, named in asking.items() if key not in recorded}
    return members.resolve(together.connection, scope.space_id, wanted, now)
