"""What somebody had who is found to be another member: put into the state of that one.

It decides nothing by rules; only automatic rewards follow, and what it has made due in the past.
What the version does not have, or defines otherwise, is passed over.
"""

from __future__ import annotations

from collections.abc import Sequence

from xenia.effects import Carried
from xenia.engine import operators as op
from xenia.engine.carrying import LOTS, Lot, Telling, lots, triples
from xenia.engine.link import Ints
from xenia.engine.logs import Done, Heading
from xenia.engine.machine import Machine, Told
from xenia.engine.opening import held_until
from xenia.engine.operators import DAY, ENROLLED, FAR, NEXT_DUE, TOTAL, UNTIL
from xenia.engine.slots import HOLDS, METRIC, SETTLED, remembers_wins
from xenia.engine.type_writer import variable
from xenia.programme.ladders import Tier
from xenia.programme.model import Metric
from xenia.programme.periods import Inactive, MembershipYear, RollingWindow
from xenia.programme.scope import ladder


def come(
    run: Machine, state: Sequence[int], carried: Carried, heading: Heading, done: Done
) -> tuple[Ints, Told]:
    """A state with all that was carried to it, and under which name that was told; what it has made
    due in the past is not done yet."""
    more = sum(len(entries) for entries in carried.rings.values()) // 3 + 1
    both = run.steps.state(run.plan.layout.with_room(state, more))
    coming = _Coming(run, both, carried, heading, done)
    coming.run_all()
    return both, Told(heading.name, coming.telling.number)


class _Coming:
    """One state on its way to being that of both."""

    def __init__(
        self, run: Machine, state: Ints, carried: Carried, heading: Heading, done: Done
    ) -> None:
        self._run, self._state, self._carried = run, state, carried
        self._heading, self._done, self._day = heading, done, heading.day
        self._programme, layout = run.plan.programme, run.plan.layout
        self._slots = {slot.name: slot for slot in layout.slots}
        self._rings = dict(zip(layout.rings, layout.entries(state), strict=True))
        self.telling = Telling(heading, done)

    def run_all(self) -> None:
        """Everything, in the order of its effects."""
        state, carried = self._state, self._carried
        state[DAY] = max(state[DAY], self._day)
        if state[ENROLLED] == FAR:  # also who has left: nobody comes back by being merged
            state[ENROLLED] = carried.enrolled
        for currency in sorted(self._programme.currencies):
            self._units(currency)
        self._active()
        for slot in self._slots.values():
            if slot.name.startswith(METRIC):
                self._metric(slot.name, self._programme.metrics[slot.name.split(".")[1]])
        self._counters()
        for key, tier in sorted(self._programme.tiers.items()):
            self._tier(key, tier)
        self.telling.number = self._run.automatic(
            state, self._heading, self._done, self.telling.number
        )
        state[NEXT_DUE] = self._run.steps.names["next_due"](state, self._run.plan.params)

    def _theirs(self, name: str) -> tuple[int, ...]:
        return self._carried.slots.get(name, ())

    # ---- units ---------------------------------------------------------------------------------

    def _units(self, currency: str) -> None:
        """What is owed comes first, so that lots of either fill it."""
        state, slot = self._state, self._slots[f"lots.{currency}"]
        owed = self._carried.owed.get(currency, 0)
        if owed:
            self.telling.moved(currency, self._day, None, -owed, owed=True)
            for first, second, units in [*triples(self._rings[slot.at])]:
                part = min(owed, units)
                if part:
                    op.take_at(state, slot.at, first, second, part)
                    earned, ends = (first, second) if slot.swapped else (second, first)
                    self.telling.filled(currency, earned, ends, part)
                    owed -= part
            state[slot.at + TOTAL] -= owed
        for kind in LOTS:
            for lot in lots(self._carried, kind, currency):
                self.telling.lot(kind, currency, lot, lot[2])
                self._put(kind, currency, lot)

    def _put(self, kind: str, currency: str, lot: Lot) -> None:
        (earned, ends, units, available), state = lot, self._state
        slot = self._slots.get(f"{kind}{currency}")
        assert slot is not None, "a currency that waits does so in every version"
        if available is not None:
            op.put(state, slot.at, available, op.pending_key(earned, ends), units)
            return
        if kind == "lots." and (owed := min(units, -state[slot.at + TOTAL])) > 0:
            self.telling.filled(currency, earned, ends, owed)
            state[slot.at + TOTAL] += owed
            units -= owed
        if units:
            keys = (earned, ends) if slot.swapped else (ends, earned)
            op.put(state, slot.at, *keys, units)

    def _active(self) -> None:
        """What either has done puts off the end of the lots of both.  If both count as inactive by
        now, they do not before they earn anew, as who receives units: the lots that there are have
        not ended with those of the other."""
        state = self._state
        for key, currency in self._programme.currencies.items():
            if not isinstance(currency.expires, Inactive):
                continue
            ring, last = self._slots[f"earning.{key}"].at, self._slots[f"earning-before.{key}"]
            idle, lots = self._slots[f"idle.{key}"].at, self._slots[f"lots.{key}"].at
            for later, day, times in triples(self._carried.rings.get(f"earning.{key}", ())):
                op.put(state, ring, later, day, times)
            state[last.at] = max((state[last.at], *self._theirs(last.name)))
            state[idle] = op.latest(state, ring, last.at)
            held, lapse, gone = (
                self._slots[f"{name}.{key}"].at for name in ("held", "lapse", "gone")
            )
            if state[lapse + op.LAPSED] == 0:  # then nothing comes back: it is only known as gone
                for ends, mark, units in triples(self._carried.rings.get(f"gone.{key}", ())):
                    op.put(state, gone, ends, mark, units)
            if state[idle] <= state[DAY] and max(state[lots + TOTAL], state[held + TOTAL]) > 0:
                op.active_again(state, lapse, gone, idle, state[DAY])
                op.forget(state, ring, state[DAY], last.at)
                state[last.at], state[idle] = 0, FAR

    # ---- what is counted -----------------------------------------------------------------------

    def _metric(self, name: str, metric: Metric) -> None:
        state, slot, key = self._state, self._slots[name], name.split(".")[1]
        if isinstance(metric.over, RollingWindow):
            put = op.put_largest if metric.max is not None else op.put
            for first, second, value in triples(self._carried.rings.get(name, ())):
                put(state, slot.at, first, second, value)
            return
        theirs = self._theirs(name)
        if not theirs:
            return
        if metric.streak is not None:
            mine = (state[slot.at + op.LAST], state[slot.at + op.RUN])
            state[slot.at + op.LAST], state[slot.at + op.RUN] = max(mine, theirs)
            return
        unit = theirs[0] + self._shift(metric)
        if metric.distinct is not None:
            self._distinct(slot.at, unit, theirs, len(metric.values))
            return
        if metric.rollover:
            self._rolling_over(key, slot.at, unit, theirs)
            return
        for number, value in ((unit - 1, theirs[op.PREVIOUS]), (unit, theirs[op.VALUE])):
            if value and metric.max is not None:
                op.count_largest(state, slot.at, number, value)
            elif value:
                op.count(state, slot.at, number, value)

    def _rolling_over(self, key: str, at: int, unit: int, theirs: Sequence[int]) -> None:
        """What one account would carry from a unit into the next is carried once: what they had
        carried is in their number of the present unit already."""
        state, names = self._state, self._run.steps.names
        count, carried = names[variable("count", key)], names[variable("carried", key)]
        before, value = theirs[op.PREVIOUS], theirs[op.VALUE]
        again = carried(before) if state[at] <= unit else 0
        count(state, unit - 1, before)
        count(state, unit, value - again)

    def _distinct(self, at: int, unit: int, theirs: Sequence[int], values: int) -> None:
        """Each value as often as both have it."""
        for number, counts in ((unit, op.COUNTER), (unit - 1, op.COUNTER + values)):
            for place in range(values):
                for _ in range(theirs[counts + place]):
                    op.mark_value(self._state, at, number, place, values)

    def _shift(self, metric: Metric) -> int:
        """Years of membership are each one's own: the present one is the present one."""
        mine, theirs = self._state[ENROLLED], self._carried.enrolled
        if not isinstance(metric.over, MembershipYear) or mine >= FAR or theirs >= FAR:
            return 0
        return op.membership_year(self._day, mine) - op.membership_year(self._day, theirs)

    def _counters(self) -> None:
        state, moments = self._state, self._run.plan.moments
        for name, slot in self._slots.items():
            theirs = self._theirs(name)
            if not theirs or len(theirs) != slot.size:
                continue
            kind = name.partition(".")[0]
            if kind == "limit":
                op.count(state, slot.at, theirs[0] - 1, theirs[op.PREVIOUS])
                op.count(state, slot.at, theirs[0], theirs[op.VALUE])
            elif kind in ("granted-level", "granted-benefit"):
                state[slot.at] = max(state[slot.at], theirs[0])
            elif kind == "counted-benefit":
                state[slot.at] += theirs[0]
                state[slot.at + 1] = max(state[slot.at + 1], theirs[1])
            elif kind == "badge":
                if theirs[0]:
                    since = (state[slot.at + 1], theirs[1]) if state[slot.at] else (theirs[1],)
                    state[slot.at] += theirs[0]
                    state[slot.at + 1] = min(since)
            elif name in moments:
                here = state[slot.at]
                state[slot.at] = theirs[0] if here == FAR else max(here, theirs[0])

    # ---- levels --------------------------------------------------------------------------------

    def _tier(self, key: str, tier: Tier) -> None:
        """The higher level stands, or the one that is held for longer; what both have done together
        may reach one above."""
        state, run, slot = self._state, self._run, self._slots[f"tier.{key}"]
        names, params, at, before = run.steps.names, run.plan.params, slot.at, state[slot.at]
        if tier.holds is None:
            log = [0] * run.plan.log_room
            names[variable("review", key)](state, self._day, log, params)
            self.telling.number = run.tell(log, self._heading, self._done, self.telling.number)
            return
        level, theirs = self._carried.levels.get(slot.name), self._theirs(slot.name)
        place = slot.levels.index(level) if level in slot.levels else 0
        if place and (place, theirs[UNTIL]) > (before, state[at + UNTIL]):
            for offset, number in enumerate((place, *theirs[1:])):
                state[at + offset] = number
        earned = names[variable("earned_level", key)](state, self._day, params)
        if earned > state[at]:
            state[at], state[at + UNTIL] = earned, held_until(tier, self._day)
            state[at + op.ANCHOR], state[at + op.REVIEWS] = self._day, 0
        if remembers_wins(tier):
            self._win(key)
        if state[at] != before:
            name = ladder(tier)[state[at]]
            self.telling.level(key, name if name in tier.levels else None, state[at + UNTIL])

    def _win(self, key: str) -> None:
        """As though it had been confirmed by a review: it is held by nothing that can be taken back
        but what both have done."""
        state = self._state
        op.settle_hold(
            state,
            self._slots[f"tier.{key}"].at,
            self._slots[f"{HOLDS}{key}"].at,
            self._slots[f"{SETTLED}{key}"].at,
        )
        state[self._slots[f"before.{key}"].at] = 0
        self._run.steps.names[variable("win", key)](state, self._day)
