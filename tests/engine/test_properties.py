"""What must be true of every programme and every history, whatever they are."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import TypeVar

import pytest

from tests.reference.moments import with_moments
from tests.reference.random_histories import random_history
from tests.reference.random_programmes import random_programme
from tests.reference.random_vouchers import coded
from xenia.effects import Kind, Outcome
from xenia.engine.account import Account, decide, new_account
from xenia.engine.claims import asked
from xenia.engine.compile import compile_programme
from xenia.engine.link import interpreted
from xenia.engine.operators import DAY, FAR, MEMORY, NEXT_DUE
from xenia.engine.plan import Plan
from xenia.engine.rows import RowReader
from xenia.engine.type_writer import variable
from xenia.engine.vouchers import judged, known
from xenia.events.model import TYPE_NAMES, Event
from xenia.programme.model import Programme

SEEDS = range(2000, 2006)
MANY = range(2006, 2100)
EVENTS = 30
Part = TypeVar("Part")


def history(
    programme: Programme, seed: int, variant: Programme | None = None
) -> Iterator[tuple[Plan, Account, Event, Account, Outcome]]:
    """Each event with the account before and after it, decided by the variant if there is one."""
    plan = compile_programme(variant or programme)
    account = new_account(plan, "m")
    for event in with_moments(programme, random_history(programme, seed, EVENTS)):
        named = coded(event, account)
        after, outcome = decide(plan, account, named)
        yield plan, account, named, after, outcome
        account = after


def shuffled(part: Mapping[str, Part], chance: random.Random) -> dict[str, Part]:
    items = list(part.items())
    chance.shuffle(items)
    return dict(items)


def in_another_order(programme: Programme, seed: int) -> Programme:
    """The same programme with every mapping in another order; levels keep theirs, it is theirs."""
    chance = random.Random(seed)
    mappings = {
        field.name: shuffled(value, chance)
        for field in fields(programme)
        if isinstance(value := getattr(programme, field.name), Mapping)
    }
    return replace(programme, **mappings)  # type: ignore[arg-type]


def order_does_not_matter(seed: int) -> None:
    programme = random_programme(seed)
    told = [outcome for *_, outcome in history(programme, seed)]
    variant = in_another_order(programme, seed)
    again = [outcome for *_, outcome in history(programme, seed, variant)]
    assert again == told


COMING = (Kind.EARN, Kind.ADJUST, Kind.REINSTATE)


def nothing_is_lost(seed: int) -> None:
    """Discounts on lines add up to the rule's; units in are units out, held or pending."""
    flow: Counter[str] = Counter()
    for _, _, _, _, outcome in history(random_programme(seed), seed):
        bill, by_rule = outcome.payable, Counter[str]()
        if bill is not None:
            for line in bill.lines:
                assert line.discount == sum(each.amount for each in line.discounts)
                by_rule.update({each.rule: each.amount for each in line.discounts})
            assert bill.discount == sum(line.discount for line in bill.lines)
            by_voucher = Counter[str | None]()
            for each in [each for line in bill.lines for each in line.discounts]:
                by_voucher[each.voucher] += each.amount
            used = {each.voucher: each.amount for each in outcome.effects if each.kind is Kind.USE}
            assert by_voucher.keys() - {None} <= used.keys()
            paid = sum(used[code] or 0 for code in used.keys() - by_voucher.keys())
            assert paid <= bill.tendered
            for code in by_voucher.keys() & used.keys():
                assert by_voucher[code] == used[code]
            assert bill.to_pay == bill.total - bill.discount - bill.tendered >= 0
        for effect in outcome.effects:
            if effect.kind is Kind.DISCOUNT:
                assert by_rule[effect.rule or ""] == effect.amount
            if effect.kind in (*COMING, Kind.SPEND, Kind.EXPIRE):
                sign = 1 if effect.kind in COMING else -1
                flow[effect.currency or ""] += sign * (effect.units or 0)
        if outcome.view is None:  # of who is no member yet
            assert outcome.effects == ()
            continue
        for currency, held in outcome.view.wallet.items():
            assert flow[currency] == held.balance + held.pending + held.held
            assert held.balance >= 0
            assert held.pending >= 0
            assert held.held >= 0


def deciding_again_changes_nothing(seed: int) -> None:
    """A return will be decided from the record: of all that was bought, it comes to the same."""
    for plan, before, event, _, _ in history(random_programme(seed), seed):
        part = plan.types[TYPE_NAMES[type(event)]]
        asking, mine = asked(plan, event), known(event, before.vouchers)
        day = plan.zone.day_of(event.occurred_at)
        asking = replace(asking, vouchers=judged(part, event, mine, (), day)[0])
        row = RowReader(plan, part).read(event, before.attributes, asking)
        if before.state[NEXT_DUE] <= row.day or row.day < before.state[DAY]:
            continue
        steps, params = interpreted(plan), list(plan.params)
        state, memory, log = list(before.state), [0] * MEMORY, [0] * 10_000
        record, posted = [0] * (2 + len(part.inputs)), [0] * part.results
        decision, again = list(posted), list(posted)
        steps.names["step"](state, row.numbers, record, posted, decision, memory, log, params)
        name, after, lines = part.name, list(state), log[0]
        steps.names[variable("decide", name)](row.numbers, record, again, memory, params)
        # Which level an event holds is found as it is posted.
        found = [place for name, place in part.places.items() if not name.startswith("holds.")]
        assert [again[place] for place in found] == [decision[place] for place in found]
        steps.names[variable("post", name)](
            state, row.numbers, record, decision, again, log, params
        )
        assert again == decision
        assert state == after
        assert log[0] == lines


PROPERTIES = (order_does_not_matter, nothing_is_lost, deciding_again_changes_nothing)


@pytest.mark.parametrize("holds", PROPERTIES)
def test_of_a_few_programmes(holds: object) -> None:
    assert callable(holds)
    for seed in SEEDS:
        holds(seed)


@pytest.mark.prove
@pytest.mark.parametrize("holds", PROPERTIES)
def test_of_many_programmes(holds: object) -> None:
    assert callable(holds)
    for seed in MANY:
        holds(seed)


def test_an_account_is_not_changed_by_deciding() -> None:
    for _, before, event, after, _ in history(random_programme(2001), 2001):
        state = list(before.state)
        assert after is not before
        decide(compile_programme(random_programme(2001)), before, event)
        assert list(before.state) == state


def test_a_state_always_knows_when_it_is_due_next() -> None:
    for seed in SEEDS:
        for _, _, _, after, _ in history(random_programme(seed), seed):
            assert after.state[DAY] < after.state[NEXT_DUE] <= FAR
