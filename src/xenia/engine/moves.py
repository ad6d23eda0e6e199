"""How a state passes from one version of a programme to another, and keeps its meaning.

What has the same name is kept (see `layout`); here is what a name alone does not settle: how long
a level is held where the new version holds it otherwise, from when on inactivity counts, what
metrics have counted that the old version did not have, and what is due next.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from xenia.engine.layout import Layout, Slot
from xenia.engine.link import Ints
from xenia.engine.machine import Machine
from xenia.engine.operators import (
    ANCHOR,
    DAY,
    FAR,
    GRACE,
    LEVEL,
    NEXT_DUE,
    REVIEWS,
    TIER,
    UNTIL,
    add_months,
    copy,
    hold_again,
    in_grace,
    month_of,
    month_start,
    settle_hold,
    week_of,
    week_start,
)
from xenia.engine.slots import HOLDS, METRIC, SETTLED
from xenia.engine.type_writer import variable
from xenia.programme.periods import Duration, Hold, HoldFor, HoldToEnd, Inactive, Unit


@dataclass(frozen=True, slots=True)
class _Ladder:
    """A tier that both versions have."""

    slot: Slot
    was: Slot
    hold: Hold | None
    old_hold: Hold | None
    grace: Duration | None
    # Where it is kept what holds its levels, and what settled them; and where the old one has it.
    rests: tuple[int, int] | None
    rested: tuple[int, int] | None
    same: bool  # that means the same in both

    @property
    def key(self) -> str:
        """The ladder's id."""
        return self.slot.name.removeprefix("tier.")

    @property
    def keeps(self) -> bool:
        """Whether what holds its levels goes on to."""
        return self.same and self.rests is not None and self.rested is not None

    def rest(self, state: Ints) -> None:
        """Otherwise a level is held as it is, by nothing that can be taken back."""
        if self.rests is not None and not self.keeps:
            settle_hold(state, self.slot.at, *self.rests)

    def settle(self, state: Ints, old_level: int, since: int) -> None:
        """Let a level of the old version be held as the new one holds it.

        What has a last day keeps it, and then goes by the new version.  What had none, because the
        old version did not hold its levels or it was the lowest, is held from the day `since`.
        """
        at = self.slot.at
        grace = GRACE if in_grace(state, at) else 0
        if self.grace is None:
            state[at + REVIEWS] -= grace
            grace = 0
        if state[at + LEVEL] > 0 and self.hold is self.old_hold is None:
            return  # it is what is earned, or is granted until then
        if state[at + LEVEL] == 0 or self.hold is None:
            state[at + UNTIL] = FAR
        elif state[at + UNTIL] < FAR:
            if self.hold != self.old_hold:
                # Reviews count from the end of the present hold: its own is the one before them.
                state[at + ANCHOR], state[at + REVIEWS] = state[at + UNTIL], grace - 1
        elif self.old_hold is None or old_level == 0:
            state[at + UNTIL] = held_until(self.hold, since)
            state[at + ANCHOR], state[at + REVIEWS] = since, 0


def _rests(layout: Layout, key: str) -> tuple[int, int] | None:
    """Where a layout keeps what holds the levels of a ladder, if a return may shorten that."""
    places = {slot.name: slot.at for slot in layout.slots}
    if f"{HOLDS}{key}" not in places:
        return None
    return places[f"{HOLDS}{key}"], places[f"{SETTLED}{key}"]


class _Pair:
    """Two versions, `old` and `new`, the latter with the first day that begins under it."""

    def __init__(self, old: Machine, new: Machine, first_day: int) -> None:
        self._old, self._new, self._first_day = old.plan.layout, new.plan.layout, first_day
        self._names, self._params = new.steps.names, new.plan.params
        self._places = {slot.name: slot.at for slot in self._new.slots}
        self._shared = tuple(self._new.shared(self._old))
        before, after = old.plan.programme.tiers, new.plan.programme.tiers
        self._ladders = tuple(
            _Ladder(
                slot,
                was,
                after[key].holds,
                before[key].holds,
                after[key].grace,
                _rests(self._new, key),
                _rests(self._old, key),
                after[key].holds == before[key].holds
                and after[key].grace == before[key].grace
                and slot.levels == was.levels,
            )
            for slot, was in self._shared
            if slot.name.startswith("tier.")
            for key in (slot.name.removeprefix("tier."),)
        )

    def _set_due(self, state: Ints) -> Ints:
        """Find what is due next: nothing before the first day of the new version, that did it."""
        state[NEXT_DUE] = max(self._names["next_due"](state, self._params), self._first_day)
        return state


class Move(_Pair):
    """From a version to the next one, which brings these metrics."""

    def __init__(
        self, old: Machine, new: Machine, first_day: int, new_metrics: tuple[Slot, ...]
    ) -> None:
        super().__init__(old, new, first_day)
        self.new_metrics = new_metrics
        known = {slot.name for slot in self._old.slots}
        places = {slot.name: slot.at for slot in self._new.slots}
        self._idle = tuple(
            (places[name], places[f"earning-before.{key}"], currency.expires.inactive)
            for key, currency in sorted(new.plan.programme.currencies.items())
            if isinstance(currency.expires, Inactive)
            for name in (f"idle.{key}",)
            if name not in known
        )

    def forward(self, state: Sequence[int], as_if: Sequence[int] | None = None) -> Ints:
        """A state of the old version, all of whose due work is done, as one of the new version.

        `as_if` is what it would be if the new version had always been in force: there the metrics
        are that the old version did not have.  Without it, they have counted nothing.
        """
        moved = self._new.moved_from(self._old, state)
        if as_if is not None:
            moved = self._new.with_slots(moved, as_if, self.new_metrics)
        for ladder in self._ladders:
            ladder.settle(moved, state[ladder.was.at + LEVEL], self._first_day)
            ladder.rest(moved)
        for at, before, inactive in self._idle:
            moved[at] = moved[before] = later(self._first_day, inactive)
        return self._set_due(moved)

    def due_again(self, state: Sequence[int]) -> Ints:
        """The same state, of whose lots some have another end, with what is due next."""
        return self._set_due(array("q", state))


class Bridge(_Pair):
    """For what the old version decides although the state is the new one's already.

    `new_metrics` are those of which the old one knows nothing.
    """

    def __init__(self, old: Machine, new: Machine, first_day: int) -> None:
        super().__init__(old, new, first_day)
        self.new_metrics = metrics_beyond(self._new, self._old)
        self._known = {slot.name: slot.at for slot in self._old.slots}

    def back(self, state: Sequence[int]) -> Ints:
        """A state of the new version as the old one knows it."""
        known = self._old.moved_from(self._new, state)
        for ladder in self._ladders:
            if ladder.rested is not None and not ladder.keeps:
                settle_hold(known, ladder.was.at, *ladder.rested)
        return known

    def merged(self, state: Sequence[int], before: Sequence[int], after: Sequence[int]) -> Ints:
        """A state of the new version with what the old one has changed, from `before` to `after`.

        What only the new version knows stays as it is.
        """
        merged = array("q", state[: self._new.width])
        merged[DAY] = after[DAY]
        entries = dict(zip(self._new.rings, self._new.entries(state), strict=True))
        known = dict(zip(self._old.rings, self._old.entries(after), strict=True))
        kept = {f"{HOLDS}{ladder.key}" for ladder in self._ladders if ladder.keeps}
        for slot, was in self._shared:
            if slot.name.startswith(HOLDS) and slot.name not in kept:
                continue
            if slot.ring:
                entries[slot.at] = slot.entries_from(was, known[was.at])
            if not slot.levels:
                theirs = after[was.at : was.at + was.size]
                merged[slot.at : slot.at + slot.size] = array("q", theirs)
        for ladder in self._ladders:
            self._climb(ladder, merged, before, after)
        return self._set_due(self._new.filled(merged, list(entries.values())))

    def taken(self, state: Sequence[int], before: Sequence[int], after: Sequence[int]) -> Ints:
        """The same, where the old version has taken something back: also a level that it takes, or
        holds for less, as far as the new one does not reach or grant more."""
        merged = self.merged(state, before, after)
        for ladder in self._ladders:
            was, here = ladder.was.at, merged[ladder.slot.at]
            level = ladder.slot.level_from(ladder.was, after[was + LEVEL])
            if here > 0 and after[was + LEVEL] < before[was + LEVEL]:
                self._fall(ladder, merged, level)
            elif level == here > 0 and after[was + UNTIL] < before[was + UNTIL] and ladder.keeps:
                at = ladder.slot.at  # it is held so, if nothing is known that holds it
                merged[at + UNTIL : at + TIER] = array("q", after[was + UNTIL : was + TIER])
                self._hold_again(ladder, merged)
        return self._set_due(merged)

    def _hold_again(self, ladder: _Ladder, state: Ints) -> None:
        """A level is held by what still holds it, as far as that is known."""
        if ladder.keeps and ladder.rests is not None:
            hold_again(state, ladder.slot.at, *ladder.rests, self._granted(ladder))

    def _granted(self, ladder: _Ladder) -> int:
        """Where it is kept until when the lowest level that there is to reach was granted."""
        return self._places[f"granted-level.{ladder.key}.{ladder.slot.levels[1]}"]

    def _fall(self, ladder: _Ladder, state: Ints, level: int) -> None:
        """Down to a level, if that is below the one held; held then by what still holds it."""
        at, granted = ladder.slot.at, self._granted(ladder)
        least = max(level, self._reached(ladder.key, state))
        given = [
            place
            for place in range(least + 1, len(ladder.slot.levels))
            if state[granted + place - 1] > state[DAY]
        ]
        least = max([least, *given])
        if least >= state[at + LEVEL]:
            self._hold_again(ladder, state)
            return
        state[at + LEVEL] = least
        if ladder.rests is not None:
            state[self._places[f"before.{ladder.key}"]] = 0
        if ladder.keeps:
            self._hold_again(ladder, state)
            return
        if least == 0 or (ladder.hold is None and not given):
            state[at + UNTIL] = FAR
        elif given:
            state[at + UNTIL] = state[at + ANCHOR] = state[granted + least - 1]
            state[at + REVIEWS] = -1
        if ladder.rests is not None:
            copy(state, at, ladder.rests[1], TIER)

    def _reached(self, key: str, state: Ints) -> int:
        """The level that the new version reaches now, or by what the present one was won with."""
        earned: int = self._names[variable("earned_level", key)](state, state[DAY], self._params)
        won = self._names.get(variable("won_level", key))
        return earned if won is None else max(earned, won(state, self._params))

    def counted(self, state: Sequence[int], as_if: Sequence[int]) -> Ints:
        """A state of the new version with the metrics of which the old one knows nothing as they
        are where the new one has decided."""
        return self._set_due(self._new.with_slots(state, as_if, self.new_metrics))

    def _climb(
        self, ladder: _Ladder, merged: array[int], before: Sequence[int], after: Sequence[int]
    ) -> None:
        """A level that the old version gives or prolongs, if it is not below what is held."""
        slot, was = ladder.slot, ladder.was
        if ladder.keeps and ladder.rests is not None and ladder.rested is not None:
            settled, there = ladder.rests[1], ladder.rested[1]
            merged[settled : settled + TIER] = array("q", after[there : there + TIER])
            name = f"before.{ladder.key}"
            merged[self._places[name]] = after[self._known[name]]
        if before[was.at : was.at + TIER] == after[was.at : was.at + TIER]:
            return
        place = slice(slot.at, slot.at + TIER)
        held = merged[place]
        merged[place] = array("q", after[was.at : was.at + TIER])
        merged[slot.at + LEVEL] = slot.level_from(was, after[was.at + LEVEL])
        ladder.settle(merged, after[was.at + LEVEL], max(after[was.at + ANCHOR], self._first_day))
        if (merged[slot.at + LEVEL], merged[slot.at + UNTIL]) <= (held[LEVEL], held[UNTIL]):
            merged[place] = held
        elif ladder.rests is not None and not ladder.keeps:
            copy(merged, slot.at, ladder.rests[1], TIER)


def metrics_beyond(new: Layout, old: Layout) -> tuple[Slot, ...]:
    """The metrics of a layout that another one does not have."""
    kept = {slot.name for slot, _ in new.shared(old)}
    return tuple(
        slot for slot in new.slots if slot.name.startswith(METRIC) and slot.name not in kept
    )


def held_until(hold: Hold, day: int) -> int:
    """The day until which a level is held that is won on `day`."""
    match hold:
        case HoldFor(length):
            return later(day, length)
        case HoldToEnd(unit, plus):
            return end_of(day, unit, plus)
        case _:
            return FAR


def later(day: int, after: Duration) -> int:
    """The day that is so long after a day."""
    return add_months(day, after.months) if after.months else day + after.days


def end_of(day: int, unit: Unit, plus: int) -> int:
    """The first day after the unit of `day`, or after that `plus` units later."""
    match unit:
        case Unit.DAY:
            return day + 1 + plus
        case Unit.WEEK:
            return week_start(week_of(day) + 1 + plus)
        case Unit.MONTH:
            return month_start(month_of(day) + 1 + plus)
        case Unit.YEAR:
            return month_start(12 * (month_of(day) // 12 + 1 + plus))
