"""Where a backtest has its events from: members in buckets, each read into rows for one plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Protocol

import numpy as np

from xenia.backtest.enrolled import ASSUMED, with_enrolment
from xenia.backtest.meanings import vector
from xenia.backtest.reading import Key, Read, Reader
from xenia.backtest.tables import SKIPPED, Rows
from xenia.engine.account import NO_KEY
from xenia.engine.moments.kinds import next_moment
from xenia.engine.moments.known import Known
from xenia.engine.operators import EVENT_DAY, FAR, TODAY
from xenia.engine.plan import Plan
from xenia.engine.since import ALWAYS
from xenia.engine.terms import day_after
from xenia.engine.timeline import Timeline
from xenia.engine.versions import TimelineVersion
from xenia.events.model import TYPE_NAMES, Clock, Event, Redemption, member_name


@dataclass(frozen=True, eq=False)
class Bucket:
    """The rows of some members, who are named in the same order.

    `left_out` counts what is not among them, by name (see `treatments`).
    """

    rows: Rows
    names: Sequence[str]
    left_out: Mapping[str, int]
    keys: Sequence[Key]  # of each row: its event's place in the order of occurrence


class Reads(Protocol):
    """What a bucket's rows are read from."""

    def read(self, plan: Plan, bucket: int, *, claims: bool) -> Bucket:
        """The rows of a bucket for a plan; with its own redemptions, or without what it
        `claims`."""


class Source(Reads, Protocol):
    """Past events of members, in buckets of which few at a time are in memory.

    `first` and `last` are the instants (microseconds) between which all of them are; `events`
    counts them by type, `left_out` what is in no bucket.
    """

    @property
    def buckets(self) -> int:
        """How many there are."""

    @property
    def first(self) -> int:
        """See above."""

    @property
    def last(self) -> int:
        """See above."""

    @property
    def events(self) -> Mapping[str, int]:
        """See above."""

    @property
    def left_out(self) -> Mapping[str, int]:
        """See above."""

    @property
    def redeems(self) -> bool:
        """Whether it says itself when members redeem."""

    @property
    def side_by_side(self) -> int:
        """How many buckets to read at a time, in as many threads."""


@dataclass(frozen=True)
class EventSource:
    """Typed events, all in memory, as one bucket.

    `members` are in order of their names, each one's events in the order in which they happened.
    `assumes`: see `read_members`.
    """

    members: Mapping[str, Sequence[Event]]
    left_out: Mapping[str, int] = field(default_factory=dict)
    key: bytes = NO_KEY
    buckets: int = 1
    assumes: bool = False
    side_by_side: int = 1

    @staticmethod
    def of(events: Iterable[Event], left_out: Mapping[str, int] | None = None) -> EventSource:
        """The same in order; what is nobody's is left out."""
        members: dict[str, list[Event]] = {}
        missing = Counter(left_out or {})
        for event in events:
            name = member_name(event.member)
            if isinstance(event, Clock):
                missing["clocks"] += 1
            elif name is None:
                missing["guests"] += 1
            else:
                members.setdefault(name, []).append(event)
        for told in members.values():
            before = [_key(event) for event in told]
            told.sort(key=_key)
            after = [_key(event) for event in told]
            missing["out-of-order"] += sum(
                one.at != other.at for one, other in zip(before, after, strict=True)
            )
        return EventSource({name: members[name] for name in sorted(members)}, +missing)

    @cached_property
    def first(self) -> int:
        """See `Source`."""
        return min((told[0].occurred_at for told in self.members.values()), default=0)

    @cached_property
    def last(self) -> int:
        """See `Source`."""
        return max((told[-1].occurred_at for told in self.members.values()), default=0)

    @cached_property
    def events(self) -> Mapping[str, int]:
        """See `Source`."""
        return Counter(TYPE_NAMES[type(one)] for told in self.members.values() for one in told)

    @cached_property
    def redeems(self) -> bool:
        """See `Source`."""
        return any(
            isinstance(event, Redemption) or bool(getattr(event, "spend", None))
            for told in self.members.values()
            for event in told
        )

    def read(self, plan: Plan, bucket: int, *, claims: bool) -> Bucket:
        """See `Source`."""
        assert bucket == 0, "there is one bucket"
        how = {"claims": claims, "assumes": self.assumes}
        return read_members(plan, self.members, self.last, key=self.key, **how)


class Counted(Protocol):
    """How much there is of something in a history."""

    @property
    def purchases(self) -> int:
        """How many."""

    @property
    def returns(self) -> int:
        """How many."""

    @property
    def enrolments(self) -> int:
        """How many."""

    @property
    def begins(self) -> int | None:
        """The first instant (microseconds); None: there is nothing."""

    @property
    def last(self) -> int | None:
        """The last one."""


@dataclass(frozen=True)
class StoredSource:
    """Typed events of a history that is stored in buckets, one of which is in memory at a time.

    `stored` gives the events of a bucket, member by member, each one's in the order in which they
    happened; `of_members` and `of_guests` count them.  `assumes`: see `read_members`.
    """

    stored: Callable[[int], Iterable[Event]]
    buckets: int
    of_members: Counted
    of_guests: Counted
    redeems: bool
    key: bytes = NO_KEY
    assumes: bool = False
    side_by_side: int = 1  # it is all Python, of which only one thread runs

    @property
    def first(self) -> int:
        """See `Source`."""
        return self.of_members.begins or 0

    @property
    def last(self) -> int:
        """See `Source`."""
        return self.of_members.last or 0

    @property
    def events(self) -> Mapping[str, int]:
        """See `Source`."""
        of = self.of_members
        return {"purchase": of.purchases, "return": of.returns, "enrolment": of.enrolments}

    @property
    def left_out(self) -> Mapping[str, int]:
        """See `Source`."""
        return {"guests": self.of_guests.purchases + self.of_guests.returns}

    def read(self, plan: Plan, bucket: int, *, claims: bool) -> Bucket:
        """See `Source`."""
        by_member = groupby(self.stored(bucket), key=lambda event: member_name(event.member) or "")
        members = {name: [*told] for name, told in by_member}
        how = {"claims": claims, "assumes": self.assumes}
        return read_members(plan, members, self.last, key=self.key, **how)


def read_members(
    plan: Plan,
    members: Mapping[str, Sequence[Event]],
    until: int,
    *,
    key: bytes = NO_KEY,
    claims: bool = True,
    assumes: bool = False,
) -> Bucket:
    """The rows of some members, with what comes by itself up to an instant; with their own
    redemptions, or without what they `claim`.  Where it `assumes` so, whoever has not enrolled has
    done it right before their first purchase."""
    reader, found = Reader(plan, key=key), Read()
    timeline = Timeline((TimelineVersion(plan.version, ALWAYS, plan, key),))
    for name, told in members.items():
        if assumes and len(told) < len(joined := with_enrolment(told)):
            told = joined  # noqa: PLW2901 - with what is assumed of them
            found.left_out[ASSUMED] += 1
        kept = told if claims else [one for one in told if not isinstance(one, Redemption)]
        reader.member(with_moments(timeline, name, kept, until), found)
    return Bucket(found.rows(), [*members], +found.left_out, found.keys)


def without_late(plan: Plan, rows: Rows) -> tuple[Rows, int]:
    """Rows that were not made by this programme alone, without the returns for which it was too
    late; how many those are."""
    returns = plan.programme.returns
    if returns is None:
        return rows, 0
    again = np.flatnonzero(rows.back >= 0)
    at = rows.starts[again]
    bought, came = rows.numbers[at + EVENT_DAY].tolist(), rows.numbers[at + TODAY]
    over = {day: day_after(day, returns.within) for day in {*bought}}
    late = again[came >= vector([over[day] for day in bought])]
    back = rows.back.copy()
    back[late] = SKIPPED
    return rows._replace(back=back), len(late)


def with_moments(
    timeline: Timeline, member: str, events: Sequence[Event], until: int
) -> Iterator[Event]:
    """A member's events with those that come by themselves between them, up to an instant."""
    if not timeline.moments:
        yield from events
        return
    known = Known(member, {}, FAR, {}, 0)
    for event in (*events, None):
        end = until if event is None else event.occurred_at
        while (moment := next_moment(known, timeline, end)) is not None:
            yield moment
            known = known.after(moment, timeline)
        if event is not None:
            yield event
            known = known.after(event, timeline)


def _key(event: Event) -> Key:
    return Key(event.occurred_at, event.source, event.id)
