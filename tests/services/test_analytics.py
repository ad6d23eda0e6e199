"""What analysts read is what the interface says, without persons, and of their own spaces alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

import psycopg
import pytest

from tests.services.cafe import SCOPE, Cafe, buy, filled, summed, time
from xenia.engine.zones import EPOCH
from xenia.services.analysts import may_read
from xenia.services.inputs import UnusableError
from xenia.services.publishing import draft_of, publish
from xenia.services.spaces import make_space
from xenia.services.statements import ledger_page, statement
from xenia.store.database import Database

VIEWS = (
    "accounts", "balances", "daily_balances", "entries", "events", "lots", "members", "programmes",
    "spaces", "tiers", "vouchers",
)  # fmt: skip


@contextmanager
def analyst(database: Database, *spaces: str) -> Iterator[tuple[str, Any]]:
    """A role that reads spaces, and a connection as that."""
    role = f"analyst_{token_hex(4)}"  # roles are the whole cluster's
    with database.connect(autocommit=True) as connection:
        for space in spaces or ("default",):
            may_read(connection, role, space)
        connection.execute(f"set role {role}")
        try:
            yield role, connection
        finally:
            connection.execute("reset role")
            connection.execute(f"drop owned by {role}")
            connection.execute(f"drop role {role}")


def rows(connection: Any, query: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = connection.execute(query).fetchall()
    return found


def told(cafe: Cafe, member: str, at: int) -> Any:
    with cafe.database.connect() as connection:
        return statement(connection, SCOPE, cafe.published, member, at)


def test_every_view_says_what_the_interface_says(database: Database) -> None:
    cafe, at = filled(Cafe(database)), time("02-06")
    ids = [name for (name,) in cafe.rows("select member_id from member order by 1")]
    there = {name: told(cafe, name, at) for name in ids}
    with analyst(database) as (_, connection):
        members = rows(connection, "select space, member, erased_at from analytics.members")
        assert sorted(members) == [("default", name, None) for name in sorted(ids)]
        balances = "select member, currency, balance, pending, held from analytics.balances"
        found = {(row[0], row[1]): tuple(map(str, row[2:])) for row in rows(connection, balances)}
        for name, one in there.items():
            for currency, held in one["wallet"].items():
                zero = ("0", "0", "0")
                assert found.get((name, currency), zero) == tuple(held.values())
        lots = """
            select member, currency, account, sum(units)::text from analytics.lots group by 1, 2, 3
        """
        for name, currency, account, units in rows(connection, lots):
            part = "balance" if account == "wallet" else account
            assert there[name]["wallet"][currency][part] == units
        tiers = "select member, tier, level, until::text from analytics.tiers"
        for name, tier, level, until in rows(connection, tiers):
            standing = there[name]["tiers"][tier]
            assert (level, until) == (
                standing["level"],
                standing["until"] and standing["until"][:10],
            )
        vouchers = Counter(
            rows(connection, "select member, reward, expires::text from analytics.vouchers")
        )
        assert vouchers == Counter(
            (name, each["reward"], each["expires"] and each["expires"][:10])
            for name, one in there.items()
            for each in one["vouchers"]
        )
        assert vouchers
        joined = dict(rows(connection, "select member, joined::text from analytics.accounts"))
        assert joined == {"m1": "2026-01-02", "m2": "2026-01-02"} | {
            name: "2026-01-02" for name in ids if name not in ("m1", "m2")
        }
        entries = """
            select units, debit, credit, earned::text from analytics.entries
            where member = 'm1' order by step desc, number desc
        """
        with database.connect() as other:
            page = ledger_page(other, SCOPE, cafe.published, "m1")
        assert page is not None
        assert [(str(row[0]), *row[1:]) for row in rows(connection, entries)] == [
            (each["units"], each["debit"], each["credit"], each["lot"]["earned"])
            for each in page.entries
        ]
        programmes = "select programme, version, effective_from from analytics.programmes"
        assert rows(connection, programmes) == [("cafe", 1, None)]
        events = rows(connection, "select source, event, type, version from analytics.events")
        assert len(events) == cafe.rows("select count(*) from record")[0][0]


def test_days_add_up_whether_they_are_summed_up_or_not(database: Database) -> None:
    cafe = filled(Cafe(database))
    query = (
        "select currency, day, balance, pending, held from analytics.daily_balances order by 1, 2"
    )
    before = cafe.rows(query)
    last = {currency: tuple(map(int, held)) for currency, _, *held in before}
    wallets = "select currency, sum(balance), sum(pending), sum(held) from wallet group by 1"
    assert last == {currency: tuple(map(int, held)) for currency, *held in cafe.rows(wallets)}
    summed(cafe)
    assert cafe.rows("select count(*) from daily_total") != [(0,)]
    assert cafe.rows(query) == before
    for currency, day, balance, *_ in before:
        then = f"""
            select coalesce(sum(case when credit = 'wallet' then units else -units end), 0)
            from entry where currency = '{currency}' and accounting_on <= '{day}'
              and 'wallet' in (credit::text, debit::text)
        """
        assert cafe.rows(then) == [(balance,)]
    assert EPOCH + timedelta(days=1) < before[0][1]


def test_an_analyst_reads_nothing_else(database: Database) -> None:
    cafe = filled(Cafe(database))
    assert cafe.rows("select count(*) from identifier") != [(0,)]
    with analyst(database) as (_, connection):
        for table in ("member", "identifier", "personal", "account", "voucher", "api_key", "space"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"select * from public.{table}")
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState):
            connection.execute("delete from analytics.members")
        every = (
            "select column_name from information_schema.columns where table_schema = 'analytics'"
        )
        names = {name for (name,) in rows(connection, every)}
        assert not names & {"code", "said", "personal", "value", "secret", "fingerprint", "answer"}
        whole = "".join(str(rows(connection, f"select * from analytics.{view}")) for view in VIEWS)
        assert "Zorba" not in whole


def test_nothing_is_seen_of_other_spaces(database: Database) -> None:
    filled(Cafe(database))
    with database.connect() as connection:
        make_space(connection, "other", "live")
    document = Path(__file__).parents[1] / "engine/try-at-home.yaml"
    with database.connect() as connection:
        publish(connection, draft_of(document), clock=lambda: 0, space="other", key=bytes(32))
    with analyst(database, "other") as (_, connection):
        for view in VIEWS:
            spaces = {name for (name,) in rows(connection, f"select space from analytics.{view}")}
            assert spaces <= {"other"}, view
        assert rows(connection, "select programme from analytics.programmes")
    with analyst(database, "default", "other") as (role, connection):
        both = "select count(distinct space) from analytics.programmes"
        assert rows(connection, both) == [(2,)]
        connection.execute("reset role")
        said = may_read(connection, role, "default", revoke=True)
        assert said == f"{role} reads the views of default no more."
        connection.execute(f"set role {role}")
        assert rows(connection, both) == [(1,)]


def test_what_cannot_be_done_is_said(database: Database) -> None:
    with database.connect() as connection:
        for role in ("Robert; drop table", "pg_monitor", ""):
            with pytest.raises(UnusableError, match="small letters, digits and _"):
                may_read(connection, role, "default")
        with pytest.raises(UnusableError, match='no space "nowhere"'):
            may_read(connection, "somebody", "nowhere")
        assert "did not read" in may_read(connection, "nobody_yet", "default", revoke=True)


def test_every_column_is_explained(database: Database) -> None:
    query = """
        select c.relname || '.' || a.attname
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
        where n.nspname = 'analytics' and c.relkind = 'v'
          and col_description(c.oid, a.attnum) is null
    """
    with database.connect() as connection:
        assert connection.execute(query).fetchall() == []
        views = "select viewname from pg_views where schemaname = 'analytics' order by 1"
        assert [name for (name,) in connection.execute(views)] == sorted(VIEWS)


def test_a_level_and_its_end_are_read_in_its_grace_too(database: Database) -> None:
    document = """\
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
currencies: {points: {}}
metrics: {spent: {sum: spent, over: calendar month}}
tiers:
  ladder: {by: spent, levels: {bronze: 10, silver: 20}, holds: end of month, grace: 10 days}
  other: {by: spent, levels: {basic: 0, more: 30}}
rules: {all: {then: {earn: {points: 1 per 1.00}}}}
"""
    cafe = Cafe(database, document)
    cafe.post(buy("a1", "m1", "01-05", "25.00"), buy("a2", "m2", "01-05", "1.00"))
    cafe.post(buy("a3", "m1", "01-06", "9.00"))
    cafe.work(time("02-05"))
    tiers = "select member, tier, level, until::text from analytics.tiers order by 1, 2"
    assert cafe.rows(tiers) == [
        ("m1", "ladder", "silver", "2026-02-11"),
        ("m1", "other", "basic", None),
        ("m2", "ladder", None, None),
        ("m2", "other", "basic", None),
    ]
