"""What tills really gave: it is the truth of a purchase, and what is otherwise is flagged."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.test_reference import difference
from tests.engine.test_returns_reference import InMemory
from tests.reference.beside import beside, with_returns_of
from tests.reference.random_given import with_given
from xenia.effects import Given, Quoted
from xenia.engine.account import decide, guest, new_account
from xenia.engine.compile import compile_programme
from xenia.events.conventions import Conventions
from xenia.events.errors import Unreadable
from xenia.events.model import Event, Purchase
from xenia.events.parts import Off
from xenia.events.read import read_event
from xenia.programme.read import read
from xenia.programme.render import render

PROGRAMME = """
xenia: 1
programme: given
money: EUR
timezone: Europe/Athens
currencies: {points: {value: 0.01}}
rules:
  half:
    lines: l.category == "drink"
    then: {discount: {percent: 50}}
    budget: {amount: 100, per: month}
  point: {then: {earn: {points: 1 per 1.00}}}
"""


def check(seed: int, count: int = 30, members: int = 1) -> None:
    """Fail with the programme, the event and the first difference."""
    programme, history = with_returns_of(seed, count, members)
    history = with_given(programme, history, seed)
    for event, expected, found in beside(programme, history, InMemory(programme)):
        told = difference(expected, found)
        if told:
            shown = "\n".join(told)
            pytest.fail(f"seed {seed}\n{render(programme)}\n{event}\n\n{shown}", pytrace=False)


def test_the_engine_takes_what_was_given_as_the_reference_does() -> None:
    for seed in range(6):
        check(seed, members=1 + seed % 2)


@pytest.mark.prove
@pytest.mark.parametrize("first", range(9_000, 9_200, 50))
def test_the_engine_takes_what_was_given_in_many_programmes(first: int) -> None:
    for seed in range(first, first + 50):
        check(seed, members=1 + seed % 3)


def bought(**more: Any) -> Purchase:
    event = sent(**more)
    assert isinstance(event, Purchase), event
    return event


def sent(**more: Any) -> Event | Unreadable:
    lines = [
        {"sku": "latte", "category": "drink", "quantity": "1", "amount": "4.00"},
        {"sku": "cake", "category": "food", "quantity": "1", "amount": "6.00"},
    ]
    known = {"id": "e1", "type": "purchase", "member": "m", "lines": lines}
    body = {**known, "occurred_at": "2026-11-18T10:00:00+02:00", **more}
    return read_event(body, Conventions(programme="given", money="EUR", money_decimals=2))


def off(rule: str, line: str, amount: str) -> dict[str, str]:
    return {"rule": rule, "line": line, "amount": amount}


def decided(event: Purchase, given: Given | None = None) -> Any:
    programme = read(PROGRAMME, zones=frozenset({"Europe/Athens"})).programme
    assert programme is not None
    plan = compile_programme(programme)
    return decide(plan, new_account(plan, "m"), event, given=given or Given())[1]


def told(outcome: Any) -> list[tuple[str, str | None, int | None]]:
    return [
        (str(item.kind), item.rule, item.units if item.kind == "earn" else item.amount)
        for item in outcome.effects
    ]


def test_what_was_given_is_what_was_paid_and_earned_on() -> None:
    outcome = decided(bought(given=[off("half", "1", "1.50"), off("by-hand", "2", "0.50")]))
    assert (outcome.payable.discount, outcome.payable.to_pay) == (200, 800)
    assert told(outcome) == [
        ("discount", "half", 150),
        ("earn", "point", 8),
        ("discount", "by-hand", 50),
        ("flag", "by-hand", 50),
        ("flag", "half", -50),
    ]
    assert outcome.used["budget.rule.half.amount.month.2"] == 150


def test_what_was_given_as_it_should_have_been_is_not_flagged() -> None:
    outcome = decided(bought(given=[off("half", "1", "2.00")]))
    assert told(outcome) == [("discount", "half", 200), ("earn", "point", 8)]
    assert told(outcome) == told(decided(bought()))
    nothing = decided(bought(given=[]))
    assert told(nothing) == [("earn", "point", 10), ("flag", "half", -200)]


def test_a_guest_paid_what_was_given() -> None:
    programme = read(PROGRAMME, zones=frozenset({"Europe/Athens"})).programme
    assert programme is not None
    outcome = guest(
        compile_programme(programme), bought(given=[off("x", "2", "1.00")], member=None)
    )
    assert outcome.payable is not None
    assert (outcome.payable.discount, outcome.payable.to_pay) == (100, 900)


def test_a_quote_is_kept_or_refused_by_its_name() -> None:
    kept = Given(quote=Quoted(given=(Off("half", "1", 100),)))
    event = bought(quote="q1")
    assert [item.code for item in decided(event).refusals] == ["unknown-quote"]
    late = decided(event, Given(quote=Quoted("quote-expired")))
    assert [(item.code, item.claim, item.subject) for item in late.refusals] == [
        ("quote-expired", "quote", "q1")
    ]
    assert late.payable.discount == 200
    # What was given besides is measured by the quote.
    otherwise = decided(bought(quote="q1", given=[off("half", "1", "1.20")]), kept)
    assert told(otherwise)[-1] == ("flag", "half", 20)
    as_quoted = decided(bought(quote="q1", given=[off("half", "1", "1.00")]), kept)
    assert [kind for kind, _, _ in told(as_quoted)] == ["discount", "earn"]
    assert as_quoted.refusals == ()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (off("half", "3", "1.00"), "unknown-line"),
        (off("half", "1", "4.01"), "more-than-the-line"),
        (off("half", "1", "-1"), "negative"),
        (off("spend", "1", "1.00"), "not-a-rule"),
    ],
)
def test_what_cannot_have_been_given(given: dict[str, str], code: str) -> None:
    found = sent(given=[given])
    assert isinstance(found, Unreadable)
    assert found.errors[0].code == code


def test_a_rule_is_said_once_of_a_line() -> None:
    found = sent(given=[off("half", "1", "1.00"), off("half", "1", "1.00")])
    assert isinstance(found, Unreadable)
    assert found.errors[0].code == "given-twice"
