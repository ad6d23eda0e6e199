"""Offers in a table come to what they come to in the source, to the last unit, code and reason."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from msgspec import structs

from benchmarks.rules import document, programme_of, purchases
from tests.engine import test_many, test_native, test_returns_reference
from tests.engine import test_timeline_random as versions
from tests.reference.beside import with_returns_of
from tests.reference.random_histories import random_history
from tests.reference.random_programmes import random_programme
from tests.reference.random_vouchers import coded
from xenia.effects import Outcome
from xenia.engine import emit_offers
from xenia.engine.account import decide, new_account
from xenia.engine.compile import compile_programme
from xenia.engine.plan import Plan
from xenia.engine.timeline import Timeline
from xenia.engine.versions import TimelineVersion
from xenia.events.model import TYPE_NAMES, member_name
from xenia.programme.formulas import analyse
from xenia.programme.model import Accrual, Expression, Programme, Rule, Then
from xenia.programme.offers import offers
from xenia.programme.periods import After, Duration
from xenia.programme.read import read as read_programme
from xenia.services.deciding import EngineDecider

KEY = bytes(32)
NEVER = 10**9
SEEDS = (307, 315)
MANY_SEEDS = range(6_000, 6_060, 15)


def with_offers(programme: Programme, seed: int) -> Programme:
    """The same with an offer beside each rule that earns: as it earns, but by itself alone."""
    chance, rules = Random(f"offers {seed}"), dict(programme.rules)
    for key, rule in programme.rules.items():
        if rule.then.earn:
            rules[f"{chance.choice(('a', 'z'))}-{key}"] = _alone(rule, chance)
    found = replace(programme, rules=rules)
    nodes = analyse(found).nodes
    for key, rule in rules.items():
        event_alone = key in offers(found, analyse(found), rule.on)
        if key not in programme.rules and not event_alone and ("rules", key, "when") in nodes:
            rules[key] = replace(rule, when=None)
    return replace(programme, rules=rules)


def _alone(rule: Rule, chance: Random) -> Rule:
    units = [
        replace(
            earn,
            kind=chance.choice(tuple(Accrual)),
            expires=chance.choice((None, earn.expires, After(Duration(months=2)))),
            units=Expression("7") if isinstance(earn.units, Expression) else earn.units,
        )
        for earn in rule.then.earn.values()
    ]
    return replace(
        rule,
        after=None,
        chance=None,
        group=None,
        limits=(),
        budget=(),
        priority=chance.choice((rule.priority, 1, 200)),
        then=Then(earn=dict(zip(rule.then.earn, units, strict=True))),
    )


def plain(outcome: Outcome) -> Outcome:
    """The outcome without what says how it was made, and not what."""
    record, remains = outcome.record, outcome.remains
    return structs.replace(
        outcome,
        record=None if record is None else structs.replace(record, plan=""),
        remains=None if remains is None else structs.replace(remains, plan=""),
        row=None if outcome.row is None else (),
        behind=tuple(None if row is None else () for row in outcome.behind),
    )


def both(programme: Programme) -> tuple[Plan, Plan]:
    """With a table from the first offer on, and without any."""
    return compile_programme(programme, many=1), compile_programme(programme, many=NEVER)


def listed(plan: Plan) -> int:
    return sum(len(part.offers.rows) for part in plan.types.values() if part.offers is not None)


def come_to_the_same(seed: int) -> int:
    """Through a history with returns, late events and time; how often an offer earned."""
    programme, events = with_returns_of(seed, 30, 1 + seed % 2)
    plans = both(with_offers(programme, seed))
    deciders = [EngineDecider(plan, KEY) for plan in plans]
    accounts = [{}, {}]  # type: ignore[var-annotated]
    earned = 0
    for event in events:
        member = member_name(event.member) or ""
        found = []
        for plan, decider, known in zip(plans, deciders, accounts, strict=True):
            account = known.get(member) or decider.new_account(member)
            after, outcome = decider.decide(account, coded(event, account))
            known[member] = after
            found.append((plain(outcome), plan.layout.pack(after.state), after.vouchers))
        assert found[0] == found[1], f"seed {seed}"
        part = plans[0].types.get(TYPE_NAMES[type(event)])
        if part is not None and part.offers is not None:
            table = {offer.rule for offer in part.offers.rows}
            earned += sum(effect.rule in table for effect in found[0][0].effects)
    return earned


def test_histories_with_returns_come_to_the_same() -> None:
    assert sum(come_to_the_same(seed) for seed in SEEDS) > 20


@pytest.mark.prove
@pytest.mark.parametrize("first", MANY_SEEDS)
def test_many_histories_come_to_the_same(first: int) -> None:
    for seed in range(first, first + MANY_SEEDS.step):
        come_to_the_same(seed)


def test_the_reference_says_so_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of events, and of what comes back of them."""
    monkeypatch.setattr(emit_offers, "MANY", 1)
    for seed in range(1):
        test_returns_reference.check(20_000 + seed)


@pytest.mark.prove
@pytest.mark.parametrize("first", range(21_000, 21_060, 15))
def test_the_reference_says_so_of_many(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emit_offers, "MANY", 1)
    for seed in range(first, first + 15):
        test_returns_reference.check(seed, members=1 + seed % 3)


def line(seed: int, many: int) -> Timeline:
    """Versions of which the second and the third have other offers."""
    programmes = versions.versions(random_programme(seed), seed)
    timed, _ = versions.history(seed)
    return Timeline(
        [
            TimelineVersion(
                3 * n + 1,
                timed.of(3 * n + 1).effective_from,
                compile_programme(with_offers(programme, seed + n), 3 * n + 1, many=many),
                bytes([n]) * 32,
            )
            for n, programme in enumerate(programmes)
        ]
    )


def move_as_they_did(seed: int, count: int) -> None:
    events = versions.history(seed)[1][:count]
    lines = [line(seed, many) for many in (1, NEVER)]
    told = [versions.told(each, events, seed) for each in lines]
    for (_, _, one, outcome), (_, _, other, same) in zip(*told, strict=True):
        assert plain(outcome) == plain(same)
        assert one.version == other.version
        assert lines[0].pack(one) == lines[1].pack(other)


def test_states_move_between_versions_as_they_did() -> None:
    move_as_they_did(40, 10)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(41, 49))
def test_states_of_many_programmes_move_as_they_did(seed: int) -> None:
    move_as_they_did(seed, versions.EVENTS)


def test_hundreds_of_offers_come_to_the_same() -> None:
    """Each event is about few; every reason is told, also of those that it is not about."""
    draw = Random(7)
    found = programme_of(document(300, draw))
    table, source = compile_programme(found), compile_programme(found, many=NEVER)
    assert listed(table) == 300
    assert len(table.source) < len(source.source) / 10
    one, other = new_account(table, "m"), new_account(source, "m")
    earned = refused = 0
    for event in purchases(found, draw)[:30]:
        one, outcome = decide(table, one, event)
        other, same = decide(source, other, event)
        assert plain(outcome) == plain(same)
        earned += len(outcome.effects)
        refused += sum(not reason.applied for reason in outcome.trace)
    assert earned > 0
    assert refused > 0


def test_few_offers_stand_in_the_source() -> None:
    found = read_programme(test_many.programme(150), zones=frozenset({"Europe/Athens"})).programme
    assert found is not None
    plan = compile_programme(found)
    assert listed(plan) == 0
    assert plan.offers == ""
    assert "offer" not in plan.source


def test_offers_of_other_names_are_another_plan() -> None:
    """Records have offers by their places in the table: who renames one must not read them."""
    found = read_programme(test_many.programme(5), zones=frozenset({"Europe/Athens"})).programme
    assert found is not None
    renamed = {f"s{key}": rule for key, rule in found.rules.items()}
    one = compile_programme(found, many=1)
    other = compile_programme(replace(found, rules=renamed), many=1)
    assert one.source == other.source
    assert one.key != other.key


@pytest.mark.prove
def test_machine_code_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also over whole histories in the compiled loop."""
    monkeypatch.setattr(emit_offers, "MANY", 1)
    more = "  twice: {then: {multiply: {points: 2}}}\n"
    more += "metrics: {all: {sum: earned.points, over: ever}}\n"
    found = read_programme(test_many.programme(6) + more, zones=frozenset({"Europe/Athens"}))
    assert found.programme is not None
    programme = with_offers(replace(found.programme, id="random-1"), 1)
    assert listed(compile_programme(programme)) > 6
    histories = [random_history(programme, seed, 25) for seed in (315, 316)]
    test_native.check(programme, histories)
