"""The engine against the naive reference: random programmes of every operator, random histories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from msgspec import structs

from tests.reference.engine import Reference, Result
from tests.reference.holdings import Member
from tests.reference.moments import with_moments
from tests.reference.random_histories import random_history
from tests.reference.random_programmes import random_programme
from tests.reference.random_vouchers import coded, numbered
from xenia.effects import LineDiscount, LinePayable, Outcome, Payable, View, Voucher
from xenia.engine.account import Account, new_account, view
from xenia.engine.compile import compile_programme
from xenia.events.model import Event, member_name
from xenia.programme.model import Programme
from xenia.programme.render import render
from xenia.services.budgets import Budgets

KEY = bytes(32)
EVENTS = 40
BATCH = 4  # programmes a test
MIXED = range(0, 2 * BATCH, BATCH)
SHARED = range(500, 500 + BATCH, BATCH)
MANY = range(1_000, 1_300, 50)  # first seeds of as many programmes as the step
LONG = range(3_000, 3_012)  # of histories that fill what the engine keeps by day


def result(outcome: Outcome, seen: View, vouchers: tuple[Voucher, ...]) -> Result:
    """What the engine answers, as the reference says it."""
    return Result(
        effects=tuple(structs.replace(effect, id="", voucher=None) for effect in outcome.effects),
        refusals=tuple(sorted((refusal.code, refusal.claim) for refusal in outcome.refusals)),
        payable=by_rule(outcome.payable),
        wallet={key: (held.balance, held.pending, held.held) for key, held in seen.wallet.items()},
        tiers={key: (standing.level, standing.until) for key, standing in seen.tiers.items()},
        metrics=dict(seen.metrics),
        benefits=dict(seen.benefits),
        refers=outcome.refers,
        left=dict(seen.left),
        badges=dict(seen.badges),
        vouchers=tuple(
            (each.left, uses_left(each) if each.left is None else 1) for each in vouchers
        ),
    )


def uses_left(voucher: Voucher) -> int:
    """How often a voucher can still be used."""
    if voucher.uses is not None:
        return voucher.uses
    return 0 if voucher.state == "used" else 1


def by_rule(payable: Payable | None) -> Payable | None:
    """The same with the discounts of each line added up by rule, in their order."""
    if payable is None:
        return None
    lines = []
    for line in payable.lines:
        taken: dict[str, int] = {}
        for each in line.discounts:
            taken[each.rule] = taken.get(each.rule, 0) + each.amount
        discounts = tuple(LineDiscount(rule, taken[rule]) for rule in sorted(taken) if taken[rule])
        lines.append(LinePayable(line.line, discounts, line.discount))
    return structs.replace(payable, lines=tuple(lines))


def both(programme: Programme, events: list[Event]) -> Iterator[tuple[Event, Result, Result]]:
    """Each event with what the reference says and what the engine says."""
    plan, reference, budgets = compile_programme(programme), Reference(programme), Budgets()
    accounts: dict[str, Account] = {}
    members: dict[str, Member] = defaultdict(Member)
    latest: dict[str, int] = {}
    for event in events:
        name = member_name(event.member) or ""
        account = accounts.get(name) or new_account(plan, name)
        expected = reference.decide(members[name], numbered(event, account))
        expected = replace(expected, refusals=tuple(sorted(expected.refusals)))
        named = coded(event, account)
        given = budgets.given(plan, named)
        account, outcome = budgets.decide(plan, account, named, given, key=KEY, trace=False)
        accounts[name] = account
        if account.joined:  # nothing that happened before is theirs
            latest[name] = max(latest.get(name, 0), event.occurred_at)
        now = latest.get(name, event.occurred_at)
        seen = view(plan, account, now)
        yield event, expected, result(outcome, seen, account.vouchers)


def shared_out(events: list[Event], members: int, seed: int) -> list[Event]:
    """The same events, each of one of so many members."""
    random = Random(seed)
    return [structs.replace(each, member=f"m{random.randrange(members)}") for each in events]


def difference(expected: Result, found: Result) -> list[str]:
    """The parts that differ, each as the reference and the engine have it."""
    told = []
    for name in Result.__slots__:
        ours, theirs = getattr(expected, name), getattr(found, name)
        if name == "effects" and ours != theirs:
            told += ["effects, reference:", *map(str, ours), "effects, engine:", *map(str, theirs)]
        elif ours != theirs:
            told += [f"{name}, reference: {ours}", f"{name}, engine:    {theirs}"]
    return told


def check(seed: int, count: int = EVENTS, members: int = 1) -> None:
    """Fail with the programme, the event and the first difference."""
    programme = random_programme(seed)
    history = shared_out(random_history(programme, seed, count), members, seed)
    history = with_moments(programme, history)
    for event, expected, found in both(programme, history):
        told = difference(expected, found)
        if told:
            shown = "\n".join(told)
            pytest.fail(f"{render(programme)}\n{event}\n\n{shown}", pytrace=False)


@pytest.mark.parametrize("first", MIXED)
def test_the_engine_says_what_the_reference_says(first: int) -> None:
    for seed in range(first, first + BATCH):
        check(seed)


@pytest.mark.parametrize("first", SHARED)
def test_the_engine_says_what_the_reference_says_of_members_who_share_budgets(first: int) -> None:
    for seed in range(first, first + BATCH):
        check(seed, 2 * EVENTS, members=3)


@pytest.mark.prove
@pytest.mark.parametrize("first", MANY)
def test_the_engine_says_what_the_reference_says_of_hundreds_of_programmes(first: int) -> None:
    for seed in range(first, first + MANY.step):
        check(seed)
        check(seed, members=2)


@pytest.mark.prove
@pytest.mark.parametrize("seed", LONG)
def test_the_engine_says_what_the_reference_says_of_a_long_history(seed: int) -> None:
    check(seed, 600)
