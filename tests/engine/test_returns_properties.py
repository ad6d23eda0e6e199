"""Whatever was bought, in whatever programme: to return it leaves no gain, and takes nothing twice.

Returns are held against what must be true of them, not against another engine: that is done in
`test_returns_reference.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.engine.shopping import (
    DAY,
    START,
    Member,
    Words,
    bought,
    moved,
    purchases,
    stories,
)
from tests.engine.test_settings import sound
from tests.reference.random_programmes import random_programme
from tests.reference.random_returns import with_terms_of_returns
from xenia.effects import Kind, Movement, Outcome, Payable
from xenia.engine.operators import FAR, LEVEL, UNTIL
from xenia.events.model import Cancel, Line, Purchase, Redemption, Return
from xenia.events.parts import EventKey, LineBack
from xenia.ledger.accounts import LedgerAccount
from xenia.ledger.lots import open_lots
from xenia.ledger.posting import entries_of
from xenia.programme.ladders import Returned, metrics_of
from xenia.programme.model import Metric, Programme, Returns, SpendFirst
from xenia.programme.periods import Duration, Inactive
from xenia.programme.settings import BelowZero, UsedVoucher
from xenia.services.programmes import sound_programme

FILES = sorted(
    path
    for path in (Path(__file__).parents[2] / "programmes").glob("*.yaml")
    if not path.name.endswith(".scenario.yaml")
)
CATALOGUE = {path.stem: sound_programme(path) for path in FILES}


def with_terms(seed: int) -> Programme:
    return with_terms_of_returns(random_programme(seed), seed)


def goes_down(metric: Metric) -> bool:
    """Whether a return lowers it, however late: what was carried on from a unit that is forgotten
    stays."""
    return metric.max is None and metric.streak is None and not metric.rollover


def remembers(programme: Programme) -> bool:
    """Whether every level is by what a return lowers; the largest purchase, a run, and what was
    carried on stay."""
    asked = {key for tier in programme.tiers.values() for key in metrics_of(tier)}
    return all(goes_down(programme.metrics[key]) for key in asked)


def owing(programme: Programme) -> Programme:
    """The same programme, where what is missing is owed."""
    return replace(programme, settings=replace(programme.settings, below_zero=BelowZero.DEFICIT))


# ---- to return everything leaves no gain ---------------------------------------------------------


def returning_everything_leaves_no_gain(programme: Programme, data: st.DataObject) -> None:
    """Whatever has happened, once every purchase has come back there is nothing left of them."""
    events = data.draw(stories(programme))
    member = Member(programme).run(events)
    first = {event.id: told.payable for event, told in zip(events, member.told, strict=True)}
    if data.draw(st.booleans()):
        member.pass_time(data.draw(st.sampled_from((1, 40, 300, 500))))
    everything = bought(events)
    for number, purchase in enumerate(data.draw(st.permutations(everything))):
        told = member.send_back(purchase, f"all{number}")
        assert {each.code for each in told.refusals} <= {"nothing-left"}
    for purchase in everything:
        check_came_back(member, purchase, first[purchase.id])
    check_counts(member)
    check_nothing_is_taken_again(member, everything)


def check_came_back(member: Member, purchase: Purchase, bill: Payable | None) -> None:
    """What was paid has been refunded, what was spent given back, and what was earned is taken."""
    about = member.about[purchase.id]
    assert bill is not None
    assert sum(each.amount for told in about for each in told.refund) == bill.to_pay
    spent = Counter[str]()
    for told in about:
        spent.update({each.currency: 0 for each in moved([told], Kind.GIVE_BACK)})
        for currency, _, _, units in told.spent:
            spent[currency] += units
    for currency, units in spent.items():
        back = [m.units for m in moved(about, Kind.GIVE_BACK) if m.currency == currency]
        assert sum(back) == units
    check_taken(member, about)


def check_taken(member: Member, about: Sequence[Outcome]) -> None:
    """All that a purchase has earned was taken, but for what had ended before."""
    earned, taken = Counter[str](), Counter[str]()
    lasting = Counter[str]()
    for each in moved(about, Kind.EARN):
        earned[each.currency] += each.units
        if each.ends is None or each.ends > member.account.state[0]:
            lasting[each.currency] += each.units
    for each in moved(about, Kind.TAKE_BACK):
        taken[each.currency] += each.units
    for currency, units in earned.items():
        assert taken[currency] <= units
        if not wiped(member, currency):
            assert taken[currency] >= lasting[currency]
    assert not taken.keys() - earned.keys()


def wiped(member: Member, currency: str) -> bool:
    """Whether inactivity has ended units."""
    if not isinstance(member.programme.currencies[currency].expires, Inactive):
        return False
    return any(m.kind is Kind.EXPIRE and m.currency == currency for m in member.movements)


def check_counts(member: Member) -> None:
    """Metrics and limits count nothing of purchases any more."""
    programme, metrics = member.programme, member.seen.metrics
    for key, metric in programme.metrics.items():
        if metric.on == "purchase" and goes_down(metric):
            assert metrics[key] == 0, key
    others = {key for key, rule in programme.rules.items() if rule.on != "purchase"}
    others |= {rule.group or "" for rule in programme.rules.values() if rule.on != "purchase"}
    counted = member.counted()
    for name in counted:
        what, owner = name.split(".")[1:3]
        assert owner in others or what == "transfer", name


def check_nothing_is_taken_again(member: Member, everything: Sequence[Purchase]) -> None:
    before, holds = member.lots, member.seen
    for number, purchase in enumerate(everything):
        common: dict[str, Any] = {
            "member": "m",
            "occurred_at": member.now,
            "of": EventKey(purchase.id),
        }
        whole = [LineBack(line=line.id) for line in purchase.lines]
        for again in (
            Cancel(id=f"c{number}", **common),
            Return(id=f"d{number}", all=True, **common),
            Return(id=f"l{number}", lines=tuple(whole), **common),
            Return(id=f"x{number}", amount=1, **common),
        ):
            told = member.take(again)
            assert [each.code for each in told.refusals] == ["nothing-left"]
            assert (told.refund, told.movements) == ((), ())
    assert (member.lots, member.seen) == (before, holds)


# ---- parts sum to the whole ----------------------------------------------------------------------


def parts_sum_to_the_whole(programme: Programme, data: st.DataObject) -> None:
    """Line by line, and a few of a line at a time, comes to the same as all at once."""
    events = data.draw(stories(programme))
    assume(bought(events))
    purchase = data.draw(st.sampled_from(bought(events)))
    whole, piecemeal = Member(programme).run(events), Member(programme).run(events)
    told = whole.send_back(purchase, "all")
    assume(not told.refusals)
    start, number = len(piecemeal.told), 0
    for line in data.draw(st.permutations(purchase.lines)):
        for quantity in (*data.draw(st.lists(st.integers(1, line.quantity + 1), max_size=2)), None):
            back = (LineBack(line=line.id, quantity=quantity),)
            common: dict[str, Any] = {
                "member": "m",
                "occurred_at": piecemeal.now,
                "of": EventKey(purchase.id),
            }
            piecemeal.take(Return(id=f"part{number}", lines=back, **common))
            number += 1
    piecemeal.send_back(purchase, "rest")
    each = piecemeal.told[start:]
    assert money(each) == money([told])
    # A reward that is issued by itself between two parts stays, and what it cost was spent.
    assume(not any(effect.kind is Kind.ISSUE for one in (told, *each) for effect in one.effects))
    assert net(each) == net([told])
    assert holdings(piecemeal) == holdings(whole)
    check_counted_alike(piecemeal, whole)
    assert metrics(piecemeal) == metrics(whole)


SMALL_BASKETS = """
xenia: 1
programme: small-baskets
money: EUR
timezone: UTC
currencies: {points: {expires: {EXPIRES: 5 days}}}
rewards: {mug: {gives: {item: mug}, price: {points: 10}}}
rules: {small: {when: basket.amount < 50, then: {earn: {points: 10}}}}
"""


@pytest.mark.parametrize("expires", ["after", "inactive"])
def test_what_is_left_fills_no_deficit_once_its_lot_has_ended(expires: str) -> None:
    """What is left earns more than the whole had; were it to fill what is owed after its lot has
    ended, it would stay when the rest comes back, of which nothing is taken then."""
    member = Member(sound(SMALL_BASKETS.replace("EXPIRES", expires)))

    def buys(name: str, *amounts: int) -> Purchase:
        lines = tuple(
            Line(id=str(number), sku="s", category="any", quantity=1000, amount=amount)
            for number, amount in enumerate(amounts, 1)
        )
        purchase = Purchase(id=name, member="m", occurred_at=member.now, lines=lines)
        member.take(purchase)
        return purchase

    large = buys("large", 40_00, 30_00)
    buys("small", 20_00)
    member.pass_time(6)
    lost = buys("lost", 20_00)
    member.take(Redemption(id="mug", member="m", occurred_at=member.now, reward="mug"))
    member.send_back(lost, "lost-back")
    assert member.seen.wallet["points"].balance == -10
    part = (LineBack(line="2"),)
    of = EventKey(large.id)
    told = member.take(Return(id="part", member="m", occurred_at=member.now, of=of, lines=part))
    assert (told.movements, member.seen.wallet["points"].balance) == ((), -10)
    member.send_back(large, "rest")
    assert member.seen.wallet["points"].balance == -10


def money(outcomes: Sequence[Outcome]) -> int:
    return sum(each.amount for told in outcomes for each in told.refund)


def net(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Units by which events change what is held, pending or not; what a part comes to more than
    the whole did may end at once, where the member has been inactive since."""
    found = Counter[str]()
    signs = {Kind.EARN: 1, Kind.GIVE_BACK: 1, Kind.TAKE_BACK: -1, Kind.EXPIRE: -1}
    for kind, sign in signs.items():
        for each in moved(outcomes, kind):
            found[each.currency] += sign * each.units
    return {currency: units for currency, units in found.items() if units}


def holdings(member: Member) -> dict[str, int]:
    return {
        key: held.balance + held.pending + held.held for key, held in member.seen.wallet.items()
    }


def metrics(member: Member) -> dict[str, int]:
    found = member.programme.metrics
    return {key: n for key, n in member.seen.metrics.items() if goes_down(found[key])}


# ---- levels --------------------------------------------------------------------------------------


def no_level_is_kept_by_what_has_come_back(programme: Programme, data: st.DataObject) -> None:
    """Whoever has only bought, and returned everything, is where a new member is."""
    events = data.draw(stories(programme, only_purchases=True))
    member = Member(programme)
    for event in events:
        member.take(event)
    reviewed = [
        one for told in member.told for one in told.effects if one.kind is Kind.TIER and one.due
    ]
    for number, purchase in enumerate(data.draw(st.permutations(bought(events)))):
        member.send_back(purchase, f"all{number}")
    fresh = Member(programme).run(events[:1]).seen.tiers
    for key, standing in member.seen.tiers.items():
        if programme.tiers[key].returns is Returned.NOW and not reviewed:
            assert standing.level == fresh[key].level


def test_a_level_that_was_held_twice_is_lost_with_both_purchases() -> None:
    """Bought in December and in January, returned in that order."""
    member = Member(CATALOGUE["beauty-insider"])
    line = Line(id="1", sku="s", category="any", quantity=1000, amount=40_000)
    common: dict[str, Any] = {"member": "m", "lines": (line,)}
    first = Purchase(id="p1", occurred_at=member.now, **common)
    member.take(first)
    member.now += 360 * DAY
    second = Purchase(id="p2", occurred_at=member.now, **common)
    member.take(second)
    member.send_back(first, "r1")
    assert member.seen.tiers["status"].level == "vib"
    member.send_back(second, "r2")
    assert member.seen.metrics == {"spent-this-year": 0}
    assert member.seen.tiers["status"].level == "insider"


# ---- as if it had never happened -----------------------------------------------------------------


def what_was_bought_and_returned_changes_nothing_later(
    programme: Programme, data: st.DataObject
) -> None:
    """A purchase that is returned at once: what comes then is as in a life without it, unless it
    is a review that looks at what was returned."""
    assume(all(tier.returns is Returned.NOW for tier in programme.tiers.values() if tier.holds))
    events = data.draw(stories(programme, most=8))
    place = data.draw(st.integers(1, len(events)))
    with_it, without = Member(programme).run(events[:place]), Member(programme).run(events[:place])
    once = data.draw(purchases(programme, Words.of(programme), "once", with_it.now))
    both = [with_it.take(once), with_it.send_back(once, "back")]
    without.pass_time(0)
    assume(not any(effect.kind is Kind.ISSUE for told in both for effect in told.effects))
    for event in events[place:]:
        assume(not (with_it.is_late(event) and forgets(with_it, without)))
        theirs, mine = without.take(event), with_it.take(event)
        assert mine.payable == theirs.payable
        assert mine.refund == theirs.refund
        assert [one.code for one in mine.refusals] == [one.code for one in theirs.refusals]
    # Inactivity is counted from the last accrual, also from one that was taken back.
    assume(not any(wiped(each, key) for each in (with_it, without) for key in programme.currencies))
    assert holdings(with_it) == holdings(without)
    check_counted_alike(with_it, without)
    assert metrics(with_it) == metrics(without)
    assert with_it.seen.tiers == without.seen.tiers


def forgets(with_it: Member, without: Member) -> bool:
    """Whether what was bought and returned is why older units are not remembered any more: what is
    told late of one of these finds nothing counted in it."""
    return with_it.since() != without.since()


def check_counted_alike(one: Member, other: Member) -> None:
    """In all units that both remember: what came to nothing in the end may be why one has
    forgotten others."""
    theirs = other.since()
    both = {name: max(unit, theirs[name]) for name, unit in one.since().items()}
    assert one.counted(both) == other.counted(both)


ONCE_A_DAY = """
xenia: 1
programme: once-a-day
money: EUR
timezone: UTC
currencies: {points: {}}
rules: {point: {limits: {times: 1, per: day}, then: {earn: {points: 1}}}}
"""


@pytest.mark.parametrize("came_back", [False, True])
def test_what_was_bought_and_returned_is_the_last_unit_that_a_limit_remembers(
    came_back: bool,
) -> None:
    member = Member(sound(ONCE_A_DAY))
    line = Line(id="1", sku="s", category="any", quantity=1000, amount=100)
    first, second, third = START, START + DAY, START + 40 * DAY

    def buys(name: str, at: int) -> bool:
        """Whether it earns."""
        purchase = Purchase(id=name, member="m", occurred_at=at, lines=(line,))
        earned = moved([member.take(purchase)], Kind.EARN)
        if name == "back":
            member.send_back(purchase, "all")
        return bool(earned)

    assert [buys("p1", first), buys("p2", second), buys("again", second)] == [True, True, False]
    if came_back:
        assert buys("back", third)
    # The first day is forgotten, although nothing is counted on the last one any more.
    assert buys("late", first) is came_back
    assert buys("now", member.now) is came_back


def no_hold_is_kept_by_what_has_come_back(programme: Programme, data: st.DataObject) -> None:
    """Purchases by and by that all come back, whichever first, perhaps in parts: nobody is on a
    higher level than without them, nor on the same one for longer, but for what is reviewed."""
    events = data.draw(stories(programme, most=6))
    with_them, without = Member(programme).run(events), Member(programme).run(events)
    first, more = places(without), []
    for number in range(data.draw(st.integers(1, 4))):
        days = data.draw(st.sampled_from((0, 1, 5, 20, 100)))
        for member in (with_them, without):
            member.pass_time(days)
        drawn = data.draw(purchases(programme, Words.of(programme), f"x{number}", with_them.now))
        with_them.take(drawn)
        more.append(drawn)
    for number, purchase in enumerate(data.draw(st.permutations(more))):
        if data.draw(st.booleans()):
            line = LineBack(line=purchase.lines[0].id, quantity=1)
            of = EventKey(purchase.id)
            part = Return(
                id=f"p{number}", member="m", occurred_at=with_them.now, of=of, lines=(line,)
            )
            with_them.take(part)
        with_them.send_back(purchase, f"all{number}")
    for member in (with_them, without):
        member.pass_time(0)
    for key, mine in places(with_them).items():
        tier = programme.tiers[key]
        reviewed = first[key][1] <= without.account.state[0]
        if tier.returns is Returned.NOW and not reviewed:
            assert mine <= places(without)[key]


def places(member: Member) -> dict[str, tuple[int, int]]:
    """The level on each ladder, and until when it is held."""
    slots = {slot.name: slot.at for slot in member.plan.layout.slots}
    return {
        key: (member.account.state[at + LEVEL], member.account.state[at + UNTIL])
        for key in member.programme.tiers
        for at in (slots[f"tier.{key}"],)
    }


# ---- lots ----------------------------------------------------------------------------------------


def no_lot_is_spent_out_of_order(programme: Programme, data: st.DataObject) -> None:
    """Taken in the order in which it is to be spent; the entries are what the state has."""
    member = Member(programme)
    for number, event in enumerate(data.draw(stories(programme))):
        member.take(event)
        if data.draw(st.integers(0, 5)) == 0:
            member.pass_time(data.draw(st.sampled_from((1, 30, 400))))
        assert open_lots(entries_of(member.movements)) == member.lots, number
    check_order(member)


def check_order(member: Member) -> None:
    """No lot has been spent, held or given back before one whose turn it was, nor more of it than
    there was."""
    held: dict[LedgerAccount, Counter[tuple[str, int, int]]] = {
        LedgerAccount.WALLET: Counter(),
        LedgerAccount.HELD: Counter(),
    }
    for movement, entry in zip(member.movements, entries_of(member.movements), strict=True):
        lot = (movement.currency, *key_of(member.programme, movement))
        if entry.debit in held:
            if movement.kind in ORDERLY:
                before = [
                    each
                    for each, units in held[entry.debit].items()
                    if units and each[0] == lot[0] and each < lot
                ]
                assert not before
            held[entry.debit][lot] -= entry.units
            assert held[entry.debit][lot] >= 0
        if entry.credit in held:
            held[entry.credit][lot] += entry.units


ORDERLY = (Kind.SPEND, Kind.HOLD, Kind.RELEASE, Kind.TRANSFER)


def key_of(programme: Programme, movement: Movement) -> tuple[int, int]:
    """The place of a lot in the order of spending."""
    ends = FAR if movement.ends is None else movement.ends
    first = programme.currencies[movement.currency].spend_first
    return (movement.earned, ends) if first is SpendFirst.FIRST_EARNED else (ends, movement.earned)


# ---- of which programmes -------------------------------------------------------------------------

OF_ALL = (
    returning_everything_leaves_no_gain,
    parts_sum_to_the_whole,
    no_lot_is_spent_out_of_order,
)
OF_MOST = (
    no_level_is_kept_by_what_has_come_back,
    no_hold_is_kept_by_what_has_come_back,
    what_was_bought_and_returned_changes_nothing_later,
)
Holds = Callable[[Programme, st.DataObject], None]
of_each = pytest.mark.parametrize("holds", [*OF_ALL, *OF_MOST], ids=lambda holds: holds.__name__)
# Of each kind of programme one, for every day: points and tiers, stamps, discounts, nights.
EVERY_DAY = (
    "beauty-insider",
    "coffee-stars",
    "department-points",
    "discount-cumulative",
    "hotel-nights",
    "sticker-card",
)


def of_each_of(names: Iterable[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("holds", "name"),
        [
            pytest.param(holds, name, id=f"{holds.__name__}-{name}")
            for holds in (*OF_ALL, *OF_MOST)
            for name in names
            if holds in OF_ALL or remembers(CATALOGUE[name])
        ],
    )


SEEDS = st.integers(0, 100_000)
FEW, SOME = settings(max_examples=4), settings(max_examples=4)
MANY, HUNDREDS = settings(max_examples=8), settings(max_examples=300)


def returnable(programme: Programme) -> Programme:
    """The same programme, where it is never too late to return, and a used voucher is no debt: what
    is kept back for one is no gain, but no refund either."""
    settings = replace(programme.settings, used_voucher=UsedVoucher.ABSORBED)
    returns = programme.returns and Returns(within=Duration(months=1200))
    return replace(programme, settings=settings, returns=returns)


def of_a_random_programme(holds: Holds, seed: int, data: st.DataObject) -> None:
    programme = returnable(with_terms(seed))
    if holds is not no_lot_is_spent_out_of_order:
        programme = owing(programme)
    assume(holds in OF_ALL or remembers(programme))
    holds(programme, data)


@of_each_of(EVERY_DAY)
@FEW
@given(data=st.data())
def test_of_the_catalogue(holds: Holds, name: str, data: st.DataObject) -> None:
    holds(returnable(CATALOGUE[name]), data)


@of_each
@SOME
@given(seed=SEEDS, data=st.data())
def test_of_random_programmes(holds: Holds, seed: int, data: st.DataObject) -> None:
    of_a_random_programme(holds, seed, data)


@pytest.mark.prove
@of_each_of(CATALOGUE)
@MANY
@given(data=st.data())
def test_of_the_catalogue_at_length(holds: Holds, name: str, data: st.DataObject) -> None:
    holds(returnable(CATALOGUE[name]), data)


@pytest.mark.prove
@of_each
@HUNDREDS
@given(seed=SEEDS, data=st.data())
def test_of_many_random_programmes(holds: Holds, seed: int, data: st.DataObject) -> None:
    of_a_random_programme(holds, seed, data)
