"""What a person may ask for: all that is held about them, and that it is erased, with a proof."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import sql

from tests.api.client import Client, purchase
from tests.api.test_enrolling import CARD, CLUB, EMAIL, NEWS, PHONE, card, enrolled, write
from tests.api.test_events import problem
from tests.api.test_members import checked, serving
from tests.services.cafe import said
from tests.services.test_erasing import places
from xenia.store.database import Database

# Where a member's rows are, and how the export calls them; the outbox only says where to look.
KEPT = {
    "account": "accounts",
    "cashier": "cashiers",
    "claimed": "claimed_purchases",
    "correction": "corrections",
    "delivery": "webhook_deliveries",
    "entry": "ledger",
    "erasure": "erasures",
    "event": "events",
    "former_identifier": "former_identifiers",
    "awaited": "waiting_claims",
    "household_person": "households",
    "identifier": "identifiers",
    "member": "member",
    "member_note": "notes",
    "message": "messages",
    "personal": "events",
    "quote": "quotes",
    "record": "answers",
    "remains": "left_of_returned",
    "reservation": "reservations",
    "one_time_code": "one_time_codes",
    "member_code": "sign_in_codes",
    "member_session": "sessions",
    "refused_spend": "refused_spends",
    "spending": "spending",
    "sweep": "time_passed",
    "voucher": "vouchers",
    "waiting": "waiting_returns",
}


@pytest.fixture
def served(database: Database) -> Iterator[Client]:
    """A member of whom there is much, and another one."""
    for client in serving(database, CLUB + "claims: {within: 30 days}\n"):
        enrolled(
            client,
            member="zoe",
            identifiers={"phone": PHONE, "card": CARD},
            attributes={"name": "Ζωή", "birthday": "1987-03-09", "kind": "adult"},
            consents=["terms", NEWS],
        )
        write(client, "PATCH", "/zoe", {"identifiers": {"phone": "+30999"}}, "two")
        consents = [{**NEWS, "given": False}]
        write(client, "PATCH", "/zoe", {"identifiers": {"email": EMAIL}, "consents": consents}, "3")
        card(client, "four", "zoe", "replace", CARD, new="5000")
        client.post(purchase("e1", member={"email": EMAIL}))
        guest = purchase("g1", payments=[{"method": "bank-card", "card": "card-4711"}])
        del guest["member"]
        client.post(guest)
        at = "2026-11-18T11:00:00+02:00"
        back = {"type": "return", "id": "r1", "member": "zoe", "occurred_at": at}
        client.post({**back, "purchase": "e1", "lines": [{"line": "1"}]})
        client.post({**back, "id": "r2", "purchase": "e7", "all": True})
        claim = {"type": "claim", "id": "c1", "member": "zoe", "of": {"id": "g1"}}
        client.post({**claim, "occurred_at": at})
        client.post({**claim, "occurred_at": at, "id": "c2", "of": {"id": "g7"}})  # it waits
        enrolled(client, "other", member="ben", attributes={"name": "Bohumila"})
        yield client


def test_all_that_is_held_is_given_out(database: Database, served: Client) -> None:
    told = checked("Export", served.get("/v1/members/zoe/export").json())
    assert [(one["purpose"], one["given"]) for one in told["consents"]] == [
        ("terms", True),
        ("news", True),
        ("news", False),
    ]
    (programme,) = told["programmes"]
    assert programme["attributes"] == {"name": "Ζωή", "birthday": "1987-03-09", "kind": "adult"}
    text = json.dumps(told, ensure_ascii=False)
    for mine in (PHONE, "+30999", EMAIL, CARD, "5000", "card-4711", "Ζωή"):
        assert mine in text
    assert "Bohumila" not in text
    with database.connect() as connection:
        tables = connection.execute(
            "select table_name from information_schema.columns join information_schema.tables"
            " using (table_schema, table_name)"
            " where table_schema = 'public' and table_type = 'BASE TABLE'"
            " and column_name = 'member_id'"
        ).fetchall()
        for (table,) in tables:
            query = sql.SQL("select count(*) from {} where member_id = 'zoe'")
            rows = connection.execute(query.format(sql.Identifier(table))).fetchone()
            assert rows is not None
            # A table that is new has to be given out, too.
            assert len(told["kept"][KEPT[table]]) >= rows[0], table
    empty = {name for name, rows in told["kept"].items() if not rows}
    unused = {"quotes", "reservations", "spending", "one_time_codes", "cashiers", "merges"}
    unused |= {"refused_spends", "corrections", "notes", "sign_in_codes", "sessions"}
    unused |= {"household", "households", "persons_of_household"}
    unused |= {"webhook_deliveries", "messages", "shop_deliveries"}
    assert empty == {"time_passed", "vouchers", "erasures", *unused}
    nobody = served.get("/v1/members/nobody/export")
    assert (nobody.status, problem(nobody)["code"]) == (404, "unknown-member")


def proofs(client: Client) -> list[dict[str, Any]]:
    page = checked("Erasures", client.get("/v1/members/zoe/erasures").json())
    rows: list[dict[str, Any]] = page["data"]
    return rows


def test_an_erasure_is_proved(database: Database, served: Client) -> None:
    dry = write(served, "DELETE", "/zoe?dry_run=true", key="erase")
    assert dry.json()["removed"]["identifier"] == 4
    assert proofs(served) == []
    done = write(served, "DELETE", "/zoe", key="erase")
    assert done.status == 200
    proof = done.json()
    assert proof["removed"] == {
        "former_identifier": 1,
        "identifier": 4,
        "member": 1,
        "personal": 5,
        "change": 4,
    }
    assert (proof["by"], proof["member"]) == ("everybody", "zoe")
    said_there = {name: value for name, value in proof.items() if name != "digest"}
    written = json.dumps(said_there, sort_keys=True, separators=(",", ":"))
    assert proof["digest"] == hashlib.sha256(written.encode()).hexdigest()
    assert proofs(served) == [proof]
    known = served.get("/v1/members/zoe").json()
    assert (known["identifiers"], known["programmes"][0]["attributes"]) == ([], {"kind": "adult"})
    assert known["erased_at"] == proof["erased_at"]
    assert [one["purpose"] for one in known["consents"]] == ["news", "terms"]
    with database.connect() as connection:
        for secret in (PHONE, "+30999", EMAIL, CARD, "5000", "card-4711", "Ζωή", "1987-03-09"):
            assert places(connection, secret) == set(), secret
        assert places(connection, "Bohumila")
    assert said(database) == ""
    assert write(served, "DELETE", "/zoe", key="again").json() == proof, "there was nothing more"
    trail = served.get("/v1/changes?about=member/zoe&limit=2").json()["data"]
    assert trail[-1]["after"] == {"erasure": proof["erasure"]}
    gone = write(served, "DELETE", "/nobody", key="5")
    assert (gone.status, problem(gone)["code"]) == (404, "unknown-member")


def test_a_proof_that_is_tampered_with_is_found(database: Database, served: Client) -> None:
    write(served, "DELETE", "/zoe", key="erase")
    with database.connect() as connection:
        connection.execute("""update erasure set removed = '{"identifier": 1}'""")
    assert "zoe: erasure" in said(database)
    with database.connect() as connection:
        connection.execute("delete from erasure")
        connection.execute("insert into identifier values (1, 'phone', '1', 'zoe', now())")
    assert "zoe: erased, and in identifier: what proves it" in said(database)
