"""Holds what is stored of what was taken back, of what waits, and of what was claimed, against a
fold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec import structs

from xenia.effects import Remains
from xenia.events.facts import read_facts
from xenia.events.model import Purchase
from xenia.events.parts import EventKey
from xenia.services.discrepancies import NOTHING
from xenia.services.taken_back import Recorded
from xenia.store.posting import Key
from xenia.store.taken_back import ClaimRow


def check_taken_back(
    recorded: Recorded,
    remains: Mapping[Key, str],
    waiting: Sequence[tuple[Key, Key]],
    *,
    over: bool = False,
) -> Iterator[tuple[str, str, str, str]]:
    """Place, part, stored and folded of what differs: of what is left of events, as JSON, and of
    what waits for one (the keys of what it waits for, and its own).

    `over`: something may have come back since of another member, who is the same person."""
    kept = dict(remains)
    for key, now in recorded.remains().items():
        before = kept.pop((key.source, key.id), NOTHING)
        if over and before == NOTHING:
            continue
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
    folded += [
        (("", event.receipt or "") if event.of is None else (event.of.source, event.of.id), own)
        for event in recorded.awaiting.values()
        for own in [(event.source, event.id)]
    ]
    folded.sort()
    if sorted(waiting) != folded:
        yield "waiting", "events", str(sorted(waiting)), str(folded)


def check_claims(
    recorded: Recorded, claims: Sequence[ClaimRow]
) -> Iterator[tuple[str, str, str, str]]:
    """Place, part, stored and folded of what differs: which guests' purchases are the member's, by
    what they became so, and whether they say what the guests' own facts say."""
    kept = {EventKey(row.event_id, row.source): row for row in claims}
    for key, claim in recorded.claims.items():
        at, row = f"{key.source}/{key.id}", kept.pop(key, None)
        if row is None:
            yield at, "what claimed it", NOTHING, f"{claim.source}/{claim.id}"
            continue
        if (row.claim_source, row.claim_event_id) != (claim.source, claim.id):
            before = f"{row.claim_source}/{row.claim_event_id}"
            yield at, "what claimed it", before, f"{claim.source}/{claim.id}"
        guests = _facts(row)
        mine = structs.replace(recorded.priors[key].event, member=None)
        if guests is None or structs.replace(guests, vouchers=(), spend={}, claimed=True) != mine:
            yield at, "the guest's purchase", NOTHING if guests is None else str(guests), str(mine)
    for key, row in kept.items():
        claimed = f"{row.claim_source}/{row.claim_event_id}"
        yield f"{key.source}/{key.id}", "what claimed it", claimed, NOTHING


def _facts(row: ClaimRow) -> Purchase | None:
    """The purchase as the guest's own facts have it; None where there is none of a guest."""
    if row.type != "purchase" or row.event_member is not None or row.facts is None:
        return None
    assert row.occurred_at is not None, "a column that cannot be null"
    assert row.schema is not None, "a column that cannot be null"
    event = read_facts(
        row.type,
        row.facts,
        id=row.event_id,
        source=row.source,
        member=None,
        occurred_at=row.occurred_at,
        schema=row.schema,
    )
    assert isinstance(event, Purchase), "as its type says"
    return event


def _of_another_build(stored: str, remains: Remains) -> bool:
    """Whether all is the same but the places at which a plan has what was posted."""
    try:
        kept = msgspec.json.decode(stored, type=Remains)
    except msgspec.DecodeError:
        return False
    same = structs.replace(kept, posted=remains.posted, plan=remains.plan)
    return kept.plan != remains.plan and same == remains
