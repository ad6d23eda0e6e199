"""Returns in the reference: what is left is decided as it was at first, the difference posted.

It keeps of every purchase a copy of all that it was decided from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import get_args

from msgspec import structs

from tests.reference.accruals import lot_of, put, put_off, ready_on
from tests.reference.basket import SPEND, cut
from tests.reference.benefits import give_back
from tests.reference.days import after, maybe_number, number
from tests.reference.deciding import Again, Deciding, Earned, Standing
from tests.reference.holdings import Lot, Member, Purse, Used, Voucher, as_kept, copied
from tests.reference.metrics import mark, too_late
from tests.reference.passing import issue
from tests.reference.remains import Left, RefusedError, Tender, bill, refund, tenders
from tests.reference.rulebook import Rulebook, rounded
from tests.reference.settling import settle
from tests.reference.standing import (
    climb,
    earned,
    fall,
    holding,
    metrics_of,
    reached,
    remembers,
    stays,
)
from tests.reference.telling import changed
from tests.reference.vouchers import NAME
from xenia.effects import Effect, Kind
from xenia.events.model import (
    TYPE_NAMES,
    Cancel,
    Event,
    Grant,
    Purchase,
    Redemption,
    Return,
    TakingBack,
    Use,
)
from xenia.programme.ladders import Tier
from xenia.programme.model import EventType, Metric
from xenia.programme.periods import Duration, Inactive
from xenia.programme.settings import Rounding

CANCELLED = frozenset(get_args(EventType))


@dataclass
class Decided:
    """What an event came to.  Of nothing, all numbers are 0."""

    earned: list[Earned] = field(default_factory=list)
    used: dict[str, Used] = field(default_factory=dict)
    added: dict[str, int | str | None] = field(default_factory=dict)
    spent: dict[str, int] = field(default_factory=dict)
    issuing: tuple[str, ...] = ()
    referring: tuple[str, ...] = ()
    standing: tuple[bool, bool] = (False, False)  # the member was brought; it was lent
    vouchers: dict[int, int] = field(default_factory=dict)  # what each took off, by place
    benefit: str | None = None  # that was used
    telling: tuple[str, ...] = ()
    to_pay: int = 0
    claimed: int = 0  # what claims and vouchers took off, or paid


@dataclass
class Recorded:
    """An event that was recorded, what it came to, and what of it was taken back."""

    event: Event
    member: Member
    day: date
    read: bytes | None = None  # what they had when it was decided: see `kept`
    decided: Decided | None = None  # by what is left of it now
    cancelled: bool = False
    left: Left | None = None
    # By which rule, which voucher; None: it was redeemed.
    issued: list[tuple[str | None, int]] = field(default_factory=list)
    granted: dict[str, int] = field(default_factory=dict)  # units of `spend` claims
    spent_lots: list[tuple[str, Lot]] = field(default_factory=list)  # in the order of taking
    paid: int = 0  # less what was refunded
    tenders: list[Tender] = field(default_factory=list)
    prices: dict[str, int] = field(default_factory=dict)  # of lines, after the discounts of rules
    holding: dict[str, int] = field(default_factory=dict)  # by ladder, the place that it holds

    def note(self, deciding: Deciding) -> None:
        """Remember what the event came to the first time; a refused redemption came to nothing."""
        refused = isinstance(self.event, Redemption | Grant) and deciding.refusals
        also = isinstance(self.event, Use) and self.event.benefit is not None
        also = also or (isinstance(self.event, Grant) and self.event.voucher is not None)
        if (deciding.type not in CANCELLED and not also) or refused:
            return
        self.decided = came_to(deciding)
        self.holding = dict(deciding.holding)
        self.spent_lots = deciding.spent_lots
        self.issued = deciding.issued
        if isinstance(self.event, Purchase):
            self.left = Left.all_of(self.event)
            self.granted = dict(self.decided.spent)
            self.paid = self.decided.to_pay
            self.tenders = tenders(self.event, self.paid)
            self.prices = {
                item.line.id: item.left + item.taken[SPEND] + item.taken[NAME]
                for each in deciding.slices
                for item in each.items
            }
            if self.event.claimed:  # at its prices, also of what guests had brought back before
                self.prices = {line.id: line.amount for line in self.event.lines}


def came_to(deciding: Deciding) -> Decided:
    spent: dict[str, int] = {}
    for currency, lot in deciding.spent_lots:
        spent[currency] = spent.get(currency, 0) + lot.units
    return Decided(
        earned=[each for each in deciding.earned if each.units],
        used=dict(deciding.used),
        added=deciding.added,
        spent=spent,
        issuing=tuple(deciding.issuing),
        referring=tuple(deciding.referring),
        standing=(deciding.brought, deciding.lent),
        vouchers=dict(deciding.vouchers_off),
        benefit=deciding.used_benefit,
        telling=tuple(deciding.telling),
        to_pay=deciding.bill - deciding.tendered,
        claimed=deciding.tendered + taken_by(deciding, SPEND) + taken_by(deciding, NAME),
    )


def taken_by(deciding: Deciding, name: str) -> int:
    return sum(item.taken[name] for each in deciding.slices for item in each.items)


def taken_back(deciding: Deciding, of: Recorded, event: TakingBack) -> str | None:
    """Take back what the event says, or why not."""
    if of.member is not deciding.member:
        return "not-yours"
    if of.decided is None or not (isinstance(event, Cancel) or of.left is not None):
        return "not-returnable"
    returns = deciding.book.programme.returns
    if isinstance(event, Return) and returns and deciding.day >= after(of.day, returns.within):
        return "too-late"
    left, came = of.left, Decided()
    if left is not None:
        try:
            left = left.after(event)
        except RefusedError as refused:
            return str(refused)
        came = decided_again(deciding, of, left)
    elif of.cancelled:
        return "nothing-left"
    elif (kept := bought_back(deciding, of)) is not None:
        return kept
    if setting(deciding.book, "below_zero", "deficit") == "refused":
        trial = Taking(deciding, copied(deciding.member), of, came)
        list(trial.lots())
        if trial.missing:
            return "insufficient-balance"
    taking = Taking(deciding, deciding.member, of, came)
    taking.post()
    if isinstance(of.event, Redemption):
        deciding.pool.issued[of.event.reward] -= of.event.quantity
    if isinstance(of.event, Grant):
        deciding.pool.issued[of.event.voucher or ""] -= 1
    if of.decided.benefit is not None:
        give_back(deciding, of.decided.benefit, of.day)
    deciding.vouchers_back = list(taking.vouchers())
    money = max(0, of.paid - still_due(deciding.book, of, left, came))
    deciding.refund += refund(money, of.tenders)
    of.paid -= money
    deciding.refers -= len(of.decided.referring) - len(came.referring)
    of.left, of.decided, of.cancelled = left, came, True
    return None


def still_due(book: Rulebook, of: Recorded, left: Left | None, came: Decided) -> int:
    """What is to be paid for what is left, and for what was used of vouchers that are lost."""
    lost = [place for rule, place in of.issued if rule not in came.issuing]
    used = sum(used_of(book, of.member.vouchers[place]) for place in lost)
    if setting(book, "used_voucher", "deficit") == "absorbed":
        used = 0
    if left is None or setting(book, "refund", "paid-less-discount") != "line-paid":
        return came.to_pay + used
    whole = left.purchase
    rest = structs.replace(
        whole,
        lines=tuple(each.now for each in left.still),
        charges=whole.charges if left.charges else (),
    )
    given = 0
    for line, each in zip(whole.lines, left.lines, strict=True):
        price = Fraction(of.prices[line.id] * each.amount, line.amount or 1)
        given += each.amount - rounded(price, Rounding.NEAREST)
    return max(0, bill(rest) - given - came.claimed) + used


def used_of(book: Rulebook, voucher: Voucher) -> int:
    """The money that was used of a voucher."""
    reward = book.programme.rewards[voucher.reward]
    worth = reward.gives.gift_card
    if worth is None and reward.gives.discount is not None:
        worth = reward.gives.discount.amount
    if worth is None:
        return 0
    if voucher.left is not None:
        return book.money(worth) - voucher.left
    return book.money(worth) * ((reward.uses or 1) - voucher.uses)


def bought_back(deciding: Deciding, of: Recorded) -> str | None:
    """Why what was asked for cannot be cancelled."""
    for rule, place in of.issued:
        if rule is not None:
            continue
        voucher = deciding.member.vouchers[place]
        fresh = Member()
        list(issue(deciding.book, fresh, voucher.reward, deciding.day))
        if (voucher.left, voucher.uses) != (fresh.vouchers[0].left, fresh.vouchers[0].uses):
            return "already-used"
        if voucher.ends is not None and voucher.ends <= deciding.member.today:
            return "expired"
    return None


def setting(book: Rulebook, name: str, default: object) -> object:
    return getattr(book.programme.settings, name, default)


def decided_again(deciding: Deciding, of: Recorded, left: Left) -> Decided:
    """What is left of a purchase, decided from what was read the first time."""
    assert of.read is not None
    assert of.decided is not None
    purchase = left.as_purchase(deciding.book, of.granted, of.decided.spent)
    if not left.still:
        return Decided(to_pay=bill(purchase))
    member, pool = as_kept(of.read)
    again = Deciding(deciding.book, pool, member, purchase, of.day)
    today = setting(deciding.book, "return_inputs", "original") == "today"
    standing = standing_today(deciding, of, of.decided) if today else None
    came = of.decided
    again.decided_again(
        Again(deciding.member, came.issuing, came.referring, came.vouchers, standing)
    )
    again.brought, again.lent = of.decided.standing
    again.slices = cut(again)
    settle(again)
    return came_to(again)


def standing_today(deciding: Deciding, of: Recorded, came: Decided) -> Standing:
    """How things stand now, as if the purchase had not been; levels as they are."""
    book, member = deciding.book, copied(deciding.member)
    today = max(deciding.day, member.today)
    for key, metric in book.programme.metrics.items():
        added, happened = came.added.get(key), member.happened[key]
        if metric.distinct is not None and added is not None:
            happened.by_day[of.day].remove(added)
        kept = metric.distinct is not None or metric.max is not None or metric.streak is not None
        if not kept and not (metric.rollover and too_late(book, member, key, of.day)):
            happened.add(of.day, -number_of(added))
    balances = {}
    for key in book.programme.currencies:
        balances[key] = member.purses[key].balance + came.spent.get(key, 0)
        ready = ready_on(book, key, of.day)
        if ready is None or ready <= today:
            balances[key] -= sum(each.units for each in came.earned if each.currency == key)
    return Standing(member, today, balances)


@dataclass
class Taking:
    """The posting of the difference between what an event came to before and now."""

    deciding: Deciding  # of the return
    member: Member
    of: Recorded
    now: Decided
    missing: bool = False  # whether there were fewer units than were to be taken

    def post(self) -> None:
        assert self.of.decided is not None
        book, member, day = self.deciding.book, self.member, self.of.day
        self.deciding.effects += self.lots()
        days = [day, self.deciding.day]
        was_telling, telling = self.of.decided.telling, self.now.telling
        self.deciding.effects += changed(book, member, was_telling, telling, days)
        self.count_activity()
        self.count_uses()
        before, now = self.of.decided.added, self.now.added
        differing = {
            key: difference(metric, before.get(key), now.get(key))
            for key, metric in book.programme.metrics.items()
        }
        was = {key: reached(book, member, key) for key in book.programme.tiers}
        for key, metric in book.programme.metrics.items():
            self.count(key, metric)
        for key, tier in sorted(book.programme.tiers.items()):
            signs = [differing[metric] for metric in metrics_of(tier)]
            more, fewer = any(more for more, _ in signs), any(fewer for _, fewer in signs)
            held, place = self.of.holding.get(key, 0), 0
            if more:
                place = max(held, earned(book, member, tier, member.today))
                self.tell(climb(book, member, key, day))
            taken = remembers(tier) and self.hold(key, tier, max(held, place), fewer=fewer)
            if fewer:
                self.tell(fall(book, member, key, day, was[key], held=taken))

    def hold(self, key: str, tier: Tier, place: int, *, fewer: bool) -> bool:
        """Hold at most what is reached now, by what is left of the event; whether it has held."""
        book, member = self.deciding.book, self.member
        left = any(self.now.added.get(metric) for metric in metrics_of(tier))
        if fewer and not stays(book, tier, TYPE_NAMES[type(self.of.event)]):
            place = min(place, reached(book, member, key)[0]) if left else 0
        was = self.of.holding.get(key, 0)
        self.of.holding[key] = place
        return place != was and holding(book, member, key, self.of.day, (was, place))

    def tell(self, effect: Effect | None) -> None:
        """Effects have the day of the return."""
        if effect is not None:
            told = structs.replace(effect, day=number(self.deciding.day))
            self.deciding.effects.append(told)

    # ---- units -----------------------------------------------------------------------------------

    def lots(self) -> Iterator[Effect]:
        """What was spent comes back first; then what was earned is taken, or more is earned."""
        assert self.of.decided is not None
        before, now, today = self.of.decided, self.now, number(self.deciding.day)
        for currency in sorted(before.spent):
            units = before.spent[currency] - now.spent.get(currency, 0)
            if units:
                self.give_back(currency, units)
                yield Effect(kind=Kind.GIVE_BACK, day=today, currency=currency, units=units)
        yield from together(self.accruals(before, now))

    def accruals(self, before: Decided, now: Decided) -> Iterator[Effect]:
        today = number(self.deciding.day)
        for each, units in self.earned_less(before, now):
            if units < 0 and not self.over(each):
                effect = put(self.deciding.book, self.member, each, -units, self.of.day)
                yield structs.replace(effect, day=today)
            taken = self.take(each, units) if units > 0 else 0
            if taken:
                yield Effect(
                    kind=Kind.TAKE_BACK,
                    day=today,
                    rule=each.rule,
                    currency=each.currency,
                    units=taken,
                )

    def earned_less(self, before: Decided, now: Decided) -> Iterator[tuple[Earned, int]]:
        """Each accrual, with how much less it is now; in the order of accruals."""
        place = {rule: n for n, rule in enumerate(self.deciding.book.in_order)}
        units: dict[tuple[bool, int, str], int] = {}
        known: dict[tuple[bool, int, str], Earned] = {}
        for sign, decided in ((1, before), (-1, now)):
            for each in decided.earned:
                key = each.multiplied, place[each.rule], each.currency
                units[key] = units.get(key, 0) + sign * each.units
                known[key] = each
        for key in sorted(units):
            yield known[key], units[key]

    def give_back(self, currency: str, units: int) -> None:
        """Of the lots that were spent, the last first; they last a while yet."""
        lasts = setting(self.deciding.book, "given_back_lasts", Duration(days=30))
        assert isinstance(lasts, Duration)
        least = self.deciding.book.no_later(after(self.deciding.day, lasts))
        assert least is not None
        purse = self.member.purses[currency]
        already = -units
        for key, lot in self.of.spent_lots:
            already += lot.units if key == currency else 0
        already -= self.now.spent.get(currency, 0)  # what came back before, of the last lots
        for key, lot in reversed(self.of.spent_lots):
            if key == currency:
                skipped = min(already, lot.units)
                already -= skipped
                part = min(units, lot.units - skipped)
                units -= part
                if part:
                    end = self.deciding.book.no_later(max(lot.end, least) if lot.end else None)
                    purse.put(lot.earned, end, part)
        if isinstance(self.deciding.book.programme.currencies[currency].expires, Inactive):
            purse.active.append(least)

    def over(self, each: Earned) -> bool:
        """Whether the lot of an accrual has ended, by itself or with all others: nothing is put
        into it or asked for any more."""
        _, end = lot_of(self.deciding.book, each, self.of.day)
        ended = self.member.purses[each.currency].ended
        gone = ended is not None and ended > self.of.day
        return gone or (end is not None and end <= self.member.today)

    def take(self, each: Earned, units: int) -> int:
        """Take units of an accrual; as many as really were taken."""
        ready, end = lot_of(self.deciding.book, each, self.of.day)
        currency = self.deciding.book.programme.currencies[each.currency]
        purse, rest = self.member.purses[each.currency], units
        if ready is not None:
            rest -= from_pending(purse, (ready, self.of.day, end), rest)
        for lots in (purse.lots, purse.held):
            rest -= from_lots(lots, (self.of.day, end), rest)
        if purse.lapsed:
            away = rest
            for lots in (purse.lapsed.lots, purse.lapsed.held):
                away -= from_lots(lots, (self.of.day, end), away)
        if self.over(each):
            return units - rest
        part = min(rest, max(0, purse.balance))
        purse.take(part, currency.spend_first)
        rest -= part
        self.missing = self.missing or rest > 0
        if setting(self.deciding.book, "below_zero", "deficit") == "deficit":
            purse.deficit += rest
            rest = 0
        return units - rest

    # ---- vouchers --------------------------------------------------------------------------------

    def vouchers(self) -> Iterator[Effect]:
        """What was used comes back, as far as it takes off less; what was issued is cancelled."""
        assert self.of.decided is not None
        lasts = setting(self.deciding.book, "given_back_lasts", Duration(days=30))
        assert isinstance(lasts, Duration)
        today = self.deciding.day
        for place, before in self.of.decided.vouchers.items():
            voucher, now = self.member.vouchers[place], self.now.vouchers.get(place, 0)
            if voucher.cancelled or now >= before or (voucher.left is None and now > 0):
                continue
            money = before - now
            if voucher.left is None:
                voucher.uses += 1
            else:
                voucher.left += money
            if voucher.ends is not None:
                least = self.deciding.book.no_later(after(today, lasts))
                voucher.ends = max(voucher.ends, least or voucher.ends)
            yield self.about(Kind.GIVE_BACK, voucher, amount=money)
        for rule, place in self.of.issued:
            voucher = self.member.vouchers[place]
            lost = rule is None or rule not in self.now.issuing
            over = voucher.ends is not None and voucher.ends <= today
            used_up = voucher.uses == 0 or voucher.left == 0
            if lost and not (voucher.cancelled or over or used_up):
                voucher.cancelled = True
                yield self.about(Kind.TAKE_BACK, voucher, rule=rule)

    def about(
        self, kind: Kind, voucher: Voucher, *, rule: str | None = None, amount: int | None = None
    ) -> Effect:
        return Effect(
            kind=kind,
            day=number(self.deciding.day),
            rule=rule,
            reward=voucher.reward,
            amount=amount,
            expires=maybe_number(voucher.ends),
        )

    # ---- limits, budgets and metrics -------------------------------------------------------------

    def count_activity(self) -> None:
        """A purchase of which nothing earned is left was none."""
        assert self.of.decided is not None
        earned = [{each.currency for each in of.earned} for of in (self.of.decided, self.now)]
        for key in sorted(earned[1] - earned[0]):
            put_off(self.deciding, key, self.of.day)
        keeps = setting(self.deciding.book, "returned_purchase", "no-activity") == "activity"
        for key in set() if keeps else earned[0] - earned[1]:
            currency = self.deciding.book.programme.currencies[key]
            if isinstance(currency.expires, Inactive):
                until = after(self.of.day, currency.expires.inactive)
                if until > self.member.today:  # what is past has been looked at
                    self.member.purses[key].active.remove(until)

    def count_uses(self) -> None:
        assert self.of.decided is not None
        before, now = self.of.decided.used, self.now.used
        for rule in {**before, **now}:
            more = now.get(rule, Used()).less(before.get(rule, Used()))
            group = self.deciding.book.programme.rules[rule].group
            for owner in [("rule", rule)] + ([("group", group)] if group else []):
                for by in (self.member, self.deciding.pool):
                    by.used[owner].setdefault(self.of.day, Used()).add(more)

    def count(self, key: str, metric: Metric) -> None:
        """Sums and counts follow; of a distinct value, one is taken; the others never go down."""
        assert self.of.decided is not None
        before, now = self.of.decided.added.get(key), self.now.added.get(key)
        happened, day = self.member.happened[key], self.of.day
        if metric.streak is not None:
            if now is not None and before is None:
                mark(metric, happened, day)
        elif metric.max is not None:
            if number_of(now) > number_of(before):  # whoever has left counts from 0 again
                happened.add(day, number_of(now))
        elif metric.distinct is not None:
            if before != now:
                if before is not None:
                    happened.by_day[day].remove(before)
                if now is not None:
                    happened.add(day, now)
        elif not (metric.rollover and too_late(self.deciding.book, self.member, key, day)):
            happened.add(day, number_of(now) - number_of(before))


def together(effects: Iterator[Effect]) -> Iterator[Effect]:
    """What is taken of one rule and currency by and by is told as one."""
    last: Effect | None = None
    for effect in effects:
        same = last and structs.replace(effect, units=last.units) == last
        if last and same and last.kind is Kind.TAKE_BACK:
            last = structs.replace(last, units=(last.units or 0) + (effect.units or 0))
            continue
        if last:
            yield last
        last = effect
    if last:
        yield last


def number_of(added: int | str | None) -> int:
    return added if isinstance(added, int) else 0


def difference(
    metric: Metric, before: int | str | None, now: int | str | None
) -> tuple[bool, bool]:
    """Whether something is added to a metric, whether something is taken from it."""
    if metric.distinct is not None:
        return before != now and now is not None, before != now and before is not None
    if metric.streak is not None:
        return before is None and now is not None, False
    more, fewer = number_of(now) > number_of(before), number_of(now) < number_of(before)
    return more, fewer and metric.max is None


def from_pending(purse: Purse, of: tuple[date, date, date | None], units: int) -> int:
    """Take what is there of an entry, at most so many units."""
    for entry in purse.pending:
        if (entry.ready, entry.earned, entry.end) == of:
            part = min(units, entry.units)
            entry.units -= part
            purse.pending = [each for each in purse.pending if each.units]
            return part
    return 0


def from_lots(lots: list[Lot], of: tuple[date, date | None], units: int) -> int:
    """Take what is there of one lot, at most so many units."""
    for lot in lots:
        if (lot.earned, lot.end) == of:
            part = min(units, lot.units)
            lot.units -= part
            lots[:] = [each for each in lots if each.units]
            return part
    return 0
