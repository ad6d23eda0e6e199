"""A report adds up: months to totals, tenths to members, and what is not stated is not invented."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from html.parser import HTMLParser
from io import StringIO

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from rich.console import Console

from tests.backtest.results import (
    DEPARTMENT,
    DISCOUNT,
    NONE,
    Scheme,
    halves,
    run,
    shopping,
)
from xenia.backtest.report.amount import Amount
from xenia.backtest.report.as_json import plain, schema
from xenia.backtest.report.as_page import page
from xenia.backtest.report.as_text import print_report
from xenia.backtest.report.build import report_of
from xenia.backtest.report.purchases import Halves, Purchases
from xenia.backtest.report.rows import given as given_by_month
from xenia.backtest.report.shape import Report
from xenia.backtest.report.sides import Ran
from xenia.backtest.report.stated import Stated, response
from xenia.programme.model import Programme
from xenia.services.catalogue import catalogue
from xenia.services.programmes import sound_programme

MEMBERS, MONTHS = 60, 8
BOUGHT = shopping(MEMBERS, MONTHS)
STATED = Stated(
    margin=Fraction(30, 100), running=Fraction(1, 200), responses=(response("5-8:frequency+10%"),)
)
PURCHASES = Purchases({"GROCERY": 3, "DRUG": 1}, halves(BOUGHT, MEMBERS, MONTHS))


@cache
def programme(name: str) -> Programme:
    return sound_programme(catalogue() / f"{name}.yaml")


def ran(scheme: Scheme) -> Ran:
    return Ran(programme(scheme.programme), run(scheme, BOUGHT, MEMBERS, MONTHS))


MADE: dict[str, Report] = {}


def report(other: Scheme = DISCOUNT, stated: Stated = STATED) -> Report:
    """Made once of the same."""
    key = f"{other} {stated}"
    if key not in MADE:
        MADE[key] = made(other, stated)
    return MADE[key]


def made(other: Scheme, stated: Stated) -> Report:
    variants = [(str(n), ran(replace(DEPARTMENT, per_thousand=n))) for n in (50, 100, 200)]
    return report_of(
        ran(DEPARTMENT),
        ran(other),
        stated,
        PURCHASES,
        sweep=("points for 10 dollars", "100", variants),
        policies=[("never", ran(replace(DEPARTMENT, price=0)))],
    )


def total(amounts: list[Amount]) -> Amount:
    return sum(amounts[1:], start=amounts[0])


# ---- parts sum to the whole ----------------------------------------------------------------------


def test_months_sum_to_totals() -> None:
    for side in (report().candidate, report().against):
        for one in side.currencies:
            assert total([month.issued for month in one.months]) == one.issued
            assert total([month.spent for month in one.months]) == one.spent
            assert total([month.expired for month in one.months]) == one.expired
            kept = one.issued - one.spent - one.expired - one.taken_back + one.adjusted
            assert kept == one.outstanding == one.months[-1].outstanding
        months = side.months
        assert total([month.given for month in months]) == side.cost.given
        assert total([month.sales for month in months]) == report().facts.sales
        assert sum(month.purchases for month in months) == report().facts.purchases
        parts = (side.cost.discounts, side.cost.redeemed, side.cost.vouchers)
        assert total(list(parts)) == side.cost.given
        assert side.cost.given + side.cost.owed_expected + side.cost.running == side.cost.whole


def test_tenths_sum_to_members_and_to_what_was_given() -> None:
    found = report()
    assert sum(one.members for one in found.deciles) == MEMBERS == found.facts.members
    assert all(one.better + one.worse + one.same == one.members for one in found.deciles)
    assert total([one.sales for one in found.deciles]) == found.facts.sales
    assert total([one.got for one in found.deciles]) == found.candidate.cost.given
    assert total([one.other_got for one in found.deciles]) == found.against.cost.given
    held = total([one.held for one in found.deciles])
    assert held == found.candidate.currencies[0].liability
    spent = [one.sales.exact / one.members for one in found.deciles]
    assert spent == sorted(spent, reverse=True)


def test_levels_sum_to_who_has_joined() -> None:
    (ladder,) = report().candidate.ladders
    joined = [month.enrolled for month in report().candidate.months]
    assert [sum(counts) for counts in ladder.months] == joined


def test_cohorts_sum_to_the_currency() -> None:
    (one,) = report().candidate.currencies
    assert total([row.issued for row in one.cohorts]) == one.issued
    spent = sum(row.redeemed[-1] * row.issued.exact for row in one.cohorts)
    assert spent == one.spent.exact
    assert one.liability is not None
    assert one.liability_expected is not None
    assert 0 <= one.liability_expected.exact <= one.liability.exact
    assert one.breakage_least is not None
    assert one.breakage is not None
    assert one.breakage_most is not None
    assert one.breakage_least <= one.breakage <= one.breakage_most
    assert one.deferred is not None
    parts = one.deferred.recognised + one.deferred.contract_liability
    assert parts == one.deferred.allocated


# ---- what the numbers mean -----------------------------------------------------------------------


def test_a_unit_is_worth_what_its_reward_says() -> None:
    (one,) = report().candidate.currencies
    assert one.value == "0.005 USD"
    assert one.months[-1].liability == Amount(one.outstanding.exact / 2, 2)
    (voucher,) = report().candidate.vouchers
    assert voucher.issued * 5000 == one.spent.exact
    assert voucher.face == Amount(2500, 2)


def test_a_discount_costs_its_per_cent_and_is_the_same_for_everybody() -> None:
    found = report_of(ran(DISCOUNT), ran(NONE), STATED, PURCHASES)
    share = found.candidate.cost.share_of_sales - STATED.running
    assert Fraction(49, 1000) < share <= Fraction(5, 100)  # each discount is rounded down here
    assert found.deciles[0].better == found.deciles[0].members
    assert not any(one.worse for one in found.deciles)
    assert found.against.cost.whole == found.against.cost.running


def test_the_margin_is_weighed_by_category() -> None:
    stated = Stated(margins={"GROCERY": Fraction(20, 100), "DRUG": Fraction(60, 100)})
    assert report(DISCOUNT, stated).margin == Fraction(30, 100)
    rest = Stated(margin=Fraction(10, 100), margins={"DRUG": Fraction(50, 100)})
    assert report(DISCOUNT, rest).margin == Fraction(20, 100)


def test_rewards_in_goods_cost_less_unless_they_replace_a_purchase() -> None:
    half = Stated(margin=Fraction(30, 100), cost_ratio=Fraction(1, 2), cannibalised=Fraction(0))
    whole = report(DISCOUNT, Stated(margin=Fraction(30, 100)))
    found = report(DISCOUNT, half)
    assert found.candidate.cost.redeemed.exact * 2 == whole.candidate.cost.redeemed.exact
    assert found.against.cost.whole == whole.against.cost.whole


def test_who_is_full_buys_much_often_and_evenly() -> None:
    members, last = 20, MONTHS - 1
    small = np.full(members, 100, np.int64)
    before, after, often = small.copy(), small.copy(), np.ones(members, np.int64)
    before[[3, 4]] = 10_000
    after[[3, 4]] = 11_000, 13_000
    often[[3, 4]] = 9
    found = run(DISCOUNT, shopping(members, last), members, last)
    one = Ran(programme("discount-fixed"), found)
    full = report_of(one, one, STATED, Purchases({}, Halves(before, after, often, often))).full
    assert full is not None
    assert full.members == 1
    assert full.sales.exact == found.members.sales[3]


def test_an_assumed_response_stands_apart_from_what_is_counted() -> None:
    asked = report(
        DISCOUNT, Stated(margin=Fraction(30, 100), responses=(response("all:basket+10%"),))
    )
    plainly = report(DISCOUNT, Stated(margin=Fraction(30, 100)))
    assert asked.candidate == plainly.candidate
    (one,) = asked.responses
    assert one.members == MEMBERS
    assert one.extra_sales.exact * 10 == asked.facts.sales.exact
    assert one.break_even is not None
    assert one.gain is not None
    assert (one.gain.exact > 0) == (one.uplift > one.break_even)


# ---- what is not stated --------------------------------------------------------------------------


def test_without_a_margin_nothing_is_said_about_it() -> None:
    found = report(DISCOUNT, Stated(responses=(response("all:basket+10%"),)))
    assert found.margin is None
    assert found.candidate.cost.share_of_margin is None
    assert (found.break_even.growing, found.break_even.fixed) == (None, None)
    assert found.same_generosity is None
    assert found.responses[0].gain is None
    assert [one.part for one in found.to_state] == ["margin"]
    assert "--margin 30%" in found.to_state[0].say
    Draft202012Validator(schema()).validate(plain(found))
    assert "cannot be said before a margin is stated" in page(found)


def test_a_category_without_a_margin_is_asked_for() -> None:
    found = report(DISCOUNT, Stated(margins={"DRUG": Fraction(1, 2)}))
    assert found.margin is None
    assert "GROCERY" in found.to_state[0].say


def test_units_whose_worth_nobody_knows_are_counted_and_asked_for() -> None:
    folded = replace(ran(replace(DEPARTMENT, levels=())).result, effects=())
    three = Ran(programme("three-per-hundred"), folded)
    found = report_of(three, ran(NONE), STATED, PURCHASES)
    (one,) = found.candidate.currencies
    assert one.issued.exact > 0
    assert (one.value, one.liability, one.deferred) == (None, None, None)
    assert "--unit-value points=0.01" in found.to_state[0].say
    stated = replace(STATED, unit_values={"points": Fraction(1, 100)})
    known = report_of(three, ran(NONE), stated, PURCHASES)
    assert known.candidate.currencies[0].liability == Amount(one.outstanding.exact, 2)


def test_a_programme_that_nobody_has_joined_does_not_just_cost_nothing() -> None:
    result = run(NONE, BOUGHT, MEMBERS, MONTHS)
    months = replace(result.money_months, enrolled=result.money_months.enrolled * 0)
    nobody = Ran(programme("discount-fixed"), replace(result, money_months=months))
    (asked,) = report_of(ran(DEPARTMENT), nobody, STATED).to_state
    assert asked.part == "discount-fixed"
    assert "Nobody in this history is a member of “Five per cent with the card”" in asked.say


def test_without_the_history_nobody_is_said_to_be_full() -> None:
    assert report_of(ran(DEPARTMENT), ran(NONE), STATED).full is None


# ---- printed -------------------------------------------------------------------------------------


def test_the_json_is_as_its_schema_says_and_has_no_floats() -> None:
    Draft202012Validator.check_schema(schema())
    text = json.dumps(plain(report()))
    Draft202012Validator(schema()).validate(json.loads(text))
    wrong = json.loads(text)
    wrong["facts"]["sales"] = 12.5
    assert not Draft202012Validator(schema()).is_valid(wrong)
    json.loads(text, parse_float=pytest.fail)


def test_the_json_says_money_with_its_decimals_and_shares_with_six() -> None:
    found = plain(report())
    assert found["shape"] == "xenia-backtest-report-1"
    assert Decimal(found["facts"]["sales"]).as_tuple().exponent == -2
    assert found["margin"] == "0.300000"
    sold = sum(Decimal(month["sales"]) for month in found["candidate"]["months"])
    assert sold == Decimal(found["facts"]["sales"])


class Page(HTMLParser):
    """What stands in a page: how often each element, what it leads to, which ids there are."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.count: dict[str, int] = {}
        self.ids: list[str] = []
        self.leads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.count[tag] = self.count.get(tag, 0) + 1
        if tag != "meta":
            self.open.append(tag)
        self.ids += [known["id"] or ""] if "id" in known else []
        labels = (known.get("aria-labelledby") or "").split()
        links = [link for link in [known.get("href") or known.get("src")] if link]
        self.leads += [f"#{label}" for label in labels] + links

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_asks_for_nothing_from_elsewhere() -> None:
    text = page(report())
    found = Page()
    found.feed(text.removeprefix("<!doctype html>"))
    assert found.open == []
    assert len(found.ids) == len(set(found.ids))
    assert all(link[0] == "#" and link[1:] in found.ids for link in found.leads)
    assert "script" not in found.count
    assert "url(" not in text
    assert found.count["svg"] - 1 == found.count["desc"]  # all but the sign, which says nothing
    assert found.count["details"] >= 8


def test_the_page_escapes_what_a_document_says() -> None:
    titled = replace(programme("department-points"), title=None, id="<b>&")
    text = page(report_of(replace(ran(DEPARTMENT), programme=titled), ran(NONE), STATED))
    assert "<b>" not in text.replace("<b>", "", text.count("</b>"))
    assert "&lt;b&gt;&amp;" in text


def test_the_terminal_says_the_same_numbers() -> None:
    out = StringIO()
    print_report(report(), Console(file=out, width=140))
    text = out.getvalue()
    assert report().candidate.cost.whole.grouped in text
    assert not re.search(r"\w…", text), "a number is cut off"
    assert "If members responded (assumption)" in text


def test_months_of_another_zone_stand_beside_those_of_the_same_name() -> None:
    later = ran(DISCOUNT)
    shifted = replace(later.result, first_month=later.result.first_month + 1)
    found = report_of(ran(DEPARTMENT), replace(later, result=shifted), STATED)
    other = [row[-1] for row in given_by_month(found).rows]
    assert other[0] == "0.00"
    assert other[1] == found.against.months[0].given.short
    assert "Given away by month" in page(found)


def test_a_report_about_nothing_can_be_printed() -> None:
    nothing = Ran(programme("apple-none"), run(NONE, [], 0, 1))
    found = report_of(nothing, nothing, STATED)
    assert found.candidate.cost.share_of_sales == 0
    assert "No programme" in page(found)
    print_report(found, Console(file=StringIO(), width=140))
    Draft202012Validator(schema()).validate(plain(found))
