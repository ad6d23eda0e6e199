"""A backtest beside a replay: the same events of members, and every line that either writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.reference.moments import with_moments
from xenia.backtest.fold import Folded, fold
from xenia.backtest.reading import Read, Reader
from xenia.effects import NOTHING, Given
from xenia.engine.account import Account, decide, machine, new_account, pass_day
from xenia.engine.compile import compile_programme
from xenia.engine.logs import Done, Heading
from xenia.engine.operators import ENROLLED
from xenia.engine.plan import Plan
from xenia.events.model import (
    Cancel,
    Claim,
    Event,
    Received,
    Redemption,
    Referral,
    TakingBack,
    Transfer,
    Use,
)
from xenia.programme.model import Programme
from xenia.programme.settings import BelowZero
from xenia.services.taken_back import Recorded

OUTSIDE = (Transfer, Received, Referral, Claim)
Line = tuple[int, ...]  # day, code, units and two keys


def in_order(programme: Programme, events: Iterable[Event]) -> dict[str, list[Event]]:
    """Each member's events in the order in which they happened, with the moments between; what
    the rows of one member do not tell is left out, and what cancels a redemption."""
    told = sorted(events, key=lambda event: (event.occurred_at, event.source, event.id))
    redeemed = {(one.source, one.id) for one in told if isinstance(one, Redemption)}
    members: dict[str, list[Event]] = {}
    for event in told:
        cancels = isinstance(event, Cancel) and (event.of.source, event.of.id) in redeemed
        vouchers = isinstance(event, Use) and event.voucher is not None
        outside = isinstance(event, OUTSIDE) or cancels or vouchers
        # A history begins with what somebody bought, not with what came back of it.
        begins = str(event.member) not in members and isinstance(event, TakingBack)
        if not (outside or begins):
            members.setdefault(str(event.member), []).append(event)
    return {name: with_moments(programme, found) for name, found in members.items()}


@dataclass
class Told:
    """What a replay says of one member."""

    lines: list[Line] = field(default_factory=list)
    finals: list[int] = field(default_factory=list)
    refused: int = 0


class Replayed:
    """Members' accounts, and every line of every log that is told of them."""

    def __init__(self, plan: Plan, given: Callable[[Event], Given]) -> None:
        self.plan = plan
        self._given = given
        self._logs: list[tuple[str, int, Sequence[int]]] = []
        reader: Any = machine(self.plan)._logs
        self._read = reader.read
        reader.read = self._note

    def _note(self, log: Sequence[int], heading: Heading, done: Done, number: int = 0) -> int:
        self._logs.append((heading.name, heading.day, list(log)))
        found: int = self._read(log, heading, done, number)
        return found

    def member(self, name: str, events: Sequence[Event], horizon: int) -> Told:
        account, recorded, told = new_account(self.plan, name), Recorded(), Told()
        for event in events:
            chosen = recorded.chosen(event)
            given = recorded.given(chosen, self._given(chosen), self.plan)
            past = recorded.past(chosen)
            account, outcome = decide(
                self.plan, account, chosen, trace=False, given=given, past=past
            )
            recorded.keep(chosen, outcome)
            self._take(told)
        account, _ = pass_day(self.plan, account, horizon)
        self._take(told)
        told.finals = finals_of(self.plan, account)
        return told

    def _take(self, told: Told) -> None:
        for _, day, log in self._logs:
            lines = [(day, *log[1 + 4 * i : 5 + 4 * i]) for i in range(log[0])]
            below = self.plan.programme.settings.below_zero is BelowZero.REFUSED
            if below and any(self.plan.codes[line[1]].owed for line in lines):
                told.refused += 1
                continue
            told.lines += lines
        self._logs.clear()


def finals_of(plan: Plan, account: Account) -> list[int]:
    """The slots of a member as a backtest tells them."""
    packed = plan.layout.pack(account.state)[: 8 * plan.layout.width]
    return list(memoryview(packed).cast("q"))


def folded(
    plan: Plan,
    members: Mapping[str, Sequence[Event]],
    horizon: int,
    given: Callable[[Event], Given] = lambda _: NOTHING,
    *,
    compiles: bool = False,
) -> tuple[Read, Folded]:
    """The same in one loop."""
    reader, found = Reader(plan, given), Read()
    for events in members.values():
        reader.member(events, found)
    return found, fold(plan, found.rows(), horizon, lines=True, compiles=compiles)


def lines_by_member(read: Read, found: Folded) -> list[list[Line]]:
    """The lines of each member, in order."""
    owner = [
        member
        for member in range(len(read.members) - 1)
        for _ in range(read.members[member], read.members[member + 1])
    ]
    told: list[list[Line]] = [[] for _ in range(len(read.members) - 1)]
    for event, *line in found.lines.tolist():
        told[owner[event] if event >= 0 else -1 - event].append(tuple(line))
    return told


def check(
    programme: Programme,
    members: Mapping[str, Sequence[Event]],
    given: Callable[[Event], Given] = lambda _: NOTHING,
    *,
    compiles: bool = False,
    plan: Plan | None = None,
) -> Told:
    """Fail at the first line, or slot, in which they differ; all that was told."""
    plan = compile_programme(programme) if plan is None else plan
    replayed = Replayed(plan, given)
    last = max(event.occurred_at for events in members.values() for event in events)
    horizon = plan.zone.day_of(last)
    read, found = folded(plan, members, horizon, given, compiles=compiles)
    whole = Told()
    for place, (name, events) in enumerate(members.items()):
        told = replayed.member(name, events, horizon)
        ours = lines_by_member(read, found)[place]
        for at, (one, other) in enumerate(zip(ours, told.lines, strict=False)):
            assert one == other, (name, at, plan.codes[one[1]], plan.codes[other[1]])
        assert len(ours) == len(told.lines), (
            name,
            ours[len(told.lines) :],
            told.lines[len(ours) :],
        )
        ends = found.finals[place].tolist()
        different = [
            (slot.name, i, ends[slot.at + i], told.finals[slot.at + i])
            for slot in plan.layout.slots
            for i in range(slot.size)
            if ends[slot.at + i] != told.finals[slot.at + i]
        ]
        assert not different, (name, different)
        assert ends[ENROLLED] == told.finals[ENROLLED]
        whole.lines += told.lines
        whole.refused += told.refused
    return whole
