"""What a batch of events needs of what was recorded before, to take something back of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from psycopg import Connection

from xenia.effects import Given, Outcome, Record, Remains, SpentLot
from xenia.engine.outcome import granted_units, lots_within
from xenia.engine.plan import Plan
from xenia.engine.records import unpacked
from xenia.engine.returning import WAITS, Prior
from xenia.engine.vouchers_back import issued_by
from xenia.events.facts import read_facts
from xenia.events.model import TYPE_NAMES, Event, EventKey, TakingBack
from xenia.services.answered import effects_of
from xenia.services.folding import new_folding
from xenia.services.published import Published
from xenia.services.taken_back import Recorded, Wanted
from xenia.store import ledger, taken_back
from xenia.store.posting import Scope
from xenia.store.taken_back import EarlierRow, SpentRow, WaitingRow

_encode = msgspec.json.Encoder().encode
_remains = msgspec.json.Decoder(Remains)


@dataclass(slots=True)
class Earlier:
    """What is remembered of earlier events while a batch is decided, and what is to be written."""

    connection: Connection[Any]
    scope: Scope
    published: Published
    recorded: Recorded = field(default_factory=Recorded)
    keeps: bool = False  # whether anything in the batch is about an earlier event
    _remains: set[EventKey] = field(default_factory=set)
    waits: list[tuple[Any, ...]] = field(default_factory=list)
    waited: list[tuple[Any, ...]] = field(default_factory=list)

    def read(self, events: Collection[Event], waiting: Collection[str]) -> None:
        """What a batch is about; `waiting` are members of whom something waits."""
        backs = [event for event in events if isinstance(event, TakingBack)]
        self.keeps = bool(backs or waiting)
        if backs:
            self._read_priors({(event.of.source, event.of.id) for event in backs})
        wanted = [
            (event.member, event.source, event.id)
            for event in events
            if isinstance(event.member, str) and event.member in waiting
        ]
        if wanted:
            self._read_waiting(wanted)

    def _read_priors(self, keys: Collection[tuple[str, str]]) -> None:
        rows = taken_back.earlier(self.connection, self.scope, sorted(keys))
        steps = [(row.member, row.seq) for row in rows if row.member and row.seq is not None]
        spent: dict[tuple[str, int], list[SpentRow]] = {}
        for lot in taken_back.spent(self.connection, self.scope, steps) if steps else ():
            spent.setdefault((lot.member, lot.seq), []).append(lot)
        for row in rows:
            key = EventKey(row.event_id, row.source)
            if self._legible(row):
                prior = self._prior(row, spent.get((row.member or "", row.seq or 0), []))
            else:
                prior = self._folded(row, key)
            self.recorded.priors[key] = prior

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
        event = _event(row)
        record, spent = None, tuple[SpentLot, ...]()
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
        issued = issued_by(told, f"{row.source}/{row.event_id}")
        return Prior(event, row.version, record, spent, remains, shown, issued)

    def _read_waiting(self, wanted: Sequence[tuple[str, str, str]]) -> None:
        for row in taken_back.waiting(self.connection, self.scope, wanted):
            event = _event(row)
            assert isinstance(event, TakingBack), "nothing else waits for an event"
            key = Wanted(row.member, EventKey(row.of_event_id, row.of_source))
            self.recorded.waits.setdefault(key, []).append(event)

    def about(self, event: Event, batch: Mapping[EventKey, Event]) -> tuple[int | None, Event]:
        """The event whose budgets an event may use, and the version that decided it, if it has been
        decided: what it takes something back of, or itself."""
        if not isinstance(event, TakingBack):
            return None, event
        prior = self.recorded.priors.get(event.of)
        if prior is not None:
            return prior.version, prior.event
        return None, batch.get(event.of, event)

    def keep(self, event: Event, seq: int | None, outcome: Outcome) -> None:
        """Note what came of an event."""
        if not self.keeps:
            return
        if isinstance(event, TakingBack) and WAITS in outcome.notes:
            key = (event.of.source, event.of.id)
            self.waits.append((event.member, *key, seq, event.source, event.id))
        elif self.recorded.past(event).waiting:
            over = (event.member, event.source, event.id)
            self.waits = [row for row in self.waits if row[:3] != over]
            self.waited.append(over)
        if outcome.remains is not None:
            taken = event.of if isinstance(event, TakingBack) else EventKey(event.id, event.source)
            self._remains.add(taken)
        self.recorded.keep(event, outcome)

    def remains(self) -> Iterator[tuple[Any, ...]]:
        """What is left of events, as it is to be written."""
        for key in sorted(self._remains, key=lambda key: (key.source, key.id)):
            prior = self.recorded.priors[key]
            yield key.source, key.id, prior.event.member, _encode(prior.remains).decode()


def _event(row: EarlierRow | WaitingRow) -> Event:
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
