"""What a member brings along from another system: put into a state to which nothing has happened.

It decides nothing by rules; only automatic rewards follow, and what it has made due in the past.
What the version does not have, as a currency that another one had, is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from xenia.effects import Effect, Kind, Movement, Refusal, Voucher
from xenia.engine import operators as op
from xenia.engine.emit_vouchers import money_on
from xenia.engine.link import Ints
from xenia.engine.logs import Done, Heading
from xenia.engine.machine import Machine, Told
from xenia.engine.operators import DAY, ENROLLED, FAR, NEXT_DUE, TOTAL
from xenia.engine.plan import Plan
from xenia.engine.slots import HOLDS, LAST_ACTIVE, SETTLED, remembers_wins
from xenia.engine.terms import day_after, end_after, floor, number_of_unit
from xenia.engine.type_writer import variable
from xenia.engine.vouchers import ISSUED
from xenia.engine.zones import EPOCH
from xenia.events.brought import NEVER, OpenLevel, OpenLot, OpenMetric, OpenVoucher
from xenia.events.model import Opening
from xenia.programme.ladders import Tier
from xenia.programme.model import Metric, Programme, SpendFirst
from xenia.programme.periods import (
    After,
    CalendarWindow,
    EndOf,
    HoldFor,
    HoldToEnd,
    Inactive,
    MembershipYear,
    RollingWindow,
    own_end,
)
from xenia.programme.scope import ladder

OPENING = "opening"


def refused() -> Refusal:
    """What is said where something has happened to the member before."""
    text = "the member has joined already: what they bring along comes before all else"
    return Refusal("already-a-member", OPENING, text)


def opened(
    run: Machine, state: Sequence[int], event: Opening, key: bytes, done: Done
) -> tuple[Ints, Told]:
    """The state of the member from now on, and under which name it was told; what that has made
    due in the past is not done yet."""
    more = len(event.lots) + len(event.metrics) + 1
    fresh = run.steps.state(run.plan.layout.with_room(state, more))
    day = run.plan.zone.day_of(event.occurred_at)
    heading = Heading(f"{event.source}/{event.id}", key, day, False)
    opening = _Opening(run, fresh, event, heading, done)
    opening.run_all()
    return fresh, Told(heading.name, opening.number)


class _Opening:
    def __init__(
        self, run: Machine, state: Ints, event: Opening, heading: Heading, done: Done
    ) -> None:
        self._run, self._state, self._event, self._done = run, state, event, done
        self._plan, self._programme = run.plan, run.plan.programme
        self._heading, self._day = heading, heading.day
        self._places = _places(run.plan)
        closes = self._programme.spend_until
        self._closes = FAR if closes is None else (closes - EPOCH).days
        self.number = 0  # of effects so far

    def run_all(self) -> None:
        """Everything, in the order of its effects."""
        state, event = self._state, self._event
        state[DAY] = max(state[DAY], self._day)
        state[ENROLLED] = min(event.joined, self._day)
        for lot in sorted(event.lots, key=lambda lot: lot.units > 0):  # what is owed comes first
            if lot.currency in self._programme.currencies:
                self._lot(lot)
        self._activity()
        for one in sorted(event.metrics, key=lambda one: one.day):
            if one.metric in self._programme.metrics:
                self._metric(one, self._programme.metrics[one.metric])
        for key, tier in sorted(self._programme.tiers.items()):
            level = event.tiers.get(key)
            if tier.holds is None:
                self._earned(key, level)
            elif level is not None:
                self._tier(key, tier, level)
        for voucher in event.vouchers:
            if voucher.reward in self._programme.rewards:
                self._voucher(voucher)
        self.number = self._run.automatic(state, self._heading, self._done, self.number)
        self._moments()
        state[NEXT_DUE] = self._run.steps.names["next_due"](state, self._plan.params)

    def _name(self) -> str:
        self.number += 1
        return f"{self._heading.name}/{self.number}"

    # ---- lots ----------------------------------------------------------------------------------

    def _lot(self, lot: OpenLot) -> None:
        key, name, state = lot.currency, self._name(), self._state
        lots, earned = self._places[f"lots.{key}"], lot.earned
        ends = end_of_lot(self._programme, lot)
        pending = self._places.get(f"pending.{key}")
        waits = pending is not None and lot.available is not None and lot.available > self._day
        keys = (ends, earned)
        if self._programme.currencies[key].spend_first is SpendFirst.FIRST_EARNED:
            keys = (earned, ends)
        if lot.units < 0:
            state[lots + TOTAL] += lot.units
        elif waits:
            assert pending is not None, "it waits"
            assert lot.available is not None, "it waits"
            op.put(state, pending, lot.available, op.pending_key(earned, ends), lot.units)
        elif lot.held:
            op.put(state, self._places[f"held.{key}"], *keys, lot.units)
        own = None if ends >= FAR else ends
        self._say(name, lot, own, pending=waits)
        if lot.units > 0 and not waits and not lot.held:
            owed = min(lot.units, max(0, -state[lots + TOTAL]))
            if owed:
                self._moved(Kind.FILL, name, lot, owed, own)
                state[lots + TOTAL] += owed
            if lot.units > owed:
                op.put(state, lots, *keys, lot.units - owed)

    def _say(self, name: str, lot: OpenLot, ends: int | None, *, pending: bool) -> None:
        owed, held = lot.units < 0, lot.held and lot.units > 0 and not pending
        self._moved(Kind.OPEN, name, lot, lot.units, ends, pending=pending, held=held, owed=owed)
        self._done.effects.append(
            Effect(
                kind=Kind.OPEN,
                id=name,
                day=self._day,
                currency=lot.currency,
                units=lot.units,
                available=lot.available if pending else None,
                expires=ends,
            )
        )

    def _moved(
        self,
        kind: Kind,
        name: str,
        lot: OpenLot,
        units: int,
        ends: int | None,
        *,
        pending: bool = False,
        held: bool = False,
        owed: bool = False,
    ) -> None:
        self._done.movements.append(
            Movement(
                kind=kind,
                currency=lot.currency,
                units=units,
                earned=lot.earned,
                ends=ends,
                effect=name,
                day=self._day,
                due=False,
                pending=pending,
                held=held,
                owed=owed,
            )
        )

    def _activity(self) -> None:
        """What puts off the day on which all lots of a currency end: when they were earned, and
        when the member last did something."""
        state = self._state
        for key, currency in self._programme.currencies.items():
            if not isinstance(currency.expires, Inactive):
                continue
            days = {lot.earned for lot in self._event.lots if lot.currency == key and lot.units > 0}
            if self._event.active is not None:
                days.add(self._event.active)
            if not days:
                continue
            ring, last = self._places[f"earning.{key}"], self._places[f"earning-before.{key}"]
            for day in sorted(days):
                later = day_after(day, currency.expires.inactive)
                if later > self._day:
                    op.put(state, ring, later, day, 1)
                else:
                    state[last] = max(state[last], later)
            state[self._places[f"idle.{key}"]] = op.latest(state, ring, last)

    # ---- metrics -------------------------------------------------------------------------------

    def _metric(self, one: OpenMetric, metric: Metric) -> None:
        """Counted as if so much had happened on that day, or on which the member joined."""
        state, key, day = self._state, one.metric, max(one.day, self._state[ENROLLED])
        at = self._places[f"metric.{key}"]
        if metric.distinct is not None:
            if one.value in metric.values:
                self._mark(at, metric, day, metric.values.index(one.value))
            return
        value = floor(Decimal(one.value), self._plan.analysis.metric_scales[key])
        if value <= 0:
            return
        if metric.streak is not None:
            unit = number_of_unit(day, metric.streak)
            if unit > state[at + op.LAST]:
                state[at + op.LAST], state[at + op.RUN] = unit, value
        elif isinstance(metric.over, RollingWindow):
            gone = day_after(day, metric.over.length)
            if gone > self._day:
                put = op.put_largest if metric.max is not None else op.put
                put(state, at, gone, day, value)
        else:
            self._count(at, key, metric, day, value)

    def _count(self, at: int, key: str, metric: Metric, day: int, value: int) -> None:
        number = self._window(metric, day)
        if metric.max is not None:
            op.count_largest(self._state, at, number, value)
        elif metric.rollover:
            self._run.steps.names[variable("count", key)](self._state, number, value)
        else:
            op.count(self._state, at, number, value)

    def _mark(self, at: int, metric: Metric, day: int, value: int) -> None:
        values = len(metric.values)
        if isinstance(metric.over, RollingWindow):
            gone = day_after(day, metric.over.length)
            if gone > self._day:
                op.put(self._state, at, gone, day * values + value, 1)
        else:
            op.mark_value(self._state, at, self._window(metric, day), value, values)

    def _window(self, metric: Metric, day: int) -> int:
        """The number under which a counter counts a day."""
        match metric.over:
            case CalendarWindow(unit):
                return number_of_unit(day, unit)
            case MembershipYear():
                return op.membership_year(day, self._state[ENROLLED])
        return 1

    # ---- levels --------------------------------------------------------------------------------

    def _tier(self, key: str, tier: Tier, one: OpenLevel) -> None:
        state, at, levels = self._state, self._places[f"tier.{key}"], ladder(tier)
        level = levels.index(one.level) if one.level in levels else 0
        if level == 0:
            return
        until, anchor, reviews = held_until(tier, self._day), self._day, 0
        if one.until is not None:  # the next hold counts from there, as of a grant
            until = anchor = one.until
            reviews = -1
        state[at + op.LEVEL], state[at + op.UNTIL] = level, until
        state[at + op.ANCHOR], state[at + op.REVIEWS] = anchor, reviews
        if remembers_wins(tier):
            self._win(key, at, one.level)
        until = min(until, self._closes)
        self._done.effects.append(
            Effect(
                kind=Kind.TIER,
                id=self._name(),
                day=self._day,
                tier=key,
                level=one.level if one.level in tier.levels else None,
                expires=None if until >= FAR else until,
            )
        )

    def _win(self, key: str, at: int, level: str) -> None:
        """With what metrics were brought, as though by a review; else it is granted, so that it is
        not lost with what is bought here and returned."""
        state, names = self._state, self._run.steps.names
        names[variable("win", key)](state, self._day)
        if names[variable("earned_level", key)](state, self._day, self._plan.params) < state[at]:
            state[self._places[f"granted-level.{key}.{level}"]] = state[at + op.UNTIL]
            return
        holds, settled = self._places[f"{HOLDS}{key}"], self._places[f"{SETTLED}{key}"]
        op.settle_hold(state, at, holds, settled)

    def _earned(self, key: str, one: OpenLevel | None) -> None:
        """Nothing holds a level here: it is what is earned; or granted, if it has an end."""
        run = self._run
        if one is not None and one.until is not None:
            slot = self._places.get(f"granted-level.{key}.{one.level}")
            if slot is not None:  # the lowest level is nothing to be granted
                self._state[slot] = one.until
        log = [0] * self._plan.log_room
        review = run.steps.names[variable("review", key)]
        review(self._state, self._day, log, self._plan.params)
        self.number = run.tell(log, self._heading, self._done, self.number)

    # ---- vouchers, moments ---------------------------------------------------------------------

    def _voucher(self, one: OpenVoucher) -> None:
        reward = self._programme.rewards[one.reward]
        expires = None if one.ends == NEVER else one.ends
        if one.ends is None and reward.lasts is not None:
            expires = day_after(self._day, reward.lasts)
        if self._closes < FAR:
            expires = self._closes if expires is None else min(int(expires), self._closes)
        ends = None if expires is None else int(expires)
        money = money_on(reward.gives, self._plan.money_decimals)
        left = money if one.left is None or money is None else one.left
        uses = reward.uses if one.uses is None or reward.uses is None else one.uses
        voucher = Voucher(one.code, one.reward, ISSUED, ends, left, uses)
        self._done.vouchers.append(voucher)
        self._done.effects.append(
            Effect(
                kind=Kind.ISSUE,
                id=self._name(),
                day=self._day,
                reward=one.reward,
                voucher=one.code,
                expires=ends,
            )
        )

    def _moments(self) -> None:
        """Those up to this day were for the other system to see to; but the month has not ended."""
        for kind, at in self._plan.moments.items():
            if kind == LAST_ACTIVE:
                self._state[at] = self._last_active()
            elif kind == "month-end":
                self._state[at] = self._day - 1
            elif kind != "birthday":  # of which the day on which it became known tells
                self._state[at] = self._day

    def _last_active(self) -> int:
        event = self._event
        if event.active is not None:
            return event.active
        days = [lot.earned for lot in event.lots if lot.units > 0]
        return max(days, default=self._state[ENROLLED])


@lru_cache(maxsize=64)
def _places(plan: Plan) -> Mapping[str, int]:
    """Where a state keeps what, by what it is known by."""
    return {_known_by(slot.name): slot.at for slot in plan.layout.slots}


def _known_by(name: str) -> str:
    """A slot's name without what a metric is defined by."""
    parts = name.split(".")
    return ".".join(parts[:2]) if parts[0] == "metric" else name


def end_of_lot(programme: Programme, lot: OpenLot) -> int:
    """The day on which a lot ends by itself, FAR: never; as the currency says, where nothing else
    is said."""
    end = FAR
    if isinstance(lot.ends, int):
        end = lot.ends
    elif lot.ends is None:
        match own_end(programme.currencies[lot.currency].expires):
            case After(length):
                end = day_after(lot.earned, length)
            case EndOf(unit, plus):
                end = end_after(lot.earned, unit, plus)
    closes = programme.spend_until
    return end if closes is None else min(end, (closes - EPOCH).days)


def held_until(tier: Tier, day: int) -> int:
    """Until when a level is held that is qualified for on a day."""
    match tier.holds:
        case HoldFor(length):
            return day_after(day, length)
        case HoldToEnd(unit, plus):
            return end_after(day, unit, plus)
    return FAR
