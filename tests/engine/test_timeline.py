"""The versions of one programme in time: who decides, and when."""

from __future__ import annotations

import pytest
from msgspec import structs

from tests.engine.versions import (
    MAY,
    PLAIN,
    at,
    bought,
    compiled,
    day,
    decided,
    line_of,
    wallet,
)
from xenia.effects import Kind
from xenia.engine.since import ALWAYS
from xenia.engine.timeline import Timeline
from xenia.engine.versions import TimelineVersion

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
