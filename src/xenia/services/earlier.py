"""What a batch of events needs of what was recorded before, and is about: what something is taken
back of, and what is claimed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import msgspec
from msgspec import structs
from psycopg import Connection

from xenia.effects import Found, Given, Guarded, Outcome, Record, Remains, SpentLot
from xenia.engine import claiming
from xenia.engine.giving import as_given
from xenia.engine.outcome import granted_units, lots_within
from xenia.engine.plan import Plan
from xenia.engine.records import unpacked
from xenia.engine.returning import WAITS, Prior
from xenia.engine.vouchers_back import issued_by
from xenia.events.facts import read_facts, without_personal
from xenia.events.model import (
    TYPE_NAMES,
    Cancel,
    Claim,
    Event,
    Grant,
    OfEarlier,
    Purchase,
    Return,
    TakingBack,
)
from xenia.events.parts import UNNAMED, EventKey
from xenia.services.answered import effects_of
from xenia.services.folding import new_folding
from xenia.services.published import Published
from xenia.services.taken_back import Recorded, Wanted
from xenia.store import ledger, merges, taken_back
from xenia.store.awaiting import AwaitingRow
from xenia.store.posting import Key, Scope
from xenia.store.taken_back import EarlierRow, SpentRow, WaitingRow

_encode = msgspec.json.Encoder().encode
_STAFF = Guarded(
    "staff-only",
    "what staff has granted is cancelled by who may grant: it takes the scope staff:write",
)
_remains = msgspec.json.Decoder(Remains)


@dataclass(slots=True)
class Earlier:
    """What is remembered of earlier events while a batch is decided, and what is to be written."""

    connection: Connection[Any]
    scope: Scope
    published: Published
    holds: bool = True  # what nobody's account keeps, until the end of the transaction
    recorded: Recorded = field(default_factory=Recorded)
    keeps: bool = False  # whether anything in the batch is about an earlier event
    _remains: set[EventKey] = field(default_factory=set)
    waits: list[tuple[Any, ...]] = field(default_factory=list)
    waited: list[tuple[Any, ...]] = field(default_factory=list)
    claims: list[tuple[Any, ...]] = field(default_factory=list)
    unstaffed: set[Key] = field(default_factory=set)  # sent by who may not do what staff does

    def read(self, events: Collection[Event], waiting: Collection[str]) -> None:
        """What a batch is about; `waiting` are members of whom something waits."""
        about = [event for event in events if isinstance(event, OfEarlier)]
        self.keeps = bool(about or waiting)
        if about:
            self._read_all(about)
        wanted = [
            (event.member, event.source, event.id)
            for event in events
            if isinstance(event.member, str) and event.member in waiting
        ]
        if wanted:
            self._read_waiting(wanted)

    def _read_all(self, events: Sequence[Return | Cancel | Claim]) -> None:
        """What events are about.  What nobody's account keeps is held until it is written."""
        keys = {
            (event.of.source, event.of.id)
            for event in events
            if event.of is not None and event.of != UNNAMED
        }
        loose = {
            (event.of.source, event.of.id)
            for event in events
            if event.of is not None and (event.member is None or isinstance(event, Claim))
        }
        receipts = {event.receipt for event in events if isinstance(event, Claim) and event.receipt}
        if receipts:
            named = {*taken_back.with_receipts(self.connection, self.scope, receipts)}
            keys, loose = keys | named, loose | named
        for event in events:
            if isinstance(event, Return) and event.without_receipt and event.member is not None:
                keys |= self._perhaps_of(event)
        if loose and self.holds:
            taken_back.hold(self.connection, self.scope, loose)
        self._read_priors(keys)
        self._guests_of_members()
        for event in events:
            if isinstance(event, TakingBack) and isinstance(event.member, str):
                self._adopt(event, event.member)

    def _adopt(self, event: TakingBack, member: str) -> None:
        """What was recorded of who is merged into a member for good is the member's."""
        priors = self.recorded.priors
        keys = [event.of] if event.of != UNNAMED else [*priors]
        others = [key for key in keys if key in priors and _of_another(priors[key], member)]
        absorbed = self._absorbed(member) if others else ()
        for key in others:
            prior = priors[key]
            if prior.event.member in absorbed:
                mine = structs.replace(prior.event, member=member)
                priors[key] = structs.replace(prior, event=mine)
                self.recorded.brought[key] = _encode(priors[key]).decode()

    def _absorbed(self, member: str) -> Sequence[str]:
        return merges.absorbed(self.connection, self.scope.space_id, member)

    def _guests_of_members(self) -> None:
        guests = [
            (key.source, key.id)
            for key, prior in self.recorded.priors.items()
            if prior.event.member is None and isinstance(prior.event, Purchase)
        ]
        claims = taken_back.claims(self.connection, self.scope, guests) if guests else {}
        if claims:
            self._read_priors({*claims.values()}, {claim: key for key, claim in claims.items()})

    def _perhaps_of(self, event: Return) -> set[Key]:
        """The member's purchases that something may come back of without its receipt."""
        skus = [_encode(line.sku).decode() for line in event.lines]
        parts = [f'"sku":{sku}' for sku in skus]
        member = event.member
        assert isinstance(member, str), "members have ids here"
        return {
            key
            for name in (member, *self._absorbed(member))
            for key in taken_back.purchases_of(self.connection, self.scope, name, parts)
        }

    def _read_priors(
        self, keys: Collection[Key], claimed: Mapping[Key, Key] = MappingProxyType({})
    ) -> None:
        """Events by their keys; of what `claimed` a purchase, that purchase as its member's."""
        rows = taken_back.earlier(self.connection, self.scope, sorted(keys))
        steps = [(row.member, row.seq) for row in rows if row.member and row.seq is not None]
        spent: dict[tuple[str, int], list[SpentRow]] = {}
        for lot in taken_back.spent(self.connection, self.scope, steps) if steps else ():
            spent.setdefault((lot.member, lot.seq), []).append(lot)
        for row in rows:
            of = claimed.get((row.source, row.event_id))
            key = EventKey(row.event_id, row.source) if of is None else EventKey(of[1], of[0])
            if not self._legible(row):
                prior = self._folded(row, key)
            elif of is not None:
                prior = self._claimed(row, self.recorded.priors[key])
            else:
                prior = self._prior(row, spent.get((row.member or "", row.seq or 0), []))
            self.recorded.priors[key] = prior
            event = prior.event
            if isinstance(event, Purchase) and event.receipt and of is None and row.member is None:
                self.recorded.receipts.setdefault(event.receipt, set()).add(key)

    def _legible(self, row: EarlierRow) -> bool:
        """Whether this build of Xenia puts its numbers in the same places."""
        plans = {row.plan} if row.remains is None else {row.plan, _remains.decode(row.remains).plan}
        return row.plan is None or plans == {self._plan(row.version).key}

    def _plan(self, version: int) -> Plan:
        return self.published.timeline.of(version).plan

    def _folded(self, row: EarlierRow, key: EventKey) -> Prior:
        """An event that another build of Xenia has decided, whose records this one cannot read: all
        that happened to the member is done again."""
        assert row.member is not None, "nothing is decided for a guest"
        folding = new_folding(self.published, row.member)
        for step in ledger.steps(self.connection, self.scope, [row.member]):
            folding.take(step)
        return folding.recorded.priors[key]

    def _prior(self, row: EarlierRow, lots: Sequence[SpentRow]) -> Prior:
        event = as_given(_event(row), Given.unpacked(row.inputs))
        record, spent = None, tuple[SpentLot, ...]()
        if isinstance(event, Claim):
            return Prior(event, row.version, None)
        if row.plan is not None and row.read is not None and row.posted is not None:
            record = Record(row.plan, row.read, row.posted)
            part = self._plan(row.version).types[TYPE_NAMES[type(event)]]
            own = [
                (lot.currency, lot.earned, lot.ends, lot.units)
                for lot in lots
                if lot.effect.startswith(f"{row.source}/{row.event_id}/")
            ]
            spent = lots_within(own, granted_units(part, unpacked(record.posted)))
        remains = None if row.remains is None else _remains.decode(row.remains)
        shown = Given.unpacked(row.inputs).vouchers
        told = [*effects_of(self._plan(row.version), msgspec.json.decode(row.answer))]
        issued = issued_by(told, f"{row.source}/{row.event_id}", event)
        return Prior(event, row.version, record, spent, remains, shown, issued)

    def _claimed(self, row: EarlierRow, guests: Prior) -> Prior:
        """A guest's purchase as the member has it who claimed it, by the claim's row."""
        event, it = _event(row), Given.unpacked(row.inputs).found
        assert isinstance(event, Claim), "nothing else claims"
        assert it is not None, "a claim that was granted has found its purchase"
        assert row.plan is not None, "it was decided"
        assert row.read is not None, "it was decided"
        assert row.posted is not None, "it was decided"
        record = Record(row.plan, row.read, row.posted)
        told = [*effects_of(self._plan(row.version), msgspec.json.decode(row.answer))]
        return Prior(
            claiming.owned(event, it),
            row.version,
            record,
            remains=guests.remains,
            issued=issued_by(told, f"{row.source}/{row.event_id}"),
        )

    def _read_waiting(self, wanted: Sequence[tuple[str, str, str]]) -> None:
        for row in taken_back.waiting(self.connection, self.scope, wanted):
            event = back_of(row)
            key = Wanted(row.member, EventKey(row.of_event_id, row.of_source))
            self.recorded.waits.setdefault(key, []).append(event)

    def about(self, event: Event, given: Given) -> tuple[int | None, Event]:
        """The event whose budgets an event uses, and the version that decided it, if it has been
        decided: what it takes something back of, what it claims, or itself."""
        if isinstance(event, TakingBack):
            prior = self.recorded.priors.get(event.of)
            return (None, event) if prior is None else (prior.version, prior.event)
        return None, claiming.about(event, given)

    def may_be_about(
        self, event: Event, batch: Mapping[EventKey, Event]
    ) -> Sequence[tuple[int | None, Event]]:
        """The same before anything of the `batch` is decided: all that it may come to be."""
        if not isinstance(event, OfEarlier):
            return ((None, event),)
        if isinstance(event, Claim):
            those = self.recorded.candidates(event)
            those += [
                one
                for key, one in batch.items()
                if isinstance(one, Purchase)
                and (key == event.of or (event.receipt and one.receipt == event.receipt))
            ]
            return [(None, claiming.owned(event, Found(purchase=one))) for one in those]
        if isinstance(event, Return) and event.without_receipt:
            priors = [(one.version, one.event) for one in self.recorded.priors.values()]
            mine = [one for one in priors if one[1].member == event.member]
            return [*mine, *[(None, one) for one in batch.values() if one.member == event.member]]
        prior = self.recorded.priors.get(event.of)
        if prior is not None:
            return ((prior.version, prior.event),)
        return ((None, batch.get(event.of, event)),)

    def withheld(self, event: Event, given: Given) -> Given:
        """What an event is given; `guarded` where a grant would be cancelled that may not be."""
        if not isinstance(event, Cancel) or (event.source, event.id) not in self.unstaffed:
            return given
        prior = self.recorded.priors.get(event.of)
        is_grants = prior is not None and isinstance(prior.event, Grant)
        return structs.replace(given, guarded=_STAFF) if is_grants else given

    def keep(self, event: Event, seq: int | None, outcome: Outcome) -> None:
        """Note what came of an event."""
        if not self.keeps:
            return
        if isinstance(event, TakingBack) and WAITS in outcome.notes:
            key = (event.of.source, event.of.id)
            self.waits.append((event.member, *key, seq, 0, event.source, event.id))
        if self.recorded.past(event).waiting:
            over = (event.member, event.source, event.id)
            self.waits = [row for row in self.waits if row[:3] != over]
            self.waited.append(over)
        if outcome.claimed is not None:
            one = outcome.claimed
            self.claims.append((one.source, one.id, event.member, event.source, event.id))
        if outcome.remains is not None:
            taken = event.of if isinstance(event, TakingBack) else EventKey(event.id, event.source)
            if outcome.claimed is not None:
                taken = EventKey(outcome.claimed.id, outcome.claimed.source)
            self._remains.add(taken)
        if isinstance(event, Purchase) and event.member is None:
            conventions = self.published.versions[outcome.version].conventions
            event = without_personal(event, conventions)
        self.recorded.keep(event, outcome)

    def remains(self) -> Iterator[tuple[Any, ...]]:
        """What is left of events, as it is to be written."""
        for key in sorted(self._remains, key=lambda key: (key.source, key.id)):
            prior = self.recorded.priors[key]
            yield key.source, key.id, prior.event.member, _encode(prior.remains).decode()


def _of_another(prior: Prior, member: str) -> bool:
    return prior.event.member not in (None, member)


def back_of(row: WaitingRow) -> TakingBack:
    """What waits for an event."""
    event = _event(row)
    assert isinstance(event, TakingBack), "nothing else waits for an event"
    return event


def claim_of(row: AwaitingRow) -> Claim:
    """A claim that waits for its purchase."""
    event = _event(row)
    assert isinstance(event, Claim), "as its type says"
    return event


def _event(row: EarlierRow | WaitingRow | AwaitingRow) -> Event:
    return read_facts(
        row.type,
        row.facts,
        id=row.event_id,
        source=row.source,
        member=row.member,
        occurred_at=row.occurred_at,
        schema=row.schema,
    )


def by_key(events: Iterable[Event]) -> dict[EventKey, Event]:
    """Events of one batch by what names them."""
    return {EventKey(event.id, event.source): event for event in events}
