"""`verify`: silent on what nobody has touched, and not on anything else."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from tests.postgres import Server, on_both
from tests.services.cafe import (
    CAFE,
    MINUTE,
    SCOPE,
    Cafe,
    buy,
    checked,
    filled,
    profile,
    said,
    time,
)
from tests.services.publishing import published
from xenia.services import projections, verifying
from xenia.services.discrepancies import Checked
from xenia.services.erasing import erase_member
from xenia.services.inputs import UnusableError
from xenia.store.database import Database

COPIES = count(1)


def told(found: Checked) -> str:
    return "\n".join(str(item) for item in found.discrepancies)


@pytest.fixture(scope="module")
def full(servers: Callable[[str | None], Server]) -> Iterator[tuple[Server, Database]]:
    """A server, and a database on it with a ledger that nobody has touched: never to be changed."""
    server = servers(None)
    with server.fresh(migrated=True) as database:
        summed(filled(Cafe(database)))
        yield server, database


@pytest.fixture
def copied(full: tuple[Server, Database]) -> Iterator[Cafe]:
    """A copy of it, to be changed."""
    server, original = full
    name = f"copy_{next(COPIES)}"
    server.run(f"create database {name} template {original.url.split('/')[3].split('?')[0]}")
    try:
        yield Cafe(Database(server.address(name)), None)
    finally:
        server.run(f"drop database {name} with (force)")


def summed(cafe: Cafe) -> Cafe:
    with cafe.database.connect(autocommit=True) as connection:
        through = cafe.published.timeline.zone.day_of(time("01-20"))
        assert projections.follow(connection, SCOPE, through) > 0
    return cafe


@on_both
def test_what_nobody_has_touched_is_as_it_should_be(database: Database) -> None:
    cafe = summed(filled(Cafe(database)))
    found = checked(database)
    assert told(found) == ""
    assert found.accounts == cafe.rows("select count(*) from account")[0][0] == 3
    records, sweeps = cafe.rows("select (select count(*) from record), count(*) from sweep")[0]
    assert found.steps == records + sweeps


def test_there_is_something_of_everything(copied: Cafe) -> None:
    cafe = copied
    tables = ("event", "record", "sweep", "account", "entry", "voucher", "budget", "daily_total")
    for table in tables:
        assert cafe.rows(f"select count(*) from {table}")[0][0] > 0, table
    effects = {row[0] for row in cafe.rows(
        "select json_array_elements(answer::json -> 'effects') ->> 'effect' from record"
    )}  # fmt: skip
    assert effects == {"earn", "spend", "expire", "activate", "discount", "issue", "tier"}
    assert cafe.rows("select count(*) from record where inputs is not null")[0][0] > 3
    assert cafe.rows("select count(*) from record where answer like '%out-of-stock%'") == [(1,)]


ONE = "member_id = 'm1' and seq = 2"
# What is tampered with, and what must be said of it.
TAMPERED = {
    "a byte of a state": (
        "update account set state = set_byte(state, 48, 7) where member_id = 'm1'",
        "m1: account: state: stored",
    ),
    "a state cut short": (
        "update account set state = substring(state for 80) where member_id = 'm1'",
        "m1: account: state: stored 80 bytes",
    ),
    "a layout": ("update account set layout = 'x' where member_id = 'm1'", "layout: stored x"),
    "the version of a state": (
        "update account set version = 2 where member_id = 'm1'",
        "m1: account: version: stored 2, folded 1",
    ),
    "how many steps": (
        "update account set seq = seq + 1 where member_id = 'm2'",
        "m2: account: how many steps: stored 9, folded 8",
    ),
    "when to look again": (
        "update account set next_due = next_due + 1 where member_id = 'm1'",
        "m1: account: next due day: stored",
    ),
    "never to look again": (
        "update account set next_due = null where member_id = 'm1'",
        "next due day: stored None",
    ),
    "an attribute": (
        """update account set attributes = '{"kind": "adult"}' where member_id = 'm1'""",
        """attributes: stored {"kind": "adult"}, folded {"kind":"student"}""",
    ),
    "attributes that are none": (
        "update account set attributes = 'x' where member_id = 'm1'",
        "attributes: stored x",
    ),
    "an account that is gone": (
        "delete from account where member_id = 'm1'",
        "m1: account: rows of entry: stored some, folded nothing",
    ),
    "an account that nobody has": (
        "insert into account select space_id, programme_id, 'm9', 5, version, layout, state, "
        "next_due, attributes from account where member_id = 'm1'",
        "m9: account: how many steps: stored 5, folded 0",
    ),
    "an entry's units": (f"update entry set units = units + 1 where {ONE} and n = 0",
                         "step 2 (api/a1): entry 0.units: stored 13, folded 12"),
    "the lot's units": (f"update entry set units = units + 1 where {ONE} and n = 0",
                        "units of the lot points wallet"),
    "the wallet": (f"update entry set units = units + 1 where {ONE} and n = 0",
                   "wallet: balance of points: stored"),
    "an entry's currency": (f"update entry set currency = 'stars' where {ONE} and n = 0",
                            "entry 0.currency: stored stars, folded points"),
    "an entry's debit": (f"update entry set debit = 'held' where {ONE} and n = 0",
                         "entry 0.debit: stored held, folded issuance"),
    "an entry's credit": (f"update entry set credit = 'held' where {ONE} and n = 0",
                          "entry 0.credit: stored held, folded wallet"),
    "a lot's first day": (f"update entry set earned = earned - 1 where {ONE} and n = 0",
                          "entry 0.earned: stored"),
    "a lot's end": (f"update entry set ends = null where {ONE} and n = 0",
                    "entry 0.ends: stored None"),
    "an accrual": (f"update entry set accrual = 'bonus' where {ONE} and n = 0",
                   "entry 0.accrual: stored bonus, folded base"),
    "a funder": (f"update entry set funder = 'x' where {ONE} and n = 0",
                 "entry 0.funder: stored x, folded None"),
    "an entry's rule": (f"update entry set rule = 'star' where {ONE} and n = 0",
                        "entry 0.rule: stored star, folded point-per-euro"),
    "an entry's effect": (f"update entry set effect = 'x' where {ONE} and n = 0",
                          "entry 0.effect: stored x, folded api/a1/1"),
    "when it occurred": (
        f"update entry set occurred_at = occurred_at + interval '1 microsecond' where {ONE}",
        "entry 0.occurred_at: stored",
    ),
    "when it was recorded": (
        f"update entry set recorded_at = recorded_at - interval '1 day' where {ONE}",
        "entry 0.recorded_at: stored",
    ),
    "the accounting day": (f"update entry set accounting_on = accounting_on + 1 where {ONE}",
                           "entry 0.accounting_on: stored"),
    "an entry's number": (f"update entry set n = 9 where {ONE} and n = 0",
                          "step 2 (api/a1): entry 0: stored nothing, folded 12 points"),
    "an entry that is gone": (f"delete from entry where {ONE} and n = 0",
                              "entry 0: stored nothing, folded 12 points from issuance to wallet"),
    "an entry too many": (
        "insert into entry select space_id, programme_id, member_id, seq, 7, currency, debit, "
        "credit, units, earned, ends, accrual, funder, rule, effect, occurred_at, recorded_at, "
        f"accounting_on from entry where {ONE} and n = 0",
        "step 2 (api/a1): entry 7: stored 12 points",
    ),
    "an entry of no step": (
        f"update entry set seq = 77 where {ONE} and n = 0",
        "step 77: entry 0: stored 12 points",
    ),
    "an entry of no account": (f"update entry set member_id = 'm9' where {ONE}",
                               "m9: account: rows of entry: stored some"),
    "what became of a voucher": (
        "update voucher set state = 'redeemed' where member_id = 'm1' and reward = 'tea'",
        "for tea, redeemed, expires never, folded",
    ),
    "what a voucher is for": ("update voucher set reward = 'tea' where reward = 'cookie'",
                              "for tea, issued, expires 2026"),
    "when a voucher expires": (
        "update voucher set expires = expires + 1 where member_id = 'm1' and reward = 'cookie'",
        "voucher 0: stored",
    ),
    "a voucher's code": ("update voucher set code = 'x' where member_id = 'm2' and reward = 'tea'",
                         "voucher 0: stored x for tea"),
    "a voucher that is gone": ("delete from voucher where member_id = 'm1' and reward = 'tea'",
                               "voucher 0: stored nothing, folded"),
    "a voucher too many": (
        "insert into voucher values (1, 'x', 1, 'm1', 'tea', 'issued', null, 2, 0)",
        "m1: step 2: voucher 0: stored x for tea",
    ),
    "a voucher of another": ("update voucher set member_id = 'm9' where reward = 'tea'",
                             "m9: account: rows of voucher: stored some"),
    "an effect in an answer": (
        """update record set answer = replace(answer, '"units":"12"', '"units":"13"') """
        "where event_id = 'a1'",
        "step 2 (api/a1): answer.effects: stored",
    ),
    "what is to be paid": (
        """update record set answer = replace(answer, '"to_pay":"12.00"', '"to_pay":"9.00"') """
        "where event_id = 'a1'",
        "answer.payable: stored",
    ),
    "a refusal": (
        "update record set answer = replace(answer, 'out-of-stock', 'x') where event_id = 'r3'",
        "answer.refusals: stored",
    ),
    "a guest's answer": (
        """update record set answer = replace(answer, '"12.00"', '"13.00"') """
        "where event_id = 'g1'",
        "cafe: event api/g1: answer.payable: stored",
    ),
    "an answer that is none": ("update record set answer = '[' where event_id = 'a1'",
                               "(api/a1): answer: stored ["),
    "what a decision read": (
        "update record set read = set_byte(read, 8, 1) where event_id = 'a1'",
        "what the decision read: stored",
    ),
    "what a decision posted": (
        "update record set posted = set_byte(posted, 0, 99) where event_id = 'a1'",
        "what the decision posted: stored",
    ),
    "what came from outside": (
        """update record set inputs = '{"rooms":{"stock.tea":0}}' where event_id = 'r1'""",
        "step 5 (api/r1): answer.effects: stored",
    ),
    "inputs that are none": ("update record set inputs = 'x' where event_id = 'r1'",
                             "(api/r1): the whole step: stored something, folded not to be done"),
    "the version that decided": ("update record set version = 2 where event_id = 'a1'",
                                 "the version that decided: stored 2, folded 1"),
    "a record's moment": (
        "update record set recorded_at = recorded_at + interval '1 s' where event_id = 'a1'",
        "entry 0.recorded_at: stored",
    ),
    "a record that is gone": ("delete from record where event_id = 'a1'",
                              "m1: step 3 (api/a3): steps 2 to 2: stored nothing"),
    "a record of nothing": ("delete from event where event_id = 'a1'",
                            "default: record api/a1: its event: stored nothing"),
    "an event without a record": ("delete from record where event_id = 'g1'",
                                  "default: event api/g1: its record: stored nothing"),
    "a gap": ("update record set seq = 99 where event_id = 'a6'", "steps 10 to"),
    "whose record it is": (
        "update record set member_id = 'm2', seq = 9 where event_id = 'a6'",
        "m2: step 9 (api/a6): whose event it is: stored m1, folded m2",
    ),
    "a fact": (
        "update event set facts = replace(facts, '1200', '1300') where event_id = 'a1'",
        "entry 0.units: stored 12, folded 13",
    ),
    "facts that are none": ("update event set facts = '{' where event_id = 'a1'",
                            "(api/a1): the whole step: stored something, folded not to be done"),
    "an event's type": ("update event set type = 'x' where event_id = 'a1'", "not to be done"),
    "an event's moment": (
        "update event set occurred_at = occurred_at + interval '1 day' where event_id = 'a1'",
        "m1: step 2 (api/a1): entry 0.earned: stored",
    ),
    "whose event it is": ("update event set member_id = 'm2' where event_id = 'a1'",
                          "whose event it is: stored m2, folded m1"),
    "the schema of facts": ("update event set schema = 99 where event_id = 'a1'",
                            "install a newer one"),
    "a sweep that is gone": (
        "delete from sweep where member_id = 'm1' and seq = (select min(seq) from sweep "
        "where member_id = 'm1')",
        "stored nothing, folded something",
    ),
    "how far a sweep went": (
        "update sweep set until = until - 100 where member_id = 'm1'",
        "(time up to 2025",
    ),
    "the version of a sweep": ("update sweep set version = 2 where member_id = 'm1'",
                               "the version that decided: stored 2, folded 1"),
    "a sweep of nobody": (
        "insert into sweep values (1, 1, 'm9', 1, 1, '2026-01-01', '2026-01-01')",
        "m9: account: rows of sweep: stored some",
    ),
    "what is used of a budget": (
        "update budget set used = used - 1 where name like 'budget%'",
        "budget: what is used of budget.rule.welcome.times.month.0 in period 24312: "
        "stored 1, folded 2",
    ),
    "what is used of a stock": ("delete from budget where name = 'stock.tea'",
                                "what is used of stock.tea in period 0: stored 0, folded 2"),
    "a budget of nothing": ("insert into budget values (1, 1, 'x', 0, 3)",
                            "what is used of x in period 0: stored 3, folded 0"),
    "a total of a day": (
        "update daily_total set units = units + 1 where accounting_on = '2026-01-02' "
        "and currency = 'points'",
        "totals by day: points from issuance to wallet on 2026-01-02: stored",
    ),
    "a total that is gone": (
        "delete from daily_total where accounting_on = '2026-01-02' and currency = 'points'",
        "points from issuance to wallet on 2026-01-02: stored nothing, folded",
    ),
    "a total of nothing": (
        "insert into daily_total values (1, 1, '2026-01-02', 'points', 'held', 'wallet', '', 4)",
        "points from held to wallet on 2026-01-02: stored 4, folded nothing",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
def test_whatever_is_tampered_with_is_found(copied: Cafe, what: str) -> None:
    statement, expected = TAMPERED[what]
    assert copied.change(statement) > 0
    found = said(copied.database)
    assert expected in found, found


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


def test_who_has_been_erased_is_folded_as_before(copied: Cafe) -> None:
    with copied.database.connect() as connection:
        _, erased = erase_member(connection, "m1", now=time("02-10"))
    assert erased.own
    assert erased.events > 0
    assert said(copied.database) == ""


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
