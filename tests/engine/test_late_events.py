"""Late events: the version of then decides, and the account stays that of the version of now."""

from __future__ import annotations

from msgspec import structs

from tests.engine.versions import (
    COUNTING,
    MAY,
    PLAIN,
    at,
    bought,
    day,
    decided,
    laddered,
    line_of,
    standing,
    told,
    wallet,
)
from xenia.effects import Kind
from xenia.engine.operators import DAY, NEXT_DUE


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
