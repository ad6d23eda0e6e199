"""One event of one member while it is decided: what was read before it, what it has done so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import floor

from tests.reference import metrics
from tests.reference.chance import falls
from tests.reference.days import EPOCH, ONE_DAY, after, day_start, number, remembered, unit_start
from tests.reference.evaluate import evaluate
from tests.reference.holdings import Lot, Member, Pool, Used
from tests.reference.names import Names
from tests.reference.rulebook import Rulebook, formula
from xenia.effects import Effect, Kind, Refund
from xenia.events.model import TYPE_NAMES, Event, Inactivity, Line, Payment, Purchase
from xenia.events.parts import Charge
from xenia.language.ir import Node
from xenia.programme.model import Accrual, Beyond, Budget, Group, Limit, Rule
from xenia.programme.periods import Unit
from xenia.programme.settings import SpendAs


@dataclass
class Item:
    """A line while it is decided; `taken`: rule (or `spend`) → money."""

    line: Line
    left: int
    taken: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass
class Slice:
    """The lines that no condition tells apart."""

    items: list[Item]
    discountable: bool
    earning: bool
    spent: int = 0

    @property
    def left(self) -> int:
        return sum(item.left for item in self.items)

    @property
    def amount(self) -> int:
        return sum(item.line.amount for item in self.items)

    @property
    def tax(self) -> int:
        return sum(item.line.tax for item in self.items)


@dataclass
class Earned:
    """One accrual: what it is exactly (in smallest units) until it is cut, in the parts that are
    rounded by themselves, and what is posted."""

    rule: str
    currency: str
    kind: Accrual
    exact: list[Fraction]
    units: int
    multiplied: bool = False  # by a multiplier, not for an `earn`


@dataclass(frozen=True)
class Again:
    """What deciding what is left of a purchase takes from outside its first inputs."""

    now: Member  # whose attributes `lines` reads
    issuing: tuple[str, ...]  # the rules whose vouchers stand
    referring: tuple[str, ...]  # the rules by which it is a referral
    vouchers: dict[int, int]  # what each takes off by now, by its place among the member's
    today: Standing | None = None  # what conditions read, where it is not what they read at first


@dataclass(frozen=True)
class Standing:
    """A member as if a purchase had not been, on a day."""

    member: Member
    day: date
    balances: dict[str, int]


class Deciding:
    def __init__(self, book: Rulebook, pool: Pool, member: Member, event: Event, day: date) -> None:
        self.book = book
        self.pool = pool
        self.member = member
        self.event = event
        self.day = day
        self.type = TYPE_NAMES[type(event)]
        self.balances = {key: member.purses[key].balance for key in book.programme.currencies}
        self.places = {key: member.tenures[key].place for key in book.programme.tiers}
        self.slices: list[Slice] = []
        self.tendered = 0
        self.earned: list[Earned] = []
        self.used: dict[str, Used] = defaultdict(Used)
        self.added: dict[str, int | str | None] = {}  # to metrics
        self.holding: dict[str, int] = {}  # by ladder, the place that the event holds
        self.issuing: list[str] = []  # the rules that issue
        # Rule (None: a redemption), and the place among the member's vouchers.
        self.issued: list[tuple[str | None, int]] = []
        self.vouchers_off: list[tuple[int, int]] = []  # such a place, and what it takes off
        self.vouchers_back: list[Effect] = []
        self.telling: list[str] = []  # the rules that give or tell anything
        self.used_benefit: str | None = None
        self.spent_lots: list[tuple[str, Lot]] = []  # with their currencies, as they were taken
        self.again: Again | None = None
        self.refund: list[Refund] = []
        claimed = isinstance(event, Purchase) and event.claimed
        self.brought = member.brought_by is not None and not claimed
        self.lent = False  # whoever brought the member has a part in it
        self.referring: list[str] = []  # the rules that refer
        self.flagged: list[str] = []  # the rules that would refer, but for what was lent
        self.strange: dict[str, int] = {}  # what was given in the name of no rule
        self.otherwise: dict[str, int] = {}  # by how much more a rule was given
        self.refers = 0  # 1: it is a referral; -1: something is none any more
        self.effects: list[Effect] = []
        self.refusals: list[tuple[str, str]] = []

    # ---- what the event is -----------------------------------------------------------------------

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.event.lines if isinstance(self.event, Purchase) else ()

    @property
    def charges(self) -> tuple[Charge, ...]:
        return self.event.charges if isinstance(self.event, Purchase) else ()

    @property
    def payments(self) -> tuple[Payment, ...]:
        return self.event.payments if isinstance(self.event, Purchase) else ()

    @property
    def total(self) -> int:
        """The bill before discounts."""
        return sum(part.amount for part in self.parts) + (self.tax if self.net else 0)

    @property
    def parts(self) -> list[Line | Charge]:
        return [*self.lines, *self.charges]

    @property
    def net(self) -> bool:
        return isinstance(self.event, Purchase) and self.event.prices == "net"

    @property
    def tax(self) -> int:
        return sum(part.tax for part in self.parts)

    @property
    def discounted(self) -> int:
        return sum(sum(item.taken.values()) for each in self.slices for item in each.items)

    @property
    def bill(self) -> int:
        """What is to be paid in one way or another."""
        return self.total - self.discounted

    @property
    def paid(self) -> dict[str, int]:
        """Line → its price after the discounts decided so far."""
        return {item.line.id: item.left for each in self.slices for item in each.items}

    # ---- conditions and formulas -----------------------------------------------------------------

    def evaluate(self, node: Node, rule: str | None = None) -> int | str | bool | None:
        """None is unknown; `spent` is the rule's, or without a rule that of all earning lines."""
        return evaluate(node, Names(self, rule, about=self.about))

    @property
    def about(self) -> Member | None:
        """Whose attributes are read, if not those of the member as they were."""
        return self.again.now if self.again and self.again.today else None

    def decided_again(self, again: Again) -> None:
        """It has been decided before, and is on what was read then, but for what is of today."""
        self.again = again
        if again.today:
            self.balances = again.today.balances
            tenures = again.today.member.tenures
            self.places = {key: tenures[key].place for key in self.book.programme.tiers}

    def true(self, rule: str | None, *path: str) -> bool:
        """Whether a condition is absent or definitely true."""
        node = self.book.node(*path)
        return node is None or self.evaluate(node, rule) is True

    def on_line(self, node: Node, line: Line) -> bool:
        """Whether a condition definitely holds for a line; lines alike in all that it reads are
        asked once."""
        reads = self.book.fields_read(node)
        names = Names(self, None, about=self.again.now if self.again else None).at(line)
        if not reads:
            return evaluate(node, names) is True
        alike = (id(node), *(getattr(line, name) for name in reads))
        if alike not in self.book.met:
            self.book.met[alike] = evaluate(node, names) is True
        return self.book.met[alike]

    def choice(self, each: Slice, *path: str) -> bool:
        """Whether a choice of lines takes the slice; without a choice it takes all."""
        node = self.book.node(*path)
        return node is None or self.on_line(node, each.items[0].line)

    def holds(self, rule: str) -> bool:
        spec = self.book.programme.rules[rule]
        if spec.on != self.type or not self.within(spec.since, spec.until):
            return False
        if spec.after is not None and isinstance(self.event, Inactivity):
            day, since = (EPOCH + n * ONE_DAY for n in (self.event.date, self.event.since))
            if after(since, spec.after) != day:
                return False
        programme = self.book.programme
        if not self.within(programme.since, programme.until) or self.closed():
            return False
        gives = spec.then.earn or spec.then.multiply or spec.then.issue
        if gives and not self.within(None, programme.earn_until):
            return False
        if spec.then.refer and not (self.brought and not self.lent):
            return False
        fallen = falls(programme, self.event, rule)
        return fallen and self.true(rule, "rules", rule, "when")

    def closed(self) -> bool:
        """Whether the event happens when everything has ended."""
        return not self.within(None, self.book.programme.spend_until)

    def within(self, since: date | None, until: date | None) -> bool:
        """Whether the event's instant is within dates or moments."""
        if since is not None and self.event.occurred_at < self.instant(since):
            return False
        return until is None or self.event.occurred_at < self.instant(until)

    def instant(self, moment: date) -> int:
        if isinstance(moment, datetime):
            return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        return day_start(self.book.programme.timezone, moment)

    def spent(self, rule: str | None) -> int:
        return sum(
            each.spent
            for each in self.slices
            if each.earning and (rule is None or self.choice(each, "rules", rule, "lines"))
        )

    # ---- metrics ---------------------------------------------------------------------------------

    def metric(self, key: str, read: str) -> int:
        member, day = self.member, self.day
        if self.again and self.again.today:
            member, day = self.again.today.member, self.again.today.day
        if read == "previous":
            return max(0, metrics.value(self.book, member, key, day, read="previous"))
        extra = None
        if read == "with_this":
            added = self.contribution(key)
            extra = added if isinstance(added, int) else None
        return max(0, metrics.value(self.book, member, key, day, extra=extra))

    def contribution(self, key: str) -> int | str | None:
        """What the event adds to a metric; None: nothing."""
        metric = self.book.programme.metrics[key]
        if metric.on != self.type or not self.within(None, self.book.programme.earn_until):
            return None
        if not self.true(None, "metrics", key, "when"):
            return None
        found = formula(metric)
        if found is None:
            return 1
        node = self.book.nodes["metrics", key, found[0]]
        added = evaluate(node, Names(self, None, kind=metric.kind, about=self.about))
        if isinstance(added, str):
            return added if added in metric.values else None
        return None if added is None else max(0, int(added))

    def units_earned(self, currency: str, kind: Accrual | None) -> int:
        return sum(
            each.units
            for each in self.earned
            if each.currency == currency and kind in (None, each.kind)
        )

    # ---- limits and budgets ----------------------------------------------------------------------

    def bounds(self, rule: str) -> Iterator[tuple[Limit | Budget, Used, list[tuple[str, Used]]]]:
        """What limits a rule; what was taken of it before the event, and in it so far."""
        spec = self.book.programme.rules[rule]
        owners: list[tuple[str, str, Rule | Group]] = [("rule", rule, spec)]
        if spec.group is not None:
            owners.append(("group", spec.group, self.book.programme.groups[spec.group]))
        for owner, key, part in owners:
            for limit in part.limits:
                yield limit, self.before(owner, key, limit), self.now(owner, key)
            for budget in part.budget:
                yield budget, self.before_by_all(owner, key, budget), self.now(owner, key)

    def before(self, owner: str, key: str, limit: Limit) -> Used:
        """What was taken before the event in the limit's unit of the event's day."""
        total = Used()
        if limit.per == "purchase":
            return total
        uses = self.member.used[owner, key]
        last = max((day for day, used in uses.items() if counted(limit, used)), default=self.day)
        for day, used in uses.items():
            if limit.per == "ever" or self.same_unit(Unit(limit.per), day, last):
                total.add(used)
        return total

    def before_by_all(self, owner: str, key: str, budget: Budget) -> Used:
        """What all members took before the event in the budget's unit of the event's day."""
        total = Used()
        for day, used in self.pool.used[owner, key].items():
            unit = None if budget.per == "ever" else Unit(budget.per)
            if unit is None or unit_start(unit, day) == unit_start(unit, self.day):
                total.add(used)
        return total

    def left(self, reward: str) -> int | None:
        """How many there are of a reward; None: no end of them."""
        stock = self.book.programme.rewards[reward].stock
        return None if stock is None else stock - self.pool.issued[reward]

    def same_unit(self, unit: Unit, day: date, last: date) -> bool:
        """Whether a day is in the event's unit, which is remembered since the last one counted."""
        same = unit_start(unit, day) == unit_start(unit, self.day)
        return same and remembered(unit, self.day, last)

    def now(self, owner: str, key: str) -> list[tuple[str, Used]]:
        """What rules took so far in this event, of those that the limit is about."""
        rules = self.book.programme.rules
        return [
            (rule, used)
            for rule, used in self.used.items()
            if (rule == key if owner == "rule" else rules[rule].group == key)
        ]

    def may(self, rule: str) -> bool:
        """Whether every `times` limit leaves room for one more effect of the rule, or it has had
        one in this event, be it that it was given beyond them."""
        if rule in self.used and self.used[rule].times:
            return True
        for limit, before, now in self.bounds(rule):
            taken = before.times + sum(used.times for other, used in now if other != rule)
            if limit.times is not None and taken >= limit.times:
                return False
        return True

    def room_for_units(self, rule: str, currency: str, units: int) -> int:
        """So many of the units as the `units` limits and budgets leave room for."""
        wanted = units
        for limit, before, now in self.bounds(rule):
            if limit.units is not None:
                taken = before.units + sum((used.units for _, used in now), Fraction(0))
                left = Fraction(limit.units) - taken
                room = floor(left * self.book.unit(currency))
                if limit.beyond is Beyond.REFUSE and wanted > room:
                    return 0
                units = min(units, room)
        return max(0, units)

    def room_for_money(self, rule: str, amount: int) -> int:
        """So much of the discount as the `amount` limits and budgets leave room for."""
        wanted = amount
        for limit, before, now in self.bounds(rule):
            if limit.amount is not None:
                taken = before.amount + sum(used.amount for _, used in now)
                room = self.book.money(limit.amount) - taken
                if limit.beyond is Beyond.REFUSE and wanted > room:
                    return 0
                amount = min(amount, room)
        return max(0, amount)

    def use(self, rule: str, *, units: Fraction = Fraction(0), amount: int = 0) -> None:
        """Note an effect of the rule."""
        used = self.used[rule]
        used.times = 1
        used.units += units
        used.amount += amount

    # ---- effects ---------------------------------------------------------------------------------

    def spend(self, currency: str, units: int) -> None:
        order = self.book.programme.currencies[currency].spend_first
        taken = self.member.purses[currency].take(units, order)
        self.spent_lots += [(currency, lot) for lot in taken]
        self.effects.append(
            Effect(kind=Kind.SPEND, day=number(self.day), currency=currency, units=units)
        )

    def as_tender(self) -> bool:
        return self.book.programme.settings.spend_as is SpendAs.TENDER


def counted(limit: Limit, used: Used) -> bool:
    """Whether there was a use that the limit counts, if it was taken back since."""
    if limit.times is not None:
        return "times" in used.counted
    return ("units" if limit.units is not None else "amount") in used.counted
