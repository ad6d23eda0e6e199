"""What returns come to as outcomes: of their own, or behind what they had waited for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import structs

from xenia.effects import NOTHING, Given, Guarded, Outcome, Refusal, View
from xenia.engine.logs import Done
from xenia.engine.returning import WAITS, TakenBack
from xenia.events.model import TYPE_NAMES, Event, Grant, TakingBack

_TOO_EARLY = Guarded(
    "staff-only", "nothing waits for what staff grants: cancel it by an event of another id"
)


def outcome_of(back: TakenBack, done: Done, view: View, version: int) -> Outcome:
    """The outcome of a return or a cancellation."""
    waiting = back.refusal is None and back.remains is None
    return Outcome(
        effects=tuple(done.effects),
        movements=tuple(done.movements),
        refusals=() if back.refusal is None else (back.refusal,),
        refund=back.refund,
        view=view,
        vouchers=tuple(done.vouchers),
        changed=back.changed,
        shown=back.shown,
        remains=back.remains,
        notes=(WAITS,) if waiting else (),
        version=version,
        row=back.numbers,
        used=back.used,
        refers=back.refers,
    )


def given_behind(event: Event, given: Given, waiting: Sequence[TakingBack]) -> list[Given]:
    """What each of those that waited for an event is given: for a grant nothing waits, as who sent
    what did is not known any more."""
    if isinstance(event, Grant):
        return [Given(guarded=_TOO_EARLY) for _ in waiting]
    rows = given.behind or [None for _ in waiting]
    return [NOTHING if row is None else Given(row=row) for row in rows]


def _any_numbers(backs: Sequence[TakenBack]) -> bool:
    return any(back.numbers is not None for back in backs)


def with_refused(outcome: Outcome, waiting: Sequence[TakingBack]) -> Outcome:
    """The outcome of what nothing can be taken back of, with that of what had waited to."""
    if not waiting:
        return outcome
    text = "nothing can be taken back of what it is of"
    refused = [Refusal("not-returnable", TYPE_NAMES[type(event)], text) for event in waiting]
    return structs.replace(outcome, refusals=(*outcome.refusals, *refused))


def with_backs(outcome: Outcome, backs: Sequence[TakenBack]) -> Outcome:
    """The outcome of an event with that of what had waited to take something back of it."""
    used = Counter(outcome.used)
    for back in backs:
        used.update(back.used)
    kept = [back.remains for back in backs if back.remains is not None]
    return structs.replace(
        outcome,
        refusals=(*outcome.refusals, *[back.refusal for back in backs if back.refusal]),
        refund=tuple([refund for back in backs for refund in back.refund]),
        remains=kept[-1] if kept else None,
        changed=(*outcome.changed, *[voucher for back in backs for voucher in back.changed]),
        behind=tuple([back.numbers for back in backs]) if _any_numbers(backs) else (),
        used={name: units for name, units in used.items() if units},
        refers=outcome.refers + sum([back.refers for back in backs]),
    )
