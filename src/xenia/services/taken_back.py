"""What was recorded of events that a later one may be about, as far as it is remembered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec
from msgspec import structs

from xenia.effects import NOTHING, Found, Given, Outcome, Refusal, Remains
from xenia.engine import claiming
from xenia.engine import remains as rest
from xenia.engine.giving import as_given
from xenia.engine.plan import Plan
from xenia.engine.returning import NO_PAST, WAITS, Past, Prior
from xenia.engine.vouchers_back import issued_by
from xenia.events.model import (
    Cancel,
    Claim,
    Event,
    Merge,
    OfEarlier,
    OfMerge,
    Purchase,
    Return,
    TakingBack,
    member_name,
)
from xenia.events.parts import UNNAMED, EventKey

Waiting = Return | Cancel | Claim

_prior = msgspec.json.Decoder(Prior)
_waiting = msgspec.json.Decoder(Waiting)
_encode = msgspec.json.Encoder().encode


class Wanted(NamedTuple):
    """What waits is for an event of the same member."""

    member: str | None
    of: EventKey


@dataclass(slots=True)
class Recorded:
    """Events by their keys, and what `waits` to take something back of one that is not recorded
    yet, in the order of recording.

    `receipts`: guests' purchases by their receipts; `claims`: what gave a purchase to its member;
    `awaiting`: claims, by their names, of what is not recorded yet.
    """

    priors: dict[EventKey, Prior] = field(default_factory=dict)
    waits: dict[Wanted, list[TakingBack]] = field(default_factory=dict)
    receipts: dict[str, set[EventKey]] = field(default_factory=dict)
    claims: dict[EventKey, EventKey] = field(default_factory=dict)
    awaiting: dict[str, Claim] = field(default_factory=dict)
    brought: dict[EventKey, str] = field(default_factory=dict)  # of who is merged, as JSON
    adopted: dict[EventKey, Remains | None] = field(default_factory=dict)  # what was left of that

    def adopt(self, key: EventKey, prior: str) -> None:
        """Know an event of somebody who is merged into the member, if nothing is known of it."""
        if key not in self.priors:
            self.priors[key] = _prior.decode(prior)
            self.adopted[key] = self.priors[key].remains

    def hand_over(self, merge: OfMerge, given: Given) -> None:
        """What waits of who is merged waits no more; or waits on as that of who stays.

        Raises ValueError where it does not wait.
        """
        for event in waiting_of(given):
            if isinstance(merge, Merge):
                self._wait(structs.replace(event, member=merge.member))
                continue
            name = claiming.claim_name(event) if isinstance(event, Claim) else ""
            those = self.waits.get(_named(event), []) if isinstance(event, TakingBack) else []
            if name in self.awaiting:
                del self.awaiting[name]
            elif event in those:
                those.remove(event)
            else:
                raise ValueError(f"{event.source}/{event.id} does not wait")

    def past(self, event: Event) -> Past:
        """What was recorded before of what an event is about."""
        waiting = tuple(self.waits.get(_wanted(event), ()))
        if isinstance(event, Return | Cancel):
            prior = self._own(event)
            return NO_PAST if prior is None and not waiting else Past(prior, waiting)
        return Past(waiting=waiting) if waiting else NO_PAST

    def codes(self, event: Event) -> Sequence[str]:
        """The vouchers that an event used or issued of which something is taken back; before it is
        chosen of which, those of all that it may be."""
        if isinstance(event, Return) and event.without_receipt and event.of == UNNAMED:
            mine = [one for one in self.priors.values() if one.event.member == event.member]
            return [code for prior in mine for code in prior.codes]
        if isinstance(event, Return | Cancel):
            prior = self._own(event)
            return () if prior is None else prior.codes
        return ()

    def given(self, event: Event, given: Given, plan: Plan) -> Given:
        """What an event is given, and whether it takes back of what is somebody else's; `plan` is
        that of its instant."""
        if not isinstance(event, OfEarlier):
            return given
        if isinstance(event, Claim):
            return structs.replace(given, found=self._claimed(event, plan))
        if event.member is None:
            found = structs.replace(self._found(event.of), timed=True)
            return structs.replace(given, found=found)
        if event.of in self.brought:
            given = structs.replace(given, prior=self.brought[event.of])
        if isinstance(event, Return) and event.without_receipt and event.of != UNNAMED:
            return structs.replace(given, chosen=event.of)
        if event.of in self.priors:
            return structs.replace(given, theirs=self._own(event) is None)
        return given

    def chosen(self, event: Event) -> Event:
        """The event; a return without a receipt as that of the purchase that is found for it."""
        if not isinstance(event, Return) or not event.without_receipt or event.member is None:
            return event
        found = [
            (prior.event.occurred_at, key.source, key.id)
            for key, prior in self.priors.items()
            if prior.event.member == event.member and _has(prior, event)
        ]
        if not found:
            return event
        _, source, name = max(found)
        return structs.replace(event, of=EventKey(name, source))

    def candidates(self, event: Claim) -> list[Purchase]:
        """The guests' purchases that a claim may be of."""
        keys = [event.of] if event.of is not None else self.receipts.get(event.receipt or "", ())
        found = [self.priors[key].event for key in keys if key in self.priors]
        return [one for one in found if isinstance(one, Purchase)]

    def _claimed(self, event: Claim, plan: Plan) -> Found:
        key: EventKey | Found | None = event.of
        if key is None:
            key = claiming.by_receipt(plan, event, self.candidates(event))
        found = key if isinstance(key, Found) else self._found(key)
        return Found(claiming.AWAITED) if found.code == claiming.UNKNOWN else found

    def _found(self, key: EventKey | None) -> Found:
        prior = None if key is None else self.priors.get(key)
        if prior is None:
            return claiming.found(None, None)
        return claiming.found(prior.event, prior.remains)

    def _own(self, event: TakingBack) -> Prior | None:
        prior = self.priors.get(event.of)
        return prior if prior is not None and prior.event.member == event.member else None

    def keep(self, event: Event, outcome: Outcome) -> None:
        """Remember what came of an event."""
        if isinstance(event, Claim):
            self.awaiting.pop(claiming.claim_name(event), None)
            if WAITS in outcome.notes:
                self._wait(event)
            if outcome.claimed is not None:
                self._keep_claimed(event, outcome, outcome.claimed)
            outcome = structs.replace(outcome, record=None, remains=None)
        elif isinstance(event, Purchase) and event.member is None and event.receipt is not None:
            self.receipts.setdefault(event.receipt, set()).add(EventKey(event.id, event.source))
        if isinstance(event, Return | Cancel):
            if WAITS in outcome.notes:
                self._wait(event)
            elif outcome.remains is not None:
                prior = self.priors[event.of]
                self.priors[event.of] = structs.replace(prior, remains=outcome.remains)
            outcome = structs.replace(outcome, record=None, remains=None)
        self.waits.pop(_wanted(event), None)
        self.priors[EventKey(event.id, event.source)] = Prior(
            event,
            outcome.version,
            outcome.record,
            outcome.spent,
            outcome.remains,
            outcome.shown,
            issued_by(outcome.effects, f"{event.source}/{event.id}", event),
        )

    def _wait(self, event: Waiting) -> None:
        if isinstance(event, Claim):
            self.awaiting[claiming.claim_name(event)] = event
        else:
            self.waits.setdefault(_named(event), []).append(event)

    def _keep_claimed(self, event: Claim, outcome: Outcome, purchase: Purchase) -> None:
        """A purchase is its member's from now on."""
        key = EventKey(purchase.id, purchase.source)
        self.claims[key] = EventKey(event.id, event.source)
        self.priors[key] = Prior(
            purchase,
            outcome.version,
            outcome.record,
            remains=outcome.remains,
            issued=issued_by(outcome.effects, f"{event.source}/{event.id}"),
        )

    def remains(self) -> dict[EventKey, Remains]:
        """What is left of each event of which something was taken back of the member; what was
        taken of another one, who is merged into them, is that one's."""
        return {
            key: prior.remains
            for key, prior in self.priors.items()
            if prior.remains and prior.remains is not self.adopted.get(key)
        }


def packed(events: Iterable[Waiting]) -> tuple[str, ...]:
    """What waits, as a merge is given it: as JSON."""
    return tuple(_encode(event).decode() for event in events)


def waiting_of(given: Given) -> list[Waiting]:
    """The inverse, of what a merge is given."""
    return [_waiting.decode(event) for event in given.waiting]


def with_found(given: Given, found: Given) -> Given:
    """What an event is given, with what was `found` of what it is about."""
    if found is NOTHING:
        return given
    return structs.replace(
        given, theirs=found.theirs, found=found.found, chosen=found.chosen, prior=found.prior
    )


def as_chosen(event: Event, given: Given) -> Event:
    """The event as it was decided: of the purchase that was found for it, or at the prices that
    were kept."""
    if isinstance(event, Return) and given.chosen is not None:
        return structs.replace(event, of=given.chosen)
    return as_given(event, given)


def _has(prior: Prior, event: Return) -> bool:
    """Whether a purchase has all left that comes back."""
    purchase = prior.event
    if not isinstance(purchase, Purchase) or prior.record is None:
        return False
    if purchase.occurred_at > event.occurred_at:
        return False
    left = prior.remains or rest.whole(purchase, 0, b"")
    return not isinstance(rest.without(left, purchase, event), Refusal)


def _wanted(event: Event) -> Wanted:
    return Wanted(member_name(event.member), EventKey(event.id, event.source))


def _named(event: TakingBack) -> Wanted:
    return Wanted(member_name(event.member), event.of)
