"""Typed events become rows: each as the engine reads it, a return as what it leaves of a purchase.

This is the truth that any other way to make rows must equal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec import structs

from xenia.backtest.meanings import vector
from xenia.backtest.tables import BITS, OWN_BIT, REFUSED_BEFORE, Rows
from xenia.effects import NOTHING, Given, Refusal, Remains
from xenia.engine import remains as rest
from xenia.engine.account import NO_KEY, told
from xenia.engine.chance import drawn
from xenia.engine.claims import Asked, asked
from xenia.engine.entering import enters
from xenia.engine.operators import (
    AGAIN,
    COLUMNS,
    EVENT_DAY,
    FIXED,
    KIND,
    NONE_LEFT,
    SLICES_AT,
    SOME_LEFT,
    STRIDE,
    TODAY,
)
from xenia.engine.plan import Plan
from xenia.engine.returnable import returnable, too_late
from xenia.engine.rows import RowReader
from xenia.events.model import (
    TYPE_NAMES,
    AttributeValue,
    Cancel,
    Claim,
    Enrolment,
    Event,
    Leave,
    Merge,
    Merging,
    OfMember,
    Opening,
    Purchase,
    Received,
    Redemption,
    Referral,
    Return,
    TakingBack,
    Transfer,
    Use,
)
from xenia.events.parts import EventKey
from xenia.programme.settings import BelowZero

Giving = Callable[[Event], Given]


class Key(NamedTuple):
    """When an event is decided, in the order of occurrence: the instant (microseconds), source and
    id, of its own or of the later one for which it waits."""

    at: int
    source: str
    name: str


@dataclass(slots=True)
class _Before:
    """An event of the member of which something may come back: its row, what is left, and how
    much has come back.  Where the state may refuse a return, what is left goes by which were: see
    `Rows`."""

    event: Event
    row: int
    left: dict[int, Remains]
    returns: int = 0


@dataclass(slots=True)
class Read:
    """Rows as they are made, with the key of each, and what was left out, by name."""

    numbers: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    members: list[int] = field(default_factory=lambda: [0])
    back: list[int] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def add(self, event: Event, row: Sequence[int], of: int = -1) -> int:
        """Put a row at the end; its place."""
        self.numbers += row
        self.starts.append(len(self.numbers))
        self.back.append(of)
        key = Key(event.occurred_at, event.source, event.id)
        # What came back before it was bought is decided right behind that.
        bought = key if of < 0 else self.keys[of & ((1 << REFUSED_BEFORE) - 1)]
        self.keys.append(max(key, bought))
        return len(self.back) - 1

    def rows(self) -> Rows:
        """All of them, as arrays."""
        return Rows(*map(vector, (self.numbers, self.starts, self.members, self.back)))


class Reader:
    """Reads members' events for one plan; see `Read`.

    What budgets have left for an event comes with its row: what it is `given`, else all of them;
    and what chance falls on, by `key`.
    """

    def __init__(self, plan: Plan, given: Giving | None = None, key: bytes = NO_KEY) -> None:
        self.plan = plan
        self._given, self._key = given, key
        self._readers: dict[str, RowReader] = {}

    def member(self, history: Iterable[Event], found: Read) -> None:
        """Add the rows of one member, whose events come in the order in which they are decided."""
        events = list(history)
        _Member(self, found, _named(events)).take(events)
        found.members.append(len(found.back))

    def row(self, event: Event, attributes: Mapping[str, AttributeValue]) -> Sequence[int]:
        """The row of an event that is decided for the first time."""
        part = self.plan.types[TYPE_NAMES[type(event)]]
        known = NOTHING if self._given is None else self._given(event)
        if part.chances and known.drawn is None:
            known = structs.replace(known, drawn=drawn(self.plan, part, event, self._key))
        return self.reader(event).read(event, attributes, asked(self.plan, event), known).numbers

    def reader(self, event: Event) -> RowReader:
        """The reader of the events of a type."""
        name = TYPE_NAMES[type(event)]
        if name not in self._readers:
            self._readers[name] = RowReader(self.plan, self.plan.types[name])
        return self._readers[name]


def _named(events: Sequence[Event]) -> set[EventKey] | None:
    """The events of which something comes back; None: it is not known before."""
    back = [event for event in events if isinstance(event, TakingBack)]
    if any(isinstance(event, Return) and event.without_receipt for event in back):
        return None
    return {event.of for event in back}


# Events that the rows of one member alone do not tell, by the name under which they are counted.
_OUTSIDE: Mapping[type, str] = {
    Claim: "claims-of-guests-purchases",
    Transfer: "transfers",
    Received: "transfers",
    Referral: "referrals",
    Merging: "merges",
    Merge: "merges",
    Opening: "openings",
}


@dataclass(slots=True)
class _Member:
    """One member while their events are read."""

    reader: Reader
    found: Read
    named: set[EventKey] | None
    inside: bool = False
    joined: bool = False
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    before: dict[EventKey, _Before] = field(default_factory=dict)
    waiting: dict[EventKey, list[TakingBack]] = field(default_factory=dict)

    def take(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, TakingBack):
                self._take_back(event)
            elif type(event) in _OUTSIDE:
                self.found.left_out[_OUTSIDE[type(event)]] += 1
            elif self._enters(event):
                self._decide(event)
        self.found.left_out["returns-without-purchase"] += sum(map(len, self.waiting.values()))

    def _enters(self, event: Event) -> bool:
        """Whether it is a member's: whoever has it may become one by it."""
        if isinstance(event, Leave) or (self.joined and not self.inside):
            return self.inside or isinstance(event, Enrolment)
        if self.inside or isinstance(event, Enrolment):
            return True
        return enters(self.reader.plan.programme, event)

    def _decide(self, event: Event) -> None:
        again = self.joined and not self.inside
        self.inside = self.joined = True
        if isinstance(event, OfMember):
            self.attributes = told(self.attributes, event, again=again)
        if isinstance(event, Use) and event.voucher is not None:
            self.found.left_out["vouchers-at-the-till"] += 1
        if isinstance(event, Purchase) and event.vouchers:
            self.found.left_out["vouchers-at-the-till"] += len(event.vouchers)
        row = self.found.add(event, self.reader.row(event, self.attributes))
        if isinstance(event, Leave):
            self.inside = False
        key = EventKey(event.id, event.source)
        if self.named is None or key in self.named:
            whole = Remains((), True, (), 0, b"")
            if isinstance(event, Purchase):
                whole = rest.whole(event, 0, b"")
            self.before[key] = _Before(event, row, {0: whole})
            for each in self.waiting.pop(key, ()):
                self._back(each, self.before[key])

    def _take_back(self, event: TakingBack) -> None:
        if not self._enters(event):
            self.found.left_out["returns-refused"] += 1
            return
        of = event.of
        if isinstance(event, Return) and event.without_receipt:
            chosen = self._chosen(event)
            if chosen is None:
                self.found.left_out["returns-without-purchase"] += 1
                return
            of = chosen
        if of in self.before:
            self._back(event, self.before[of])
        else:
            self.waiting.setdefault(of, []).append(event)

    def _chosen(self, event: Return) -> EventKey | None:
        """The latest purchase that has all left that comes back without a receipt."""
        found = [
            (one.event.occurred_at, key.source, key.id, key)
            for key, one in self.before.items()
            if isinstance(one.event, Purchase)
            and one.event.occurred_at <= event.occurred_at
            and not isinstance(rest.without(one.left[0], one.event, event), Refusal)
        ]
        return max(found)[-1] if found else None

    def _back(self, event: TakingBack, of: _Before) -> None:
        """Add the row of what is left of an event, unless that is refused."""
        if isinstance(of.event, Redemption):
            self.found.left_out["cancelled-redemptions"] += 1
            return
        plan = self.reader.plan
        if not returnable(event, of.event):
            self.found.left_out["returns-refused"] += 1
            return
        if isinstance(event, Return) and too_late(plan, of.event, event):
            self.found.left_out["returns-too-late"] += 1
            return
        refused = plan.programme.settings.below_zero is BelowZero.REFUSED
        own = 1 << of.returns if refused and of.returns < BITS else 0
        of.returns += 1
        for before, remains in [*of.left.items()]:
            after = _without(remains, of.event, event)
            if isinstance(after, Refusal):
                self.found.left_out["returns-refused"] += int(before == 0)
                continue
            of.left[before] = after
            if own:
                of.left[before | own] = remains
            way = of.row | before << REFUSED_BEFORE | own << OWN_BIT
            self.found.add(event, self._row_left(event, of.event, after), way)

    def _row_left(self, event: TakingBack, of: Event, remains: Remains) -> Sequence[int]:
        """The row of what is left of an event."""
        plan, today = self.reader.plan, self.reader.plan.zone.day_of(event.occurred_at)
        left = rest.left_of(of, remains) if isinstance(of, Purchase) else None
        if left is not None and left.lines:
            numbers = self.reader.reader(left).read(left, self.attributes, Asked()).numbers
            numbers[AGAIN], numbers[TODAY] = SOME_LEFT, today
            return numbers
        numbers = [0] * COLUMNS
        numbers[KIND] = plan.types[TYPE_NAMES[type(of)]].number
        numbers[EVENT_DAY], numbers[TODAY] = plan.zone.day_of(of.occurred_at), today
        numbers[SLICES_AT], numbers[STRIDE], numbers[AGAIN] = COLUMNS, FIXED, NONE_LEFT
        return numbers


def _without(before: Remains, of: Event, event: TakingBack) -> Remains | Refusal:
    """What is left of an event after another return, or that it is refused."""
    if isinstance(of, Purchase):
        if isinstance(event, Cancel):
            event = Return(id=event.id, occurred_at=event.occurred_at, of=event.of, all=True)
        return rest.without(before, of, event)
    if not before.charges:
        return Refusal("nothing-left", "cancel", "")
    return structs.replace(before, charges=False)


def read_rows(
    plan: Plan,
    histories: Iterable[Iterable[Event]],
    given: Giving | None = None,
    *,
    key: bytes = NO_KEY,
) -> Rows:
    """Rows of members' events, each member's in the order in which they are decided; see
    `Reader`."""
    reader, found = Reader(plan, given, key), Read()
    for history in histories:
        reader.member(history, found)
    return found.rows()
