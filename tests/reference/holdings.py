"""What the reference remembers of one member: all that happened, by day, and what they hold."""

from __future__ import annotations

import pickle
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from xenia.events.model import AttributeValue
from xenia.programme.model import SpendFirst

FAR = date.max


@dataclass
class Lot:
    earned: date
    end: date | None
    units: int


@dataclass
class Pending:
    ready: date
    earned: date
    end: date | None
    units: int


@dataclass
class Lapsed:
    """Lots that inactivity has ended last: until when they lasted, and the first day since on which
    something was earned; `ended` is when all lots had ended so before."""

    until: date
    ended: date | None
    resumed: date | None = None
    lots: list[Lot] = field(default_factory=list)
    held: list[Lot] = field(default_factory=list)


@dataclass
class Purse:
    """One currency of one member."""

    lots: list[Lot] = field(default_factory=list)
    held: list[Lot] = field(default_factory=list)
    pending: list[Pending] = field(default_factory=list)
    active: list[date] = field(default_factory=list)  # each puts off the end of all lots until then
    ended: date | None = None  # the last day on which all lots ended so
    lapsed: Lapsed | None = None  # these lots
    deficit: int = 0  # what is missing below 0; then there are no lots

    @property
    def inactive(self) -> date | None:
        """The day on which all lots end."""
        return max(self.active, default=None)

    @property
    def balance(self) -> int:
        return sum(lot.units for lot in self.lots) - self.deficit

    @property
    def waiting(self) -> int:
        return sum(entry.units for entry in self.pending)

    @property
    def kept(self) -> int:
        return sum(lot.units for lot in self.held)

    def put(self, earned: date, end: date | None, units: int) -> None:
        """What comes into the lots fills a deficit first."""
        filled = min(self.deficit, units)
        self.deficit -= filled
        if units > filled:
            add(self.lots, earned, end, units - filled)

    def put_pending(self, ready: date, earned: date, end: date | None, units: int) -> None:
        for entry in self.pending:
            if (entry.ready, entry.earned, entry.end) == (ready, earned, end):
                entry.units += units
                return
        self.pending.append(Pending(ready, earned, end, units))

    def take(self, units: int, order: SpendFirst) -> list[Lot]:
        """Spend so many units, which are there, from the first lots of the order; what was taken,
        in that order."""
        self.lots, taken = parted(self.lots, units, order)
        return taken

    def hold(self, units: int, order: SpendFirst) -> None:
        """Keep so many units, which are there, from use."""
        self.lots, taken = parted(self.lots, units, order)
        for lot in taken:
            add(self.held, lot.earned, lot.end, lot.units)

    def release(self, units: int, order: SpendFirst) -> None:
        """Give so many units, which are held, back."""
        self.held, taken = parted(self.held, units, order)
        for lot in taken:
            self.put(lot.earned, lot.end, lot.units)

    # ---- inactivity ------------------------------------------------------------------------------

    def lapse(self, day: date) -> None:
        """All lots end; those with more time of their own may come back."""
        until = self.inactive
        assert until is not None
        if self.lapsed is None or self.lapsed.until != until:
            self.lapsed = Lapsed(until, self.ended)
        self.lapsed.resumed = None
        for kept, ending in ((self.lapsed.lots, self.lots), (self.lapsed.held, self.held)):
            for lot in ending:
                if (lot.end or FAR) > day:
                    add(kept, lot.earned, lot.end, lot.units)
        self.ended = day

    def active_again(self, day: date) -> None:
        """What ended is lost for good if there was another day of inactivity since."""
        until = self.inactive
        if self.lapsed and self.lapsed.resumed and until is not None and until <= day:
            self.lapsed = None

    def would_have_lasted(self, day: date, later: date, today: date) -> list[tuple[Lot, bool]]:
        """Lots that come back, each with whether it was held, as something was earned on a day that
        puts off the end of all until later."""
        lapsed, last = self.lapsed, self.inactive
        assert last is not None
        if lapsed is None or (day < lapsed.until and later <= lapsed.until):
            return []
        if day >= lapsed.until:
            lapsed.resumed = min(day, lapsed.resumed or FAR)
            return []
        lapsed.until = later
        if lapsed.resumed and lapsed.resumed < later:
            lapsed.until, lapsed.resumed = max(later, last), None
        if lapsed.until <= today:
            return []
        found = [(lot, False) for lot in lapsed.lots] + [(lot, True) for lot in lapsed.held]
        self.ended, self.lapsed = lapsed.ended, None
        return sorted(
            ((lot, held) for lot, held in found if (lot.end or FAR) > today),
            key=lambda each: (each[0].end or FAR, each[0].earned, each[1]),
        )


def add(lots: list[Lot], earned: date, end: date | None, units: int) -> None:
    for lot in lots:
        if (lot.earned, lot.end) == (earned, end):
            lot.units += units
            return
    lots.append(Lot(earned, end, units))


def in_order(lots: list[Lot], order: SpendFirst) -> list[Lot]:
    if order is SpendFirst.SOONEST_EXPIRY:
        return sorted(lots, key=lambda lot: (lot.end or FAR, lot.earned))
    return sorted(lots, key=lambda lot: (lot.earned, lot.end or FAR))


def parted(lots: list[Lot], units: int, order: SpendFirst) -> tuple[list[Lot], list[Lot]]:
    """What is left of lots, and the first so many units of them."""
    if units > sum(lot.units for lot in lots):
        raise ValueError(f"{units} units are not there")
    left, taken = [], []
    for lot in in_order(lots, order):
        part = min(units, lot.units)
        units -= part
        if part:
            taken.append(Lot(lot.earned, lot.end, part))
        if part < lot.units:
            left.append(Lot(lot.earned, lot.end, lot.units - part))
    return left, taken


@dataclass
class Used:
    """What a rule, or a group, took: its effects as events, units in major units, money; and which
    of these were ever other than 0."""

    times: int = 0
    units: Fraction = Fraction(0)
    amount: int = 0
    counted: set[str] = field(default_factory=set)

    def add(self, more: Used) -> None:
        self.times += more.times
        self.units += more.units
        self.amount += more.amount
        named = {"times": more.times, "units": more.units, "amount": more.amount}
        self.counted |= {name for name, value in named.items() if value}

    def less(self, other: Used) -> Used:
        return Used(self.times - other.times, self.units - other.units, self.amount - other.amount)


@dataclass
class Pool:
    """What all members took together, never forgotten: (rule or group, its id) → day → what, and
    how many of each reward were redeemed or issued by rules."""

    used: dict[tuple[str, str], dict[date, Used]] = field(default_factory=lambda: defaultdict(dict))
    issued: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass
class Tenure:
    """A place on a ladder; `until` None: held by nothing, or for ever."""

    place: int = 0
    until: date | None = None
    anchor: date | None = None  # the day of the last qualification
    reviews: int = 0  # since then
    ended: date | None = None  # in its grace: the day on which its hold ended
    granted: dict[int, date] = field(default_factory=dict)  # place: until, FAR: for ever
    # With what it was won: metric → the day as of which it is seen; of a streak, how long it was.
    won: dict[str, date | int] = field(default_factory=dict)
    before: Tenure | None = None  # what was held before, without what was held before that
    settled: Tenure | None = None  # what a review came to, or the last hold that is over
    # What events hold since: until when, by which day (None: no hold counts from it), which place.
    holds: list[tuple[date, date | None, int]] = field(default_factory=list)

    def remember(self) -> None:
        """What is held becomes what was held before."""
        self.before = self.alone()

    def alone(self) -> Tenure:
        """The same, without what was before and what holds it."""
        return replace(self, won=dict(self.won), before=None, settled=None, holds=[])

    def settle(self) -> None:
        """It is held as it is, and by no event so far."""
        self.settled, self.holds = self.alone(), []

    def grant_on(self, day: date) -> tuple[int, date]:
        """The highest place that is granted until after a day, and until when."""
        lasting = {place: until for place, until in self.granted.items() if until > day}
        place = max(lasting, default=0)
        return place, lasting.get(place, day)


@dataclass
class Happened:
    """All contributions to one metric, by day; for a streak, the first days of the marked units.

    `counted`: the days on which anything was counted, if some of it was taken back later.
    """

    by_day: dict[date, list[int | str]] = field(default_factory=lambda: defaultdict(list))
    counted: set[date] = field(default_factory=set)
    marks: list[date] = field(default_factory=list)

    def add(self, day: date, one: int | str) -> None:
        self.by_day[day].append(one)
        if one:
            self.counted.add(day)


@dataclass
class Voucher:
    """`left`: money on it, None: it keeps none; `uses`: how often it can still be used."""

    reward: str
    ends: date | None
    left: int | None
    uses: int
    cancelled: bool = False


@dataclass
class Member:
    enrolled: date | None = None
    left: bool = False  # they were a member once
    today: date = date.min
    attributes: dict[str, AttributeValue] = field(default_factory=dict)
    purses: dict[str, Purse] = field(default_factory=lambda: defaultdict(Purse))
    happened: dict[str, Happened] = field(default_factory=lambda: defaultdict(Happened))
    tenures: dict[str, Tenure] = field(default_factory=lambda: defaultdict(Tenure))
    # (rule or group, its id) → day → what it took
    used: dict[tuple[str, str], dict[date, Used]] = field(default_factory=lambda: defaultdict(dict))
    benefits: dict[str, date] = field(default_factory=dict)  # granted, until
    # Of each benefit that is counted, the days of its uses since the last review of its ladder.
    uses: dict[str, list[date]] = field(default_factory=lambda: defaultdict(list))
    badges: dict[str, list[date]] = field(default_factory=lambda: defaultdict(list))  # given
    reviewed: dict[str, date] = field(default_factory=dict)  # by ladder
    vouchers: list[Voucher] = field(default_factory=list)
    brought_by: str | None = None  # another member


# ---- copies: pickled, for `deepcopy` takes as long as all that is decided meanwhile --------------


def kept(member: Member, pool: Pool) -> bytes:
    """Both as they are now; few are ever asked for again."""
    return pickle.dumps((member, pool), pickle.HIGHEST_PROTOCOL)


def as_kept(both: bytes) -> tuple[Member, Pool]:
    """Both as they were."""
    found: tuple[Member, Pool] = pickle.loads(both)
    return found


def copied(member: Member) -> Member:
    """Another that is the same now."""
    found: Member = pickle.loads(pickle.dumps(member, pickle.HIGHEST_PROTOCOL))
    return found
