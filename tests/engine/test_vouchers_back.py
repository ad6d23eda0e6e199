"""What comes back to vouchers, or of them, over several returns: never more than was on them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.shopping import START, Member
from tests.engine.test_settings import sound
from xenia.events.model import Grant, Line, Purchase, Return
from xenia.events.parts import EventKey, LineBack
from xenia.programme.read import read
from xenia.services.files import zones
from xenia.services.replay import replay_of

DOCUMENT = """\
xenia: 1
programme: back
money: EUR
timezone: Europe/Athens
currencies: {points: {}}
rules:
  bulk: {when: basket.amount >= 100, then: {discount: {percent: 80}}}
  thanks: {when: basket.amount >= 200, then: {issue: tenner}}
rewards:
  card: {gives: {gift-card: 50.00}}
  small: {gives: {gift-card: 20.00}}
  purse: {gives: {discount: {amount: 50.00}, partial: true}}
  fiver: {gives: {discount: {amount: 5.00}}}
  tenner: {gives: {discount: {amount: 10.00}}}
"""

Json = dict[str, Any]


def event(kind: str, name: str, day: str, **more: object) -> Json:
    at = f"2026-{day}T12:00:00+02:00"
    return {"type": kind, "id": name, "member": "m", "occurred_at": at, **more}


def grant(name: str, reward: str) -> Json:
    return event("grant", name, "01-01", voucher=reward, author="eleni", reason="a gift")


def buy(name: str, day: str, *amounts: str, vouchers: list[str] | None = None) -> Json:
    lines = [
        {"id": str(n), "sku": "s", "category": "c", "quantity": 1, "amount": amount}
        for n, amount in enumerate(amounts)
    ]
    return event("purchase", name, day, lines=lines, vouchers=vouchers or [])


def back(name: str, day: str, of: str, *lines: str) -> Json:
    what: Json = {"lines": [{"line": line} for line in lines]} if lines else {"all": True}
    return event("return", name, day, purchase=of, **what)


def answers(*events: Json) -> list[Any]:
    programme = read(DOCUMENT, zones=zones()).programme
    assert programme is not None
    return list(replay_of(programme, bytes(32)).run(enumerate(events)))


def codes(*grants: Json) -> list[str]:
    return [str(answer["effects"][0]["voucher"]) for answer in answers(*grants)[: len(grants)]]


def vouchers(told: list[Any]) -> list[tuple[str, str | None]]:
    return [(one["state"], one.get("left")) for one in told[-1]["vouchers"]]


def refund(answer: Any) -> str:
    return "+".join(one["amount"] for one in answer["refund"])


@pytest.mark.parametrize("reward", ["card", "purse"])
def test_no_more_money_comes_back_than_was_taken(reward: str) -> None:
    """Of 100 only 20 are to be paid; where 60 are left, they are not reduced any more."""
    first = grant("g", reward)
    named = codes(first)
    told = answers(
        first,
        buy("p", "01-02", "60.00", "40.00", vouchers=named),
        back("b1", "01-03", "p", "1"),
        back("b2", "01-04", "p"),
    )
    assert told[1]["effects"][1]["amount"] == "20.00"
    assert [refund(told[2]), refund(told[3])] == ["", ""]
    assert vouchers(told) == [("issued", "50.00")]


def test_what_is_used_elsewhere_meanwhile_is_not_used_again() -> None:
    first = grant("g", "card")
    named = codes(first)
    told = answers(
        first,
        buy("p", "01-02", "60.00", "40.00", vouchers=named),
        buy("q", "01-02", "30.00", vouchers=named),
        back("b1", "01-03", "p", "1"),
        back("b2", "01-04", "p"),
        back("b3", "01-04", "q"),
    )
    assert [refund(one) for one in told[3:6]] == ["", "", ""]
    assert vouchers(told) == [("issued", "50.00")]


def test_a_voucher_that_was_refused_is_not_used_by_a_return() -> None:
    grants = grant("g1", "small"), grant("g2", "card")
    named = codes(*grants)
    told = answers(
        *grants,
        buy("p", "01-02", "60.00", "40.00", vouchers=named),
        back("b1", "01-03", "p", "1"),
        back("b2", "01-04", "p"),
    )
    assert [one["code"] for one in told[2]["refusals"]] == ["nothing-to-discount"]
    assert vouchers(told) == [("issued", "20.00"), ("issued", "50.00")]


def test_what_has_been_given_back_is_not_used_again_by_what_is_left() -> None:
    """Nothing is left to discount of the line that stays, until its price is lowered below that for
    which nothing is to be paid."""
    document = DOCUMENT.replace(
        "  bulk: {when: basket.amount >= 100, then: {discount: {percent: 80}}}\n",
        "  free: {when: basket.amount >= 20 && basket.amount < 50,"
        " then: {discount: {percent: 100}}}\n",
    )
    programme = read(document, zones=zones()).programme
    assert programme is not None
    first = grant("g", "fiver")
    named = codes(first)
    told = list(
        replay_of(programme, bytes(32)).run(
            enumerate(
                [
                    first,
                    buy("p", "01-02", "10.00", "20.00", "30.00", vouchers=named),
                    back("b1", "01-03", "p", "2"),
                    buy("q", "01-03", "8.00", vouchers=named),
                    back("b2", "01-04", "p", "1"),
                    back("b3", "01-05", "p"),
                ]
            )
        )
    )
    assert [one["payable"]["to_pay"] for one in (told[1], told[3])] == ["55.00", "3.00"]
    assert [refund(one) for one in (told[2], told[4], told[5])] == ["55.00", "", ""]
    assert vouchers(told) == [("used", None)]


def test_a_voucher_that_comes_back_late_is_not_kept_beside_what_was_paid_for_it() -> None:
    """What was used of it was kept back from the refund, and is refunded as it has come back."""
    issuing = buy("p", "01-02", "150.00", "150.00")
    (code,) = [one["voucher"] for one in answers(issuing)[0]["effects"] if one["effect"] == "issue"]
    told = answers(
        issuing,
        buy("q", "01-03", "20.00", vouchers=[code]),
        back("b1", "01-04", "p", "1"),
        back("b2", "01-05", "q"),
        back("b3", "01-06", "p"),
    )
    paid = [one["payable"]["to_pay"] for one in told[:2]]
    assert paid == ["60.00", "10.00"]
    # 150 at 80 % off, and the ten that were used, are still to be paid.
    assert [refund(one) for one in told[2:5]] == ["20.00", "10.00", "40.00"]
    assert vouchers(told) == [("cancelled", None)]


# ---- whatever happens ----------------------------------------------------------------------------

MANY = """\
xenia: 1
programme: many
money: EUR
timezone: Europe/Athens
currencies: {points: {value: 0.01}}
rules:
  points: {then: {earn: {points: 1 per 1.00}}}
  bulk: {when: basket.amount >= 100, then: {discount: {percent: 80}}}
  free: {when: basket.amount >= 20 && basket.amount < 50, then: {discount: {percent: 100}}}
  thanks: {when: basket.amount >= 60, then: {issue: tenner}}
rewards:
  card: {gives: {gift-card: 50.00}}
  small: {gives: {gift-card: 20.00}}
  purse: {gives: {discount: {amount: 30.00}, partial: true}}
  fiver: {gives: {discount: {amount: 5.00}}}
  half: {gives: {discount: {percent: 50, of: {cheapest: 1}}, lines: 'l.category == "a"'}}
  tenth: {uses: 2, gives: {discount: {percent: 10}}}
  tenner: {gives: {discount: {amount: 10.00}}}
"""
OF_STAFF = ("card", "small", "purse", "fiver", "half", "tenth")
AMOUNTS = st.sampled_from((0, 100, 999, 1000, 2000, 3000, 4000, 6000, 10000))


def purchases(data: st.DataObject, member: Member, name: str) -> Purchase:
    lines = tuple(
        Line(id=str(n), sku="s", category=category, quantity=1000 * many, amount=amount)
        for n, (category, many, amount) in enumerate(
            data.draw(
                st.lists(
                    st.tuples(st.sampled_from("ab"), st.integers(1, 3), AMOUNTS),
                    min_size=1,
                    max_size=3,
                )
            )
        )
    )
    there = data.draw(st.permutations([one.code for one in member.account.vouchers]))
    named = tuple(there[: data.draw(st.integers(0, 4))])
    return Purchase(id=name, member="m", occurred_at=member.now, lines=lines, vouchers=named)


def some_back(data: st.DataObject, member: Member, of: Purchase, name: str) -> Return:
    common: Json = {"id": name, "member": "m", "occurred_at": member.now, "of": EventKey(of.id)}
    line = data.draw(st.sampled_from(of.lines))
    if data.draw(st.booleans()):
        return Return(amount=data.draw(AMOUNTS), lines=(LineBack(line=line.id),), **common)
    quantity = data.draw(st.sampled_from((None, 1000)))
    return Return(lines=(LineBack(line=line.id, quantity=quantity),), **common)


@given(data=st.data())
def test_once_all_has_come_back_nobody_has_gained(data: st.DataObject) -> None:
    """Every voucher of staff is as it was; all is refunded, and those of rules are cancelled, but
    for what was used of them."""
    member = Member(sound(MANY))
    for reward in OF_STAFF:
        member.take(Grant(id=reward, member="m", occurred_at=START, author="a", voucher=reward))
    granted = member.account.vouchers
    told: list[Purchase] = []
    for number in range(data.draw(st.integers(2, 8))):
        if data.draw(st.booleans()) and told:
            of = data.draw(st.sampled_from(told))
            member.take(some_back(data, member, of, f"r{number}"))
            continue
        told.append(purchases(data, member, f"p{number}"))
        member.take(told[-1])
    for number, purchase in enumerate(data.draw(st.permutations(told))):
        member.send_back(purchase, f"all{number}")
    assert member.account.vouchers[: len(granted)] == granted
    issued = member.account.vouchers[len(granted) :]
    paid = sum(one.payable.to_pay for one in member.told if one.payable is not None)
    back = sum(each.amount for one in member.told for each in one.refund)
    assert back <= paid
    if not any(one.code in purchase.vouchers for one in issued for purchase in told):
        assert (back, {one.state for one in issued} - {"cancelled"}) == (paid, set())
    assert member.seen.wallet["points"].balance == 0
