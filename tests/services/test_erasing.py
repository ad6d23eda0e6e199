"""After an erasure nothing in the whole database tells who the member was."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from tests.services.cafe import checked, said
from tests.services.publishing import published
from xenia.events.errors import Unreadable
from xenia.events.moments import parse_date
from xenia.services import posting
from xenia.services.erasing import erase_member
from xenia.services.inputs import UnusableError
from xenia.services.published import load_space
from xenia.services.taking import take
from xenia.store.database import Database
from xenia.store.personal import Erased

NOW = 1_790_000_000_000_000

PROGRAMME = """
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
attributes:
  member: {name: {type: text}, kind: {type: text, options: [adult, student]}}
  event: {remark: {type: text}, table: {type: integer}}
currencies: {beans: {expires: {after: 1 year}, value: 0.01}}
rules:
  all: {then: {earn: {beans: 1 per 1.00}}}
  cake: {when: date(occurred_at) == member.birthday, then: {earn: {beans: 5}}}
  called-ida: {when: 'member.name == "Ida"', then: {earn: {beans: 5}}}
  noted: {when: 'attributes.remark == "hi"', then: {earn: {beans: 5}}}
"""
BIRTHDAY = "1987-03-09"
# What only the member to be erased has said of themselves, by where it is written.
SECRETS = {
    "phone": "+302101234567",
    "email": "zoe@example.org",
    "card": "2001-7777",
    "app": "app-zoe-1",
    "pass": "pass-zoe-1",
    "name": "Ζωή Παπαδοπούλου",
    "later name": "Zoë Papas",
    "remark": "allergic to nuts, lives at 5 Odos Ermou",
    "payment card": "4711 0815",
    "by": "+302107654321",
    "locale": "el-GR-zoe",
    "birthday": BIRTHDAY,
}


def event(kind: str, name: str, member: object, **more: object) -> dict[str, Any]:
    at = "2026-09-21T09:00:00+03:00"
    return {"type": kind, "id": name, "member": member, "occurred_at": at, **more}


def purchase(name: str, member: object, **more: object) -> dict[str, Any]:
    line = {"sku": "latte", "category": "drink", "quantity": 1, "amount": "4.00"}
    return event("purchase", name, member, lines=[line], **more)


def said_by(phone: str, member: str) -> Iterator[dict[str, Any]]:
    """All kinds of events in which somebody tells who they are."""
    profile = {"birthday": BIRTHDAY, "locale": SECRETS["locale"], "name": SECRETS["name"]}
    yield event("enrolment", "j1", {"phone": phone}, attributes={**profile, "kind": "student"})
    yield event("profile", "p1", {"phone": phone}, attributes={"name": SECRETS["later name"]})
    yield purchase("b1", {"phone": phone}, attributes={"remark": SECRETS["remark"], "table": 5})
    yield purchase("b2", member, payment={"method": "gift-card", "card": SECRETS["payment card"]})
    yield purchase("b3", member, by={"phone": SECRETS["by"]})
    yield event("profile", "p2", member, attributes={"name": SECRETS["name"]})


def post(database: Database, *events: dict[str, Any]) -> list[str]:
    """Post events in one batch; whose they were."""
    with database.connect(autocommit=True) as connection:
        space = load_space(connection)
        items = [take(space, json.dumps(item).encode()) for item in events]
        good = [item for item in items if not isinstance(item, Unreadable)]
        assert good == items
        answers = posting.post(connection, space, space.programmes["cafe"], good, NOW)
        return [json.loads(item.answer or "")["member"] for item in answers]


def places(connection: Connection[TupleRow], secret: str) -> set[str]:
    """Every column of every table in which a text stands, or a day's number, however it is kept."""
    columns = connection.execute(
        "select table_name, column_name, data_type from information_schema.columns"
        " join information_schema.tables using (table_schema, table_name)"
        " where table_schema = 'public' and table_type = 'BASE TABLE'"
    ).fetchall()
    assert {("personal", "said", "json"), ("account", "state", "bytea")} <= {*columns}
    # JSON may have what is not ASCII as escapes.
    written = {secret, json.dumps(secret)[1:-1]}
    raw = [text.encode() for text in written]
    if secret == BIRTHDAY:
        written.add(str(parse_date(secret)))
        raw.append(parse_date(secret).to_bytes(8, "little"))
    found = set()
    for table, column, kind in columns:
        value, wanted = sql.SQL("{}::text"), [*written]
        if kind == "bytea":
            value, wanted = sql.SQL("{}"), [*raw]  # type: ignore[list-item]
        query = sql.SQL("select 1 from {} where position(%s in {}) > 0 limit 1").format(
            sql.Identifier(table), value.format(sql.Identifier(column))
        )
        if any(connection.execute(query, (text,)).fetchone() for text in wanted):
            found.add(f"{table}.{column}")
    return found


@pytest.fixture
def erased(database: Database) -> str:
    """Two members who have said all they can of themselves, of whom one has been erased."""
    published(database, PROGRAMME)
    (member,) = {*post(database, event("enrolment", "j0", {"phone": SECRETS["phone"]}))}
    with database.connect() as connection:
        for kind in ("email", "card", "app", "pass"):
            connection.execute(
                "insert into identifier values (1, %s, %s, %s, now())",
                (kind, SECRETS[kind], member),
            )
    assert {*post(database, *said_by(SECRETS["phone"], member))} == {member}
    for kind in ("email", "card", "app", "pass"):
        assert post(database, purchase(f"by {kind}", {kind: SECRETS[kind]})) == [member]
    return member


def other(database: Database) -> str:
    """Another member, of whom everything is kept."""
    (member, _) = post(
        database,
        event("enrolment", "o1", {"phone": "+49301"}, attributes={"name": "Bohumila"}),
        purchase("o2", {"phone": "+49301"}, attributes={"remark": "hello"}),
    )
    return member


def test_everything_is_there_before_and_nothing_after(database: Database, erased: str) -> None:
    other(database)
    with database.connect() as connection:
        before = {name: places(connection, secret) for name, secret in SECRETS.items()}
        assert all(before.values()), before
        assert before["phone"] == {"identifier.value"}
        assert before["name"] == {"personal.said", "member.personal"}
        assert before["remark"] == before["payment card"] == before["by"] == {"personal.said"}
        assert before["birthday"] == {"personal.said", "member.personal"}

        name, done = erase_member(connection, erased, now=NOW)
        assert (name, done) == (erased, Erased(5, 6, own=True, before=False))

        after = {name: places(connection, secret) for name, secret in SECRETS.items()}
        assert after == {key: set() for key in SECRETS}
        assert places(connection, "+49301") == {"identifier.value"}
        assert places(connection, "Bohumila") == {"personal.said", "member.personal"}
        assert places(connection, "hello") == {"personal.said"}
        trail = "select actor, action, object from change"
        assert connection.execute(trail).fetchall() == [
            ("command-line", "member.erased", f"member/{erased}")
        ]


def test_what_happened_stays(database: Database, erased: str) -> None:
    def facts(connection: Connection[TupleRow]) -> list[TupleRow]:
        return [
            row
            for table in ("event", "record", "entry", "account", "outbox", "told")
            for row in connection.execute(
                sql.SQL("select * from {} order by 1, 2, 3, 4, 5").format(sql.Identifier(table))
            ).fetchall()
        ]

    with database.connect() as connection:
        before = facts(connection)
        erase_member(connection, erased, now=NOW)
        assert facts(connection) == before
        assert len(before) > 40


def test_it_is_done_once_and_can_be_asked_for_again(database: Database, erased: str) -> None:
    with database.connect() as connection:
        assert erase_member(connection, "email=" + SECRETS["email"], now=NOW)[0] == erased
        assert erase_member(connection, erased, now=NOW + 1) == (
            erased,
            Erased(0, 0, own=False, before=True),
        )


@pytest.mark.parametrize("named", ["nobody", "phone=+302109999999", "phone=", "fax=1", ""])
def test_who_is_not_there_cannot_be_erased(database: Database, named: str) -> None:
    with (
        database.connect() as connection,
        pytest.raises(UnusableError, match="there is no member"),
    ):
        erase_member(connection, named, now=NOW)


def test_after_an_erasure_events_go_on_without_personal_values(
    database: Database, erased: str
) -> None:
    with database.connect() as connection:
        erase_member(connection, erased, now=NOW)
    post(
        database,
        event("profile", "p9", erased, attributes={"name": SECRETS["name"], "kind": "adult"}),
        purchase("b9", erased, attributes={"remark": SECRETS["remark"], "table": 6}),
    )
    with database.connect() as connection:
        assert places(connection, SECRETS["name"]) == places(connection, SECRETS["remark"]) == set()
        assert places(connection, '"kind":"adult"') == {"account.attributes", "event.facts"}


def test_an_old_event_sent_again_brings_nothing_back(database: Database, erased: str) -> None:
    with database.connect() as connection:
        erase_member(connection, erased, now=NOW)
    assert {*post(database, *said_by(SECRETS["phone"], erased))} == {erased}
    with database.connect() as connection:
        after = {name: places(connection, secret) for name, secret in SECRETS.items()}
        assert after == {key: set() for key in SECRETS}


def test_what_a_new_member_of_the_operators_own_id_says_is_kept_until_then(
    database: Database,
) -> None:
    published(database, PROGRAMME)
    post(database, event("enrolment", "j1", "m1", attributes={"name": SECRETS["name"]}))
    with database.connect() as connection:
        assert places(connection, SECRETS["name"]) == {"personal.said", "member.personal"}
        assert erase_member(connection, "m1", now=NOW)[1] == Erased(0, 1, own=True, before=False)
        assert places(connection, SECRETS["name"]) == set()


def test_what_is_stored_still_proves_itself(database: Database, erased: str) -> None:
    other(database)
    assert said(database) == ""
    assert checked(database).accounts == 2
    with database.connect() as connection:
        erase_member(connection, erased, now=NOW)
    assert said(database) == ""
    # What comes later is decided without what nobody knows any more, and proves itself, too.
    post(database, purchase("b8", erased, attributes={"remark": SECRETS["remark"]}))
    post(database, event("profile", "p8", erased, attributes={"name": "Ida", "kind": "adult"}))
    post(database, purchase("b9", erased))
    assert said(database) == ""
