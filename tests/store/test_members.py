"""Members are found by what they are recognised by, and made once, whoever asks at a time."""

from uuid import UUID

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from tests.postgres import on_both
from tests.store.races import at_once, waiting
from xenia.store.database import Database
from xenia.store.members import ensure_members, known, resolve, uuid7

NOW = 1_800_000_000_123_456
PHONE, CARD = ("phone", "+302101234567"), ("card", "2001 777")


def rows(connection: Connection[TupleRow], statement: str) -> list[TupleRow]:
    return connection.execute(statement.encode()).fetchall()


def test_an_id_is_a_uuid_that_sorts_by_time() -> None:
    first, later = uuid7(NOW, b"\xff" * 10), uuid7(NOW + 1000, bytes(10))
    assert first < later
    found = UUID(first)
    assert (found.version, found.variant) == (7, "specified in RFC 4122")
    assert found.int >> 80 == NOW // 1000
    assert first == "01a3185c-507b-7fff-bfff-ffffffffffff"
    assert later == "01a3185c-507c-7000-8000-000000000000"
    with pytest.raises(AssertionError):
        uuid7(NOW, bytes(16))


@on_both
def test_who_is_new_becomes_a_member(database: Database) -> None:
    with database.connect() as connection:
        found = resolve(connection, 1, {PHONE, CARD}, NOW)
        assert found.keys() == {PHONE, CARD}
        assert len({*found.values()}) == 2
        assert rows(
            connection,
            "select kind, value, member_id, extract(epoch from recorded_at) * 1000000"
            " from identifier join member using (space_id, member_id, recorded_at) order by kind",
        ) == [(*CARD, found[CARD], NOW), (*PHONE, found[PHONE], NOW)]
        assert resolve(connection, 1, [PHONE], NOW + 1) == {PHONE: found[PHONE]}
        assert resolve(connection, 1, (), NOW) == known(connection, 1, ()) == {}
        assert known(connection, 1, [PHONE, ("email", PHONE[1])]) == {PHONE: found[PHONE]}


def test_spaces_do_not_see_each_other(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("insert into space values (2, 'test', '', current_timestamp)")
        here, there = (resolve(connection, space, [PHONE], NOW)[PHONE] for space in (1, 2))
        assert here != there


def test_members_of_the_operators_own_ids_are_recorded_once(database: Database) -> None:
    with database.connect() as connection:
        ensure_members(connection, 1, ["m2", "m1", "m2"], NOW)
        ensure_members(connection, 1, ["m3", "m1"], NOW + 7)
        ensure_members(connection, 1, [], NOW)
        assert rows(
            connection,
            "select member_id, (extract(epoch from recorded_at) * 1000000)::bigint"
            " from member order by 1",
        ) == [("m1", NOW), ("m2", NOW), ("m3", NOW + 7)]


def test_whoever_asks_first_everybody_gets_the_same_members(database: Database) -> None:
    wanted = [("phone", f"+30210{number:04}") for number in range(40)]
    answers: list[dict[tuple[str, str], str]] = []
    orders = iter([wanted, wanted[::-1], wanted[20:] + wanted[:20], wanted[::2]])

    def work(connection: Connection[TupleRow]) -> None:
        answers.append(resolve(connection, 1, next(orders), NOW))

    at_once(database, *[work] * 4)
    everybody: dict[tuple[str, str], str] = {}
    for answer in answers:
        assert everybody.items() & answer.items() == {
            (key, everybody[key]) for key in everybody.keys() & answer.keys()
        }
        everybody |= answer
    assert len(everybody) == 40
    with database.connect() as connection:
        # Who lost the race has made nobody.
        assert rows(connection, "select count(*) from member") == [(40,)]
        assert known(connection, 1, wanted) == everybody


def test_who_loses_a_race_waits_for_the_winner(database: Database) -> None:
    theirs: dict[tuple[str, str], str] = {}

    def work(connection: Connection[TupleRow]) -> None:
        theirs.update(resolve(connection, 1, [CARD, PHONE], NOW))

    with database.connect() as first:
        mine = resolve(first, 1, [PHONE], NOW)
        with waiting(database, work):
            first.commit()
    assert theirs[PHONE] == mine[PHONE] != theirs[CARD]


def test_who_wins_and_gives_up_leaves_the_identifier_to_others(database: Database) -> None:
    theirs: dict[tuple[str, str], str] = {}

    def work(connection: Connection[TupleRow]) -> None:
        theirs.update(resolve(connection, 1, [PHONE], NOW))

    with database.connect() as first:
        resolve(first, 1, [PHONE], NOW)
        with waiting(database, work):
            first.rollback()
        assert rows(first, "select member_id from member") == [(theirs[PHONE],)]
