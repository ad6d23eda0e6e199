"""Holds what is stored of what was taken back, and of what waits, against a fold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec import structs

from xenia.effects import Remains
from xenia.services.discrepancies import NOTHING
from xenia.services.taken_back import Recorded
from xenia.store.posting import Key


def check_taken_back(
    recorded: Recorded, remains: Mapping[Key, str], waiting: Sequence[tuple[Key, Key]]
) -> Iterator[tuple[str, str, str, str]]:
    """Place, part, stored and folded of what differs: of what is left of events, as JSON, and of
    what waits for one (the keys of what it waits for, and its own)."""
    kept = dict(remains)
    for key, now in recorded.remains().items():
        before = kept.pop((key.source, key.id), NOTHING)
        told = msgspec.json.encode(now).decode()
        if before != told and not _of_another_build(before, now):
            yield f"{key.source}/{key.id}", "what is left of it", before, told
    for (source, name), before in sorted(kept.items()):
        yield f"{source}/{name}", "what is left of it", before, NOTHING
    folded = sorted(
        ((wanted.of.source, wanted.of.id), (event.source, event.id))
        for wanted, events in recorded.waits.items()
        for event in events
    )
    if sorted(waiting) != folded:
        yield "waiting", "events", str(sorted(waiting)), str(folded)


def _of_another_build(stored: str, remains: Remains) -> bool:
    """Whether all is the same but the places at which a plan has what was posted."""
    try:
        kept = msgspec.json.decode(stored, type=Remains)
    except msgspec.DecodeError:
        return False
    same = structs.replace(kept, posted=remains.posted, plan=remains.plan)
    return kept.plan != remains.plan and same == remains
