"""`verify`: whatever is changed in the database by hand is found, and said."""

from __future__ import annotations

import pytest

from tests.services.cafe import Cafe, said


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
    "what an account is found by": (
        "update account set standing = '{left}' where member_id = 'm1'",
        "m1: account: standing: stored left, folded status=",
    ),
    "when they joined": (
        "update account set joined = joined - 1 where member_id = 'm1'",
        "m1: account: since when they are a member: stored",
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
    "a fingerprint": (
        "update event set fingerprint = set_byte(fingerprint, 5, 1 # get_byte(fingerprint, 5)) "
        "where event_id = 'a1'",
        "step 2 (api/a1): fingerprint: stored",
    ),
    "a fingerprint cut short": (
        "update event set fingerprint = substring(fingerprint for 31) where event_id = 'a1'",
        "fingerprint: stored 31 bytes, folded 32 bytes",
    ),
    "the fingerprint of who was named by a card": (
        "update event set fingerprint = decode(repeat('00', 32), 'hex') where event_id = 'a4'",
        "(api/a4): fingerprint: stored 0000",
    ),
    "the fingerprint of an event with personal values": (
        "update event set fingerprint = decode(repeat('00', 32), 'hex') where event_id = 'j1'",
        "step 1 (api/j1): fingerprint: stored 0000",
    ),
    "a guest's fingerprint": (
        "update event set fingerprint = decode(repeat('00', 32), 'hex') where event_id = 'g1'",
        "cafe: event api/g1: fingerprint: stored 0000",
    ),
    "a fact that nothing comes of": (
        """update event set facts = replace(facts, '"sku":"s"', '"sku":"t"') """
        "where event_id = 'a1'",
        "step 2 (api/a1): fingerprint: stored",
    ),
    "what was said of a person": (
        "update personal set said = replace(said::text, 'Zorba', 'Basil')::json",
        "step 1 (api/j1): fingerprint: stored",
    ),
    "what was said, unreadable": (
        """update personal set said = '{"x": 1}'""",
        "step 1 (api/j1): what it said of a person: stored something, folded these are no facts",
    ),
    "what was said that is gone": (
        "delete from personal", "step 1 (api/j1): fingerprint: stored",
    ),
    "what a member is named by": (
        "update identifier set value = '5'", "(api/a4): fingerprint: stored",
    ),
    "an event that is not told": (
        "update outbox set event_ids = array_remove(event_ids, 'a1'), sources = sources[2:] "
        "where 'a1' = any(event_ids)",
        "default: event api/a1: how often it is in the outbox: stored 0, folded 1",
    ),
    "an event that is told twice": (
        "update outbox set event_ids = event_ids || text 'a1', sources = sources || text 'api' "
        "where 'a6' = any(event_ids)",
        "default: event api/a1: how often it is in the outbox: stored 1, folded 0",
    ),
    "a batch that is told twice": (
        "insert into outbox (space_id, programme_id, recorded_at, sources, event_ids) "
        "select space_id, programme_id, recorded_at, sources, event_ids from outbox "
        "where 'a1' = any(event_ids)",
        "default: event api/a1: how often it is in the outbox: stored 2, folded 1",
    ),
    "a batch that is told at another time": (
        "update outbox set recorded_at = recorded_at + interval '1 s' "
        "where 'a1' = any(event_ids)",
        "default: event api/a1: how often it is in the outbox: stored 1, folded 0",
    ),
    "a batch that is not told": (
        "delete from outbox where 'a1' = any(event_ids)",
        "default: event api/a1: how often it is in the outbox: stored 0, folded 1",
    ),
    "an event that is told and was none": (
        "update outbox set event_ids = array_replace(event_ids, 'a1', 'x')",
        "default: event api/x: how often it is in the outbox: stored 1, folded 0",
    ),
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
