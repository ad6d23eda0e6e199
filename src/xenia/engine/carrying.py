"""What somebody had who is found to be another member: taken out of their state, as that one gets
it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xenia.effects import Carried, Effect, Kind, Movement
from xenia.engine import operators as op
from xenia.engine.link import Ints
from xenia.engine.logs import Done, Heading
from xenia.engine.machine import Machine
from xenia.engine.operators import AWAY, DAY, ENROLLED, FAR, LEVEL, TOTAL
from xenia.engine.plan import Plan
from xenia.engine.slots import HOLDS, SETTLED
from xenia.events.conventions import JOINED_AGAIN, MERGED_INTO, REFERRED_BY
from xenia.events.model import AttributeValue, Merging

LOTS = ("lots.", "pending.", "held.")
# What tells of one account alone: when what inactivity ended may come back to it, and with what its
# levels were won.
_NOT = ("lapse.", "wiped.", HOLDS, SETTLED, "before.", "won.", "won-before.", "idle.")
_THEIR_OWN = (REFERRED_BY, JOINED_AGAIN, MERGED_INTO)
_ENTRY = 3

Lot = tuple[int, int, int, int | None]  # day earned, end, units, the day on which they can be used


def gone(run: Machine, state: Sequence[int], heading: Heading, done: Done) -> tuple[Ints, Carried]:
    """A state in which nothing is left, and what was in it."""
    carried, layout = _carried(run.plan, state), run.plan.layout
    telling = Telling(heading, done)
    for currency in sorted(run.plan.programme.currencies):
        if currency in carried.owed:
            telling.moved(currency, heading.day, None, carried.owed[currency], owed=True)
        for kind in LOTS:
            for lot in lots(carried, kind, currency):
                telling.lot(kind, currency, lot, -lot[2])
    fresh = run.steps.state(layout.fresh())
    fresh[DAY], fresh[ENROLLED] = state[DAY], AWAY
    return fresh, carried


def known_of(
    attributes: Mapping[str, AttributeValue], carried: Carried
) -> Mapping[str, AttributeValue]:
    """What is said of a member, with what is said of the other one where nothing else is."""
    theirs = {name: one for name, one in carried.attributes.items() if name not in _THEIR_OWN}
    return {**theirs, **attributes}


def marked(
    attributes: Mapping[str, AttributeValue], event: Merging
) -> Mapping[str, AttributeValue]:
    """What is said of a member who is found to be another one, or not to be after all."""
    if event.step == "undone":
        return {name: one for name, one in attributes.items() if name != MERGED_INTO}
    return {**attributes, MERGED_INTO: event.into}


def _carried(plan: Plan, state: Sequence[int]) -> Carried:
    layout, fresh = plan.layout, plan.layout.fresh()
    entries = dict(zip(layout.rings, layout.entries(state), strict=True))
    slots: dict[str, tuple[int, ...]] = {}
    rings: dict[str, tuple[int, ...]] = {}
    owed: dict[str, int] = {}
    levels: dict[str, str] = {}
    for slot in layout.slots:
        if slot.name.startswith(_NOT):
            continue
        if slot.ring:
            if numbers := entries[slot.at]:
                rings[slot.name] = tuple(_turned(numbers) if slot.swapped else numbers)
            if slot.name.startswith("lots.") and state[slot.at + TOTAL] < 0:
                owed[slot.name.removeprefix("lots.")] = -state[slot.at + TOTAL]
            continue
        own = slice(slot.at, slot.at + slot.size)
        if tuple(state[own]) != tuple(fresh[own]):
            slots[slot.name] = tuple(state[own])
            if slot.levels:
                levels[slot.name] = slot.levels[state[slot.at + LEVEL]]
    return Carried(state[ENROLLED], state[DAY], slots, rings, owed, levels)


def _turned(entries: Sequence[int]) -> Iterator[int]:
    for first, second, units in triples(entries):
        yield from (second, first, units)


def triples(entries: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """The entries of a ring."""
    for at in range(0, len(entries), _ENTRY):
        first, second, units = entries[at : at + _ENTRY]
        yield first, second, units


def lots(carried: Carried, kind: str, currency: str) -> Iterator[Lot]:
    """The lots of a kind of a currency."""
    for first, second, units in triples(carried.rings.get(f"{kind}{currency}", ())):
        if kind == "pending.":
            earned, ends = op.earned_and_end(second)
            yield earned, ends, units, first
        else:
            yield second, first, units, None


class Telling:
    """Effects, and what moves, one after the other."""

    def __init__(self, heading: Heading, done: Done) -> None:
        self._heading, self._done = heading, done
        self.number = 0

    def name(self) -> str:
        """That of one more effect."""
        self.number += 1
        return f"{self._heading.name}/{self.number}"

    def lot(self, kind: str, currency: str, lot: Lot, units: int) -> None:
        """A lot goes, or comes, as its sign says."""
        earned, ends, _, available = lot
        own, waits, held = None if ends >= FAR else ends, kind == "pending.", kind == "held."
        self.moved(currency, earned, own, units, available, pending=waits, held=held)

    def moved(
        self,
        currency: str,
        earned: int,
        ends: int | None,
        units: int,
        available: int | None = None,
        *,
        pending: bool = False,
        held: bool = False,
        owed: bool = False,
    ) -> None:
        """The same of anything."""
        name, day = self.name(), self._heading.day
        movement = Movement(
            kind=Kind.MERGE,
            currency=currency,
            units=units,
            earned=earned,
            ends=ends,
            effect=name,
            day=day,
            due=False,
            pending=pending,
            held=held,
            owed=owed,
        )
        self._done.movements.append(movement)
        self._done.effects.append(
            Effect(
                kind=Kind.MERGE,
                id=name,
                day=day,
                currency=currency,
                units=units,
                available=available,
                expires=ends,
            )
        )

    def filled(self, currency: str, earned: int, ends: int, units: int) -> None:
        """A lot fills what is owed, of what was told last."""
        self._done.movements.append(
            Movement(
                kind=Kind.FILL,
                currency=currency,
                units=units,
                earned=earned,
                ends=None if ends >= FAR else ends,
                effect=f"{self._heading.name}/{self.number}",
                day=self._heading.day,
                due=False,
            )
        )

    def level(self, tier: str, level: str | None, until: int) -> None:
        """A member has another level."""
        self._done.effects.append(
            Effect(
                kind=Kind.TIER,
                id=self.name(),
                day=self._heading.day,
                tier=tier,
                level=level,
                expires=None if until >= FAR else until,
            )
        )
