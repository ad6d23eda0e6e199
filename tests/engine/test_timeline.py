"""The versions of one programme in time: who decides, and what becomes of what a member has."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from msgspec import structs

from xenia.effects import NOTHING, Effect, Given, Kind, Outcome
from xenia.engine.account import Account
from xenia.engine.compile import compile_programme
from xenia.engine.operators import DAY, FAR, NEXT_DUE
from xenia.engine.plan import Plan
from xenia.engine.timeline import ALWAYS, Timeline, TimelineVersion
from xenia.engine.views import lots
from xenia.engine.zones import EPOCH
from xenia.events.model import Enrolment, Line, Profile, Purchase
from xenia.programme.read import read
from xenia.services.files import zones

HEAD = """
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
"""
POINTS = "rules: {points: {then: {earn: {points: 1 per 1.00}}}}\n"
PLAIN = HEAD + "currencies: {points: {}}\n" + POINTS
MAY = "2026-05-01T00:00:00+03:00"  # when the second version takes effect, but where said


def compiled(text: str) -> Plan:
    reading = read(text, zones=zones())
    assert reading.programme is not None, reading.findings
    return compile_programme(reading.programme)


def line_of(*texts: str, starts: tuple[str, ...] = (MAY,)) -> Timeline:
    instants = [ALWAYS, *map(at, starts)]
    return Timeline(
        [
            TimelineVersion(n + 1, start, compiled(text), bytes([n]) * 32)
            for n, (start, text) in enumerate(zip(instants, texts, strict=True))
        ]
    )


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000


def day(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days


def bought(time: str, amount: int = 10, **fields: object) -> Purchase:
    """A purchase at noon, if no time is given, of so many euros."""
    moment = time if "T" in time else f"{time}T12:00:00+03:00"
    line = Line(id="1", sku="latte", category="drink", quantity=1000, amount=100 * amount)
    return Purchase(id=moment, member="m", occurred_at=at(moment), lines=(line,), **fields)  # type: ignore[arg-type]


def decided(line: Timeline, *events: Purchase) -> tuple[Account, Outcome]:
    account = line.new_account("m")
    outcome = Outcome(effects=())
    for event in events:
        account, outcome = line.decide(account, event)
    return account, outcome


def wallet(line: Timeline, account: Account, currency: str = "points") -> dict[str, int]:
    """The units by the day they end, or `never`."""
    found: Counter[str] = Counter()
    for (key, _, _, ends), units in lots(line.of(account.version).plan, account.state).items():
        if key == currency:
            found["never" if ends is None else written(ends)] += units
    return dict(found)


def written(number: int) -> str:
    return (EPOCH + timedelta(number)).isoformat()


def told(effects: tuple[Effect, ...]) -> list[tuple[Kind, str, int | str | None]]:
    return [
        (
            effect.kind,
            written(effect.day),
            effect.level if effect.kind is Kind.TIER else effect.units,
        )
        for effect in effects
    ]


# ---- who decides ---------------------------------------------------------------------------------


def test_an_event_is_decided_by_the_version_in_force_when_it_occurred() -> None:
    line = line_of(PLAIN, PLAIN.replace("1 per", "3 per"))
    account, outcome = decided(line, bought("2026-04-30T23:59:59+03:00"))
    assert (outcome.version, account.version) == (1, 1)
    account, outcome = line.decide(account, bought(MAY))
    assert (outcome.version, account.version) == (2, 2)
    assert outcome.effects[0].units == 30
    account, outcome = line.decide(account, bought("2026-04-20"))
    assert (outcome.version, account.version) == (1, 2)
    assert outcome.effects[0].units == 10
    assert wallet(line, account) == {"never": 50}


def test_before_the_first_version_the_first_decides() -> None:
    late = TimelineVersion(7, at(MAY), compiled(PLAIN))
    assert Timeline([late]).at(0) is late
    assert Timeline([late, structs_of(late, 8)]).at(0) is late


def structs_of(version: TimelineVersion, number: int) -> TimelineVersion:
    return TimelineVersion(number, version.effective_from, version.plan)


def test_of_versions_that_take_effect_together_the_last_is_in_force() -> None:
    line = line_of(
        PLAIN, PLAIN.replace("1 per", "2 per"), PLAIN.replace("1 per", "3 per"), starts=(MAY, MAY)
    )
    assert line.at(at(MAY)).version == 3
    assert line.at(at(MAY) - 1).version == 1
    account, outcome = decided(line, bought(MAY))
    assert (outcome.version, account.version, outcome.effects[0].units) == (3, 3, 30)


def test_versions_come_in_their_order() -> None:
    first = TimelineVersion(1, at(MAY), compiled(PLAIN))
    with pytest.raises(ValueError, match="in the order"):
        Timeline([first, TimelineVersion(2, 0, first.plan)])
    with pytest.raises(ValueError, match="has versions"):
        Timeline([])


def test_a_version_of_the_midday_has_its_first_day_tomorrow() -> None:
    line = line_of(PLAIN, PLAIN, starts=("2026-05-01T12:00:00+03:00",))
    assert line.first_day(2) == day("2026-05-02")
    assert line_of(PLAIN, PLAIN).first_day(2) == day("2026-05-01")
    assert line.first_day(1) < day("1900-01-01")


def test_due_work_of_a_day_is_done_by_the_version_it_began_under() -> None:
    expiring = PLAIN.replace("points: {}", "points: {expires: {after: 30 days}}")
    mug = "rewards: {mug: {price: {points: 10}, automatic: true, gives: {item: A mug}}}\n"
    noon = ("2026-05-01T12:00:00+03:00",)
    # Pending units become usable on 1 May, and the second version turns ten of them into a mug.
    pending = expiring.replace("{expires:", "{pending: 10 days, expires:")
    for starts, kinds in (
        ((MAY,), [Kind.ACTIVATE, Kind.SPEND, Kind.ISSUE]),
        (noon, [Kind.ACTIVATE]),
    ):
        line = line_of(pending, pending + mug, starts=starts)
        account, _ = decided(line, bought("2026-04-21"))
        account, outcome = line.pass_day(account, day("2026-05-01"))
        assert [effect.kind for effect in outcome.effects] == kinds
        assert account.version == (2 if starts == (MAY,) else 1)


def test_vouchers_have_codes_of_the_version_that_issued_them() -> None:
    mug = PLAIN.replace("earn: {points: 1 per 1.00}", "issue: mug") + (
        "rewards: {mug: {gives: {item: A mug}}}\n"
    )
    line = line_of(mug, mug)
    codes = []
    for key in (bytes(32), bytes([1]) * 32):
        only = Timeline([TimelineVersion(1, ALWAYS, line.of(1).plan, key)])
        codes.append(
            [decided(only, bought(time))[1].vouchers for time in ("2026-04-01", "2026-06-01")]
        )
    assert decided(line, bought("2026-04-01"))[1].vouchers == codes[0][0]
    assert decided(line, bought("2026-06-01"))[1].vouchers == codes[1][1]
    assert codes[0][1] != codes[1][1]


def test_who_is_no_member_stays_untouched() -> None:
    closed = PLAIN + "enrolment: enrolment-only\n"
    line = line_of(closed, closed)
    account = line.new_account("m")
    for event in (bought("2026-04-01"), bought("2026-06-01")):
        after, outcome = line.decide(account, event)
        assert after is account
        assert outcome.notes == ("not-a-member",)
        assert outcome.version == line.at(event.occurred_at).version
    after, outcome = line.pass_day(account, day("2027-01-01"))
    assert after is account
    assert line.next_due(account) is None


# ---- when ----------------------------------------------------------------------------------------


def test_time_that_does_nothing_leaves_the_account_as_it_is() -> None:
    line = line_of(PLAIN, PLAIN)
    account, _ = decided(line, bought("2026-04-01"))
    after, outcome = line.pass_day(account, day("2026-04-30"))
    assert after is account
    assert (outcome.effects, outcome.version) == ((), 1)
    after, outcome = line.pass_time(account, at(MAY))
    assert (after.version, outcome.effects, outcome.version) == (2, (), 2)
    assert line.pass_day(after, day("2027-01-01"))[0] is after


def test_an_account_is_due_when_a_version_begins() -> None:
    expiring = PLAIN.replace("points: {}", "points: {expires: {after: 12 months}}")
    line = line_of(expiring, expiring)
    account, _ = decided(line, bought("2026-04-01"))
    assert line.next_due(account) == day("2026-05-01")
    account, _ = line.pass_day(account, day("2026-05-01"))
    assert line.next_due(account) == day("2027-04-01")
    plain = line_of(PLAIN, PLAIN)
    account, _ = plain.pass_day(decided(plain, bought("2026-04-01"))[0], day("2026-06-01"))
    assert plain.next_due(account) is None


def test_a_view_is_in_the_words_of_the_version_in_force() -> None:
    line = line_of(PLAIN, PLAIN.replace("points: {}", "points: {}, stars: {}"))
    account, _ = decided(line, bought("2026-04-01"))
    assert list(line.view(account, at("2026-04-30T12:00:00+03:00")).wallet) == ["points"]
    seen = line.view(account, at(MAY))
    assert {key: held.balance for key, held in seen.wallet.items()} == {"points": 10, "stars": 0}
    moved, _ = line.pass_time(account, at(MAY))
    assert list(line.view(moved, at("2026-04-01T12:00:00+03:00")).wallet) == ["points", "stars"]


def test_a_state_is_stored_with_its_version() -> None:
    line = line_of(PLAIN, PLAIN.replace("points: {}", "points: {}, stars: {}"))
    account, _ = decided(line, bought("2026-04-01"), bought("2026-06-01"))
    again = structs.replace(account, state=line.unpack(account.version, line.pack(account)))
    assert line.pack(again) == line.pack(account)
    next_one = bought("2026-06-02")
    (one, outcome), (other, same) = line.decide(account, next_one), line.decide(again, next_one)
    assert (line.pack(one), outcome) == (line.pack(other), same)


# ---- currencies ----------------------------------------------------------------------------------


def test_lots_keep_their_end_whatever_the_new_version_says() -> None:
    line = line_of(
        PLAIN.replace("points: {}", "points: {expires: {after: 3 months}}"),
        PLAIN.replace("points: {}", "points: {expires: {after: 1 month}}"),
    )
    account, _ = decided(line, bought("2026-04-10"), bought("2026-05-10", 5))
    assert wallet(line, account) == {"2026-07-10": 10, "2026-06-10": 5}


@pytest.mark.parametrize(
    "orders", [("soonest-expiry", "first-earned"), ("first-earned", "soonest-expiry")]
)
def test_another_order_of_spending_sorts_the_lots_again(orders: tuple[str, str]) -> None:
    texts = [
        HEAD
        + "currencies: {points: {value: 1, expires: {after: 12 months}, "
        + f"spend-first: {order}}}}}\n"
        + "rules:\n"
        + "  long: {when: basket.amount >= 20, then: {earn: {points: 1 per 1.00}}}\n"
        + "  short: {when: basket.amount < 20, then: {earn: {points: {units: 1 per 1.00,"
        + " expires: {after: 2 months}}}}}\n"
        for order in orders
    ]
    line = line_of(*texts)
    account, _ = decided(line, bought("2026-04-01", 20), bought("2026-04-02", 10))
    before = wallet(line, account)
    moved, _ = line.pass_time(account, at(MAY))
    assert wallet(line, moved) == before == {"2027-04-01": 20, "2026-06-02": 10}
    _, outcome = line.decide(moved, bought("2026-05-02", 100, spend={"points": "5"}))
    [spent] = [item for item in outcome.movements if item.kind is Kind.SPEND]
    first_earned = orders[1] == "first-earned"
    assert spent.earned == day("2026-04-01" if first_earned else "2026-04-02")
    # A late event of the first version spends in its order, from lots in the second one's.
    late, outcome = line.decide(moved, bought("2026-04-03", 100, spend={"points": "5"}))
    [spent] = [item for item in outcome.movements if item.kind is Kind.SPEND]
    assert spent.earned == day("2026-04-02" if first_earned else "2026-04-01")
    assert sum(wallet(line, late).values()) == 30 - 5 + 95
    _, outcome = line.decide(late, bought("2026-05-02", 100, spend={"points": "5"}))
    [spent] = [item for item in outcome.movements if item.kind is Kind.SPEND]
    assert spent.earned == day("2026-04-01" if first_earned else "2026-04-02")


def test_what_is_pending_becomes_usable_on_its_own_day() -> None:
    pending = PLAIN.replace("points: {}", "points: {pending: 30 days}")
    line = line_of(pending, pending.replace("30 days", "1 day"))
    account, _ = decided(line, bought("2026-04-15"), bought("2026-05-02", 5))
    _, outcome = line.pass_day(account, day("2026-06-01"))
    assert told(outcome.effects) == [
        (Kind.ACTIVATE, "2026-05-03", 5),
        (Kind.ACTIVATE, "2026-05-15", 10),
    ]


def test_inactivity_counts_from_the_version_that_brings_it() -> None:
    line = line_of(PLAIN, PLAIN.replace("points: {}", "points: {expires: {inactive: 2 months}}"))
    account, _ = decided(line, bought("2026-01-10"))
    account, outcome = line.pass_day(account, day("2026-06-30"))
    assert outcome.effects == ()
    assert line.next_due(account) == day("2026-07-01")
    _, outcome = line.pass_day(account, day("2026-07-01"))
    assert told(outcome.effects) == [(Kind.EXPIRE, "2026-07-01", 10)]


def test_inactivity_that_is_counted_already_counts_on() -> None:
    text = PLAIN.replace("points: {}", "points: {expires: {inactive: 6 months}}")
    line = line_of(text, text.replace("6 months", "12 months"))
    account, _ = decided(line, bought("2026-01-10"))
    _, outcome = line.pass_day(account, day("2026-12-01"))
    assert told(outcome.effects) == [(Kind.EXPIRE, "2026-07-10", 10)]


def test_without_inactivity_nothing_ends_what_it_would_have_ended() -> None:
    text = PLAIN.replace("points: {}", "points: {expires: {inactive: 6 months}}")
    line = line_of(text, PLAIN)
    account, _ = decided(line, bought("2026-01-10"))
    account, outcome = line.pass_day(account, day("2036-12-01"))
    assert outcome.effects == ()
    assert wallet(line, account) == {"never": 10}


# ---- metrics and limits --------------------------------------------------------------------------

COUNTING = PLAIN + "metrics: {visits: {count: true}, spent: {sum: spent, over: calendar year}}\n"


def test_a_metric_is_kept_while_its_definition_is() -> None:
    other = COUNTING.replace("sum: spent", "sum: 2 * spent").replace(
        "visits: {count", "visits: {title: {en: Visits}, count"
    )
    line = line_of(COUNTING, other)
    account, _ = decided(line, bought("2026-04-01"), bought("2026-04-02"))
    assert line.view(account, at("2026-04-03T12:00:00+03:00")).metrics == {
        "visits": 2,
        "spent": 2000,
    }
    assert line.view(account, at(MAY)).metrics == {"visits": 2, "spent": 0}


def test_a_metric_whose_decimals_change_starts_anew() -> None:
    scored = PLAIN + (
        "attributes: {event: {score: integer}}\n"
        "metrics: {score: {sum: attributes.score, over: calendar year}}\n"
    )
    line = line_of(scored, scored.replace("integer", "decimal"))
    account, _ = decided(line, bought("2026-04-01", attributes={"score": 7}))
    assert line.view(account, at("2026-04-03T12:00:00+03:00")).metrics == {"score": 7}
    assert line.view(account, at(MAY)).metrics == {"score": 0}


def test_a_limit_that_is_kept_stays_used() -> None:
    limited = PLAIN.replace("points: {then", "points: {limits: {units: 15, per: year}, then")
    line = line_of(limited, limited.replace("15", "17"))
    account, _ = decided(line, bought("2026-04-01"), bought("2026-05-02"))
    assert wallet(line, account) == {"never": 17}


# ---- tiers ---------------------------------------------------------------------------------------


def laddered(levels: str, *more: str) -> str:
    terms = ", ".join([f"levels: {levels}", *more])
    return COUNTING + f"tiers: {{status: {{by: visits, {terms}}}}}\n"


def standing(line: Timeline, account: Account, time: str) -> tuple[str | None, str | None]:
    seen = line.view(account, at(f"{time}T12:00:00+03:00")).tiers["status"]
    until = None
    if seen.until is not None:
        until = written(seen.until)
    return seen.level, until


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ("{guest: 0, regular: 2, patron: 5}", "regular"),
        ("{patron: 0, regular: 2}", "regular"),  # another place on the ladder
        ("{guest: 0, friend: 1, regular: 2}", "regular"),
        ("{guest: 1, regular: 3}", "regular"),  # now with a `none` below it, and out of reach
        ("{guest: 0, patron: 2}", "guest"),  # gone: the nearest lower one
        ("{patron: 2, saint: 3}", None),  # none of the lower ones is left
        ("{patron: 0, saint: 3}", "patron"),
    ],
)
def test_a_level_is_kept_by_its_name(levels: str, expected: str | None) -> None:
    line = line_of(
        laddered("{guest: 0, regular: 2}", "holds: 12 months"),
        laddered(levels, "holds: 12 months"),
    )
    account, _ = decided(line, bought("2026-04-01"), bought("2026-04-02"))
    until = "2027-04-02" if expected == "regular" else None
    level, found = standing(line, account, "2026-05-02")
    if expected == "guest" or expected is None or expected == "patron":
        assert (level, found) == (expected, None)
    else:
        assert (level, found) == (expected, until)


def test_the_lowest_level_that_becomes_a_higher_one_is_held_from_then_on() -> None:
    line = line_of(
        laddered("{guest: 0, regular: 2}", "holds: 12 months"),
        laddered("{guest: 1, regular: 2}", "holds: 2 months"),
    )
    account, _ = decided(line, bought("2026-04-01"))
    assert standing(line, account, "2026-05-02") == ("guest", "2026-07-01")


def test_a_level_that_was_not_held_is_held_from_the_first_day_of_the_new_version() -> None:
    line = line_of(
        laddered("{guest: 0, regular: 2}"),
        laddered("{guest: 0, regular: 3}", "holds: end of month + 1"),
    )
    account, _ = decided(line, bought("2026-04-01"), bought("2026-04-02"))
    assert standing(line, account, "2026-05-02") == ("regular", "2026-07-01")
    assert line.pass_day(account, day("2026-06-30"))[1].effects == ()
    _, outcome = line.pass_day(account, day("2026-07-01"))
    assert told(outcome.effects) == [(Kind.TIER, "2026-07-01", "guest")]


def test_a_level_is_held_as_long_as_it_was_and_then_by_the_new_terms() -> None:
    line = line_of(
        laddered("{guest: 0, regular: 2, patron: 3}", "holds: 12 months"),
        laddered("{guest: 0, regular: 4, patron: 5}", "holds: 1 month", "falls: one-level"),
    )
    account, _ = decided(line, *(bought(f"2026-04-0{n}") for n in (1, 2, 3)))
    assert standing(line, account, "2026-05-02") == ("patron", "2027-04-03")
    _, outcome = line.pass_day(account, day("2027-07-01"))
    assert told(outcome.effects) == [
        (Kind.TIER, "2027-04-03", "regular"),
        (Kind.TIER, "2027-05-03", "guest"),
    ]
    assert [effect.expires for effect in outcome.effects] == [day("2027-05-03"), None]


def test_a_level_that_is_held_no_more_is_looked_at_when_its_metric_may_change() -> None:
    yearly = COUNTING.replace("visits: {count: true}", "visits: {count: true, over: calendar year}")
    ladder = "tiers: {status: {by: visits, levels: {guest: 0, regular: 2}, HOLDS}}\n"
    line = line_of(
        yearly + ladder.replace("HOLDS", "holds: 24 months"), yearly + ladder.replace(", HOLDS", "")
    )
    account, _ = decided(line, bought("2026-04-01"), bought("2026-04-02"))
    assert standing(line, account, "2026-05-02") == ("regular", None)
    account, _ = line.pass_day(account, day("2026-05-01"))
    assert line.next_due(account) == day("2027-01-01")
    _, outcome = line.pass_day(account, day("2027-03-01"))
    assert told(outcome.effects) == [(Kind.TIER, "2027-01-01", "guest")]


def test_nothing_is_due_by_a_version_before_its_first_day() -> None:
    daily = COUNTING.replace("visits: {count: true}", "visits: {count: true, over: calendar month}")
    ladder = "tiers: {status: {by: visits, levels: {guest: 0, regular: 2}, HOLDS}}\n"
    line = line_of(
        daily + ladder.replace("HOLDS", "holds: 24 months"),
        daily + ladder.replace(", HOLDS", ""),
        starts=("2026-08-10T00:00:00+03:00",),
    )
    account, _ = decided(line, bought("2026-04-01"), bought("2026-04-02"))
    # By its metric alone the level would have been due on 1 May, under the first version.
    account, outcome = line.pass_day(account, day("2026-09-30"))
    assert told(outcome.effects) == [(Kind.TIER, "2026-08-10", "guest")]


def test_a_level_below_what_the_metrics_say_waits_for_the_next_event() -> None:
    line = line_of(
        laddered("{guest: 0, regular: 5}", "holds: 12 months"),
        laddered("{guest: 0, regular: 2}", "holds: 12 months"),
    )
    account, _ = decided(line, *(bought(f"2026-04-0{n}") for n in (1, 2, 3)))
    assert standing(line, account, "2026-05-02")[0] == "guest"
    account, outcome = line.decide(account, bought("2026-05-03"))
    assert told(outcome.effects)[-1] == (Kind.TIER, "2026-05-03", "regular")


# ---- late events ---------------------------------------------------------------------------------


def test_a_late_event_leaves_what_only_the_new_version_knows() -> None:
    new = COUNTING.replace("points: {}", "points: {}, stars: {}").replace(
        "{earn: {points: 1 per 1.00}}", "{earn: {points: 2 per 1.00, stars: 1}}"
    )
    line = line_of(COUNTING, new.replace("visits: {count: true}", "other: {count: true}"))
    account, _ = decided(line, bought("2026-04-01"), bought("2026-05-02"))
    account, outcome = line.decide(account, bought("2026-04-20", 7))
    assert [effect.units for effect in outcome.effects] == [7]
    assert wallet(line, account, "stars") == {"never": 1}
    assert wallet(line, account) == {"never": 10 + 20 + 7}
    seen = line.view(account, at("2026-05-03T12:00:00+03:00")).metrics
    assert seen == {"other": 1, "spent": 2700}


def test_a_late_event_lifts_to_a_level_but_never_down() -> None:
    old = laddered("{guest: 0, regular: 2, patron: 3}", "holds: 12 months")
    new = laddered("{guest: 0, regular: 2, saint: 3, patron: 9}", "holds: 12 months")
    line = line_of(old, new)
    account, _ = decided(line, bought("2026-04-01"), bought("2026-05-02"), bought("2026-05-03"))
    assert standing(line, account, "2026-05-04") == ("saint", "2027-05-03")
    # To the first version a saint is a regular, and four visits make a patron.
    account, outcome = line.decide(account, bought("2026-04-20"))
    assert told(outcome.effects)[-1] == (Kind.TIER, "2026-04-20", "patron")
    assert standing(line, account, "2026-05-04") == ("patron", "2027-04-20")


def test_a_late_event_does_not_prolong_a_level_that_its_version_does_not_know() -> None:
    old = laddered("{guest: 0, regular: 2}", "holds: 36 months")
    new = laddered("{guest: 0, regular: 2, saint: 3}", "holds: 12 months")
    line = line_of(old, new)
    account, _ = decided(line, bought("2026-04-01"), bought("2026-05-02"), bought("2026-05-03"))
    account, outcome = line.decide(account, bought("2026-04-20"))
    assert [effect.kind for effect in outcome.effects] == [Kind.EARN]
    assert standing(line, account, "2026-05-04") == ("saint", "2027-05-03")
    # A level that both know is prolonged, by the terms of the version that decides.
    account, _ = decided(line, bought("2026-04-01"), bought("2026-05-02"))
    account, _ = line.decide(account, bought("2026-04-20"))
    assert standing(line, account, "2026-05-04") == ("regular", "2029-04-20")


def test_a_late_event_gives_a_level_that_is_gone_as_the_nearest_below() -> None:
    old = laddered("{guest: 0, regular: 2, patron: 3}", "holds: 24 months")
    new = laddered("{guest: 0, regular: 2}", "holds: 36 months")
    line = line_of(old, new)
    account, _ = decided(line, bought("2026-04-01"), bought("2026-04-02"))
    account, _ = line.pass_time(account, at(MAY))
    assert standing(line, account, "2026-05-04") == ("regular", "2028-04-02")
    prolonged, outcome = line.decide(account, bought("2026-04-20"))
    assert told(outcome.effects)[-1] == (Kind.TIER, "2026-04-20", "patron")
    assert standing(line, prolonged, "2026-05-04") == ("regular", "2028-04-20")
    # But it does not shorten what is held for longer.
    account, _ = decided(line, bought("2026-04-01"), bought("2026-05-02"))
    assert standing(line, account, "2026-05-04") == ("regular", "2029-05-02")
    account, outcome = line.decide(account, bought("2026-04-20"))
    assert told(outcome.effects)[-1] == (Kind.TIER, "2026-04-20", "patron")
    assert standing(line, account, "2026-05-04") == ("regular", "2029-05-02")


def test_a_late_event_that_gives_no_level_lifts_nobody() -> None:
    old = laddered("{guest: 0, regular: 5}", "holds: 12 months")
    new = laddered("{newcomer: 0, guest: 4, regular: 5}", "holds: 12 months")
    line = line_of(old, new)
    account, _ = decided(line, bought("2026-05-02"), bought("2026-04-20"))
    assert standing(line, account, "2026-05-04") == ("newcomer", None)


def test_a_late_event_under_no_hold_is_held_by_the_new_terms() -> None:
    old = laddered("{guest: 0, regular: 2}")
    line = line_of(old, laddered("{guest: 0, regular: 9}", "holds: 2 months"))
    account, _ = decided(line, bought("2026-04-01"), bought("2026-05-02"))
    account, _ = line.decide(account, bought("2026-04-20"))
    assert standing(line, account, "2026-05-04") == ("regular", "2026-07-01")


def test_what_a_late_event_makes_due_in_the_past_is_done_today_by_the_present_version() -> None:
    text = PLAIN.replace("points: {}", "points: {expires: {after: 10 days}}")
    line = line_of(text, text.replace("10 days", "90 days"))
    account, _ = decided(line, bought("2026-04-01", 1), bought("2026-06-02", 2))
    for n in (1, 2):
        event = structs.replace(bought("2026-04-20", 7), id=f"late-{n}")
        account, outcome = line.decide(account, event)
        assert told(outcome.effects) == [
            (Kind.EARN, "2026-04-20", 7),
            (Kind.EXPIRE, "2026-06-02", 7),
        ]
        assert [effect.id for effect in outcome.effects] == [f"api/late-{n}/1", f"api/late-{n}/2"]
        assert [effect.due for effect in outcome.effects] == [False, True]
    assert account.state[DAY] == day("2026-06-02")
    assert account.state[NEXT_DUE] == day("2026-08-31")
    assert wallet(line, account) == {"2026-08-31": 2}


def test_a_late_event_may_be_the_latest_of_all() -> None:
    line = line_of(PLAIN, PLAIN)
    account, _ = line.pass_time(decided(line, bought("2026-04-01"))[0], at("2026-06-01T12:00:00Z"))
    assert (account.version, account.state[DAY]) == (2, day("2026-04-01"))
    account, _ = line.decide(account, bought("2026-04-20"))
    assert (account.version, account.state[DAY]) == (2, day("2026-04-20"))


def test_a_member_may_begin_with_a_late_event() -> None:
    line = line_of(PLAIN, PLAIN.replace("1 per", "3 per"))
    account, outcome = decided(line, bought("2026-04-20"))
    assert (account.version, outcome.version) == (1, 1)
    assert line.next_due(account) == day("2026-05-01")


# ---- reasons, and what is given ------------------------------------------------------------------

PERSONAL = PLAIN.replace(
    "points: {then", "points: {when: 'member.birthday < date(\"2000-01-01\")', then"
)


def test_reasons_are_told_from_the_record() -> None:
    line = line_of(
        COUNTING.replace("points: {then", "points: {when: metric.visits < 1, then"), PLAIN
    )
    account, _ = decided(line, bought("2026-04-01"))
    event = bought("2026-04-02")
    _, outcome = line.decide(account, event, trace=True)
    assert outcome.record is not None
    told_later = line.explain(event, {}, outcome.record, outcome.version)
    assert told_later == outcome.trace
    assert [reason.because for reason in outcome.trace] == ["metric.visits is 1, not below 1"]
    strange = structs.replace(outcome.record, plan="another build")
    assert line.explain(event, {}, strange, outcome.version) is None


def test_a_decision_that_reads_personal_values_keeps_its_numbers() -> None:
    plan = compiled(
        PLAIN.replace("points: {then", "points: {when: 'member.nickname == \"Jo\"', then")
        + "attributes: {member: {nickname: text, city: {options: [athens]}}, event: {song: text}}\n"
    )
    assert plan.types["purchase"].reads_personal
    assert not plan.types["redemption"].reads_personal
    line = Timeline([TimelineVersion(1, ALWAYS, plan)])
    account = line.new_account("m")
    account, outcome = line.decide(
        account,
        Enrolment(id="e", member="m", occurred_at=at(MAY), attributes={"nickname": "Jo"}),
    )
    assert outcome.row is None
    account, outcome = line.decide(account, bought("2026-05-02"))
    assert outcome.row is not None
    assert outcome.payable is not None
    given = Given.unpacked(Given(row=outcome.row).packed())
    erased = structs.replace(account, attributes={}, state=line.new_account("m").state)
    _, folded = line.decide(erased, bought("2026-05-02"), given=given, trace=True)
    assert folded.effects == outcome.effects
    assert (folded.payable, folded.trace) == (None, ())
    _, without = line.decide(erased, bought("2026-05-02"))
    assert without.effects == ()


@pytest.mark.parametrize(
    ("condition", "personal"),
    [
        ('member.city == "athens"', False),
        ('member.locale == "el"', True),
        ('attributes.song == "a"', True),
        ('attributes.size == "big"', False),
        ('channel == "web"', False),
        ('l.sku == "x"', False),
    ],
)
def test_free_text_is_personal_and_a_choice_is_not(condition: str, personal: bool) -> None:
    key = "lines" if condition.startswith("l.") else "when"
    plan = compiled(
        PLAIN.replace("points: {then", f"points: {{{key}: '{condition}', then")
        + "attributes: {member: {city: {options: [athens]}},"
        + " event: {song: text, size: {options: [big]}}}\n"
    )
    assert plan.types["purchase"].reads_personal is personal


def test_free_text_of_a_profile_is_personal() -> None:
    plan = compiled(
        PLAIN.replace(
            "points: {then", "points: {on: profile, when: 'attributes.nickname == \"Jo\"', then"
        ).replace("1 per 1.00", "1")
        + "attributes: {member: {nickname: text}}\n"
    )
    assert plan.types["profile"].reads_personal


def test_reasons_of_a_profile_know_what_it_said() -> None:
    plan = compiled(
        PLAIN.replace("points: {then", "points: {on: profile, when: member.vip, then").replace(
            "1 per 1.00", "1"
        )
        + "attributes: {member: {vip: boolean}}\n"
    )
    line = Timeline([TimelineVersion(1, ALWAYS, plan)])
    profile = Profile(id="p", member="m", occurred_at=at(MAY), attributes={"vip": False})
    _, outcome = line.decide(line.new_account("m"), profile, trace=True)
    assert outcome.record is not None
    assert [reason.because for reason in outcome.trace] == ["member.vip is false"]
    assert line.explain(profile, {"vip": True}, outcome.record, 1) == outcome.trace


def test_what_a_profile_says_is_the_members() -> None:
    plan = compiled(
        PLAIN.replace("points: {then", "points: {on: profile, when: attributes.vip, then").replace(
            "1 per 1.00", "1"
        )
        + "attributes: {member: {vip: boolean, nickname: text}}\n"
    )
    assert not plan.types["profile"].reads_personal
    line = Timeline([TimelineVersion(1, ALWAYS, plan), TimelineVersion(2, at(MAY), plan)])
    profile = Profile(id="p", member="m", occurred_at=at(MAY), attributes={"vip": True})
    account, outcome = line.decide(line.new_account("m"), profile)
    assert account.attributes == {"vip": True}
    assert [effect.kind for effect in outcome.effects] == [Kind.EARN]


def test_nothing_given_is_nothing_stored() -> None:
    assert NOTHING.packed() is None
    assert Given.unpacked(None) == NOTHING
    given = Given(rooms={"a": 1}, row=(1, -2, FAR))
    assert Given.unpacked(given.packed()) == given
