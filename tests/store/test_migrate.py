"""Migrations: each is one file; all that are pending happen at once, once, or not at all."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copy

import psycopg
import pytest

from tests.postgres import on_both
from tests.store.processes import ask
from tests.store.rows import fill, tables
from xenia.store import migrate
from xenia.store.database import Database, DatabaseUnavailable
from xenia.store.migrate import migrations, require_current, status, upgrade

NUMBERS = [one.number for one in migrations()]
TELL = (
    "insert into outbox (space_id, programme_id, recorded_at, source, event_id) "
    "values (1, 1, now(), 'till', %s)"
)
SPACES = "select space_id, name, secret from space"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the real migrations, to which tests add."""
    for one in migrations():
        copy(one.path, tmp_path)
    monkeypatch.setattr(migrate, "FOLDER", tmp_path)
    monkeypatch.setattr(migrate, "migrations", migrations.__wrapped__)
    return tmp_path


def add(folder: Path, text: str, number: int = len(NUMBERS) + 1) -> str:
    """Write one more migration; its name."""
    path = folder / f"{number:04}-test.sql"
    path.write_text(text, encoding="utf-8")
    return path.stem


def filled_upgrades(database: Database, behind: str = "") -> None:
    """From each version to the next, with a row in every table, or of those behind one; no row is
    lost."""
    for one in migrate.migrations():
        if one.number <= behind:
            continue
        with database.connect() as connection:
            fill(connection)
            before = tables(connection)
        assert all(before.values()), before
        assert upgrade(database, one.number) == (one.name,)
        assert status(database).current == one.number
        with database.connect() as connection:
            after = tables(connection)
        # A table may be given up, but nothing that stays may lose a row.
        assert {name: n for name, n in before.items() if after.get(name, n) < n} == {}
    with database.connect() as connection:
        fill(connection)
        assert all(tables(connection).values())


@pytest.mark.parametrize(
    "postgres", [pytest.param("system", marks=pytest.mark.prove), "wheel"], indirect=True
)
def test_each_upgrade_works_on_a_database_with_data_in_every_table(
    empty_database: Database,
) -> None:
    filled_upgrades(empty_database)


def test_what_was_to_be_told_before_the_outbox_had_batches_is_told(
    empty_database: Database,
) -> None:
    """In its order; also what a program of the version before adds while it is being replaced."""
    upgrade(empty_database, "0001")
    with empty_database.connect() as connection:
        for name in ("b", "a"):
            connection.execute(TELL, [name])
    upgrade(empty_database, "0002")
    batch = "array['till', 'web'], array['d', 'c']"
    with empty_database.connect() as connection:
        connection.execute(
            "insert into outbox (space_id, programme_id, recorded_at, sources, event_ids) "
            f"values (1, 1, now(), {batch})"
        )
        connection.execute(TELL, ["e"])
    told = "select source, event_id from told order by space_id, position, place"
    expected = [("till", "b"), ("till", "a"), ("till", "d"), ("web", "c"), ("till", "e")]
    assert ask(empty_database.url, told) == expected
    assert ask(empty_database.url, "select count(*) from outbox") == [(4,)]


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        # Works on empty tables alone.
        ("alter table outbox add hue text not null", psycopg.errors.NotNullViolation, '"hue"'),
        ("delete from entry", AssertionError, "{'entry': 1}"),
    ],
)
def test_that_walk_finds_a_migration_that_breaks_on_data(
    empty_database: Database, folder: Path, text: str, error: type[Exception], says: str
) -> None:
    upgrade(empty_database)
    add(folder, text)
    with pytest.raises(error, match=says):
        filled_upgrades(empty_database, behind=NUMBERS[-1])


@on_both
def test_from_nothing_to_the_newest_and_once_only(empty_database: Database) -> None:
    names = tuple(one.name for one in migrations())
    before = status(empty_database)
    assert (before.current, before.newest, before.pending) == (None, NUMBERS[-1], names)
    assert upgrade(empty_database) == names
    assert upgrade(empty_database) == ()
    after = status(empty_database)
    assert (after.current, after.pending, after.newer) == (NUMBERS[-1], (), False)
    require_current(empty_database)


def test_the_space_default_has_a_secret_of_its_own_for_ever(
    empty_database: Database, database: Database
) -> None:
    upgrade(empty_database)
    [(number, name, secret)] = ask(empty_database.url, SPACES)
    assert (number, name) == (1, "default")
    assert isinstance(secret, bytes)
    assert len(secret) == 32
    upgrade(empty_database)
    assert ask(empty_database.url, SPACES) == [(1, "default", secret)]
    assert ask(database.url, SPACES) != [(1, "default", secret)]


def test_a_migration_is_one_file(database: Database, folder: Path) -> None:
    name = add(folder, "create table more (n integer);\ninsert into more values (100 % 7);")
    assert status(database).pending == (name,)
    assert upgrade(database) == (name,)
    assert ask(database.url, "select n from more") == [(2,)]
    assert ask(database.url, "select version_num from alembic_version") == [(name[:4],)]


def test_all_or_nothing(empty_database: Database, folder: Path) -> None:
    add(folder, "create table more (n integer); select 1 / 0;")
    with pytest.raises(psycopg.errors.DivisionByZero):
        upgrade(empty_database)
    assert status(empty_database).current is None
    with empty_database.connect() as connection:
        assert tables(connection) == {}


def test_several_at_once_and_one_does_it(empty_database: Database) -> None:
    together = threading.Barrier(4)

    def one() -> tuple[str, ...]:
        together.wait()
        return upgrade(empty_database)

    with ThreadPoolExecutor(4) as pool:
        done = [task.result() for task in [pool.submit(one) for _ in range(4)]]
    assert sorted(map(len, done)) == [0, 0, 0, len(NUMBERS)]


def test_another_makes_the_table_of_versions_meanwhile(empty_database: Database) -> None:
    waits = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = %s"
    table = f"create table {migrate.TABLE} (version_num varchar(32) primary key)"
    with (
        ThreadPoolExecutor(1) as pool,
        empty_database.connect(autocommit=True) as watch,
        empty_database.connect() as other,
    ):
        other.execute(table)
        task = pool.submit(upgrade, empty_database)
        while not watch.execute(waits, [other.info.dbname]).fetchone():
            assert not task.done()
        other.commit()
        assert len(task.result()) == len(NUMBERS)


def test_a_gap_or_a_strange_name_is_a_bug(folder: Path) -> None:
    add(folder, "select 1", number=len(NUMBERS) + 2)
    with pytest.raises(AssertionError, match="without gaps"):
        migrate.migrations()


def test_an_empty_and_an_older_database_are_refused(empty_database: Database, folder: Path) -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        require_current(empty_database)
    assert str(caught.value) == (
        f"database {empty_database.name}: this is empty, and this program needs {NUMBERS[-1]}: "
        "run `xenia database upgrade`"
    )
    upgrade(empty_database)
    newest = add(folder, "select 1")[:4]
    with pytest.raises(
        DatabaseUnavailable, match=f"this is at {NUMBERS[-1]}, and this program needs {newest}: run"
    ):
        require_current(empty_database)


def test_a_newer_database_is_refused(database: Database) -> None:
    ask(database.url, "update alembic_version set version_num = '9999'")
    found = status(database)
    assert (found.newer, found.pending) == (True, ())
    for what in (require_current, upgrade):
        with pytest.raises(DatabaseUnavailable) as caught:
            what(database)
        assert str(caught.value) == (
            f"database {database.name}: this is at 9999, and this program knows nothing after "
            f"{NUMBERS[-1]}: run the version of xenia that upgraded it, or a later one"
        )


def test_who_may_not_make_tables_is_told_so(empty_database: Database) -> None:
    role = empty_database.name.split()[0] + "_guest"
    ask(empty_database.url, f"create role {role} login")
    try:
        with pytest.raises(DatabaseUnavailable, match="its user may not make tables: make them"):
            upgrade(Database(empty_database.url.replace("//xenia@", f"//{role}@")))
    finally:
        ask(empty_database.url, f"drop role {role}")


def test_tables_that_others_hold(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "LOCK_SECONDS", 0.001)
    with database.connect() as connection:
        connection.execute("lock table alembic_version in exclusive mode")
        with pytest.raises(DatabaseUnavailable, match="other processes hold its tables: stop"):
            upgrade(database)


def test_a_driver_s_error_carries_no_password(empty_database: Database) -> None:
    broken = Database(empty_database.url.replace("/test_", "/gone_").replace("@", ":hunter2@"))
    with pytest.raises(DatabaseUnavailable) as caught:
        upgrade(broken)
    assert "hunter2" not in str(caught.value)
