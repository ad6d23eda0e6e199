"""Versions are stored as they were published, and accounts are told of the next one."""

from typing import LiteralString

from psycopg import Connection
from psycopg.rows import TupleRow

from tests.postgres import on_both
from tests.store.races import at_once, waiting
from xenia.engine.since import ALWAYS
from xenia.store import programmes as store
from xenia.store.database import Database
from xenia.store.programmes import ProgrammeRow, SpaceRow, VersionRow

NOW = 1_800_000_000_123_456
DOCUMENT = "xenia: 1\r\nprogramme: cafe  # \u03ba\u03b1\u03c6\u03ad \U0001f600\t\n\n"
NOBODY = store.Slot(8, bytes(8))


def version(number: int, start: int = ALWAYS) -> VersionRow:
    return VersionRow(number, f"{DOCUMENT}# {number}", bytes([number]) * 32, start, NOW)


@on_both
def test_a_document_comes_back_as_it_was_written(database: Database) -> None:
    first, second = version(1), version(2, NOW + 1)
    with database.connect() as connection:
        row = store.add_programme(connection, 1, "cafe")
        store.add_version(connection, 1, row.programme_id, first)
        store.add_version(connection, 1, row.programme_id, second)
        assert store.versions(connection, 1, row.programme_id) == (first, second)
        assert store.hold(connection, 1, "cafe") == ProgrammeRow(1, "cafe", 2)
        assert store.hold(connection, 1, "bar") is None
        assert store.versions(connection, 1, 7) == ()
        assert store.programmes(connection, 2) == ()
        other = store.add_programme(connection, 1, "bar")
        assert (other.programme_id, other.revision) == (2, 0)
        found = store.programmes(connection, 1)
        assert [(item.name, item.revision) for item in found] == [("bar", 0), ("cafe", 2)]


def test_a_space_is_made_when_it_is_first_asked_for(database: Database) -> None:
    with database.connect() as connection:
        made = store.space_of(connection, "test", secret=b"first")
        assert made == SpaceRow(2, "test", b"first", "live")
        assert store.space_of(connection, "test", secret=b"second") == made
        assert store.space_of(connection, "default", secret=b"x").space_id == 1


def test_a_space_is_made_once_whoever_asks_at_a_time(database: Database) -> None:
    found: list[SpaceRow] = []

    def ask(connection: Connection[TupleRow]) -> None:
        found.append(store.space_of(connection, "test", secret=b"1"))
        found.append(store.space_of(connection, f"other {len(found)}", secret=b"1"))

    at_once(database, *[ask] * 4)
    with database.connect() as connection:
        numbers: dict[str, int] = dict(
            connection.execute("select name, space_id from space").fetchall()
        )
    assert sorted(numbers.values()) == list(range(1, len(numbers) + 1))
    assert {item.space_id for item in found if item.name == "test"} == {numbers["test"]}


def test_who_publishes_waits_for_batches_and_the_next_one_for_that(database: Database) -> None:
    with database.connect() as connection:
        store.add_programme(connection, 1, "cafe")

    def publish(connection: Connection[TupleRow]) -> None:
        row = store.hold(connection, 1, "cafe")
        assert row is not None
        store.add_version(connection, 1, row.programme_id, version(row.revision + 1))

    with database.connect() as batch:
        batch.execute("select revision from programme for share")
        with waiting(database, publish):
            batch.commit()
    with database.connect() as other:
        publish(other)
        with waiting(database, publish):
            other.commit()
        assert [item.version for item in store.versions(other, 1, 1)] == [1, 2, 3]


def test_the_latest_event_is_found(database: Database) -> None:
    with database.connect() as connection:
        for name, seconds in (("e1", 1), ("e2", 90), ("e3", 30)):
            connection.execute(
                "insert into event values (1, 'api', %s, 'purchase', null,"
                " 'epoch'::timestamptz + %s * interval '1 second', now(), 1, '{}', '')",
                (name, seconds),
            )
        assert store.latest(connection, 1, 20_000_000) == 90_000_000
        assert store.latest(connection, 1, 90_000_000) == 90_000_000
        assert store.latest(connection, 1, 90_000_001) is None
        assert store.latest(connection, 2, 0) is None


def account(
    connection: Connection[TupleRow], member: str, version: int, joined: int, due: int | None
) -> None:
    state = bytes(8) + joined.to_bytes(8, "little") + bytes(8)
    connection.execute(
        "insert into account values (1, 1, %s, 1, %s, 'layout', %s, date '1970-01-01' + %s::int)",
        (member, version, state, due),
    )
    if joined:
        query = "update account set joined = '2026-11-01' where member_id = %s"
        connection.execute(query, (member,))


@on_both
def test_accounts_are_brought_forward_in_parts(database: Database) -> None:
    with database.connect() as connection:
        account(connection, "a", 1, 5, None)
        account(connection, "b", 1, 5, 90)
        account(connection, "c", 1, 5, 200)
        account(connection, "d", 1, 0, None)
        account(connection, "e", 2, 5, None)
        account(connection, "f", 1, 5, 300)
        assert store.enrolled(connection, 1) == {1: 5}
        assert store.enrolled(connection, 2) == {}
        after: str | None = ""
        seen = []
        while after is not None:
            after = store.bring_forward(
                connection, 1, 1, version=2, day=100, nobody=NOBODY, after=after, limit=2
            )
            seen.append(after)
        assert seen == ["b", "d", "f", None]
        found = connection.execute(
            "select member_id, next_due - date '1970-01-01' from account order by 1"
        ).fetchall()
    assert found == [("a", 100), ("b", 90), ("c", 100), ("d", None), ("e", None), ("f", 100)]


def test_an_account_is_changed_in_place_also_where_it_is_counted(database: Database) -> None:
    """Its row moves in no index as long as it does not join, leave or rise."""
    changed = "select n_tup_upd, n_tup_hot_upd from pg_stat_xact_user_tables where relname = %s"
    with database.connect() as connection:
        account(connection, "a", 1, 5, None)

        def since(update: LiteralString, *values: object) -> tuple[int, int]:
            """How many rows this changes, and how many of them in place."""
            before = connection.execute(changed, ("account",)).fetchone()
            connection.execute(update, values)
            after = connection.execute(changed, ("account",)).fetchone()
            assert before is not None
            assert after is not None
            return after[0] - before[0], after[1] - before[1]

        assert since("update account set state = %s", bytes(24)) == (1, 1)
        assert since("update account set joined = null") == (1, 0)
