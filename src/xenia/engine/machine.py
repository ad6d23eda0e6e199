"""What a plan does to a member's state: its due days, and one event, told as effects.

A machine is made once for a plan.  States are lists that it changes in place; whoever keeps
accounts hands it copies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from msgspec import Struct, structs

from xenia.effects import (
    Effect,
    Given,
    Kind,
    Outcome,
    Payable,
    Reason,
    Record,
    Refusal,
    View,
    Voucher,
)
from xenia.engine import giving, outcome, transfers
from xenia.engine.budgets import used_by
from xenia.engine.chance import drawn
from xenia.engine.claims import Asked, asked, closed
from xenia.engine.link import Before, Ints, Sizes, Steps, Worked, interpreted
from xenia.engine.logs import Done, Heading, LogReader
from xenia.engine.offers import listed
from xenia.engine.operators import (
    AWAY,
    COLUMNS,
    DAY,
    ENROLLED,
    EVENT_DAY,
    FAR,
    MEMORY,
    NEXT_DUE,
    SLICES,
)
from xenia.engine.plan import LINES, OFFER_MEANINGS, Plan, TypePlan
from xenia.engine.records import DecisionPacker, packed, unpacked
from xenia.engine.reserving import TO_COME, reserved
from xenia.engine.rows import GIVEN, Row, RowReader
from xenia.engine.trace import Decided, Tracer
from xenia.engine.type_writer import variable
from xenia.engine.views import Views
from xenia.engine.vouchers import RESERVED, codes, judged, known, nothing_off
from xenia.engine.zones import EPOCH
from xenia.events.model import (
    TYPE_NAMES,
    AttributeValue,
    Enrolment,
    Event,
    Profile,
    Purchase,
    Received,
    Transfer,
)


class Reading(Struct, frozen=True, gc=False):
    """An event as a plan reads it, with the member's attributes.

    `row` is None where its numbers were given; `shown` are the member's vouchers that it names.
    """

    event: Event
    attributes: Mapping[str, AttributeValue]
    given: Given
    part: TypePlan
    wanted: Asked
    numbers: list[int]
    row: Row | None
    shown: tuple[Voucher, ...] = ()

    @property
    def day(self) -> int:
        """The local day on which it happened."""
        return self.numbers[EVENT_DAY]


class Told(Struct, frozen=True, gc=False):
    """Under which name an event's effects have been told, and how many."""

    name: str
    number: int


class Stepped(Struct, frozen=True, gc=False):
    """What a decision read and came to; `memory` as the step left it."""

    record: Ints
    decision: Ints
    memory: Ints
    told: Told


class Machine:
    """What is made once for a plan: its functions, and its readers of events and reasons."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.steps: Steps = interpreted(plan)
        self.views = Views(plan, self.steps)
        self._logs = LogReader(plan)
        self._readers: dict[str, RowReader] = {}
        self._packers: dict[str, DecisionPacker] = {}
        self._tracers: dict[str, Tracer] = {}

    def exchange(self, steps: Steps) -> None:
        """From the next call on, other steps that come to the same."""
        self.steps = steps

    def part(self, event: Event) -> TypePlan:
        """The plan of an event's type."""
        return self.plan.types[TYPE_NAMES[type(event)]]

    def read(
        self,
        event: Event,
        attributes: Mapping[str, AttributeValue],
        given: Given,
        key: bytes = b"",
    ) -> Reading:
        """The event's numbers, with the member's attributes as known when it is decided.

        By `key` chance is asked, unless what it fell on is given.
        """
        part, wanted = self.part(event), asked(self.plan, event, given)
        if part.chances and given.drawn is None:
            given = structs.replace(given, drawn=drawn(self.plan, part, event, key))
        if given.row is not None:
            return Reading(event, attributes, given, part, wanted, list(given.row), None)
        row = self.reader(part).read(event, attributes, wanted, given)
        if isinstance(event, Received):
            transfers.add_lots(self.plan, row.numbers, given.lots)
        return Reading(event, attributes, given, part, wanted, row.numbers, row)

    def with_vouchers(self, reading: Reading, held: Sequence[Voucher], done: Done) -> Reading:
        """The same with the vouchers that the event can use: of those that are `held`, of those
        that were given with it, and of those that what fell due before it has issued."""
        event, given = reading.event, reading.given
        if not codes(event) or given.guarded is not None or closed(self.plan, event):
            return reading
        apart = [one.code for one in given.vouchers if one.state == RESERVED]
        there = [one for one in given.vouchers if one.reward != TO_COME]
        found = known(event, held, there, done.vouchers)
        mine = {one.code: one for one in reserved(tuple(found.values()), apart)}
        used, refused = judged(reading.part, event, mine, given.others, reading.day)
        refusals = (*reading.wanted.refusals, *refused)
        wanted = replace(reading.wanted, vouchers=used, refusals=refusals)
        shown = tuple(mine.values())
        if reading.row is None:
            return structs.replace(reading, wanted=wanted, shown=shown)
        row = self.reader(reading.part).read(event, reading.attributes, wanted, given)
        return structs.replace(reading, wanted=wanted, numbers=row.numbers, row=row, shown=shown)

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

    def due(
        self,
        member: str,
        state: Ints,
        until: int,
        key: bytes,
        done: Done,
        *,
        behind: Told | None = None,
    ) -> None:
        """Do the due days up to `until`, each told with its own day.

        What is due `behind` an event, because that made it due in the past, has its name: a due day
        may have had work before.
        """
        number = 0 if behind is None else behind.number
        while state[NEXT_DUE] <= until:
            log = self.steps.due(state, self._room(state))
            day = state[DAY]
            assert state[NEXT_DUE] > day, "a due day that is done must not come again"
            if behind is None:
                name = f"due/{member}/{(EPOCH + timedelta(day)).isoformat()}"
                self._logs.read(log, Heading(name, key, day, True), done)
            else:
                heading = Heading(behind.name, key, day, True)
                number = self._logs.read(log, heading, done, number)

    def step(
        self, state: Ints, reading: Reading, key: bytes, done: Done, name: str | None = None
    ) -> Stepped:
        """The event itself, told under its own or another name; what was due before it has been
        done."""
        part, event = reading.part, reading.event
        if state[ENROLLED] == AWAY:  # only an enrolment gets here: it begins anew
            state[ENROLLED] = FAR
        offers = len(listed(part, reading.numbers))
        room = self._room(state, len(reading.given.lots), offers)
        sizes = Sizes(2 + len(part.inputs), part.results, room)
        worked = self.steps.step(state, reading.numbers, sizes)
        used = reading.wanted.vouchers
        name = f"{event.source}/{event.id}" if name is None else name
        heading = Heading(name, key, reading.day, False, used)
        number = self._logs.read(worked.log, heading, done)
        if part.refer is not None and worked.decision[part.refer.lent]:
            number += 1
            name, rule = f"{heading.name}/{number}", part.refer.rule
            done.effects.append(Effect(kind=Kind.FLAG, id=name, day=reading.day, rule=rule))
        if isinstance(event, Purchase) and event.given is not None:
            more = self._given(event, reading, worked, Told(heading.name, number))
            done.effects += more
            number += len(more)
        told = Told(heading.name, number)
        return Stepped(worked.record, worked.decision, worked.memory, told)

    def _given(
        self, event: Purchase, reading: Reading, worked: Worked, before: Told
    ) -> Sequence[Effect]:
        """What was given by no rule, and otherwise than it should have been; behind what was told
        before."""
        part = reading.part
        numbers, decided = list(reading.numbers), [0] * part.results
        numbers[COLUMNS + part.columns.index(GIVEN)] = 0
        decide = self.steps.names[variable("decide", part.name)]
        decide(numbers, list(worked.record), decided, [0] * MEMORY, self.plan.params)
        flags = giving.otherwise(part, event, reading.given, worked.decision, decided)
        strange = giving.strange(part, event)
        return [*giving.effects(before.name, before.number, reading.day, strange, flags)]

    def again(
        self, state: Ints, numbers: Sequence[int], part: TypePlan, before: Before, more: int
    ) -> Worked:
        """Decide an event again, and post the difference.

        The state gets room for so many `more` lots that may come back.
        """
        room = self._room(state, more, len(listed(part, numbers)))
        sizes = Sizes(2 + len(part.inputs), part.results, room)
        return self.steps.step(state, numbers, sizes, before)

    def record(
        self,
        part: TypePlan,
        read: Sequence[int],
        decision: Sequence[int],
        numbers: Sequence[int],
    ) -> Record:
        """What is kept of a decision on an event of these `numbers`."""
        if part.name not in self._packers:
            self._packers[part.name] = DecisionPacker(part)
        posted = self._packers[part.name].packed(decision, numbers[SLICES], listed(part, numbers))
        return Record(self.plan.key, packed(read), posted)

    def automatic(self, state: Ints, heading: Heading, done: Done, number: int = 0) -> int:
        """Issue the automatic rewards that wait, behind a `number` of effects; how many there are
        then."""
        log = [0] * self._room(state)
        self.steps.names["automatic"](state, log, self.plan.params)
        return self._logs.read(log, heading, done, number)

    def tell(self, log: Sequence[int], heading: Heading, done: Done, number: int = 0) -> int:
        """Tell a log's lines, behind a `number` of effects; how many there are then."""
        return self._logs.read(log, heading, done, number)

    def told(
        self,
        reading: Reading,
        stepped: Stepped,
        done: Done,
        view: View,
        *,
        version: int,
        trace: bool,
    ) -> Outcome:
        """The outcome; of numbers that were given, without a payable and reasons."""
        part, event, row = reading.part, reading.event, reading.row
        record, decision = stepped.record, stepped.decision
        refused = list(reading.wanted.refusals)
        if part.claims or part.refused is not None:
            refused += outcome.refusals(self.plan, part, reading.wanted, record, decision)
        if reading.wanted.vouchers:
            refused += nothing_off(part, reading.wanted.vouchers, decision)
        bill = None
        if row is not None and isinstance(event, Purchase):
            bill = outcome.payable(part, event, row, decision, reading.wanted.vouchers)
        return Outcome(
            effects=tuple(done.effects),
            movements=tuple(done.movements),
            refusals=tuple(sorted(refused, key=_subject)) if refused else (),
            trace=self._reasons(reading, stepped, bill) if trace and row is not None else (),
            payable=bill,
            view=view,
            vouchers=tuple(done.vouchers),
            changed=tuple(done.changed),
            shown=reading.shown,
            record=self.record(part, record, decision, reading.numbers),
            version=version,
            row=tuple(reading.numbers) if part.reads_personal else None,
            used=used_by(part, decision) if part.budgets else {},
            drawn=reading.given.drawn,
            refers=part.refers(decision),
            spent=outcome.spent_by(part, event, decision, done.movements) if part.spends else (),
            handed=transfers.handed(part, event, record, done.movements)
            if isinstance(event, Transfer)
            else (),
        )

    def _reasons(
        self, reading: Reading, stepped: Stepped, bill: Payable | None
    ) -> tuple[Reason, ...]:
        part, given = reading.part, reading.given
        context = self.reader(part).context(
            reading.event, reading.attributes, reading.wanted, given
        )
        return self.tracer(part).trace(
            Decided(
                reading.event,
                context,
                reading.numbers,
                stepped.record,
                stepped.decision,
                stepped.memory,
                bill,
            )
        )

    def explain(
        self,
        event: Event,
        attributes: Mapping[str, AttributeValue],
        record: Record,
        given: Given,
    ) -> tuple[Reason, ...] | None:
        """Why each rule applied to a past event or did not; see `timeline`."""
        if record.plan != self.plan.key:
            return None
        if isinstance(event, Enrolment | Profile):
            attributes = {**attributes, **event.attributes}
        read = self.read(event, attributes, structs.replace(given, row=None))
        read = self.with_vouchers(read, (), Done())
        part, row = read.part, read.row
        if given.row is not None:
            read = structs.replace(read, numbers=list(given.row))
        decision, memory = [0] * part.results, [0] * MEMORY
        seen, posted = list(unpacked(record.read)), list(unpacked(record.posted))
        decide = self.steps.names[variable("decide", part.name)]
        decide(read.numbers, seen, decision, memory, self.plan.params)
        bill = None
        if row is not None and isinstance(event, Purchase):
            bill = outcome.payable(part, event, row, posted, read.wanted.vouchers)
        stepped = Stepped(seen, posted, memory, Told("", 0))
        return self._reasons(read, stepped, bill)

    def _room(self, state: Ints, more: int = 0, offers: int = 0) -> int:
        """How many numbers a log may come to; the state gets the room that one call may need, also
        for what so many `offers` earn.

        There is a line about each ring entry that there can be, and about all else.
        """
        if self.plan.layout.crowded(state, more + offers):
            state[:] = self.plan.layout.with_room(state, more + offers)
        lines = 8 * more + LINES * OFFER_MEANINGS * offers
        return 4 * (len(state) // 3) + lines + self.plan.log_room


def _subject(refusal: Refusal) -> str:
    return refusal.subject
