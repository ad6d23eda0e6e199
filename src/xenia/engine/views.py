"""What a member holds, read off the state: wallet, metrics, places on ladders, benefits, lots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from xenia.effects import Balance, Standing, View
from xenia.engine.emit_benefits import most_of
from xenia.engine.emit_told import GIVEN, SINCE
from xenia.engine.link import Steps, functions
from xenia.engine.operators import DAY, FAR, LEVEL, TOTAL, UNTIL, earned_and_end
from xenia.engine.plan import Plan
from xenia.engine.terms import ceiling
from xenia.engine.type_writer import variable
from xenia.engine.zones import EPOCH
from xenia.programme.ladders import counted_benefits
from xenia.programme.scope import ladder

Lot = tuple[str, str, int, int | None]  # currency, account, day earned, day it ends
_ACCOUNTS = {"lots": "wallet", "pending": "pending", "held": "held"}

_Held = Callable[[Sequence[int], int], tuple[dict[str, Balance], dict[str, int]]]


class _Level(Struct, frozen=True):
    """A place on a ladder; `level` is None for the one below the lowest level.

    `next` are the thresholds of the place above, by metric; None: there is none.
    """

    level: str | None
    benefits: tuple[str, ...]
    next: tuple[tuple[str, int], ...]


class Views:
    """Reads the views of one plan, whose places and thresholds it looks up once."""

    def __init__(self, plan: Plan, steps: Steps) -> None:
        places = {slot.name: slot.at for slot in plan.layout.slots}
        names: dict[str, object] = {**steps.names, "Balance": Balance}
        found = functions(_source(plan, places), names, "view")
        self._held: _Held = found["held"]
        self._has_left: Callable[[Sequence[int], int], bool] = found["has_left"]
        self._version = plan.version
        closes = plan.programme.spend_until
        self._closes = FAR if closes is None else (closes - EPOCH).days
        self._granted = [
            (key, places[f"granted-benefit.{key}"]) for key in sorted(plan.programme.benefits)
        ]
        self._params = plan.params
        self._badges = [
            (slot.name.removeprefix("badge."), slot.at)
            for slot in plan.layout.slots
            if slot.name.startswith("badge.")
        ]
        self._counted = [
            (key, places[f"counted-benefit.{key}"], steps.names[most_of(key)])
            for key in counted_benefits(plan.programme.tiers)
        ]
        self._ladders = [
            (key, places[f"tier.{key}"], _levels(plan, key)) for key in sorted(plan.programme.tiers)
        ]

    def view(self, state: Sequence[int], day: int) -> View:
        """What is held on `day`, or on the state's own day if that is later."""
        day = max(day, state[DAY])
        if self._has_left(state, day):  # reading a window drops what has left it
            state = list(state)
            state[DAY] = day
        wallet, metrics = self._held(state, day)
        tiers: dict[str, Standing] = {}
        benefits: dict[str, int] = {}
        for name, at in self._granted:
            if state[at] > day:
                benefits[name] = state[at]
        for key, at, levels in self._ladders:
            here, until = levels[state[at + LEVEL]], state[at + UNTIL]
            if state[at + LEVEL] > 0:
                until = min(until, self._closes)
            missing = [
                (metric, least - metrics[metric])
                for metric, least in here.next
                if least > metrics[metric]
            ]
            tiers[key] = Standing(here.level, None if until >= FAR else until, tuple(missing))
            for name in here.benefits:
                benefits[name] = max(until, benefits.get(name, until))
        lasting = {
            name: None if until >= FAR else until
            for name, longest in sorted(benefits.items())
            for until in (min(longest, self._closes),)
            if until > day or self._closes > day
        }
        left = {
            name: (max(0, most - state[at]), most)
            for name, at, most_of in self._counted
            if name in lasting and (most := most_of(state, day, self._params)) < FAR
        }
        return View(
            wallet=wallet,
            tiers=tiers,
            metrics=metrics,
            benefits=lasting,
            left=left,
            badges={name: state[at + SINCE] for name, at in self._badges if state[at + GIVEN] > 0},
            version=self._version,
        )


def _source(plan: Plan, places: Mapping[str, int]) -> str:
    """held(state, day): the wallet and the metrics, by name; has_left(state, day): whether anything
    of a rolling window is behind it on that day."""
    lines = ["def held(state, day):", "    wallet = {"]
    for key in sorted(plan.programme.currencies):
        usable, pending = f"state[{places[f'lots.{key}'] + TOTAL}]", "0"
        if f"pending.{key}" in places:
            pending = f"state[{places[f'pending.{key}'] + TOTAL}]"
        held = f"state[{places[f'held.{key}'] + TOTAL}]"
        lines.append(f"        {key!r}: Balance({usable}, {pending}, {held}),")
    lines += ["    }", "    metrics = {"]
    for key in sorted(plan.programme.metrics):
        lines.append(f"        {key!r}: {variable('metric', key)}(state, day),")
    lines += ["    }", "    return wallet, metrics", ""]
    # Of metrics, those over rolling windows are the ones that keep entries.
    tests = [
        f"front(state, {slot.at}) <= day"
        for slot in plan.layout.slots
        if slot.ring and slot.name.startswith("metric.")
    ]
    lines += ["def has_left(state, day):", f"    return {' or '.join(tests) or 'False'}", ""]
    return "\n".join(lines)


def _levels(plan: Plan, key: str) -> tuple[_Level, ...]:
    """The places on a ladder, lowest first."""
    tier, scales = plan.programme.tiers[key], plan.analysis.metric_scales
    found: list[_Level] = []
    above: tuple[tuple[str, int], ...] = ()
    for name in reversed(ladder(tier)):
        level = tier.levels.get(name)
        if level is None:
            found.append(_Level(None, (), above))
            continue
        found.append(_Level(name, tuple(level.benefits), above))
        asked = sorted({**level.all, **level.any}.items())
        above = tuple((metric, ceiling(least, scales[metric])) for metric, least in asked)
    return tuple(reversed(found))


def lots(plan: Plan, state: Sequence[int]) -> Mapping[Lot, int]:
    """The units of every lot of a state, usable (`wallet`), not yet (`pending`), or `held`.

    Days are local day numbers; a lot without an end of its own has None there, also where it ends
    when the member is inactive for long.  A balance below 0 is a `deficit` of no lot: (0, None).
    """
    found: defaultdict[Lot, int] = defaultdict(int)
    layout = plan.layout
    entries = dict(zip(layout.rings, layout.entries(state), strict=True))
    for slot in layout.slots:
        kind, _, currency = slot.name.partition(".")
        account = _ACCOUNTS.get(kind)
        if account is None:
            continue
        if kind == "lots" and state[slot.at + TOTAL] < 0:
            found[currency, "deficit", 0, None] = state[slot.at + TOTAL]
        numbers = iter(entries.get(slot.at, ()))
        for key1, key2, units in zip(numbers, numbers, numbers, strict=True):
            if kind == "pending":
                earned, ends = earned_and_end(key2)
            else:
                earned, ends = (key1, key2) if slot.swapped else (key2, key1)
            found[currency, account, earned, None if ends >= FAR else ends] += units
    return {lot: units for lot, units in found.items() if units}
