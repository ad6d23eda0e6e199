"""What the rows of a member come to: an opening by a programme's terms, or what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from xenia.amounts import NotAnAmount, parse_signed
from xenia.engine.emit_vouchers import money_on
from xenia.engine.opening import end_of_lot
from xenia.engine.terms import day_after
from xenia.engine.zones import EPOCH
from xenia.events.brought import NEVER, Ends, OpenLevel, OpenLot, OpenMetric, OpenVoucher
from xenia.events.errors import did_you_mean
from xenia.events.model import OWN, AttributeValue, Opening
from xenia.events.purchase import AMOUNT_LIMIT
from xenia.events.values import IDENTIFIERS, Reader
from xenia.programme.model import Metric, Programme, Reward
from xenia.programme.periods import Inactive
from xenia.programme.scope import ladder
from xenia.services.opening_tables import (
    LOTS,
    MEMBERS,
    METRICS,
    NEEDED,
    TIERS,
    UNREADABLE,
    Mapped,
    several,
)
from xenia.services.opening_values import LAST, Flaw, number, parse_day, truth
from xenia.services.published import Version
from xenia.store.members import Named

_MOST = 1 << 52  # units of a currency, or of a metric, that a member can bring along
_MEMBER_LENGTH = 200


@dataclass(frozen=True, slots=True)
class RowOf:
    """A row of a member: of which kind and file, its number there, and its values."""

    kind: str
    file: int
    number: int
    values: Mapping[str, str]


@dataclass(slots=True)
class Brought:
    """What a member brings along, if nothing is wrong; and by what they are recognised."""

    member: str
    opening: Opening | None = None
    names: list[Named] = field(default_factory=list)
    flaws: list[tuple[RowOf, Flaw]] = field(default_factory=list)

    @property
    def units(self) -> Counter[str]:
        """Units of each currency, in smallest units, what is owed taken off."""
        found: Counter[str] = Counter()
        for lot in () if self.opening is None else self.opening.lots:
            found[lot.currency] += lot.units
        return found


@dataclass(frozen=True, slots=True)
class Terms:
    """By what openings of an instant (microseconds) are read; `day` is its local day."""

    version: Version
    mapped: Mapped
    at: int

    @property
    def programme(self) -> Programme:
        """The programme, as the version has it."""
        return self.version.plan.programme

    @property
    def day(self) -> int:
        """The local day."""
        return self.version.plan.zone.day_of(self.at)


def opening_id(programme: str, member: str) -> str:
    """By which id a member's opening is recorded, of source `OWN`."""
    return f"opening/{programme}/{member}"


def brought(terms: Terms, member: str, rows: list[RowOf]) -> Brought:
    """What the rows of a member come to; theirs among the members comes first."""
    found = Brought(member)
    reading = _Reading(terms, found)
    if rows[0].kind != MEMBERS:
        text = "the member is in no table of members: add a row there"
        found.flaws.append((rows[0], Flaw("unknown-member", text)))
        return found
    if len(member) > _MEMBER_LENGTH or any(ord(sign) < 32 for sign in member):
        text = f"an id has at most {_MEMBER_LENGTH} characters, and no line breaks"
        found.flaws.append((rows[0], Flaw("wrong-member", text)))
    for place, row in enumerate(rows):
        try:
            if (code := row.values.get(UNREADABLE)) is not None:
                raise Flaw(code, row.values["text"])
            if row.kind == MEMBERS and place > 0:
                raise Flaw("given-twice", f"the member is in row {rows[0].number}, too")
            reading.take(row)
        except Flaw as flaw:
            found.flaws.append((row, flaw))
        except NotAnAmount as error:
            found.flaws.append((row, Flaw(error.code, str(error))))
    if not found.flaws:
        try:
            found.opening = reading.opening()
        except Flaw as flaw:
            found.flaws.append((rows[0], flaw))
    return found


class _Reading:
    def __init__(self, terms: Terms, found: Brought) -> None:
        self._terms, self._found = terms, found
        self._programme, self._day = terms.programme, terms.day
        self._joined = self._day
        self._active: int | None = None
        self._attributes: Mapping[str, AttributeValue] = {}
        self._lots: list[OpenLot] = []
        self._balances: set[str] = set()  # currencies of which the member's own row says how many
        self._tiers: dict[str, OpenLevel] = {}
        self._metrics: list[OpenMetric] = []
        self._vouchers: list[OpenVoucher] = []

    def take(self, row: RowOf) -> None:
        """Read a row.  Raises Flaw and NotAnAmount."""
        values = row.values
        if lost := [name for name in NEEDED[row.kind][1:] if name not in values]:
            raise Flaw("missing-field", f'the column "{lost[0]}" is empty')
        if row.kind == MEMBERS:
            self._member(values)
        elif row.kind == LOTS:
            lot = self._lot(values)
            if lot.currency in self._balances:
                text = f"the member's row has a balance of {lot.currency}: leave one of both out"
                raise Flaw("given-twice", text)
            self._lots.append(lot)
        elif row.kind == TIERS:
            self._tier(values["tier"], values["level"], values.get("until"))
        elif row.kind == METRICS:
            self._metric(values["metric"], values["value"], values.get("on"))
        else:
            self._vouchers.append(self._voucher(values))

    def opening(self) -> Opening:
        """All of it.  Raises Flaw."""
        member = self._found.member
        lots = sorted(self._lots, key=lambda lot: (lot.currency, lot.earned, str(lot.ends)))
        for key in {lot.currency for lot in lots}:
            own = [lot for lot in lots if lot.currency == key]
            if sum(abs(lot.units) for lot in own) >= _MOST:
                raise Flaw("too-large", f"more {key} than a balance can hold")
            if any(lot.units < 0 for lot in own) and any(
                lot.units > 0 and lot.available is None and not lot.held for lot in own
            ):
                raise Flaw("owed", f"{key} are owed and can be spent at once: sum them up")
            self._not_idle(key, own)
        return Opening(
            id=opening_id(self._programme.id, member),
            source=OWN,
            programme=None,
            member=member,
            occurred_at=self._terms.at,
            attributes=self._attributes,
            joined=self._joined,
            active=self._active,
            lots=tuple(lots),
            tiers=dict(sorted(self._tiers.items())),
            metrics=tuple(sorted(self._metrics, key=lambda one: (one.metric, one.day, one.value))),
            vouchers=tuple(sorted(self._vouchers, key=lambda one: one.code)),
        )

    def _not_idle(self, key: str, lots: list[OpenLot]) -> None:
        """Raises Flaw where all of a currency has ended by inactivity."""
        terms = self._programme.currencies[key].expires
        usable = [lot for lot in lots if lot.units > 0 and lot.available is None]
        if not isinstance(terms, Inactive) or not usable:
            return
        days = [lot.earned for lot in lots if lot.units > 0]
        days += [] if self._active is None else [self._active]
        if day_after(max(days), terms.inactive) <= self._day:
            text = f"{key} have ended by inactivity: only what can still be used is brought along"
            raise Flaw("already-over", f"{text}; `last_active` says when something was done last")

    # ---- rows ----------------------------------------------------------------------------------

    def _member(self, values: Mapping[str, str]) -> None:
        self._joined = self._date(values, "joined", self._day)
        if "last_active" in values:
            self._active = self._date(values, "last_active", self._day)
        said: dict[str, str | int | bool | None] = {}
        for name, value in values.items():
            start, _, rest = name.partition(".")
            if name in IDENTIFIERS:
                self._found.names += [(name, each) for each in several(value)]
            elif start == "attributes":
                said[rest] = value
            elif start == "balance":
                if self._units(rest, value, "balance") != 0:
                    self._balances.add(rest)
                    self._lots.append(self._lot({"currency": rest, "units": value}))
            elif start == "tier":
                self._tier(rest, value, values.get(f"until.{rest}"))
            elif start == "metric":
                self._metric(rest, value, None)
            elif start == "until" and f"tier.{rest}" not in values:
                raise Flaw("missing-field", f'"{name}" is there and "tier.{rest}" is not')
        self._attributes = self._typed(said)

    def _typed(self, said: dict[str, str | int | bool | None]) -> Mapping[str, AttributeValue]:
        conventions = self._terms.version.conventions
        rules = conventions.attributes(of_member=True)
        for name, value in said.items():
            if name in rules and rules[name].type == "date":
                day = self._parse_date(str(value), name)
                said[name] = date.fromordinal(day + EPOCH.toordinal()).isoformat()
            elif name in rules and rules[name].type == "decimal":
                said[name] = self._number(str(value))
        reader = Reader(conventions)
        typed = reader.attributes(said, of_member=True)
        if reader.errors:
            raise Flaw(reader.errors[0].code, reader.errors[0].text)
        return typed

    def _lot(self, values: Mapping[str, str]) -> OpenLot:
        key = values["currency"]
        units = self._units(key, values["units"], "units")
        if units == 0:
            raise Flaw("nothing", "a lot has units: leave the row out")
        if abs(units) >= AMOUNT_LIMIT:
            raise Flaw("too-large", "more units than a lot can hold: split it")
        if units < 0:
            return OpenLot(currency=key, units=units, earned=0, ends=NEVER)
        available = None
        if "available" in values:
            available = self._date(values, "available", LAST)
            if self._programme.wait(key) is None:
                raise Flaw("not-pending", f"{key} do not wait in {self._programme.id}")
            available = available if available > self._day else None
        held = truth(values, "held")
        if held and available is not None:
            raise Flaw("held", "what waits cannot be held: bring it in, and hold it on its day")
        lot = OpenLot(
            currency=key,
            units=units,
            earned=self._date(values, "earned", self._day),
            ends=self._ends(values),
            available=available,
            held=held,
        )
        end = end_of_lot(self._programme, lot)
        if end <= self._day and available is None:
            text = "the lot has ended: only what can still be used is brought along"
            raise Flaw("already-over", text)
        return lot

    def _tier(self, key: str, level: str, until: str | None) -> None:
        tier = self._programme.tiers.get(key)
        if tier is None:
            raise self._unknown("ladder of tiers", key, self._programme.tiers)
        if level not in ladder(tier):
            raise self._unknown(f"level of {key}", level, tier.levels)
        if key in self._tiers:
            raise Flaw("given-twice", f"the member has a level of {key} already")
        day = None if until is None else self._parse_date(until, "until")
        if day is not None and day <= self._day:
            raise Flaw("already-over", f"the level has ended: {until}")
        if day is None and tier.holds is None:
            return  # it is what is earned
        self._tiers[key] = OpenLevel(level, day)

    def _metric(self, key: str, value: str, on: str | None) -> None:
        metric = self._programme.metrics.get(key)
        if metric is None:
            raise self._unknown("metric", key, self._programme.metrics)
        day = self._day if on is None else self._parse_date(on, "on")
        if day > self._day:
            raise Flaw("in-the-future", f"on: {on} is still to come")
        self._metrics.append(OpenMetric(key, self._counted(key, metric, value), day))

    def _counted(self, key: str, metric: Metric, value: str) -> str:
        if metric.distinct is not None:
            if value not in metric.values:
                raise self._unknown(f"value of {key}", value, metric.values)
            return value
        decimals = self._terms.version.plan.analysis.metric_scales[key]
        number = parse_signed(self._number(value), decimals, what=key)
        if number < 0:
            raise Flaw("below-zero", f"{key} counts what is above 0, not {value}")
        if number >= _MOST or (metric.streak is not None and number > 10_000):
            raise Flaw("too-large", f"{value} is more than {key} can hold")
        return self._number(value)

    def _voucher(self, values: Mapping[str, str]) -> OpenVoucher:
        key = values["reward"]
        reward = self._programme.rewards.get(key)
        if reward is None:
            raise self._unknown("reward", key, self._programme.rewards)
        left, uses, decimals = None, None, self._terms.version.plan.money_decimals
        if "left" in values:
            left = parse_signed(self._number(values["left"]), decimals, what="left")
        if "uses" in values:
            uses = parse_signed(values["uses"], 0, what="uses")
        if (left is not None and left <= 0) or (uses is not None and uses <= 0):
            raise Flaw("already-used", "nothing is left on the voucher")
        if (
            left not in (None, _whole(reward, decimals))
            and money_on(reward.gives, decimals) is None
        ):
            raise Flaw("keeps-no-money", f"a voucher of {key} keeps no money that is left on it")
        if uses not in (None, 1) and reward.uses is None:
            raise Flaw("used-once", f"a voucher of {key} can be used once, not {uses} times")
        ends = self._ends(values)
        if isinstance(ends, int) and ends <= self._day:
            raise Flaw("already-over", "the voucher has ended")
        if len(values["code"]) > _MEMBER_LENGTH:
            raise Flaw("too-long", f"a code has at most {_MEMBER_LENGTH} characters")
        return OpenVoucher(code=values["code"], reward=key, ends=ends, left=left, uses=uses)

    # ---- values --------------------------------------------------------------------------------

    def _units(self, key: str, written: str, what: str) -> int:
        currency = self._programme.currencies.get(key)
        if currency is None:
            raise self._unknown("currency", key, self._programme.currencies)
        return parse_signed(self._number(written), currency.decimals, what=what)

    def _number(self, written: str) -> str:
        return number(written, self._terms.mapped)

    def _ends(self, values: Mapping[str, str]) -> Ends:
        written = values.get("ends")
        if written is None:
            return None
        return NEVER if written == NEVER else self._parse_date(written, "ends")

    def _date(self, values: Mapping[str, str], name: str, latest: int) -> int:
        """A day that is not after another; today, where nothing is said."""
        written = values.get(name)
        if written is None:
            return self._day
        day = self._parse_date(written, name)
        if day > latest:
            raise Flaw("in-the-future", f"{name}: {written} is still to come")
        return day

    def _parse_date(self, written: str, name: str) -> int:
        return parse_day(written, name, self._terms.mapped, self._terms.version.plan.zone)

    def _unknown(self, what: str, name: str, known: Mapping[str, object] | tuple[str, ...]) -> Flaw:
        hint = did_you_mean(name, known) or ": a mapping (--map) can say what is meant"
        return Flaw("unknown-value", f'{self._programme.id} has no {what} "{name[:40]}"{hint}')


def _whole(reward: Reward, decimals: int) -> int | None:
    """The money that a voucher of a reward takes off, if it is a sum, in smallest units."""
    discount = reward.gives.discount
    if discount is None or discount.amount is None:
        return None
    return int(discount.amount.scaleb(decimals))


def told(flaws: list[tuple[RowOf, Flaw]], rows: list[RowOf]) -> Iterator[tuple[RowOf, Flaw]]:
    """What is wrong with each row of a member; those with which nothing is are not imported."""
    by_row: dict[tuple[int, int], list[Flaw]] = {}
    for row, flaw in flaws:
        by_row.setdefault((row.file, row.number), []).append(flaw)
    first = flaws[0][0].number
    for row in rows:
        own = by_row.get((row.file, row.number))
        text = f"row {first} of the same member is wrong: a member comes whole or not at all"
        for flaw in own or [Flaw("not-imported", text)]:
            yield row, flaw
