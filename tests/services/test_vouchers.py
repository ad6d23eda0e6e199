"""Vouchers through the service: used once, whoever comes at the same time, and verified."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.services.cafe import SCOPE, Cafe, event, said, time
from xenia.services.statements import statement
from xenia.store.database import Database

DOCUMENT = """\
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
currencies: {points: {}, stars: {pending: 2 days}}
rules:
  points: {then: {earn: {points: 1 per 1.00}}}
  star: {when: channel == "app", then: {earn: {stars: 1}}}
rewards:
  fiver: {gives: {discount: {amount: 5.00}}, lasts: 30 days}
  tip: {price: {stars: 2}, automatic: true, gives: {gift-card: 1.00}}
  card: {price: {points: 20}, automatic: true, gives: {gift-card: 10.00}}
  drinks: {uses: 2, gives: {discount: {percent: 100, of: {cheapest: 1}}}}
"""
CLIENTS = 50


@pytest.fixture
def cafe(database: Database) -> Cafe:
    return Cafe(database, DOCUMENT)


def grant(name: str, member: str, day: str, reward: str = "fiver") -> dict[str, Any]:
    return event(
        "grant", name, member, day, "10:00", voucher=reward, reason="a gift", author="eleni"
    )


def buy(name: str, member: str | None, day: str, amount: str, *codes: str) -> dict[str, Any]:
    lines = [{"sku": "s", "category": "c", "quantity": 1, "amount": amount}]
    return event("purchase", name, member, day, "12:00", lines=lines, vouchers=list(codes))


def posted(cafe: Cafe, *events: dict[str, Any]) -> list[Any]:
    answers = cafe.post(*events)
    return [json.loads(one.answer or "") for one in answers]


def refusals(answer: Any) -> list[str]:
    return [one["code"] for one in answer["refusals"]]


def code_of(answer: Any) -> str:
    return str(answer["vouchers"][-1]["code"])


def kept(cafe: Cafe, code: str) -> tuple[Any, ...]:
    return cafe.rows(f"select state, money_left, uses_left from voucher where code = '{code}'")[0]


def test_a_voucher_is_used_once_and_kept_as_used(cafe: Cafe) -> None:
    code = code_of(posted(cafe, grant("g", "m1", "01-02"))[0])
    first, again = posted(
        cafe, buy("one", "m1", "01-03", "12.00", code), buy("two", "m1", "01-04", "12.00", code)
    )
    assert (refusals(first), first["payable"]["to_pay"]) == ([], "7.00")
    assert [one["state"] for one in first["vouchers"]] == ["used"]
    assert (refusals(again), again["payable"]["to_pay"]) == (["already-used"], "12.00")
    assert refusals(posted(cafe, buy("three", "m1", "01-05", "12.00", code))[0]) == ["already-used"]
    assert kept(cafe, code) == ("used", None, None)
    with cafe.database.connect() as connection:
        told = statement(connection, SCOPE, cafe.published, "m1", time("01-06"))
    assert told is not None
    assert told["vouchers"][0]["state"] == "used"
    assert said(cafe.database) == ""


def test_nobody_but_its_owner_uses_it(cafe: Cafe) -> None:
    code = code_of(posted(cafe, grant("g", "m1", "01-02"))[0])
    theirs, guests, unknown = posted(
        cafe,
        buy("theirs", "m2", "01-03", "12.00", code),
        buy("guests", None, "01-03", "12.00", code),
        buy("unknown", "m2", "01-03", "12.00", "NO-SUCH-CODE"),
    )
    assert refusals(theirs) == ["not-yours"]
    assert refusals(guests) == ["not-a-member"]
    assert refusals(unknown) == ["unknown-voucher"]
    assert kept(cafe, code) == ("issued", None, None)
    assert said(cafe.database) == ""


def test_what_is_left_on_it_is_kept(cafe: Cafe) -> None:
    card = code_of(posted(cafe, buy("earns", "m1", "01-02", "20.00"))[0])
    drinks = code_of(posted(cafe, grant("g", "m1", "01-02", "drinks"))[0])
    one = posted(cafe, buy("one", "m1", "01-03", "4.00", card))[0]
    assert one["payable"]["tendered"] == "4.00"
    assert one["vouchers"][0]["left"] == "6.00"
    assert kept(cafe, card) == ("issued", 600, None)
    two = posted(
        cafe, buy("two", "m1", "01-04", "9.00", card), buy("three", "m1", "01-04", "3.00", drinks)
    )
    assert [answer["payable"]["to_pay"] for answer in two] == ["3.00", "0.00"]
    assert kept(cafe, card) == ("used", 0, None)
    assert kept(cafe, drinks) == ("issued", None, 1)
    assert said(cafe.database) == ""


def test_what_is_issued_in_a_batch_can_be_used_in_it(cafe: Cafe) -> None:
    code = code_of(posted(cafe, grant("g", "m1", "01-02"))[0])
    cafe.change("delete from event")  # only its code was wanted
    cafe.change("delete from record")
    cafe.change("delete from voucher")
    cafe.change("delete from account")
    cafe.change("delete from outbox")
    answers = posted(cafe, grant("g", "m1", "01-02"), buy("one", "m1", "01-03", "12.00", code))
    assert answers[1]["payable"]["to_pay"] == "7.00"
    assert kept(cafe, code) == ("used", None, None)
    assert said(cafe.database) == ""


def test_what_time_has_issued_can_be_used_before_it_is_recorded(cafe: Cafe) -> None:
    """A member sees it, with its code, before any work in the background has come by."""
    cafe.post(*[{**buy(name, "m1", "01-02", "1.00"), "channel": "app"} for name in ("a", "b")])
    with cafe.database.connect() as connection:
        told = statement(connection, SCOPE, cafe.published, "m1", time("01-05"))
    assert told is not None
    code = told["vouchers"][0]["code"]
    assert cafe.rows("select count(*) from voucher") == [(0,)]
    (answer,) = posted(cafe, buy("uses", "m1", "01-05", "3.00", code))
    assert answer["payable"]["tendered"] == "1.00"
    assert [one["state"] for one in answer["vouchers"]] == ["used"]
    assert kept(cafe, code) == ("used", 0, None)
    assert said(cafe.database) == ""


def test_what_is_handed_out_is_used(cafe: Cafe) -> None:
    code = code_of(posted(cafe, grant("g", "m1", "01-02", "drinks"))[0])
    uses = [event("use", f"u{n}", "m1", "01-03", f"12:0{n}", voucher=code) for n in range(3)]
    answers = posted(cafe, *uses)
    assert [refusals(answer) for answer in answers] == [[], [], ["already-used"]]
    assert answers[0]["effects"][0]["amount"] is None
    assert kept(cafe, code) == ("used", None, 0)
    assert said(cafe.database) == ""


def test_fifty_at_once_use_it_once(cafe: Cafe) -> None:
    """Each on a connection of its own: the owner, another member, a guest."""
    code = code_of(posted(cafe, grant("g", "m1", "01-02"))[0])
    events = [
        buy(f"b{n}", ("m1", "m1", "m1", "m2", None)[n % 5], "01-03", "12.00", code)
        for n in range(CLIENTS)
    ]
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = [found for (found,) in pool.map(lambda one: posted(cafe, one), events)]
    counted = Counter(tuple(refusals(answer)) for answer in answers)
    assert counted == {
        (): 1,
        ("already-used",): 29,
        ("not-yours",): 10,
        ("not-a-member",): 10,
    }
    paid = Counter(answer["payable"]["to_pay"] for answer in answers)
    assert paid == {"7.00": 1, "12.00": CLIENTS - 1}
    assert said(cafe.database) == ""


def test_verify_sees_a_voucher_that_was_tampered_with(cafe: Cafe) -> None:
    code = code_of(posted(cafe, grant("g", "m1", "01-02"))[0])
    posted(cafe, buy("one", "m1", "01-03", "12.00", code))
    cafe.change(f"update voucher set state = 'issued' where code = '{code}'")
    assert "voucher 0" in said(cafe.database)
    # And so does who uses it again: the fold knows that it was used.
    again = posted(cafe, buy("two", "m1", "01-04", "12.00", code))[0]
    assert refusals(again) == []
    assert "a voucher that was shown" in said(cafe.database)


def test_a_late_purchase_uses_what_had_not_expired_then(cafe: Cafe) -> None:
    code = code_of(posted(cafe, grant("g", "m1", "01-02"))[0])
    late = posted(
        cafe, buy("now", "m1", "02-20", "3.00"), buy("then", "m1", "01-31", "12.00", code)
    )
    assert late[1]["payable"]["to_pay"] == "7.00"
    assert refusals(posted(cafe, buy("after", "m1", "02-21", "1.00", code))[0]) == ["already-used"]
    assert said(cafe.database) == ""
