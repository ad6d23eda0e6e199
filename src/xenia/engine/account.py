"""One member's account in memory: how an event, or time, takes it from one state to the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache

from xenia.effects import Effect, Movement, Outcome, Record, Refusal, View, Voucher
from xenia.engine import outcome
from xenia.engine.claims import Asked, asked
from xenia.engine.link import interpreted
from xenia.engine.operators import DAY, ENROLLED, FAR, MEMORY, NEXT_DUE
from xenia.engine.outcome import EffectWriter
from xenia.engine.plan import Plan, TypePlan
from xenia.engine.rows import RowReader
from xenia.engine.trace import Decided, Tracer
from xenia.engine.views import Views
from xenia.engine.zones import EPOCH
from xenia.events.model import (
    TYPE_NAMES,
    AttributeValue,
    Enrolment,
    Event,
    Profile,
    Purchase,
    Redemption,
)
from xenia.programme.model import Enrolment as EnrolmentRule

NO_KEY = bytes(32)
NOT_A_MEMBER = "not-a-member"
_ONLY_MEMBERS = "only a member can claim this, and nobody was enrolled when it happened"


@dataclass(frozen=True, slots=True)
class Account:
    """A member in one programme.  `state` is never changed in place."""

    member: str
    state: tuple[int, ...] | list[int]
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    vouchers: tuple[Voucher, ...] = ()

    @property
    def enrolled(self) -> bool:
        """Whether the member has joined."""
        return self.state[ENROLLED] != FAR


@dataclass(slots=True)
class Done:
    """What was done so far, in order."""

    effects: list[Effect] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)

    def read(self, writer: EffectWriter, log: Sequence[int]) -> None:
        """Take in what a log says."""
        self.effects += writer.read(log)
        self.movements += writer.movements

    def add(self, more: Done) -> None:
        """Take in what was done next."""
        self.effects += more.effects
        self.movements += more.movements


class Machine:
    """What is made once for a plan: its functions, and its readers of events and reasons."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.steps = interpreted(plan)
        self.params = list(plan.params)
        self.views = Views(plan, self.steps)
        self._readers: dict[str, RowReader] = {}
        self._tracers: dict[str, Tracer] = {}

    def reader(self, part: TypePlan) -> RowReader:
        """The reader of one type of event."""
        if part.name not in self._readers:
            self._readers[part.name] = RowReader(self.plan, part)
        return self._readers[part.name]

    def tracer(self, part: TypePlan) -> Tracer:
        """What tells the reasons of one type of event."""
        if part.name not in self._tracers:
            self._tracers[part.name] = Tracer(self.plan, part)
        return self._tracers[part.name]

    def due(self, account: Account, state: list[int], until: int, key: bytes) -> Done:
        """Do the due days up to `until`; what they did, each with its own day."""
        done = Done()
        layout = self.plan.layout
        while state[NEXT_DUE] <= until:
            if layout.crowded(state):
                state[:] = layout.with_room(state)
            log = self.new_log(state)
            self.steps.due(state, log, self.params)
            day = state[DAY]
            assert state[NEXT_DUE] > day, "a due day that is done must not come again"
            name = f"due/{account.member}/{(EPOCH + timedelta(day)).isoformat()}"
            writer = EffectWriter(self.plan, key, name, day, due=True)
            done.read(writer, log)
        return done

    def new_log(self, state: list[int]) -> list[int]:
        """Room for a line about each ring entry that there can be, and about all else."""
        return [0] * (4 * (len(state) // 3) + self.plan.log_room)


@lru_cache(maxsize=64)
def machine(plan: Plan) -> Machine:
    """The machine of a plan, made once."""
    return Machine(plan)


def new_account(plan: Plan, member: str) -> Account:
    """A member to whom nothing has happened."""
    return Account(member, plan.layout.fresh())


def decide(
    plan: Plan, account: Account, event: Event, *, key: bytes = NO_KEY, trace: bool = True
) -> tuple[Account, Outcome]:
    """Due work up to the event's day, then the event.  The account that is given is not changed.

    `key` makes voucher codes; the trace takes longer than the decision.
    """
    run, part = machine(plan), plan.types[TYPE_NAMES[type(event)]]
    attributes = account.attributes
    if isinstance(event, Enrolment | Profile):
        attributes = {**attributes, **event.attributes}
    if _outside(plan, account, event):
        return account, _not_a_member(plan, event)
    wanted = asked(plan, event)
    row = run.reader(part).read(event, attributes, wanted)
    state = list(account.state)
    done = run.due(account, state, max(row.day, state[DAY]), key)
    if plan.layout.crowded(state):
        state = plan.layout.with_room(state)
    record, posted = [0] * (2 + len(part.inputs)), [0] * part.results
    decision, memory, log = [0] * part.results, [0] * MEMORY, run.new_log(state)
    run.steps.step(state, row.numbers, record, posted, decision, memory, log, run.params)
    name = f"{event.source}/{event.id}"
    writer = EffectWriter(plan, key, name, row.day, due=False)
    done.read(writer, log)
    # What a late event made due in the past is done today.
    done.add(run.due(account, state, state[DAY], key))
    issued = outcome.vouchers_of(done.effects)
    after = Account(account.member, state, attributes, account.vouchers + issued)
    bill = outcome.payable(part, event, row, decision) if isinstance(event, Purchase) else None
    refused = (*wanted.refusals, *outcome.refusals(plan, part, record, decision))
    decided = Decided(event, row, record, decision, memory, bill)
    told = Outcome(
        effects=tuple(done.effects),
        movements=tuple(done.movements),
        refusals=tuple(sorted(refused, key=lambda refusal: refusal.subject)),
        trace=run.tracer(part).trace(decided) if trace else (),
        payable=bill,
        view=run.views.view(state, state[DAY]),
        vouchers=issued,
        record=Record(plan.key, tuple(record), tuple(decision)),
    )
    return after, told


def guest(plan: Plan, event: Purchase) -> Outcome:
    """A purchase without a member: recorded, and paid in full."""
    return _not_a_member(plan, event)


def pass_time(
    plan: Plan, account: Account, until: int, *, key: bytes = NO_KEY
) -> tuple[Account, Outcome]:
    """Due work up to the local day of the instant `until` (microseconds)."""
    run, state = machine(plan), list(account.state)
    day = plan.zone.day_of(until)
    done = run.due(account, state, day, key)
    issued = outcome.vouchers_of(done.effects)
    told = Outcome(
        effects=tuple(done.effects),
        movements=tuple(done.movements),
        view=run.views.view(state, day),
        vouchers=issued,
    )
    if account.state[NEXT_DUE] > day:
        return account, told
    return replace(account, state=state, vouchers=account.vouchers + issued), told


def view(plan: Plan, account: Account, at: int) -> View:
    """What the member holds at an instant, its due work done."""
    return machine(plan).views.view(account.state, plan.zone.day_of(at))


def vouchers(plan: Plan, account: Account, at: int) -> tuple[Voucher, ...]:
    """All vouchers of the member, as they stand at an instant (microseconds)."""
    day = plan.zone.day_of(at)
    return tuple(
        replace(voucher, state="expired") if _ended(voucher, day) else voucher
        for voucher in account.vouchers
    )


def _ended(voucher: Voucher, day: int) -> bool:
    return voucher.state == "issued" and voucher.expires is not None and voucher.expires <= day


def _outside(plan: Plan, account: Account, event: Event) -> bool:
    needed = plan.programme.enrolment is EnrolmentRule.ENROLMENT_ONLY
    return needed and not account.enrolled and not isinstance(event, Enrolment)


def _not_a_member(plan: Plan, event: Event) -> Outcome:
    """Recorded without effect."""
    part = plan.types[TYPE_NAMES[type(event)]]
    bill = None
    if isinstance(event, Purchase):
        row = machine(plan).reader(part).read(event, {}, Asked())
        bill = outcome.payable(part, event, row, [0] * part.results)
    return Outcome(
        effects=(),
        refusals=tuple(Refusal(NOT_A_MEMBER, *claim) for claim in _claims(event)),
        payable=bill,
        notes=(NOT_A_MEMBER,),
    )


def _claims(event: Event) -> Iterator[tuple[str, str, None, str]]:
    """Claim, text, rule and subject of all that an event asks for."""
    if isinstance(event, Purchase):
        for currency in sorted(event.spend):
            yield "spend", _ONLY_MEMBERS, None, currency
    if isinstance(event, Redemption):
        yield "redemption", _ONLY_MEMBERS, None, event.reward
