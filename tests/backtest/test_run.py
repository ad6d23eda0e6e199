"""A backtest's sums: by month, member and cohort, with shared budgets, under stated policies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from msgspec import structs

from tests.backtest.beside import in_order
from tests.reference.beside import with_returns_of
from xenia.backtest.fold import fold
from xenia.backtest.history import Sums
from xenia.backtest.policies import HISTORY, Policy, policy
from xenia.backtest.reading import read_rows
from xenia.backtest.result import Result
from xenia.backtest.run import run
from xenia.backtest.sources import (
    Bucket,
    EventSource,
    StoredSource,
    read_members,
    with_moments,
    without_late,
)
from xenia.backtest.tables import SKIPPED
from xenia.effects import Outcome
from xenia.engine.account import NO_KEY, Account
from xenia.engine.compile import compile_programme
from xenia.engine.plan import Plan
from xenia.engine.since import ALWAYS
from xenia.engine.timeline import Timeline
from xenia.engine.versions import TimelineVersion
from xenia.events.model import Event, Line, OfItself, Purchase, Return
from xenia.events.parts import EventKey, LineBack
from xenia.programme.model import (
    Budget,
    Currency,
    Discount,
    Earn,
    Expression,
    Gives,
    Per,
    Programme,
    Returns,
    Reward,
    Rule,
    Then,
)
from xenia.programme.periods import Duration
from xenia.programme.settings import Settings
from xenia.services.deciding import EngineDecider
from xenia.services.inputs import UnusableError

HERE = Path(__file__).parent
PROGRAMMES = HERE.parents[1] / "programmes"
DAY = 24 * 60 * 60 * 1_000_000
START = 20_000 * DAY


# ---- budgets -------------------------------------------------------------------------------------


def scarce() -> Programme:
    """Discounts, points and mugs of which there are few, for all members together."""
    points = Earn(units=Per(Decimal(1), Decimal(1)))
    rules = {
        "off": Rule(
            then=Then(discount=Discount(amount=Decimal(1))),
            budget=(Budget(per="month", amount=Decimal(9)),),
        ),
        "mug": Rule(then=Then(issue="mug")),
        "points": Rule(
            then=Then(earn={"points": points}), budget=(Budget(per="week", units=Decimal(70)),)
        ),
        "often": Rule(then=Then(earn={"stars": points}), budget=(Budget(per="ever", times=7),)),
    }
    return Programme(
        id="scarce",
        money="EUR",
        timezone="UTC",
        currencies={"points": Currency(), "stars": Currency()},
        rules=rules,
        rewards={"mug": Reward(gives=Gives(gift_card=Decimal(1)), stock=11)},
    )


def shopping(seed: int, members: int, count: int) -> list[Event]:
    """Purchases, some at the same instant, and returns of some of them."""
    random, events, now = Random(seed), list[Event](), START
    for number in range(count):
        now += random.choice((0, 0, DAY // 3, 2 * DAY))
        name = f"m{random.randrange(members)}"
        line = Line(id="1", sku="s", category="c", quantity=2000, amount=random.randint(50, 3000))
        source = random.choice(("api", "till"))
        bought = Purchase(
            id=f"p{number}", source=source, member=name, occurred_at=now, lines=(line,)
        )
        events.append(bought)
        if random.random() < 0.2:
            of = EventKey(bought.id, bought.source)
            back = now + random.choice((0, DAY, 20 * DAY))
            events.append(Return(id=f"r{number}", member=name, occurred_at=back, of=of, all=True))
    return sorted(events, key=lambda event: (event.occurred_at, event.source, event.id))


def in_one_fold(programme: Programme, events: Sequence[Event]) -> dict[tuple[str, str], int]:
    """Units of each rule, decided for all members together, in order of occurrence."""
    decider = EngineDecider(compile_programme(programme), NO_KEY)
    accounts: dict[str, Account] = {}
    found: dict[tuple[str, str], int] = {}

    def take(outcome: Outcome) -> None:
        for effect in outcome.effects:
            if effect.kind.value in {"earn", "discount", "issue"}:
                key = effect.kind.value, effect.rule or ""
                found[key] = found.get(key, 0) + (effect.units or effect.amount or 1)

    for event in events:
        name = str(event.member)
        account = accounts.get(name) or decider.new_account(name)
        accounts[name], outcome = decider.decide(account, event)
        take(outcome)
    for account in accounts.values():
        take(decider.pass_time(account, events[-1].occurred_at)[1])
    return found


def by_rule(found: Result) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = {}
    for one in found.effects:
        if one.kind in {"earn", "discount", "issue"}:
            key = one.kind, one.rule or ""
            sums[key] = sums.get(key, 0) + int(one.units.sum())
    return sums


class Split(EventSource):
    """The same members in several buckets."""

    def read(self, plan: Plan, bucket: int, *, claims: bool) -> Bucket:
        names = sorted(self.members)[bucket :: self.buckets]
        part = {name: self.members[name] for name in names}
        return read_members(plan, part, self.last, key=self.key, claims=claims)


def check_budgets(seed: int, count: int) -> None:
    programme, events = scarce(), shopping(seed, members=4, count=count)
    source = Split(EventSource.of(events).members, buckets=3)
    found = run(programme, source, compiles=False)
    assert by_rule(found) == in_one_fold(programme, events)


@pytest.mark.parametrize("seed", range(2))
def test_budgets_are_used_up_in_order_of_occurrence(seed: int) -> None:
    check_budgets(seed, 40)


def test_what_comes_back_is_decided_on_the_room_that_there_was() -> None:
    # Without the line that has come back, a purchase would earn, if anything had been left then.
    once = Rule(
        when=Expression("basket.amount < 20"),
        then=Then(earn={"points": Earn(units=Per(Decimal(1), Decimal(1)))}),
        budget=(Budget(per="ever", times=1),),
    )
    programme = Programme(
        id="once", money="EUR", timezone="UTC", currencies={"points": Currency()},
        rules={"once": once},
    )  # fmt: skip

    def half(number: int, day: int) -> Return:
        of, back = EventKey(f"p{number}"), (LineBack(line="1", quantity=1000),)
        return Return(id=f"r{number}", occurred_at=START + day * DAY, of=of, lines=back, member="m")

    def pair(number: int, day: int) -> Purchase:
        line = Line(id="1", sku="s", category="c", quantity=2000, amount=3000)
        at = START + day * DAY
        return Purchase(id=f"p{number}", member="m", occurred_at=at, lines=(line,))

    events: list[Event] = [pair(1, 0), bought(2, 1000, 1), pair(3, 2), half(1, 3), half(3, 4)]
    assert in_one_fold(programme, events) == {("earn", "once"): 25}  # 10, and 15 for the first half
    assert by_rule(folded(programme, events)) == {("earn", "once"): 25}


def check_random_budgets(seed: int) -> bool:
    """The same of a random programme, if it has any."""
    programme, history = with_returns_of(seed, 40, 3)
    plan = compile_programme(programme)
    if not plan.budgets:
        return False
    members = {
        name: [event for event in told if not isinstance(event, OfItself)]
        for name, told in in_order(programme, history).items()
    }
    last = max(told[-1].occurred_at for told in members.values())
    timeline = Timeline((TimelineVersion(plan.version, ALWAYS, plan, NO_KEY),))
    whole = [
        event
        for name, told in members.items()
        for event in with_moments(timeline, name, told, last)
    ]
    whole.sort(key=lambda event: (event.occurred_at, event.source, event.id))
    found = run(programme, Split(members, buckets=2), compiles=False)
    assert by_rule(found) == in_one_fold(programme, whole), seed
    return True


@pytest.mark.prove
@pytest.mark.parametrize("first", range(0, 200, 50))
def test_budgets_of_random_programmes_are_used_up_in_order(first: int) -> None:
    assert sum(map(check_random_budgets, range(first, first + 50))) > 5


@pytest.mark.prove
@pytest.mark.parametrize("first", range(100, 160, 20))
def test_budgets_are_used_up_in_order_in_many_histories(first: int) -> None:
    for seed in range(first, first + 20):
        check_budgets(seed, 60)


# ---- sums ----------------------------------------------------------------------------------------


def bought(number: int, amount: int, day: int, member: str = "m") -> Purchase:
    line = Line(id="1", sku="s", category="c", quantity=1000, amount=amount)
    return Purchase(id=f"p{number}", member=member, occurred_at=START + day * DAY, lines=(line,))


def points(*, value: str | None = None, price: int | None = None) -> Programme:
    """A point for every unit of money, good for purchases or for a mug."""
    earn = Earn(units=Per(Decimal(1), Decimal(1)))
    rewards = {}
    if price is not None:
        mug = Reward(gives=Gives(gift_card=Decimal(1)), price={"points": Decimal(price)})
        rewards = {"mug": mug}
    return Programme(
        id="points",
        money="EUR",
        timezone="UTC",
        currencies={"points": Currency(value=None if value is None else Decimal(value))},
        rules={"all": Rule(then=Then(earn={"points": earn}))},
        rewards=rewards,
        settings=Settings(),
    )


VISITS = [bought(number, 1000, 10 * number) for number in range(8)]


def folded(programme: Programme, events: Sequence[Event], how: Policy = HISTORY) -> Result:
    return run(programme, EventSource.of(events), how, compiles=False)


def test_sums_are_by_month_and_by_member() -> None:
    back = Return(id="r", member="m", occurred_at=START + 40 * DAY, of=EventKey("p1"), all=True)
    events: list[Event] = [bought(1, 1000, 0), bought(2, 500, 35), back, bought(3, 700, 36, "n")]
    found = folded(points(), events)
    (units,) = found.currencies
    money = found.money_months
    assert [found.month(place) for place in range(found.months)] == ["2024-10", "2024-11"]
    assert (units.issued.tolist(), units.taken_back.tolist()) == ([10, 12], [0, 10])
    assert units.outstanding.tolist() == [10, 12]
    assert (money.sales.tolist(), money.returned.tolist()) == ([1000, 1200], [0, 1000])
    assert (money.purchases.tolist(), money.active.tolist()) == ([1, 2], [1, 2])
    assert money.enrolled.tolist() == [1, 2]
    assert found.members.names == ("m", "n")
    assert found.members.sales.tolist() == [500, 700]
    assert found.members.held["points"].tolist() == [5, 7]
    (cohort,) = found.cohorts
    assert (cohort.issued.tolist(), cohort.taken.tolist()) == ([10, 12], [[0, 10], [0, 0]])


def test_lines_are_told_with_their_bucket() -> None:
    told: list[tuple[list[str], list[list[int]]]] = []
    back = Return(id="r", member="m", occurred_at=START + 9 * DAY, of=EventKey("p1"), all=True)
    source = EventSource.of([bought(1, 1000, 0), bought(2, 500, 5), back])
    found = run(
        points(),
        source,
        compiles=False,
        lines=lambda bucket, lines: told.append(([*bucket.names], lines.tolist())),
    )
    ((names, lines),) = told
    assert names == ["m"]
    assert [(row, day - 20_000, units) for row, day, _, units, _, _ in lines] == [
        (0, 0, 10),
        (1, 5, 5),
        (2, 9, 10),
    ]
    assert sum(int(one.times.sum()) for one in found.effects) == len(lines)


def test_late_returns_are_left_out_of_rows_that_have_them() -> None:
    backs = [
        Return(id=f"r{n}", member="m", occurred_at=START + day * DAY, of=EventKey(of), all=True)
        for n, (of, day) in enumerate((("p1", 30), ("p2", 35), ("p3", 36)))
    ]
    events: list[Event] = [bought(1, 1000, 0), bought(2, 500, 5), bought(3, 700, 6), *backs]
    patient, strict = points(), replace(points(), returns=Returns(within=Duration(days=30)))
    plan = compile_programme(strict)
    told = sorted(events, key=lambda event: event.occurred_at)
    rows, late = without_late(plan, read_rows(compile_programme(patient), [told]))
    assert (late, rows.back.tolist().count(SKIPPED)) == (3, 3)
    same = fold(plan, read_rows(plan, [told]), 20_100, compiles=False)
    assert fold(plan, rows, 20_100, compiles=False).units.tolist() == same.units.tolist()
    rows, late = without_late(compile_programme(patient), rows)
    assert late == 0


def test_a_stored_history_is_read_bucket_by_bucket() -> None:
    whole = EventSource.of([*VISITS, bought(20, 900, 3, "n")])
    stored = [whole.members["m"], whole.members["n"]]
    counts = Sums(purchases=9, returns=0, first=whole.first, last=whole.last)
    nobody = Sums(purchases=2, returns=0, first=None, last=None)
    source = StoredSource(lambda bucket: stored[bucket], 2, counts, nobody, redeems=False)
    asked: list[tuple[str, int, int]] = []
    found = run(
        points(price=20),
        source,
        policy("eager"),
        compiles=False,
        progress=lambda step, done, of: asked.append((step, done, of)),
    )
    same = folded(points(price=20), [*whole.members["m"], *whole.members["n"]], policy("eager"))
    assert found.members.names == ("m", "n")
    assert found.money_months.sales.tolist() == same.money_months.sales.tolist()
    assert found.currencies[0].spent.tolist() == same.currencies[0].spent.tolist()
    assert asked == [("fold", 1, 2), ("fold", 2, 2)]
    assert [(one.name, one.count) for one in found.treatments if one.name == "guests"] == [
        ("guests", 2)
    ]


def test_what_is_outstanding_is_what_members_hold() -> None:
    for seed in range(4):
        programme, history = with_returns_of(seed, 40, 2)
        members = in_order(programme, history)
        found = folded(programme, [event for told in members.values() for event in told])
        for each in found.currencies:
            assert each.outstanding[-1] == found.members.held[each.currency].sum()
        for cohort in found.cohorts:
            used, ended = cohort.used.sum(), cohort.expired.sum() + cohort.taken.sum()
            held = found.members.held[cohort.currency].sum()
            assert cohort.issued.sum() - used - ended == held


# ---- policies ------------------------------------------------------------------------------------


def test_eager_members_redeem_whenever_they_can() -> None:
    found = folded(points(price=20), VISITS, policy("eager"))
    (units,) = found.currencies
    # 10 points each time, and a mug of 20 before the third, fifth and seventh purchase.
    assert (int(units.issued.sum()), int(units.spent.sum())) == (80, 60)
    assert found.members.rewards["mug"].tolist() == [3]


def test_members_wait_for_a_balance() -> None:
    found = folded(points(price=20), VISITS, policy("threshold:50"))
    assert found.members.rewards["mug"].tolist() == [2]  # two at once, of 50


def test_a_share_of_chances_is_taken_evenly_and_none_is_never() -> None:
    half = folded(points(price=20), VISITS, policy("share:50%"))
    none = folded(points(price=20), VISITS, policy("never"))
    spent = [int(each.currencies[0].spent.sum()) for each in (half, none)]
    assert 0 < spent[0] <= 60
    assert spent[1] == 0


def test_units_pay_for_a_purchase_as_far_as_its_bill_goes() -> None:
    found = folded(points(value="0.10"), VISITS, policy("eager"))
    (units,), money = found.currencies, found.money_months
    assert int(units.spent.sum()) == 10 * int(money.spent.sum()) // 100
    assert 0 < units.outstanding[-1] <= 10  # those of the last purchase
    asked = [structs.replace(VISITS[0], spend={"points": "1"}), *VISITS[1:]]
    assert folded(points(value="0.10"), asked, policy("never")).currencies[0].spent.sum() == 0


def test_a_fitted_share_is_that_of_the_history() -> None:
    told = [*VISITS[:2], structs.replace(VISITS[2], spend={"points": "20"}), *VISITS[3:]]
    found = folded(points(value="0.10"), told, policy("fitted"))
    # One of seven purchases to which the member came with points.
    assert found.policy == "fitted: 1 of 7"
    assert found.currencies[0].spent.sum() > 0


@pytest.mark.parametrize("written", ["", "always", "share:101%", "threshold:", "share:5"])
def test_what_is_no_policy_is_said(written: str) -> None:
    with pytest.raises(UnusableError, match=r"--redeem: .* write history, eager, never"):
        policy(written)


# ---- what is treated otherwise -------------------------------------------------------------------


def test_what_a_history_cannot_replay_is_listed_with_its_count() -> None:
    nobody = structs.replace(bought(9, 100, 1), member=None)
    lost = Return(id="r", member="m", occurred_at=START + 9 * DAY, of=EventKey("x"), all=True)
    voucher = structs.replace(bought(8, 100, 2), vouchers=("ABC",))
    late = structs.replace(bought(7, 100, 0), id="late")
    found = folded(points(), [*VISITS, nobody, lost, voucher, late])
    told = {one.name: one.count for one in found.treatments}
    assert told["guests"] == 1
    assert told["returns-without-purchase"] == 1
    assert told["vouchers-at-the-till"] == 1
    assert told["out-of-order"] > 0
