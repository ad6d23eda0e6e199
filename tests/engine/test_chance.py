"""Chance: one draw for each event and rule, the same whenever it is asked, and as often as said."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from tests.reference.chance import falls
from xenia.effects import Given
from xenia.engine.account import Account, decide, new_account
from xenia.engine.chance import draw, drawn
from xenia.engine.compile import compile_programme
from xenia.engine.plan import Plan
from xenia.engine.returning import Past, Prior
from xenia.engine.since import ALWAYS
from xenia.engine.timeline import Timeline
from xenia.engine.versions import TimelineVersion
from xenia.events.model import Line, Purchase, Return
from xenia.events.parts import EventKey, LineBack
from xenia.programme.chances import Chance
from xenia.programme.model import Programme
from xenia.programme.read import read
from xenia.services.files import zones
from xenia.services.programmes import sound_programme
from xenia.services.scenario import check_scenario, read_scenario

HERE = Path(__file__).parent
EVENTS = 10_000
KEYS = (bytes(32), bytes(range(32)))
NEVER_SEEN = 10**6  # one in so many: what these tests hold to be no chance any more
NOON = 1_772_618_400_000_000
HALF = """\
xenia: 1
programme: half
money: EUR
timezone: Europe/Athens
currencies: {points: {value: 0.01}}
rules:
  half: {chance: 1 in 2, then: {earn: {points: 10}}}
"""


@cache
def programme() -> Programme:
    return sound_programme(HERE / "chance.yaml")


@cache
def plan() -> Plan:
    return compile_programme(programme())


def compiled(text: str, version: int = 1) -> Plan:
    found = read(text, zones=zones()).programme
    assert found is not None
    return compile_programme(found, version)


def purchase(name: str, source: str = "api", member: str = "m", quantity: int = 2000) -> Purchase:
    line = Line(id="1", sku="a", category="x", quantity=quantity, amount=1000)
    return Purchase(id=name, source=source, member=member, occurred_at=NOON, lines=(line,))


def won(name: str, key: bytes = KEYS[0], **more: Any) -> tuple[str, ...]:
    return drawn(plan(), plan().types["purchase"], purchase(name, **more), key)


def test_each_edge_is_as_the_scenario_says() -> None:
    assert check_scenario(read_scenario(HERE / "chance.scenario.yaml")) == ()


# ---- how often -----------------------------------------------------------------------------------


def bounds(times: int, chance: Chance) -> tuple[int, int]:
    """So often at least and at most an event of this chance happens in so many times: less, or
    more, is at most as likely as one in NEVER_SEEN.  Exactly, in whole numbers."""
    lose = chance.of - chance.wins
    weight, total = lose**times, chance.of**times  # of n times out of all
    below, least = 0, times
    for n in range(times + 1):
        if (below + weight) * NEVER_SEEN > total:
            least = min(least, n)
        below += weight
        if (total - below) * NEVER_SEEN <= total:
            return least, n
        weight = weight * (times - n) * chance.wins // ((n + 1) * lose)
    raise AssertionError("all of it is everything")


def test_the_bounds_are_those_of_the_binomial_distribution() -> None:
    least, most = bounds(1000, Chance(1, 2))
    assert least + most == 1000
    assert 420 < least < 430


@pytest.mark.parametrize(
    ("key", "chance"),
    [(KEYS[0], Chance(1, 20)), (KEYS[1], Chance(1, 20)), (KEYS[0], Chance(2, 3))],
    ids=["zeros", "another-key", "two-thirds"],
)
def test_of_ten_thousand_events_as_many_win_as_should(key: bytes, chance: Chance) -> None:
    if chance.of == 20:
        lucky = compiled(HALF.replace("1 in 2", "5 %"))
    else:
        lucky = compiled(HALF.replace("1 in 2", f"{chance.wins} in {chance.of}"))
    part, blank = lucky.types["purchase"], new_account(lucky, "m")
    assert lucky.programme.rules["half"].chance == chance
    wins = 0
    for n in range(EVENTS):
        event = purchase(f"e{n}")
        _, outcome = decide(lucky, blank, event, key=key, trace=False)
        assert bool(outcome.effects) is bool(drawn(lucky, part, event, key))
        wins += len(outcome.effects)
    least, most = bounds(EVENTS, chance)
    assert least <= wins <= most


def test_what_wins_under_one_key_or_rule_says_nothing_of_another() -> None:
    """Two draws of one event agree about half of the time."""
    least, most = bounds(2000, Chance(1, 2))
    names = [f"e{n}" for n in range(2000)]
    pairs = [
        (("half" in won(name), "half" in won(name, KEYS[1])) for name in names),
        (("half" in won(name), "first-of-two" in won(name)) for name in names),
        (("half" in won(name), "half" in won(name, source="till")) for name in names),
    ]
    for pair in pairs:
        assert least <= sum(one == other for one, other in pair) <= most


# ---- the draw ------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [*KEYS, b"", bytes(100)], ids=len)
def test_the_draw_is_as_the_page_says(key: bytes) -> None:
    for n in range(200):
        event = purchase(f"é/{n}", source="a")
        expected = [
            rule
            for rule in plan().types["purchase"].chances
            if falls(programme(), event, rule, key)
        ]
        assert drawn(plan(), plan().types["purchase"], event, key) == tuple(expected)


def test_whose_event_it_is_and_what_is_in_it_make_no_difference() -> None:
    for n in range(100):
        name = f"e{n}"
        assert won(name) == won(name, member="another")
        other = purchase(name, quantity=5000)
        assert drawn(plan(), plan().types["purchase"], other, KEYS[0]) == won(name)


def test_no_two_events_have_the_same_draw() -> None:
    names = [("a", "b/c"), ("a/b", "c"), ("ab", "c"), ("a", "bc"), ("", "abc")]
    draws = {draw(KEYS[0], "p", purchase(name, source), "r") for source, name in names}
    draws |= {draw(KEYS[0], p, purchase("c", "a/b"), r) for p, r in (("pr", "r"), ("p", "rr"))}
    assert len(draws) == len(names) + 2


# ---- kept with the event -------------------------------------------------------------------------


def a_winner(plan: Plan, key: bytes, *, wins: bool = True) -> Purchase:
    part = plan.types["purchase"]
    found = (purchase(f"e{n}") for n in range(100))
    return next(event for event in found if bool(drawn(plan, part, event, key)) is wins)


@pytest.mark.parametrize("wins", [True, False])
def test_chance_is_not_asked_again(wins: bool) -> None:
    half = compiled(HALF)
    event = a_winner(half, KEYS[0], wins=wins)
    account, outcome = decide(half, new_account(half, "m"), event, key=KEYS[0])
    assert outcome.drawn == (("half",) if wins else ())
    kept = Given.unpacked(Given(drawn=outcome.drawn).packed())
    assert kept.drawn == outcome.drawn
    for key in (*KEYS, bytes([7]) * 32):
        again, folded = decide(half, new_account(half, "m"), event, key=key, given=kept)
        assert (folded, again.state) == (outcome, account.state)


def test_no_chance_is_nothing_stored() -> None:
    plain = compiled(HALF.replace("chance: 1 in 2, ", ""))
    _, outcome = decide(plain, new_account(plain, "m"), purchase("e"))
    assert outcome.drawn is None
    assert Given(drawn=outcome.drawn).packed() is None


def test_the_version_that_decides_asks_with_its_own_key() -> None:
    one, two = compiled(HALF), compiled(HALF, 2)
    line = Timeline(
        [TimelineVersion(1, ALWAYS, one, KEYS[0]), TimelineVersion(2, NOON + 1, two, KEYS[1])]
    )
    event = next(
        event
        for event in (purchase(f"e{n}") for n in range(100))
        if falls(one.programme, event, "half", KEYS[0])
        and not falls(two.programme, event, "half", KEYS[1])
    )
    later = structs.replace(event, occurred_at=NOON + 1)
    account = line.new_account("m")
    assert line.decide(account, event)[1].drawn == ("half",)
    assert line.decide(account, later)[1].drawn == ()


def test_a_number_that_changes_compiles_nothing() -> None:
    assert compiled(HALF).key == compiled(HALF.replace("1 in 2", "3 in 10")).key
    plain = compiled(HALF.replace("chance: 1 in 2, ", ""))
    assert "chance" not in plain.source
    assert plain.key != compiled(HALF).key


# ---- what comes back -----------------------------------------------------------------------------


def returned(quantity: int | None) -> Return:

    back = () if quantity is None else (LineBack(line="1", quantity=quantity),)
    of = EventKey("e0")
    return Return(id="r", member="m", occurred_at=NOON + 1, of=of, lines=back, all=not back)


def bought(plan: Plan, event: Purchase, key: bytes) -> tuple[Account, Prior]:
    account, outcome = decide(plan, new_account(plan, "m"), event, key=key)
    return account, Prior(event, 1, outcome.record)


@pytest.mark.parametrize("other", KEYS)
def test_a_return_decides_on_the_same_draw(other: bytes) -> None:
    half = compiled(HALF)
    event = a_winner(half, KEYS[0])
    account, prior = bought(half, event, KEYS[0])
    part = returned(1000)
    after, outcome = decide(half, account, part, key=other, past=Past(prior=prior))
    assert outcome.effects == ()
    back = structs.replace(prior, remains=outcome.remains)
    _, outcome = decide(half, after, returned(None), key=other, past=Past(prior=back))
    assert [(effect.kind, effect.units) for effect in outcome.effects] == [("take-back", 10)]


def test_a_return_wins_nothing_new() -> None:
    half = compiled(HALF)
    event = a_winner(half, KEYS[0], wins=False)
    account, prior = bought(half, event, KEYS[0])
    for key in KEYS:
        _, outcome = decide(half, account, returned(1000), key=key, past=Past(prior=prior))
        assert outcome.effects == ()


# ---- why -----------------------------------------------------------------------------------------


def test_what_lost_is_told_after_what_does_not_hold() -> None:
    event = a_winner(compiled(HALF), KEYS[0], wins=False)
    half = compiled(HALF)
    _, outcome = decide(half, new_account(half, "m"), event)
    assert [reason.because for reason in outcome.trace] == ["chance did not fall on it: 1 in 2"]
    line = Timeline([TimelineVersion(1, ALWAYS, half, KEYS[0])])
    _, told = line.decide(line.new_account("m"), event, trace=True)
    assert told.record is not None
    kept = Given(drawn=told.drawn)
    assert line.explain(event, {}, told.record, 1, given=kept) == outcome.trace
    web = compiled(HALF.replace("{chance", '{when: channel == "web", chance'))
    _, outcome = decide(web, new_account(web, "m"), event)
    assert "channel is" in outcome.trace[0].because
