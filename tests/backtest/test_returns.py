"""A backtest writes what a replay writes, line by line, also where something comes back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec import structs

from tests.backtest.beside import Told, check, in_order
from tests.engine.test_native import CATALOGUE, Customers, left
from tests.engine.test_offers import listed, with_offers
from tests.reference.beside import with_returns_of
from tests.reference.random_returns import with_returns
from xenia.effects import Kind
from xenia.engine.compile import compile_programme
from xenia.engine.plan import Plan
from xenia.events.model import Event, Line, Purchase, Return, TakingBack
from xenia.events.parts import EventKey, LineBack
from xenia.programme.model import Currency, Earn, Gives, Per, Programme, Reward, Rule, Then
from xenia.programme.periods import After, Duration
from xenia.programme.settings import BelowZero, Overspend, Settings, SpendAs
from xenia.services.programmes import sound_programme

DAY = 24 * 60 * 60 * 1_000_000
START = 20_000 * DAY


@pytest.mark.parametrize("seed", range(6))
def test_returns_are_decided_as_in_a_replay(seed: int) -> None:
    programme, history = with_returns_of(seed, 30, 1 + seed % 3)
    assert check(programme, in_order(programme, history)).lines


def test_a_return_that_would_owe_is_refused_as_in_a_replay() -> None:
    refused = 0
    for seed in range(3):
        programme, history = with_returns_of(seed, 30)
        settings = replace(programme.settings, below_zero=BelowZero.REFUSED)
        programme = replace(programme, settings=settings)
        refused += check(programme, in_order(programme, history)).refused
    assert refused > 0


def test_a_refused_return_leaves_the_purchase_to_later_ones() -> None:
    points = Currency(value=Decimal("0.10"))
    earn = Rule(then=Then(earn={"points": Earn(units=Per(Decimal(1), Decimal(1)))}))
    programme = Programme(
        id="refusing",
        money="EUR",
        timezone="UTC",
        currencies={"points": points},
        rules={"all": earn},
        settings=Settings(below_zero=BelowZero.REFUSED),
    )

    def bought(day: int, *amounts: int, **asked: Any) -> Purchase:
        lines = tuple(
            Line(id=str(place), sku="s", category="c", quantity=1000, amount=amount)
            for place, amount in enumerate(amounts)
        )
        at = START + day * DAY
        return Purchase(id=f"p{day}", member="m", occurred_at=at, lines=lines, **asked)

    def back(day: int, **what: Any) -> Return:
        at = START + day * DAY
        return Return(id=f"r{day}", member="m", occurred_at=at, of=EventKey("p1"), **what)

    events: list[Event] = [
        bought(1, 1000, 1000),
        bought(2, 500, spend={"points": "20"}),
        back(3, all=True),  # the member has 3 points of the 20
        back(4, lines=(LineBack(line="0"),)),  # nor 10 of them
        bought(5, 3000),
        back(6, lines=(LineBack(line="1"),)),
        back(7, all=True),
    ]
    told = check(programme, in_order(programme, events))
    taken = Counter[int]()
    plan = compile_programme(programme)
    for day, code, units, *_ in told.lines:
        if plan.codes[code].kind is Kind.TAKE_BACK:
            taken[day - START // DAY] += units
    assert (told.refused, taken) == (2, {6: 10, 7: 10})


@pytest.mark.parametrize("seed", [1174])
def test_returns_behind_refused_ones_are_decided_as_in_a_replay(seed: int) -> None:
    check_many(seed)


@pytest.mark.prove
@pytest.mark.parametrize("first", range(1_000, 1_200, 50))
def test_returns_are_decided_as_in_a_replay_in_many_programmes(first: int) -> None:
    for seed in range(first, first + 50):
        check_many(seed)


def check_many(seed: int) -> None:
    programme, history = with_returns_of(seed, 30, 1 + seed % 3)
    check(programme, in_order(programme, history), partial(left, compile_programme(programme)))


@pytest.mark.prove
@pytest.mark.parametrize("path", CATALOGUE, ids=lambda path: path.stem)
def test_compiled_the_catalogue_is_decided_as_in_a_replay(path: Path) -> None:
    programme = sound_programme(path)
    events: list[Event] = []
    for seed in range(1_000 // len(CATALOGUE) + 1):
        history = with_returns(programme, Customers(programme, seed).history(30), seed)
        events += [
            structs.replace(event, member=f"m{seed}", id=f"{seed}-{event.id}", **_of(event, seed))
            for event in history
        ]
    check(programme, in_order(programme, events), compiles=True)


def _of(event: Event, seed: int) -> dict[str, EventKey]:
    if not isinstance(event, TakingBack):
        return {}
    return {"of": structs.replace(event.of, id=f"{seed}-{event.of.id}")}


# ---- what was paid with units, and offers in a table ---------------------------------------------


def paying(settings: Settings) -> Programme:
    """Points and coins that pay for purchases; points buy mugs by themselves, too."""
    points = Currency(value=Decimal("0.10"), expires=After(Duration(days=40)))
    earn = {
        "points": Earn(units=Per(Decimal(2), Decimal(1))),
        "coins": Earn(units=Per(Decimal(1), Decimal(5))),
    }
    price = {"points": Decimal(90)}
    mug = Reward(gives=Gives(gift_card=Decimal(1)), price=price, automatic=True)
    return Programme(
        id="paying",
        money="EUR",
        timezone="UTC",
        currencies={"points": points, "coins": Currency(value=Decimal(1))},
        rules={"all": Rule(then=Then(earn=earn))},
        rewards={"mug": mug},
        settings=settings,
    )


def paid(seed: int, count: int) -> list[Event]:
    """Purchases paid with units, and parts of them that come back, some of them twice."""
    random, events, now = Random(seed), list[Event](), START
    bought: list[Purchase] = []
    for number in range(count):
        now += random.choice((0, DAY, 4 * DAY, 15 * DAY))
        if bought and random.random() < 0.4:
            of, line = random.choice(bought[-4:]), LineBack(line=random.choice("12"))
            back = structs.replace(line, quantity=random.choice((None, 1000, 500)))
            key = EventKey(of.id, of.source)
            common = {"id": f"r{number}", "member": "m", "occurred_at": now, "of": key}
            some = random.choice(({"lines": (back,)}, {"lines": (back,)}, {"all": True}))
            events.append(Return(**common, **some))  # type: ignore[arg-type]
            continue
        lines = tuple(
            Line(id=name, sku="s", category="c", quantity=3000, amount=random.randint(0, 6000))
            for name in "12"
        )
        asked = {key: str(random.randint(1, 60)) for key in ("coins", "points")}
        spend = {key: units for key, units in asked.items() if random.random() < 0.6}
        bought.append(
            Purchase(id=f"p{number}", member="m", occurred_at=now, lines=lines, spend=spend)
        )
        events.append(bought[-1])
    return events


def check_paid(seed: int) -> Told:
    as_, over = (SpendAs.DISCOUNT, SpendAs.TENDER), (Overspend.CLAMP, Overspend.REFUSE)
    programme = paying(Settings(spend_as=as_[seed % 2], overspend=over[seed // 2 % 2]))
    return check(programme, in_order(programme, paid(seed, 40)))


def count(plan: Plan, told: Told, kind: Kind) -> int:
    return sum(plan.codes[line[1]].kind is kind for line in told.lines)


@pytest.mark.parametrize("seed", range(4))
def test_units_that_paid_come_back_as_in_a_replay(seed: int) -> None:
    plan = compile_programme(paying(Settings()))
    assert count(plan, check_paid(seed), Kind.GIVE_BACK) > 3


@pytest.mark.prove
@pytest.mark.parametrize("first", range(100, 400, 100))
def test_units_that_paid_come_back_as_in_a_replay_in_many_histories(first: int) -> None:
    for seed in range(first, first + 100):
        check_paid(seed)


@pytest.mark.parametrize("seed", [307, 315])
def test_offers_in_a_table_are_taken_back_as_in_a_replay(seed: int) -> None:
    programme, history = with_returns_of(seed, 30)
    programme = with_offers(programme, seed)
    plan = compile_programme(programme, many=1)
    assert listed(plan)
    check(programme, in_order(programme, history), plan=plan)
