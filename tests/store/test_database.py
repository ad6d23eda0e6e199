"""Connections end in time and in UTC; what is wrong with an address is said, its password never."""

from contextlib import closing
from datetime import UTC
from pathlib import Path

import psycopg
import pytest

from tests.postgres import chosen, on_both, scratch
from xenia.store import database as module
from xenia.store.database import Database, DatabaseUnavailable
from xenia.store.embedded import EmbeddedServer
from xenia.store.opening import home, opened, ready

SECRET = "hunter2"


def settings(connection: psycopg.Connection[tuple[object, ...]], *names: str) -> list[object]:
    query = "select " + ", ".join(f"current_setting('{name}')" for name in names)
    row = connection.execute(query).fetchone()
    assert row is not None
    return list(row)


def refusal(url: str) -> str:
    with pytest.raises(DatabaseUnavailable) as caught:
        Database(url).connect().close()
    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return str(caught.value)


@on_both
def test_a_session_is_in_utc_and_ends_in_time(database: Database) -> None:
    with database.connect() as connection:
        assert settings(
            connection,
            "TimeZone",
            "statement_timeout",
            "lock_timeout",
            "idle_in_transaction_session_timeout",
            "application_name",
            "synchronous_commit",
            "fsync",
        ) == ["UTC", "30s", "10s", "1min", "xenia", "on", "on"]
        row = connection.execute("select now()").fetchone()
        assert row is not None
        assert row[0].tzinfo.utcoffset(row[0]) == UTC.utcoffset(None)


def test_the_address_may_set_other_limits_but_no_other_zone(database: Database) -> None:
    options = "-c%20statement_timeout%3D5min%20-c%20timezone%3DAsia/Tokyo"
    named = Database(f"{database.url}&options={options}&application_name=till")
    with named.connect() as connection:
        found = settings(connection, "TimeZone", "statement_timeout", "application_name")
    assert found == ["UTC", "5min", "till"]


def test_long_work_says_so(database: Database) -> None:
    with database.connect(statement_seconds=0) as connection:
        assert settings(connection, "statement_timeout") == ["0"]


def test_autocommit_is_asked_for(database: Database) -> None:
    for wanted in (True, False):
        with closing(database.connect(autocommit=wanted)) as connection:
            assert connection.autocommit is wanted


def test_an_address_is_printed_without_its_password() -> None:
    one = Database(f"postgresql://zoe:{SECRET}@db.example:6543/xenia")
    assert one.name == "xenia at db.example:6543"
    assert SECRET not in repr(one)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://zoe:{SECRET}%@host/xenia",
        f"postgresql+psycopg://zoe:{SECRET}@host/xenia",
        f"postgresql://zoe:{SECRET}@host/xenia?colour=red",
        f"postgresql://zoe:{SECRET}@host/xenia?connect_timeout=soon",
    ],
)
def test_what_is_no_address_is_said_without_quoting_it(url: str) -> None:
    assert refusal(url) == (
        "XENIA_DATABASE_URL: this is not an address of a PostgreSQL database: write "
        "postgresql://USER:PASSWORD@HOST:5432/NAME, with %-escapes for @ : / and % in the password"
    )


def test_where_nobody_listens() -> None:
    assert refusal(f"postgresql://zoe:{SECRET}@127.0.0.1:1/xenia") == (
        "database xenia at 127.0.0.1:1: it cannot be reached: "
        "start PostgreSQL there, or correct XENIA_DATABASE_URL"
    )


def test_a_machine_that_nobody_knows() -> None:
    assert "no machine of this name is known" in refusal("postgresql://zoe@xenia.invalid/xenia")


def test_a_database_and_a_user_that_are_not_there(database: Database) -> None:
    assert "there is no such database" in refusal(database.url.replace("/test_", "/no_test_"))
    assert "this user is not let in" in refusal(database.url.replace("//xenia@", "//nobody@"))


def test_a_wrong_password_and_none() -> None:
    with (
        scratch() as folder,
        EmbeddedServer(folder / "home", programs=chosen(None)) as server,
        Database(server.url).connect(autocommit=True) as connection,
    ):
        connection.execute("alter role xenia password 'right'")
        rules = server.folder.cluster / "pg_hba.conf"
        rules.write_text("local all all scram-sha-256\n", encoding="ascii")
        connection.execute("select pg_reload_conf()")
        with_password = server.url.replace("//xenia@", "//xenia:{}@")
        # The server takes up its rules when it comes to it.
        while True:
            try:
                Database(server.url).connect().close()
            except DatabaseUnavailable:
                break
        assert refusal(server.url) == (
            f"database xenia at {server.folder.path}: it asks for a password: "
            "put one into XENIA_DATABASE_URL"
        )
        wrong = refusal(with_password.format(SECRET))
        assert wrong.startswith(f"database xenia at {server.folder.path}: the password is wrong: ")
        Database(with_password.format("right")).connect().close()


def test_too_old_a_server(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OLDEST", 99)
    sentence = refusal(database.url)
    assert ": this is PostgreSQL 1" in sentence
    assert "upgrade it to 99 or later" in sentence


def test_the_named_database_is_opened(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XENIA_DATABASE_URL", database.url)
    with opened() as found:
        assert found.url == database.url
    with ready() as found:
        assert found.url == database.url


def test_a_named_database_is_not_changed_unasked(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XENIA_DATABASE_URL", empty_database.url)
    with pytest.raises(DatabaseUnavailable, match="run `xenia database upgrade`"), ready():
        raise AssertionError("not reached")


def test_a_new_database_of_our_own_gets_its_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen(None)
    monkeypatch.setenv("XENIA_DATABASE_URL", "")
    with scratch() as folder:
        monkeypatch.setenv("XENIA_HOME", str(folder / "home"))
        assert home() == folder / "home"
        with ready() as found, found.connect() as connection:
            names = connection.execute("select name from space").fetchall()
    assert names == [("default",)]


def test_without_a_word_our_own_is_where_the_system_keeps_such(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("XENIA_HOME", raising=False)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert home() == Path("/var/lib/xenia")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("HOME", "/home/zoe")
    assert home() == Path("/home/zoe/.local/share/xenia")
