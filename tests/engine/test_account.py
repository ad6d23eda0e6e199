"""One member's account: enrolment, claims, vouchers, time, and why."""

from datetime import datetime

import pytest

from xenia.effects import Kind, Outcome, Reason
from xenia.engine.account import (
    Account,
    decide,
    guest,
    new_account,
    pass_time,
    view,
    vouchers,
)
from xenia.engine.compile import compile_programme
from xenia.engine.plan import Plan
from xenia.events.model import Enrolment, Line, Payment, Profile, Purchase, Redemption
from xenia.programme.read import read
from xenia.services.files import zones

CAFE = """
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
attributes: {member: {student: boolean}}
locations: {tokyo: {timezone: Asia/Tokyo}}
currencies:
  stars: {expires: {after: 1 month}, value: 0.10}
metrics:
  visits: {count: true, over: calendar month}
tiers:
  status: {by: visits, levels: {guest: 0, regular: 2}}
groups:
  off: {combine: first}
rules:
  star: {then: {earn: {stars: 1 per 2.00}}}
  morning: {when: hour(occurred_at) < 10, then: {earn: {stars: 1}}}
  student: {when: member.student, group: off, then: {discount: {percent: 10}}}
  regular: {when: tier.status == "regular", group: off, then: {discount: {percent: 5}}}
  drink: {lines: l.category == "drink", limits: {times: 1, per: day}, then: {issue: cookie}}
rewards:
  cookie: {gives: {item: A cookie}, lasts: 7 days}
  mug: {price: {stars: 5}, gives: {item: A mug}}
"""


def compiled(text: str = CAFE) -> Plan:
    reading = read(text, zones=zones())
    assert reading.programme is not None, reading.findings
    return compile_programme(reading.programme)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000


def purchase(name: str, time: str, amount: int = 1000, **fields: object) -> Purchase:
    line = Line(id="1", sku="latte", category="drink", quantity=1000, amount=amount)
    return Purchase(id=name, member="m", occurred_at=at(time), lines=(line,), **fields)  # type: ignore[arg-type]


def kinds(outcome: Outcome) -> list[Kind]:
    return [effect.kind for effect in outcome.effects]


def why(outcome: Outcome, rule: str) -> Reason:
    return next(reason for reason in outcome.trace if reason.rule == rule)


def test_a_first_event_enrols() -> None:
    plan = compiled()
    account = new_account(plan, "m")
    assert not account.enrolled
    account, outcome = decide(plan, account, purchase("e1", "2026-03-02T12:00:00+02:00"))
    assert account.enrolled
    assert kinds(outcome) == [Kind.EARN, Kind.ISSUE]
    assert [effect.id for effect in outcome.effects] == ["api/e1/1", "api/e1/2"]


def test_who_must_enrol_gets_nothing_before() -> None:
    plan = compiled(CAFE + "enrolment: enrolment-only\n")
    account = new_account(plan, "m")
    early = purchase("e1", "2026-03-02T12:00:00+02:00", spend={"stars": "1"})
    account, outcome = decide(plan, account, early)
    assert (outcome.effects, outcome.notes) == ((), ("not-a-member",))
    assert [(refusal.code, refusal.claim) for refusal in outcome.refusals] == [
        ("not-a-member", "spend")
    ]
    assert outcome.payable is not None
    assert outcome.payable.to_pay == 1000
    enrolment = Enrolment(id="e2", member="m", occurred_at=at("2026-03-02T13:00:00+02:00"))
    account, _ = decide(plan, account, enrolment)
    account, outcome = decide(plan, account, purchase("e3", "2026-03-02T14:00:00+02:00"))
    assert kinds(outcome) == [Kind.EARN, Kind.ISSUE]


def test_a_guest_pays_in_full() -> None:
    outcome = guest(compiled(), purchase("e1", "2026-03-02T12:00:00+02:00"))
    assert outcome.effects == ()
    assert outcome.payable is not None
    assert (outcome.payable.discount, outcome.payable.to_pay) == (0, 1000)


def test_a_profile_counts_from_its_own_event_on() -> None:
    plan = compiled()
    account = new_account(plan, "m")
    profile = Profile(
        id="p",
        member="m",
        occurred_at=at("2026-03-02T12:00:00+02:00"),
        attributes={"student": True},
    )
    account, _ = decide(plan, account, profile)
    account, outcome = decide(plan, account, purchase("e1", "2026-03-02T13:00:00+02:00"))
    assert outcome.payable is not None
    assert outcome.payable.discount == 100


def test_a_first_group_gives_one_discount() -> None:
    plan = compiled()
    account = Account("m", new_account(plan, "m").state, {"student": True})
    for day in (2, 3):
        account, _ = decide(plan, account, purchase(f"e{day}", f"2026-03-0{day}T12:00:00+02:00"))
    account, outcome = decide(plan, account, purchase("e4", "2026-03-04T12:00:00+02:00"))
    assert outcome.payable is not None
    assert outcome.payable.discount == 50
    regular, student = why(outcome, "regular"), why(outcome, "student")
    assert (regular.applied, regular.because) == (True, "0.50 off")
    assert (student.applied, student.because) == (False, "regular goes before it in the group off")


@pytest.mark.parametrize(
    ("asked", "code"),
    [("0", "nothing-to-spend"), ("3", "insufficient-balance"), ("2.5", "too-precise")],
)
def test_a_claim_is_refused_by_name(asked: str, code: str) -> None:
    plan = compiled()
    account, _ = decide(
        plan, new_account(plan, "m"), purchase("e1", "2026-03-02T12:00:00+02:00", amount=400)
    )
    again = purchase("e2", "2026-03-02T13:00:00+02:00", spend={"stars": asked})
    account, outcome = decide(plan, account, again)
    assert [refusal.code for refusal in outcome.refusals] == [code]
    assert Kind.SPEND not in kinds(outcome)


def test_a_claim_that_is_granted_lowers_the_bill_and_what_is_earned() -> None:
    plan = compiled()
    account, _ = decide(plan, new_account(plan, "m"), purchase("e1", "2026-03-02T12:00:00+02:00"))
    again = purchase("e2", "2026-03-02T13:00:00+02:00", spend={"stars": "5"})
    account, outcome = decide(plan, account, again)
    assert outcome.payable is not None
    assert (outcome.payable.discount, outcome.payable.to_pay) == (50, 950)
    assert [effect.units for effect in outcome.effects[:2]] == [5, 4]


def test_what_a_reward_pays_earns_nothing() -> None:
    plan = compiled()
    paid = purchase("e1", "2026-03-02T12:00:00+02:00", payments=(Payment(method="reward"),))
    _, outcome = decide(plan, new_account(plan, "m"), paid)
    assert Kind.EARN not in kinds(outcome)
    assert why(outcome, "star").because == "it comes to nothing on what was bought"


def test_a_redemption_is_granted_or_refused_whole() -> None:
    plan = compiled()
    account, _ = decide(plan, new_account(plan, "m"), purchase("e1", "2026-03-02T12:00:00+02:00"))
    bought = Redemption(
        id="r1", member="m", occurred_at=at("2026-03-02T13:00:00+02:00"), reward="mug"
    )
    account, outcome = decide(plan, account, bought)
    assert kinds(outcome) == [Kind.SPEND, Kind.ISSUE]
    assert [voucher.reward for voucher in account.vouchers] == ["cookie", "mug"]
    _, outcome = decide(plan, account, Redemption(**{**fields_of(bought), "id": "r2"}))  # type: ignore[arg-type]
    assert [refusal.code for refusal in outcome.refusals] == ["insufficient-balance"]
    assert outcome.effects == ()


def fields_of(event: Redemption) -> dict[str, object]:
    return {name: getattr(event, name) for name in ("id", "member", "occurred_at", "reward")}


def test_codes_come_from_the_key_and_the_effect() -> None:
    plan = compiled()
    event = purchase("e1", "2026-03-02T12:00:00+02:00")
    codes = []
    for key in (bytes(32), bytes(32), b"another key of some thirty bytes"):
        account, _ = decide(plan, new_account(plan, "m"), event, key=key)
        codes.append(account.vouchers[0].code)
    assert codes[0] == codes[1] != codes[2]
    assert len(codes[0]) == 16


def test_the_clock_is_that_of_the_place() -> None:
    plan = compiled()
    # 03:00 in Athens, 10:00 in Tokyo.
    event = purchase("e1", "2026-03-02T10:00:00+09:00")
    _, at_home = decide(plan, new_account(plan, "m"), event)
    assert why(at_home, "morning").applied
    there = purchase("e1", "2026-03-02T10:00:00+09:00", location="tokyo")
    _, abroad = decide(plan, new_account(plan, "m"), there)
    assert why(abroad, "morning").because == "hour(occurred_at) is 10, not below 10"


def test_time_alone_ends_lots_and_levels() -> None:
    plan = compiled()
    account = new_account(plan, "m")
    for day in (29, 30):
        account, _ = decide(
            plan, account, purchase(f"e{day}", f"2026-03-{day}T12:00:00+03:00", 400)
        )
    assert view(plan, account, at("2026-03-31T23:00:00+03:00")).tiers["status"].level == "regular"
    account, outcome = pass_time(plan, account, at("2026-04-30T00:00:00+03:00"))
    assert [
        (effect.kind, effect.day - effects_day("2026-04-01")) for effect in outcome.effects
    ] == [
        (Kind.TIER, 0),
        (Kind.EXPIRE, 28),
        (Kind.EXPIRE, 29),
    ]
    assert [effect.id for effect in outcome.effects] == [
        f"due/m/2026-04-{day}/1" for day in ("01", "29", "30")
    ]
    assert outcome.view is not None
    assert outcome.view.wallet["stars"].balance == 0
    assert pass_time(plan, account, at("2026-04-30T00:00:00+03:00"))[1].effects == ()


def effects_day(text: str) -> int:
    return (datetime.fromisoformat(text).date() - datetime(1970, 1, 1).date()).days  # noqa: DTZ001


def test_a_limit_that_is_used_up_says_so() -> None:
    plan = compiled()
    account, _ = decide(plan, new_account(plan, "m"), purchase("e1", "2026-03-02T12:00:00+02:00"))
    _, outcome = decide(plan, account, purchase("e2", "2026-03-02T13:00:00+02:00"))
    assert why(outcome, "drink").because == "the limit of the rule drink is used up: 1 time a day"


def test_unknown_is_told_as_unknown() -> None:
    plan = compiled()
    _, outcome = decide(plan, new_account(plan, "m"), purchase("e1", "2026-03-02T12:00:00+02:00"))
    assert why(outcome, "student").because == "member.student is unknown"
    assert why(outcome, "star").because == "5 stars (1 per 2.00 of 10.00)"


@pytest.mark.parametrize(
    ("title", "decimals", "amount", "told"),
    [
        ("{en: [star, golden stars]}", 0, 200, "1 star (1 per 2.00 of 2.00)"),
        ("{en: [star, golden stars]}", 0, 400, "2 golden stars (1 per 2.00 of 4.00)"),
        ("{en: [star, golden stars]}", 2, 200, "1.00 golden stars (1 per 2.00 of 2.00)"),
        ("{en: gold}", 0, 200, "1 stars (1 per 2.00 of 2.00)"),
        ("{el: [αστέρι, αστέρια]}", 0, 200, "1 stars (1 per 2.00 of 2.00)"),
    ],
)
def test_units_are_told_by_their_english_name(
    title: str, decimals: int, amount: int, told: str
) -> None:
    stars = "stars: {expires"
    assert CAFE.count(stars) == 1
    plan = compiled(CAFE.replace(stars, f"stars: {{title: {title}, decimals: {decimals}, expires"))
    event = purchase("e1", "2026-03-02T12:00:00+02:00", amount)
    _, outcome = decide(plan, new_account(plan, "m"), event)
    assert why(outcome, "star").because == told


def test_a_limit_of_money_that_is_used_up_says_so() -> None:
    plan = compiled(
        CAFE.replace("drink: {", "off: {limits: {amount: 1, per: ever}, "
        "then: {discount: {percent: 10}}}\n  drink: {", 1)
    )  # fmt: skip
    account, _ = decide(plan, new_account(plan, "m"), purchase("e1", "2026-03-02T12:00:00+02:00"))
    _, outcome = decide(plan, account, purchase("e2", "2026-03-03T12:00:00+02:00"))
    assert why(outcome, "off").because == "the limit of the rule off is used up: 1.00 off in all"


def test_a_level_that_another_metric_keeps_does_not_stop_time() -> None:
    plan = compiled(
        """
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
metrics:
  months: {streak: month}
  lately: {sum: spent, over: rolling 7 days}
  spent: {sum: spent}
tiers:
  status: {levels: {guest: {}, regular: {any: {lately: 50, months: 2, spent: 10}}}}
"""
    )
    account, _ = decide(plan, new_account(plan, "m"), purchase("e1", "2026-01-02T12:00:00+02:00"))
    account, outcome = pass_time(plan, account, at("2027-01-02T12:00:00+02:00"))
    assert outcome.effects == ()
    assert view(plan, account, at("2027-01-02T12:00:00+02:00")).tiers["status"].level == "regular"


def test_a_voucher_ends_by_itself() -> None:
    plan = compiled()
    account, _ = decide(plan, new_account(plan, "m"), purchase("e1", "2026-03-02T12:00:00+02:00"))
    states = [
        vouchers(plan, account, at(time))[0].state
        for time in ("2026-03-08T23:59:59+02:00", "2026-03-09T00:00:00+02:00")
    ]
    assert states == ["issued", "expired"]


def test_ids_that_run_together_are_told_apart() -> None:
    plan = compiled(
        """
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
currencies: {points-of-stars: {}, stars: {}}
rules:
  x: {then: {earn: {points-of-stars: 1}}}
  x-of-points: {then: {earn: {stars: 10}}}
"""
    )
    _, outcome = decide(plan, new_account(plan, "m"), purchase("e1", "2026-01-02T12:00:00+02:00"))
    assert [(effect.currency, effect.units) for effect in outcome.effects] == [
        ("points-of-stars", 1),
        ("stars", 10),
    ]


def test_what_late_events_make_due_today_is_told_once_each() -> None:
    """Both issue on the same day what the first one has issued on it before."""
    plan = compiled(
        """
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
currencies: {stars: {pending: 10 days}}
rules: {star: {then: {earn: {stars: 5}}}}
rewards: {mug: {price: {stars: 5}, automatic: true, gives: {item: A mug}}}
"""
    )
    account, _ = decide(plan, new_account(plan, "m"), purchase("e1", "2026-03-31T12:00:00+03:00"))
    told = []
    for name in ("e2", "e3"):
        account, outcome = decide(plan, account, purchase(name, "2026-03-02T12:00:00+02:00"))
        assert kinds(outcome) == [Kind.EARN, Kind.ACTIVATE, Kind.SPEND, Kind.ISSUE]
        assert [effect.day for effect in outcome.effects[1:]] == [effects_day("2026-03-31")] * 3
        assert [effect.due for effect in outcome.effects] == [False, True, True, True]
        told += [effect.id for effect in outcome.effects]
    assert told == [f"api/{name}/{n}" for name in ("e2", "e3") for n in (1, 2, 3, 4)]
    assert len({voucher.code for voucher in account.vouchers}) == 2
