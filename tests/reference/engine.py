"""The reference engine: what a programme means for one member's events, said naively.

It shares no code with `xenia.engine`; docs/reference/semantics.md is what both must agree with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.reference import metrics
from tests.reference.accruals import accruals, post
from tests.reference.basket import count_spent, cut, discounts, payable, spend_claims
from tests.reference.days import local_day, maybe_number
from tests.reference.deciding import Deciding
from tests.reference.holdings import FAR, Member, Pool, Tenure, Used
from tests.reference.metrics import mark
from tests.reference.passing import automatic_rewards, buy, issue, pass_time
from tests.reference.rulebook import Rulebook
from tests.reference.staff import asked_by_staff, corrected
from tests.reference.standing import climb, places
from tests.reference.vouchers import Vouchers
from xenia.effects import Effect, Payable
from xenia.events.model import Enrolment, Event, Profile, Purchase, Redemption, Use
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
    vouchers: tuple[tuple[int | None, int], ...]  # money that is left, uses that are left


class Reference:
    """Decides events of members; members, and what all of them share, are changed in place."""

    def __init__(self, programme: Programme) -> None:
        self.book = Rulebook(programme)
        self.pool = Pool()

    def day(self, instant: int) -> date:
        return local_day(self.book.programme.timezone, instant)

    def pass_time(self, member: Member, until: int) -> Result:
        """Due work alone, up to and with the day of an instant in microseconds."""
        day = self.day(until)
        effects = pass_time(self.book, member, day)
        return self.result(member, max(day, member.today), effects, [], None)

    def decide(self, member: Member, event: Event) -> Result:
        """Due work, then the event."""
        day = self.day(event.occurred_at)
        effects = pass_time(self.book, member, day)
        deciding = Deciding(self.book, self.pool, member, event, day)
        deciding.slices = cut(deciding)
        if self.enrol(member, event, day):
            member.today = max(member.today, day)
            if isinstance(event, Enrolment | Profile):
                member.attributes.update(event.attributes)
            self.decide_and_post(deciding)
            effects += deciding.effects
            # What a late event has made due in the past is done at once.
            effects += pass_time(self.book, member, member.today)
        else:
            deciding.refusals += not_a_member(event)
        seen = max(day, member.today)
        return self.result(member, seen, effects, deciding.refusals, payable(deciding))

    def enrol(self, member: Member, event: Event, day: date) -> bool:
        """Whether the event is that of a member, if only from now on."""
        only = self.book.programme.enrolment is model.Enrolment.ENROLMENT_ONLY
        if member.enrolled is None and (isinstance(event, Enrolment) or not only):
            member.enrolled = day
        return member.enrolled is not None

    def decide_and_post(self, deciding: Deciding) -> None:
        granted = not isinstance(deciding.event, Redemption) or self.redeem(
            deciding, deciding.event
        )
        if isinstance(deciding.event, Use):
            deciding.effects += Vouchers(deciding).hand_out()
        elif granted and not corrected(deciding):
            self.decide_what_is_granted(deciding)
        deciding.effects += automatic_rewards(self.book, deciding.member, deciding.day)

    def decide_what_is_granted(self, deciding: Deciding) -> None:
        if isinstance(deciding.event, Purchase):
            vouchers = Vouchers(deciding)
            discounts(deciding)
            vouchers.lower_prices()
            before, deciding.effects = deciding.effects, []
            spend_claims(deciding)
            vouchers.pay()
            deciding.effects += [*before, *vouchers.finish()]
            count_spent(deciding)
        accruals(deciding)
        added = {key: deciding.contribution(key) for key in self.book.programme.metrics}
        issued = self.issues(deciding)
        post(deciding)
        deciding.effects += issued
        self.remember(deciding, added)
        member, day = deciding.member, deciding.day
        for key in sorted(self.book.programme.tiers):
            tier = self.book.programme.tiers[key]
            thresholds = [{**level.any, **level.all} for level in tier.levels.values()]
            if any(added[metric] for level in thresholds for metric in level):
                effect = climb(self.book, member, key, day)
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
        deciding.effects += buy(self.book, member, currency, units, day)
        deciding.effects += issue(self.book, member, event.reward, day, count=event.quantity)
        return True

    def issues(self, deciding: Deciding) -> list[Effect]:
        """The vouchers that rules issue."""
        effects: list[Effect] = []
        for rule in self.book.in_order:
            reward = self.book.programme.rules[rule].then.issue
            if reward is None or deciding.left(reward) == 0:
                continue
            if deciding.holds(rule) and deciding.may(rule):
                self.pool.issued[reward] += 1
                deciding.use(rule)
                effects += issue(self.book, deciding.member, reward, deciding.day, rule=rule)
        return effects

    def remember(self, deciding: Deciding, added: dict[str, int | str | None]) -> None:
        """Count the event towards limits, budgets and metrics."""
        member, day = deciding.member, deciding.day
        for rule, used in deciding.used.items():
            group = self.book.programme.rules[rule].group
            for owner in [("rule", rule)] + ([("group", group)] if group else []):
                for of in (member, self.pool):
                    total = of.used[owner].setdefault(day, Used())
                    total.times += used.times
                    total.units += used.units
                    total.amount += used.amount
        for key, one in added.items():
            if one is None:
                continue
            if self.book.programme.metrics[key].streak:
                mark(self.book.programme.metrics[key], member.happened[key], day)
            elif not self.forgotten(member, key, day):
                member.happened[key].by_day[day].append(one)

    def forgotten(self, member: Member, key: str, day: date) -> bool:
        """Whether a day is too long ago to have a part in what rolls over."""
        rolls = self.book.programme.metrics[key].rollover
        return rolls and metrics.too_late(self.book, member, key, day)

    def result(
        self,
        member: Member,
        seen: date,
        effects: list[Effect],
        refusals: list[tuple[str, str]],
        bill: Payable | None,
    ) -> Result:
        programme = self.book.programme
        purses = {key: member.purses[key] for key in programme.currencies}
        return Result(
            effects=tuple(effects),
            refusals=tuple(refusals),
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
            vouchers=tuple((each.left, each.uses) for each in member.vouchers),
        )


def until_told(book: Rulebook, tenure: Tenure) -> int | None:
    """Until when a place is held, no later than the programme goes."""
    return maybe_number(book.no_later(tenure.until) if tenure.place else None)


def benefits(book: Rulebook, member: Member, seen: date) -> dict[str, int | None]:
    """What levels bring and what was granted, until when."""
    if book.closed(max(seen, member.today)):
        return {}
    found = {key: until for key, until in member.benefits.items() if until > seen}
    for key, tier in book.programme.tiers.items():
        tenure = member.tenures[key]
        level = places(book, tier)[tenure.place]
        for benefit in tier.levels[level].benefits if level else ():
            until = tenure.until or FAR
            found[benefit] = max(until, found.get(benefit, until))
    return {
        key: maybe_number(book.no_later(None if until == FAR else until))
        for key, until in found.items()
    }


def not_a_member(event: Event) -> list[tuple[str, str]]:
    """The refusals of all that an event asks for."""
    if isinstance(event, Purchase):
        claims = [("not-a-member", "vouchers") for _ in event.vouchers]
        return claims + [("not-a-member", "spend") for _ in event.spend]
    if isinstance(event, Redemption):
        return [("not-a-member", "redemption")]
    if isinstance(event, Use):
        return [("not-a-member", "use")]
    claim = asked_by_staff(event)
    return [] if claim is None else [("not-a-member", claim)]
