"""What `check` advises on acts and stays, each with the neighbour of which it says nothing."""

import pytest

from xenia.programme.check import check
from xenia.programme.read import read

START = """\
xenia: 1
programme: club
money: EUR
timezone: UTC
acts: {write-reviews: {title: A review}, weigh-in: {title: A weigh-in}}
currencies: {points: {value: 0.01}, respect: {kind: qualifying}}
metrics: {respect-earned: {sum: earned.respect, on: act}}
rules:
"""
DAILY = "limits: {times: 1, per: day}"


def advice(rule: str) -> list[str]:
    found = check(read(START + f"  one: {rule}\n", zones=frozenset({"UTC"})))
    assert [finding for finding in found if finding.severity == "error"] == []
    about = ("points-for-posts", "any-status", "no-limit")
    return [finding.code for finding in found if finding.code in about]


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (f"{{on: act, when: act == 'write-reviews', then: {{earn: {{points: 5}}}}, {DAILY}}}",
         ["points-for-posts"]),
        (f"{{on: act, then: {{earn: {{points: 5}}}}, {DAILY}}}", ["points-for-posts"]),
        (f"{{on: act, when: act != 'write-reviews', then: {{earn: {{points: 5}}}}, {DAILY}}}", []),
        (f"{{on: act, when: act == 'weigh-in', then: {{earn: {{points: 5}}}}, {DAILY}}}", []),
        (f"{{on: act, when: act == 'write-reviews', then: {{earn: {{respect: 5}}}}, {DAILY}}}", []),
        ("{on: act, when: act == 'weigh-in', then: {earn: {points: 5}}}", ["no-limit"]),
        ("{on: stay, then: {earn: {points: nights}}}", ["any-status"]),
        ("{on: stay, when: status == 'stayed', then: {earn: {points: nights}}}", []),
        ("{on: stay, when: status != 'cancelled', then: {earn: {points: nights}}}", []),
        ("{on: rental, then: {earn: {points: days}}}", []),
    ],
)  # fmt: skip
def test_advice_on_activities(rule: str, told: list[str]) -> None:
    assert advice(rule) == told


def test_a_metric_over_stays_of_any_status() -> None:
    text = START.replace("metrics: {", "metrics: {nights: {sum: nights, on: stay}, ")
    found = check(read(text + "  one: {then: {issue: mug}}\n", zones=frozenset({"UTC"})))
    assert "any-status" in [finding.code for finding in found]
    text = text.replace("on: stay}", 'on: stay, when: status == "stayed"}')
    found = check(read(text + "  one: {then: {issue: mug}}\n", zones=frozenset({"UTC"})))
    assert "any-status" not in [finding.code for finding in found]


def test_an_act_that_is_not_declared_is_an_error_with_the_one_that_was_meant() -> None:
    rule = "  one: {on: act, when: act == 'weigh-inn', then: {earn: {points: 5}}}\n"
    found = check(read(START + rule, zones=frozenset({"UTC"})))
    (error,) = [finding for finding in found if finding.severity == "error"]
    assert "weigh-in" in error.remedy
