"""What is known of persons lies apart, and an erasure leaves nothing, whoever writes meanwhile."""

import json
from typing import LiteralString

from psycopg import Connection
from psycopg.rows import TupleRow

from tests.postgres import on_both
from tests.store.races import waiting
from xenia.store.database import Database
from xenia.store.members import ensure_members, known, resolve
from xenia.store.personal import Erased, Said, erase, personal_of, put_personal, put_said

NOW = 1_800_000_000_000_000
PHONE = ("phone", "+302101234567")


def one(connection: Connection[TupleRow], statement: LiteralString) -> object:
    row = connection.execute(statement).fetchone()
    assert row is not None
    return row[0]


def said(event: str, member: str | None = "m1") -> Said:
    return Said("till", event, member, json.dumps({"card": "4711", "of": event}))


@on_both
def test_values_replace_those_of_the_same_names(database: Database) -> None:
    with database.connect() as connection:
        ensure_members(connection, 1, ["m1", "m2", "m3"], NOW)
        put_personal(connection, 1, {"m2": '{"name": "Zoë", "birthday": 7000}', "m1": '{"a": 1}'})
        put_personal(connection, 1, {"m2": '{"birthday": 7001, "name": null}', "m1": '{"a": null}'})
        put_personal(connection, 1, {})
        found = personal_of(connection, 1, {"m1", "m2", "m3", "nobody"})
        assert {member: json.loads(text) for member, text in found.items()} == {
            "m2": {"birthday": 7001}
        }
        assert personal_of(connection, 1, []) == personal_of(connection, 2, ["m2"]) == {}


@on_both
def test_what_events_said_is_kept_by_event(database: Database) -> None:
    with database.connect() as connection:
        ensure_members(connection, 1, ["m1"], NOW)
        put_said(connection, 1, [said("e2"), said("e1"), said("e3", None)])
        put_said(connection, 1, [])
        found = connection.execute(
            "select source, event_id, member_id, said from personal order by event_id"
        ).fetchall()
        assert found == [
            ("till", event, member, {"card": "4711", "of": event})
            for event, member in (("e1", "m1"), ("e2", "m1"), ("e3", None))
        ]


@on_both
def test_an_erasure_removes_all_of_one_member_and_says_what(database: Database) -> None:
    with database.connect() as connection:
        member = resolve(connection, 1, [PHONE], NOW)[PHONE]
        ensure_members(connection, 1, ["m2"], NOW)
        put_personal(connection, 1, {member: '{"name": "Zoë"}', "m2": '{"name": "Bo"}'})
        put_said(connection, 1, [said("e1", member), said("e2", member), said("e3", "m2")])
        assert erase(connection, 1, member, NOW + 9) == Erased(1, 2, own=True, before=False)
        assert erase(connection, 1, member, NOW + 99) == Erased(0, 0, own=False, before=True)
        assert erase(connection, 1, "nobody", NOW) is None
        assert known(connection, 1, [PHONE]) == {}
        assert personal_of(connection, 1, [member, "m2"]).keys() == {"m2"}
        assert one(connection, "select array_agg(event_id) from personal") == ["e3"]
        assert connection.execute(
            "select member_id, (extract(epoch from erased_at) * 1000000)::bigint"
            " from member where erased_at is not null"
        ).fetchall() == [(member, NOW + 9)]


def test_nothing_is_kept_of_who_has_been_erased(database: Database) -> None:
    with database.connect() as connection:
        ensure_members(connection, 1, ["m1", "m2"], NOW)
        erase(connection, 1, "m1", NOW)
        put_personal(connection, 1, {"m1": '{"name": "Zoë"}', "m2": '{"name": "Bo"}'})
        put_said(connection, 1, [said("e1"), said("e2", "m2"), said("e3", None)])
        assert personal_of(connection, 1, ["m1", "m2"]).keys() == {"m2"}
        assert one(connection, "select array_agg(event_id order by event_id) from personal") == [
            "e2",
            "e3",
        ]


def test_who_comes_back_with_the_same_phone_is_another_member(database: Database) -> None:
    with database.connect() as connection:
        before = resolve(connection, 1, [PHONE], NOW)[PHONE]
        erase(connection, 1, before, NOW)
        assert resolve(connection, 1, [PHONE], NOW)[PHONE] != before


def erase_m1(connection: Connection[TupleRow]) -> None:
    erase(connection, 1, "m1", NOW)


def test_an_erasure_waits_for_who_writes_and_removes_that_too(database: Database) -> None:
    with database.connect() as writer:
        ensure_members(writer, 1, ["m1"], NOW)
        writer.commit()
        put_said(writer, 1, [said("e1")])
        put_personal(writer, 1, {"m1": '{"name": "Zoë"}'})
        with waiting(database, erase_m1):
            writer.commit()
        assert one(writer, "select count(*) from personal") == 0
        assert personal_of(writer, 1, ["m1"]) == {}


@on_both
def test_who_waits_for_an_erasure_writes_nothing(database: Database) -> None:
    def write(writer: Connection[TupleRow]) -> None:
        put_said(writer, 1, [said("e1")])
        put_personal(writer, 1, {"m1": '{"name": "Zoë"}'})

    def write_other(writer: Connection[TupleRow]) -> None:
        put_personal(writer, 1, {"m1": '{"name": "Zoë"}'})

    for work in (write, write_other):
        with database.connect() as eraser:
            eraser.execute("delete from member")
            ensure_members(eraser, 1, ["m1"], NOW)
            eraser.commit()
            erase(eraser, 1, "m1", NOW)
            with waiting(database, work):
                eraser.commit()
            assert one(eraser, "select count(*) from personal") == 0
            assert personal_of(eraser, 1, ["m1"]) == {}


def test_values_of_two_programmes_do_not_overwrite_each_other(database: Database) -> None:
    with database.connect() as connection:
        ensure_members(connection, 1, ["m1", "m2"], NOW)

    def put_two(connection: Connection[TupleRow]) -> None:
        put_personal(connection, 1, {"m2": '{"b": 1}', "m1": '{"b": 1}'})

    with database.connect() as first:
        put_personal(first, 1, {"m1": '{"a": 1}'})
        with waiting(database, put_two):
            # The other has not taken this one before it waits: it goes by order, not as told.
            put_personal(first, 1, {"m2": '{"a": 1}'})
            first.commit()
        found = personal_of(first, 1, ["m1", "m2"])
    assert [json.loads(text) for text in found.values()] == [{"a": 1, "b": 1}] * 2
