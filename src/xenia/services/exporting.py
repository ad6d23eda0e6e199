"""What is exported of a programme: tables that another system can read, and Xenia itself.

They tell what the last step of each member has come to; what falls due is in them once
`xenia work` has done it.  Who has left, or is another member by now, is in the ledger alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from psycopg import Connection

from xenia.amounts import format_decimal
from xenia.engine.operators import ENROLLED, FAR, LEVEL, TOTAL, UNTIL, earned_and_end
from xenia.engine.plan import Plan
from xenia.engine.zones import EPOCH
from xenia.events.brought import NEVER
from xenia.events.values import IDENTIFIERS
from xenia.programme.ladders import Tier
from xenia.programme.model import SpendFirst
from xenia.programme.scope import ladder
from xenia.services.metric_history import history
from xenia.services.opening_tables import LOTS, MEMBERS, METRICS, SEVERAL, TIERS, VOUCHERS
from xenia.services.published import Published
from xenia.store import exporting as store
from xenia.store.exporting import Holder
from xenia.store.posting import Scope

LEDGER = "ledger"
WHAT = (MEMBERS, LOTS, TIERS, METRICS, VOUCHERS, LEDGER)
_ATTRIBUTE_DECIMALS = 6
_ENTRY = 3

Row = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns, about how many things its rows are made of, and its rows, some for each
    of those."""

    columns: tuple[str, ...]
    number: int
    rows: Iterator[list[Row]]


def table(
    connection: Connection[Any], scope: Scope, published: Published, what: str, now: int
) -> Table:
    """One of `WHAT`, to be read within one transaction; `now` is in microseconds."""
    exporting = _Exporting(connection, scope, published, now)
    if what == VOUCHERS:
        number = store.number_of(connection, scope, "voucher")
        return Table(
            ("member", "code", "reward", "ends", "left", "uses"), number, exporting.vouchers()
        )
    if what == LEDGER:
        number = store.number_of(connection, scope, "entry")
        return Table(_OF_LEDGER, number, exporting.ledger())
    number = store.number_of(connection, scope, "account")
    columns, rows = exporting.of_holders(what)
    return Table(columns, number, rows)


_OF_VOUCHERS = ("member", "code", "reward", "ends", "left", "uses")
_OF_LOTS = ("member", "currency", "units", "earned", "ends", "available", "held")
_OF_LEDGER = (
    "member", "step", "number", "currency", "debit", "credit", "units", "earned", "ends", "accrual",
    "funder", "rule", "effect", "occurred_at", "recorded_at", "accounting_on",
)  # fmt: skip


class _Exporting:
    def __init__(
        self, connection: Connection[Any], scope: Scope, published: Published, now: int
    ) -> None:
        self._connection, self._scope, self._published = connection, scope, published
        self._zone = published.timeline.zone
        self._today = self._zone.day_of(now)
        last = published.timeline.versions[-1].version
        self._version = published.versions[last]
        self._programme = self._version.plan.programme
        rules = self._version.conventions.attributes(of_member=True)
        self._attributes = {name: rule.type for name, rule in sorted(rules.items())}
        self._decimals = self._version.writer.currencies

    # ---- of accounts ---------------------------------------------------------------------------

    def of_holders(self, what: str) -> tuple[tuple[str, ...], Iterator[list[Row]]]:
        """Columns and rows of what is read off the members' states."""
        made: Mapping[str, tuple[tuple[str, ...], _Made]] = {
            MEMBERS: (
                ("member", "joined", "last_active", *IDENTIFIERS,
                 *[f"attributes.{name}" for name in self._attributes]),
                self._member,
            ),
            LOTS: (_OF_LOTS, self._lots),
            TIERS: (("member", "tier", "level", "until"), self._tiers),
            METRICS: (("member", "metric", "value", "on"), self._metrics),
        }  # fmt: skip
        columns, make = made[what]
        return columns, self._holders(make)

    def _holders(self, make: _Made) -> Iterator[list[Row]]:
        for one in store.holders(self._connection, self._scope):
            state = self._published.state(one.version, one.layout, one.state)
            plan = self._published.timeline.of(one.version).plan
            # Who has left, or is another member by now, is none elsewhere.
            yield [] if state[ENROLLED] >= FAR else make(one, plan, state)

    def _member(self, one: Holder, plan: Plan, state: Sequence[int]) -> list[Row]:
        said = msgspec.json.decode(one.attributes)
        said |= {} if one.personal is None else msgspec.json.decode(one.personal)
        names: dict[str, list[str]] = {}
        for line in (one.names or "").splitlines():
            kind, _, value = line.partition(" ")
            names.setdefault(kind, []).append(value)
        row = [one.member, _day(state[ENROLLED]), _last_active(plan, state)]
        row += [SEVERAL.join(names[kind]) if kind in names else None for kind in IDENTIFIERS]
        row += [_attribute(said.get(name), kind) for name, kind in self._attributes.items()]
        return [row]

    def _lots(self, one: Holder, plan: Plan, state: Sequence[int]) -> list[Row]:
        places = {slot.name: slot.at for slot in plan.layout.slots}
        rings = dict(zip(plan.layout.rings, plan.layout.entries(state), strict=True))
        found: list[tuple[str, int, int, int, int | None, str | None]] = []
        for key, currency in sorted(plan.programme.currencies.items()):
            swapped = currency.spend_first is SpendFirst.FIRST_EARNED
            for name, held in ((f"lots.{key}", None), (f"held.{key}", "yes")):
                for first, second, units in _triples(rings[places[name]]):
                    earned, ends = (first, second) if swapped else (second, first)
                    found.append((key, units, earned, ends, None, held))
            for ready, both, units in _triples(rings.get(places.get(f"pending.{key}", -1), ())):
                found.append((key, units, *earned_and_end(both), ready, None))
            owed = state[places[f"lots.{key}"] + TOTAL]
            if owed < 0:
                found.append((key, owed, self._today, FAR, None, None))
        return [
            (
                one.member,
                key,
                format_decimal(units, self._decimals[key]),
                _day(earned),
                NEVER if ends >= FAR else _day(ends),
                _day(available),
                held,
            )
            for key, units, earned, ends, available, held in found
        ]

    def _tiers(self, one: Holder, plan: Plan, state: Sequence[int]) -> list[Row]:
        places = {slot.name: slot.at for slot in plan.layout.slots}
        rows: list[Row] = []
        for key, tier in sorted(plan.programme.tiers.items()):
            at, levels = places[f"tier.{key}"], ladder(tier)
            level, until = levels[state[at + LEVEL]], state[at + UNTIL]
            if tier.holds is None:
                until = _granted(tier, key, places, state)
            if level in tier.levels:
                rows.append((one.member, key, level, None if until >= FAR else _day(until)))
        return rows

    def _metrics(self, one: Holder, plan: Plan, state: Sequence[int]) -> list[Row]:
        return [
            (one.member, key, value, None if on is None else _day(on))
            for key, value, on in history(plan, state)
        ]

    # ---- of rows of their own ------------------------------------------------------------------

    def vouchers(self) -> Iterator[list[Row]]:
        """Those that can be used."""
        money = self._version.plan.money_decimals
        for one in store.vouchers(self._connection, self._scope):
            if one.expires is not None and one.expires <= self._today:
                yield []
                continue
            ends = NEVER if one.expires is None else _day(one.expires)
            left = None if one.left is None else format_decimal(one.left, money)
            uses = None if one.uses is None else str(one.uses)
            yield [(one.member, one.code, one.reward, ends, left, uses)]

    def ledger(self) -> Iterator[list[Row]]:
        """All entries."""
        text = self._zone.text
        for one in store.entries(self._connection, self._scope):
            units = format_decimal(one.units, self._decimals[one.currency])
            row: list[str | None] = [one.member, str(one.seq), str(one.n), one.currency, one.debit]
            row += [one.credit, units, _day(one.earned), _day(one.ends), one.accrual, one.funder]
            row += [one.rule, one.effect, text(one.occurred_at), text(one.recorded_at)]
            yield [[*row, _day(one.accounting_on)]]


_Made = Callable[[Holder, Plan, Sequence[int]], list[Row]]


def _day(day: int | None) -> str | None:
    return None if day is None else (EPOCH + timedelta(day)).isoformat()


def _attribute(value: Any, kind: str) -> str | None:
    if value is None:
        return None
    if kind == "date":
        return _day(int(value))
    if kind == "decimal":
        return format_decimal(int(value), _ATTRIBUTE_DECIMALS)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _triples(entries: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    for at in range(0, len(entries), _ENTRY):
        first, second, units = entries[at : at + _ENTRY]
        yield first, second, units


def _last_active(plan: Plan, state: Sequence[int]) -> str | None:
    """The latest day that puts off an end by inactivity, if the programme asks for it at all."""
    days = []
    for slot, entries in zip(
        (slot for slot in plan.layout.slots if slot.ring), plan.layout.entries(state), strict=True
    ):
        if slot.name.startswith("earning."):
            days += [earned for _, earned, _ in _triples(entries)]
    active = plan.moments.get("active")
    if active is not None and state[active] != FAR:
        days.append(state[active])
    return _day(max(days)) if days else None


def _granted(tier: Tier, key: str, places: Mapping[str, int], state: Sequence[int]) -> int:
    """Until when a level of a ladder that holds nothing is granted; FAR: it is what is earned."""
    level = ladder(tier)[state[places[f"tier.{key}"] + LEVEL]]
    until = state[places[name]] if (name := f"granted-level.{key}.{level}") in places else 0
    return until if until > 0 else FAR
