"""Whose the events of a batch are: members by what they were named by."""

from __future__ import annotations

from collections.abc import Sequence

from xenia.events.model import Event
from xenia.services.published import Space
from xenia.services.taking import Taken
from xenia.store import members, posting
from xenia.store.members import Named
from xenia.store.posting import Scope
from xenia.store.together import Together


def resolved(
    together: Together, space: Space, scope: Scope, taken: Sequence[Taken], *, now: int
) -> list[Event]:
    """The events with their members' ids, and with the ids of those to whom they give: of these
    none is made."""
    named = {(who.kind, who.value) for item in taken if (who := item.identifier) is not None}
    others = {(who.kind, who.value) for item in taken if (who := item.recipient) is not None}
    if not named | others:
        return [item.event for item in taken]
    together.begin()
    found = members.known(together.connection, space.space_id, named | others)
    if new := named - found.keys():
        found |= _made(together, scope, taken, new, now=now)
    return [item.of(found) for item in taken]


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
