"""The reference engine: what a programme means for one member's events, said naively.

It shares no code with `xenia.engine`; docs/reference/semantics.md is what both must agree with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from tests.reference import metrics
from tests.reference.accruals import post
from tests.reference.basket import cut, payable
from tests.reference.benefits import benefits, left, use_benefit
from tests.reference.days import local_day, maybe_number, number
from tests.reference.deciding import Deciding
from tests.reference.entering import of_first_purchase
from tests.reference.guests import Guests, named
from tests.reference.holdings import Member, Pool, Tenure, Used, kept
from tests.reference.leaving import leave
from tests.reference.metrics import mark
from tests.reference.opening import bring_along
from tests.reference.passing import automatic_rewards, buy, issue, pass_time
from tests.reference.returning import Recorded, taken_back
from tests.reference.rulebook import Rulebook
from tests.reference.settling import settle
from tests.reference.staff import asked_by_staff, corrected
from tests.reference.standing import climb, earned, holding, metrics_of, places, remembers
from tests.reference.telling import told
from tests.reference.transfers import Handed, exchanged
from tests.reference.vouchers import Vouchers
from xenia.effects import Effect, Kind, Payable, Refund
from xenia.events.model import (
    TYPE_NAMES,
    Cancel,
    Claim,
    Enrolment,
    Event,
    Grant,
    Leave,
    Opening,
    Profile,
    Purchase,
    Redemption,
    Return,
    TakingBack,
    Transfer,
    Use,
    member_name,
)
from xenia.programme import model
from xenia.programme.model import Programme


@dataclass(frozen=True, slots=True)
class Result:
    """What is compared: effects without ids and codes, refusals as (code, claim), what is held."""

    effects: tuple[Effect, ...]
    refusals: tuple[tuple[str, str], ...]
    payable: Payable | None
    wallet: dict[str, tuple[int, int, int]]  # balance, pending, held
    tiers: dict[str, tuple[str | None, int | None]]  # level, until
    metrics: dict[str, int]
    benefits: dict[str, int | None]  # until
    left: dict[str, tuple[int, int]]  # of benefits
    badges: dict[str, int]  # since
    vouchers: tuple[tuple[int | None, int], ...]  # money that is left, uses that are left
    refund: tuple[Refund, ...] = ()
    refers: int = 0


class Reference:
    """Decides events of members; members, and what all of them share, are changed in place."""

    def __init__(self, programme: Programme, *, takes_back: bool = True) -> None:
        """Copies of what was read take long: they are kept only if something may be taken back."""
        self.takes_back = takes_back
        self.book = Rulebook(programme)
        self.pool = Pool()
        self.recorded: dict[tuple[str, str], Recorded] = {}  # by source and id
        self.handed: Handed = {}
        self.guests = Guests(self.book)
        # By source and id of what they take back of, and its member.
        self.waiting: dict[tuple[str, str, int], list[TakingBack]] = {}

    def day(self, instant: int) -> date:
        return local_day(self.book.programme.timezone, instant)

    def pass_time(self, member: Member, until: int) -> Result:
        """Due work alone, up to and with the day of an instant in microseconds."""
        day = self.day(until)
        effects = pass_time(self.book, member, day)
        return self.result(member, max(day, member.today), effects)

    def decide(
        self,
        member: Member,
        event: Event,
        to: str = "",
        *,
        lent: bool = False,
        blocked: bool = False,
        refused: Iterable[tuple[str, str]] = (),
    ) -> Result:
        """Due work, then the event; `to` is the name of who is enrolled and is given to, or has
        brought the member; `lent`: that one has a part in it; `blocked`: it came with a card that
        is of no use; `refused` are its identifiers that were, as code and claim."""
        self.guests.keep(event)
        if blocked:
            return self.of_no_use(member, event)
        day = self.day(event.occurred_at)
        effects = pass_time(self.book, member, day)
        refusal = brought(self.book, member, event, to)
        deciding = Deciding(self.book, self.pool, member, event, day)
        deciding.lent = lent
        if isinstance(event, Opening):
            return self.open(deciding, event)
        enrolled = self.enrol(member, event, day)
        if isinstance(event, Claim) and enrolled:
            return self.claim(deciding, event, effects)
        deciding.slices = cut(deciding)
        before = Recorded(event, member, day)
        if enrolled:
            member.today = max(member.today, day)
            if isinstance(event, Enrolment | Profile):
                member.attributes.update(event.attributes)
            if self.takes_back and isinstance(event, Purchase):
                before.read = kept(member, self.pool)
            self.decide_and_post(deciding, to)
            deciding.refusals += [*refusal, *refused]
            for rule in deciding.flagged:
                deciding.effects.append(Effect(kind=Kind.FLAG, day=number(day), rule=rule))
            deciding.effects += given_otherwise(deciding)
            before.note(deciding)
            self.recorded[event.source, event.id] = before
            for waiting in self.waiting.pop((event.source, event.id, id(member)), []):
                if isinstance(event, Grant):  # who sent what waited is not known any more
                    deciding.refusals.append(("staff-only", named(waiting)))
                    continue
                self.decide_behind(deciding, waiting)
            effects += deciding.effects
            # What a late event has made due in the past is done at once.
            effects += pass_time(self.book, member, member.today)
        else:
            deciding.refusals += not_a_member(event)
        self.recorded[event.source, event.id] = before
        seen = max(day, member.today)
        return self.result(member, seen, effects, deciding, payable(deciding))

    def of_no_use(self, member: Member, event: Event) -> Result:
        """Recorded, and paid in full; nothing happens to the member, not even time."""
        day = self.day(event.occurred_at)
        deciding = Deciding(self.book, self.pool, Member(), event, day)
        deciding.slices = cut(deciding)
        asked = [("card-blocked", claim) for _, claim in not_a_member(event)]
        deciding.refusals = [("card-blocked", "member"), *asked]
        self.recorded[event.source, event.id] = Recorded(event, member, day)
        return self.result(member, max(day, member.today), [], deciding, payable(deciding))

    def open(self, deciding: Deciding, event: Opening) -> Result:
        """What a member brings along, before all else; nothing follows but what has ended."""
        member, day = deciding.member, deciding.day
        if member.enrolled is not None:
            deciding.refusals.append(("already-a-member", "opening"))
            return self.result(member, member.today, [], deciding)
        member.enrolled, member.today = day, day
        member.attributes.update(event.attributes)
        bring_along(deciding, event)
        effects = [*deciding.effects, *automatic_rewards(self.book, member, day)]
        effects += pass_time(self.book, member, day)
        return self.result(member, day, effects, deciding)

    def guest(self, event: Purchase | TakingBack) -> Result:
        """What happens without a member."""
        nobody, day = Member(), self.day(event.occurred_at)
        deciding = Deciding(self.book, self.pool, nobody, event, day)
        self.recorded[event.source, event.id] = Recorded(event, nobody, day)
        if isinstance(event, TakingBack):
            codes, deciding.refund = self.guests.bring_back(event)
            deciding.refusals = [(code, named(event)) for code in codes]
            self.guests.keep(event)
            return self.result(nobody, day, [], deciding)
        self.guests.keep(event)
        deciding.refusals = not_a_member(event)
        deciding.slices = cut(deciding)
        return self.result(nobody, day, [], deciding, payable(deciding))

    def claim(self, asked: Deciding, event: Claim, effects: list[Effect]) -> Result:
        """Give a guest's purchase to the member, as an event of its own day."""
        member = asked.member
        member.today = max(member.today, asked.day)
        key = self.guests.refused(event)
        self.recorded[event.source, event.id] = Recorded(event, member, asked.day)
        if isinstance(key, str):
            if key == "unknown-purchase":
                self.guests.waiting.append(event)
            else:
                asked.refusals.append((key, "claim"))
            effects += automatic_rewards(self.book, member, asked.day)
        else:
            purchase, whole = self.guests.give(event, key)
            day = self.day(purchase.occurred_at)
            deciding = Deciding(self.book, self.pool, member, purchase, day)
            deciding.slices = cut(deciding)
            before = Recorded(whole.purchase, member, day, read=kept(member, self.pool))
            self.decide_and_post(deciding)
            before.note(deciding)
            before.left, before.paid, before.tenders = whole.left, whole.paid, whole.tenders
            self.recorded[key] = before
            effects += deciding.effects
        for waiting in self.waiting.pop((event.source, event.id, id(member)), []):
            asked.refusals.append(("not-returnable", named(waiting)))
        effects += pass_time(self.book, member, member.today)
        return self.result(member, member.today, effects, asked)

    def decide_behind(self, deciding: Deciding, event: TakingBack) -> None:
        """A return that has waited for the event, directly behind it."""
        member = deciding.member
        behind = Deciding(self.book, self.pool, member, event, self.day(event.occurred_at))
        self.decide_and_post(behind)
        deciding.refusals += behind.refusals
        deciding.refund += behind.refund
        deciding.effects += behind.effects
        deciding.refers += behind.refers

    def take_back(self, deciding: Deciding, event: TakingBack) -> None:
        """Take back what a return or a cancellation names, refuse it, or let it wait."""
        key = event.of.source, event.of.id
        if isinstance(event, Return) and event.without_receipt:
            found = self.latest(deciding.member, event)
            if found is None:
                deciding.refusals.append(("unknown-purchase", "return"))
                return
            key = found
        if key in self.recorded:
            refusal = taken_back(deciding, self.recorded[key], event)
            if refusal is not None:
                deciding.refusals.append((refusal, deciding.type))
        elif key == (event.source, event.id):
            deciding.refusals.append(("not-returnable", deciding.type))
        else:
            self.waiting.setdefault((*key, id(deciding.member)), []).append(event)

    def latest(self, member: Member, event: Return) -> tuple[str, str] | None:
        """The member's latest purchase of which so much is left of all that comes back."""
        fitting = []
        for key, one in self.recorded.items():
            own = one.member is member and one.decided is not None and one.left is not None
            if not own or one.event.occurred_at > event.occurred_at:
                continue
            wanted: dict[str, int] = {}
            for back in event.lines:
                sku = back.sku or ""
                wanted[sku] = wanted.get(sku, 0) + (back.quantity or 0)
            there = one.left.still if one.left else []
            if all(
                sum(each.units for each in there if each.line.sku == sku) >= units
                for sku, units in wanted.items()
            ):
                fitting.append((one.event.occurred_at, key))
        return max(fitting)[1] if fitting else None

    def enrol(self, member: Member, event: Event, day: date) -> bool:
        """Whether the event is that of a member, if only from now on."""
        if member.left or isinstance(event, Leave):
            if member.left and isinstance(event, Enrolment):
                member.left, member.enrolled = False, day
            return member.enrolled is not None and not member.left
        only = self.book.programme.enrolment is model.Enrolment.ENROLMENT_ONLY
        first = of_first_purchase(self.book.programme, event)
        if member.enrolled is None and (isinstance(event, Enrolment) or first or not only):
            member.enrolled = day
        return member.enrolled is not None

    def decide_and_post(self, deciding: Deciding, to: str = "") -> None:
        if isinstance(deciding.event, Return | Cancel):
            self.take_back(deciding, deciding.event)
            deciding.effects += automatic_rewards(self.book, deciding.member, deciding.day)
            deciding.effects += deciding.vouchers_back
            return
        if isinstance(deciding.event, Leave):
            deciding.effects += leave(self.book, deciding.member, deciding.day)
            return
        granted = not isinstance(deciding.event, Redemption) or self.redeem(
            deciding, deciding.event
        )
        if isinstance(deciding.event, Use) and deciding.event.benefit is not None:
            use_benefit(deciding, deciding.event)
        elif isinstance(deciding.event, Use):
            deciding.effects += Vouchers(deciding).hand_out()
        elif granted and not (corrected(deciding) or exchanged(deciding, to, self.handed)):
            self.decide_what_is_granted(deciding)
        deciding.effects += automatic_rewards(self.book, deciding.member, deciding.day)

    def decide_what_is_granted(self, deciding: Deciding) -> None:
        settle(deciding)
        post(deciding)
        deciding.effects += self.issues(deciding)
        deciding.effects += told(deciding)
        self.remember(deciding)
        for key, tier in sorted(self.book.programme.tiers.items()):
            if any(deciding.added[metric] for metric in metrics_of(tier)):
                member, day = deciding.member, deciding.day
                place = earned(self.book, member, tier, member.today)
                effect = climb(self.book, member, key, day)
                if remembers(tier):
                    deciding.holding[key] = place
                    holding(self.book, member, key, day, (0, place))
                if effect:
                    deciding.effects.append(effect)

    def redeem(self, deciding: Deciding, event: Redemption) -> bool:
        reward = self.book.programme.rewards.get(event.reward)
        if deciding.closed():
            deciding.refusals.append(("programme-closed", "redemption"))
            return False
        if reward is None:
            deciding.refusals.append(("unknown-reward", "redemption"))
            return False
        if not reward.price or reward.automatic:
            deciding.refusals.append(("not-for-sale", "redemption"))
            return False
        left = deciding.left(event.reward)
        if left is not None and event.quantity > left:
            deciding.refusals.append(("out-of-stock", "redemption"))
            return False
        ((currency, price),) = reward.price.items()
        units = int(price * self.book.unit(currency)) * event.quantity
        if units > deciding.member.purses[currency].balance:
            deciding.refusals.append(("insufficient-balance", "redemption"))
            return False
        self.pool.issued[event.reward] += event.quantity
        member, day = deciding.member, deciding.day
        spent = deciding.spent_lots
        deciding.effects += buy(self.book, member, currency, units, day, taken=spent)
        first = len(member.vouchers)
        deciding.effects += issue(self.book, member, event.reward, day, count=event.quantity)
        deciding.issued += [(None, place) for place in range(first, len(member.vouchers))]
        return True

    def issues(self, deciding: Deciding) -> list[Effect]:
        """The vouchers that rules issue."""
        effects: list[Effect] = []
        for rule in deciding.issuing:
            reward = self.book.programme.rules[rule].then.issue or ""
            self.pool.issued[reward] += 1
            deciding.issued.append((rule, len(deciding.member.vouchers)))
            effects += issue(self.book, deciding.member, reward, deciding.day, rule=rule)
        return effects

    def remember(self, deciding: Deciding) -> None:
        """Count the event towards limits, budgets and metrics."""
        member, day = deciding.member, deciding.day
        for rule, used in deciding.used.items():
            group = self.book.programme.rules[rule].group
            for owner in [("rule", rule)] + ([("group", group)] if group else []):
                for of in (member, self.pool):
                    of.used[owner].setdefault(day, Used()).add(used)
        for key, one in deciding.added.items():
            if one is None:
                continue
            if self.book.programme.metrics[key].streak:
                mark(self.book.programme.metrics[key], member.happened[key], day)
            elif not self.forgotten(member, key, day):
                member.happened[key].add(day, one)

    def forgotten(self, member: Member, key: str, day: date) -> bool:
        """Whether a day is too long ago to have a part in what rolls over."""
        rolls = self.book.programme.metrics[key].rollover
        return rolls and metrics.too_late(self.book, member, key, day)

    def result(
        self,
        member: Member,
        seen: date,
        effects: list[Effect],
        decided: Deciding | None = None,
        bill: Payable | None = None,
    ) -> Result:
        programme = self.book.programme
        purses = {key: member.purses[key] for key in programme.currencies}
        return Result(
            effects=tuple(effects),
            refusals=tuple(decided.refusals) if decided else (),
            refund=tuple(decided.refund) if decided else (),
            refers=decided.refers if decided else 0,
            payable=bill,
            wallet={
                key: (purse.balance, purse.waiting, purse.kept) for key, purse in purses.items()
            },
            tiers={
                key: (
                    places(self.book, tier)[member.tenures[key].place],
                    until_told(self.book, member.tenures[key]),
                )
                for key, tier in programme.tiers.items()
            },
            metrics={key: metrics.value(self.book, member, key, seen) for key in programme.metrics},
            benefits=benefits(self.book, member, seen),
            left=left(self.book, member, seen),
            badges={key: number(days[0]) for key, days in member.badges.items() if days},
            vouchers=tuple((each.left, each.uses) for each in member.vouchers),
        )


def given_otherwise(deciding: Deciding) -> Iterator[Effect]:
    """What is told of what the till gave."""
    day = number(deciding.day)
    for rule, amount in sorted(deciding.strange.items()):
        yield Effect(kind=Kind.DISCOUNT, day=day, rule=rule, amount=amount)
    for rule, more in sorted(deciding.otherwise.items()):
        yield Effect(kind=Kind.FLAG, day=day, rule=rule, amount=more, reason="given-otherwise")


def until_told(book: Rulebook, tenure: Tenure) -> int | None:
    """Until when a place is held, no later than the programme goes."""
    return maybe_number(book.no_later(tenure.until) if tenure.place else None)


def brought(book: Rulebook, member: Member, event: Event, by: str) -> list[tuple[str, str]]:
    """Note who brought a member, if an enrolment says so, or why nobody did."""
    asked = any(rule.then.refer for rule in book.programme.rules.values())
    if not isinstance(event, Enrolment) or event.referred_by is None or not asked:
        return []
    if member.enrolled is not None:
        return [("already-a-member", "referred_by")]
    if member_name(event.referred_by) == member_name(event.member):
        return [("self-referral", "referred_by")]
    if not by:
        return [("unknown-referrer", "referred_by")]
    member.brought_by = by
    return []


def not_a_member(event: Event) -> list[tuple[str, str]]:
    """The refusals of all that an event asks for."""
    if isinstance(event, Purchase):
        claims = [("not-a-member", "quote")] if event.quote is not None else []
        claims += [("not-a-member", "vouchers") for _ in event.vouchers]
        return claims + [("not-a-member", "spend") for _ in event.spend]
    if isinstance(event, Redemption):
        return [("not-a-member", "redemption")]
    if isinstance(event, Use):
        return [("not-a-member", "use")]
    if isinstance(event, Return | Cancel | Claim):
        return [("not-a-member", TYPE_NAMES[type(event)])]
    if isinstance(event, Transfer | Leave):
        return [("not-a-member", TYPE_NAMES[type(event)])]
    claim = asked_by_staff(event)
    return [] if claim is None else [("not-a-member", claim)]
