"""`verify`: silent on what nobody has touched, and not on anything else."""

from __future__ import annotations

import dataclasses
import re

import pytest

from tests.postgres import on_both
from tests.services.cafe import (
    CAFE,
    MINUTE,
    Cafe,
    buy,
    checked,
    filled,
    profile,
    said,
    summed,
    time,
)
from tests.services.publishing import published
from xenia.services import verifying
from xenia.services.discrepancies import Checked
from xenia.services.erasing import erase_member
from xenia.services.inputs import UnusableError
from xenia.store.database import Database


def told(found: Checked) -> str:
    return "\n".join(str(item) for item in found.discrepancies)


@on_both
def test_what_nobody_has_touched_is_as_it_should_be(database: Database) -> None:
    cafe = summed(filled(Cafe(database)))
    found = checked(database)
    assert told(found) == ""
    assert found.accounts == cafe.rows("select count(*) from account")[0][0] == 3
    records, sweeps = cafe.rows("select (select count(*) from record), count(*) from sweep")[0]
    assert found.steps == records + sweeps


# ---- what is asked for ---------------------------------------------------------------------------


def test_one_member_is_told_apart_from_the_others(copied: Cafe) -> None:
    copied.change("update account set seq = 99 where member_id in ('m1', 'm2')")
    found = checked(copied.database, member="m2")
    assert told(found) == ("cafe: member m2: account: how many steps: stored 99, folded 8")
    assert (found.accounts, found.steps) == (1, 8)


def test_budgets_are_not_held_against_one_member(copied: Cafe) -> None:
    assert said(copied.database, member="m2") == ""


def test_one_programme_is_told_apart_from_the_others(copied: Cafe) -> None:
    published(copied.database, CAFE.replace("programme: cafe", "programme: bar"))
    copied.change("update account set seq = 99 where member_id = 'm2'")
    assert said(copied.database, programme="bar") == ""
    assert "how many steps" in said(copied.database, programme="cafe")
    assert "how many steps" in said(copied.database)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"member": "m7"}, "--member: nothing is recorded of a member m7"),
        ({"programme": "caffe"}, 'there is no programme "caffe" here; did you mean "cafe"?'),
    ],
)
def test_what_is_not_there_cannot_be_verified(
    copied: Cafe, asked: dict[str, str], sentence: str
) -> None:
    with pytest.raises(UnusableError, match=re.escape(sentence)):
        checked(copied.database, **asked)


def test_a_space_in_which_nothing_is_published_is_sound(database: Database) -> None:
    assert checked(database) == Checked()


# ---- how it is done ------------------------------------------------------------------------------


def test_two_processes_say_what_one_says(copied: Cafe, monkeypatch: pytest.MonkeyPatch) -> None:
    for statement in ("update account set seq = 99", "update budget set used = 9"):
        copied.change(statement)
    one = checked(copied.database)
    monkeypatch.setattr(verifying, "WORTH_PROCESSES", 1)
    monkeypatch.setattr(verifying, "_CHUNK", 1)
    two = checked(copied.database)
    assert len(one.discrepancies) == 5
    assert two == one


def test_members_are_folded_in_chunks(copied: Cafe, monkeypatch: pytest.MonkeyPatch) -> None:
    copied.change("update account set seq = 99")
    whole = checked(copied.database)
    monkeypatch.setattr(verifying, "_CHUNK", 1)
    assert checked(copied.database) == whole


def test_a_snapshot_does_not_see_what_is_recorded_meanwhile(copied: Cafe) -> None:
    with verifying.verifying(copied.database) as verification:
        copied.post(buy("later", "m1", "02-07"), buy("guest", None, "02-07"))
        found = [item for one in verification.run() for item in one.discrepancies]
    assert found == []
    assert said(copied.database) == ""


def test_of_one_member_only_so_much_is_told(copied: Cafe) -> None:
    copied.change("update entry set funder = 'x', rule = 'y' where member_id = 'm1'")
    found = checked(copied.database, member="m1").discrepancies
    assert len(found) == 21
    assert str(found[-1]) == "cafe: member m1: more of this: stored 22, folded nothing"


def test_an_account_that_was_only_opened_is_sound(copied: Cafe) -> None:
    fresh = copied.published.timeline
    packed = fresh.pack(fresh.new_account("m9")).hex()
    layout = fresh.of(1).plan.layout.key()
    copied.change(
        "insert into account (space_id, programme_id, member_id, seq, version, layout, state) "
        f"values (1, 1, 'm9', 0, 1, '{layout}', '\\x{packed}')"
    )
    assert said(copied.database) == ""


def test_a_member_whose_account_is_missing_can_be_asked_about(copied: Cafe) -> None:
    copied.change("delete from account where member_id = 'm2'")
    found = said(copied.database, member="m2")
    assert found == "cafe: member m2: account: the whole: stored nothing, folded 8 steps"


def test_who_was_no_member_may_be_recorded_without_a_step(database: Database) -> None:
    cafe = Cafe(database, CAFE.replace("title: The café", "enrolment: enrolment-only"))
    cafe.post(buy("a1", "m1", "01-02", spend={"points": "3"}))
    assert said(database) == ""
    cafe.change("update record set seq = null")
    cafe.change("update account set seq = 0")
    assert said(database) == ""
    cafe.change("update record set answer = replace(answer, '12.00', '13.00')")
    assert said(database).startswith("cafe: member m1: event api/a1: answer.payable: stored")


def test_totals_that_are_not_there_yet_are_no_difference(copied: Cafe) -> None:
    copied.change("delete from daily_total")
    assert said(copied.database) == ""


def test_what_the_version_before_tells_of_is_told(copied: Cafe) -> None:
    told = copied.change(
        "insert into outbox (space_id, programme_id, recorded_at, source, event_id) "
        "select space_id, programme_id, recorded_at, unnest(sources), unnest(event_ids) from outbox"
    )
    assert copied.change("delete from outbox where event_ids is not null") < told
    assert said(copied.database) == ""


def test_who_has_been_erased_is_folded_as_before(copied: Cafe) -> None:
    with copied.database.connect() as connection:
        _, erased = erase_member(connection, "m1", now=time("02-10"))
    assert erased.own
    assert erased.events > 0
    assert said(copied.database) == ""
    copied.change("update event set fingerprint = '\\x00' where event_id = 'a1'")
    assert said(copied.database) == (
        "cafe: member m1: step 2 (api/a1): fingerprint: stored 1 bytes, folded 32 bytes"
    )


def test_what_was_decided_on_personal_values_is_proved_by_what_was_kept(copied: Cafe) -> None:
    changed = copied.change(
        "update record set inputs = (replace(convert_from(inputs, 'utf8'), '1]', '0]'))::bytea "
        "where event_id = 'p1'"
    )
    assert changed == 1
    assert "step 8 (api/p1): answer.effects: stored" in said(copied.database)


def test_each_version_decides_what_it_decided(copied: Cafe) -> None:
    copied.publish(CAFE.replace("1 per 1.00", "2 per 1.00"), start=time("03-01", "00:00"))
    copied.post(buy("b1", "m1", "02-27"), buy("b2", "m1", "03-02"), buy("b3", "m2", "03-03"))
    copied.sweep(time("03-05"))
    copied.post(buy("b4", "m1", "02-28"), profile("b5", "m1", "03-06", kind="adult"))
    versions = copied.rows(
        "select event_id, version from record where event_id like 'b%' order by 1"
    )
    assert versions == [("b1", 1), ("b2", 2), ("b3", 2), ("b4", 1), ("b5", 2)]
    assert said(copied.database) == ""
    copied.publish(CAFE.replace("1 per 1.00", "3 per 1.00"), start=time("04-01", "00:00"))
    assert said(copied.database) == ""
    copied.sweep(time("04-02"))
    assert said(copied.database) == ""
    copied.change("update account set state = set_byte(state, 48, 7) where member_id = 'm1'")
    assert "m1: account: state: stored" in said(copied.database)


def test_what_was_decided_while_a_version_was_published_is_folded_as_it_was(copied: Cafe) -> None:
    """An event is decided by the version that its batch knew, whatever is in force since when."""
    old, start = copied.published, time("03-01")
    copied.publish(CAFE.replace("1 per 1.00", "2 per 1.00"), start=start)
    known = dataclasses.replace(old, revision=copied.published.revision)
    copied.space = dataclasses.replace(copied.space, programmes={"cafe": known})
    copied.post(buy("b1", "m1", "03-01"), now=start + MINUTE)
    assert copied.rows("select version from record where event_id = 'b1'") == [(1,)]
    copied.reload()
    copied.post(buy("b2", "m1", "03-02"))
    assert said(copied.database) == ""
