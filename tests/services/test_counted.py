"""Counted benefits, badges, messages and bundles: from the event to what is stored, verified."""

from __future__ import annotations

from typing import Any

from tests.services.cafe import Cafe, event, said, time
from tests.services.test_staff import answer
from xenia.store.database import Database

PROGRAMME = """\
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
currencies: {points: {title: {en: [point, points]}}}
metrics: {spent-this-month: {sum: spent, over: calendar month}}
tiers:
  status:
    by: spent-this-month
    levels: {basic: 0, gold: {any: {spent-this-month: 50}, benefits: {lounge-visit: 2}}}
    holds: end of month
benefits: {lounge-visit: {title: a visit to the lounge}}
badges: {big: {title: Big}}
texts: {thanks: Thank you}
rules:
  base: {then: {earn: {points: 1 per 1.00}}}
  big: {when: basket.amount >= 50, then: {badge: big, notify: thanks, flag: a large purchase}}
  two: {then: {discount: {price: 30, of: {bundle: [{quantity: 2}]}}}}
"""


def use(name: str, day: str) -> dict[str, Any]:
    return event("use", name, "m1", day, "12:00", benefit="lounge-visit")


def pair(name: str, day: str, amount: str) -> dict[str, Any]:
    lines = [{"sku": "s", "category": "c", "quantity": 2, "amount": amount}]
    return event("purchase", name, "m1", day, "12:00", lines=lines)


def back(kind: str, name: str, day: str, **more: Any) -> dict[str, Any]:
    return event(kind, name, "m1", day, "13:00", **more)


def test_what_is_used_given_and_told_is_stored_and_verified(database: Database) -> None:
    cafe = Cafe(database, PROGRAMME)
    cafe.post(pair("p1", "01-02", "80.00"), pair("p2", "01-03", "40.00"))
    cafe.post(use("u1", "01-04"), use("u2", "01-05"), use("u3", "01-06"))
    cafe.post(back("cancel", "c1", "01-07", of={"id": "u1"}))
    assert said(cafe.database) == ""
    told = answer(cafe, "p1")
    assert told["payable"]["discount"] == "50.00"
    assert [one["effect"] for one in told["effects"]][:1] == ["discount"]
    assert {one["effect"] for one in told["effects"]} >= {"badge", "notify", "flag"}
    assert told["badges"] == [{"badge": "big", "since": "2026-01-02T00:00:00+02:00"}]
    assert [one["code"] for one in answer(cafe, "u3")["refusals"]] == ["none-left"]
    given = answer(cafe, "c1")
    assert [(one["effect"], one["left"]) for one in given["effects"]] == [("give-back", "1")]
    assert given["benefits"][0]["left"] == "1"
    # Returned, the pair was never so large: the badge goes, and the level.
    cafe.post(back("return", "r1", "01-08", purchase="p1", lines=[{"line": "1", "quantity": 1}]))
    returned = answer(cafe, "r1")
    assert (returned["badges"], returned["refund"]) == ([], [])
    assert said(cafe.database) == ""
    cafe.sweep(time("03-01"))
    assert said(cafe.database) == ""
