"""`xenia database` says how far the tables are, for people and programs, and brings them on."""

import json
from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from tests.postgres import chosen, scratch
from tests.store.processes import ask
from xenia.cli.app import build
from xenia.store.database import Database
from xenia.store.migrate import migrations

NEWEST = migrations()[-1].number
NAMES = [one.name for one in migrations()]
Run = Callable[..., Result]


@pytest.fixture
def run(empty_database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("XENIA_DATABASE_URL", empty_database.url)
    return lambda *words: CliRunner().invoke(build("database"), ["database", *words])


def test_upgrade_and_status_for_people(run: Run, empty_database: Database) -> None:
    name = empty_database.name
    current = f"database {name}: at {NEWEST}, which is what this program needs.\n"
    found = run("status")
    assert found.stdout == (
        f"database {name}: empty; to be done: {', '.join(NAMES)}: run `xenia database upgrade`.\n"
    )
    assert found.exit_code == 1
    found = run("upgrade")
    assert found.stdout == "".join(f"{one}: done\n" for one in NAMES) + current
    assert found.exit_code == 0
    for verb in ("upgrade", "status"):
        found = run(verb)
        assert (found.stdout, found.exit_code) == (current, 0)


def test_upgrade_and_status_for_programs(run: Run, empty_database: Database) -> None:
    name = empty_database.name
    found = run("status", "--format", "json")
    assert json.loads(found.stdout) == {
        "database": name,
        "current": None,
        "newest": NEWEST,
        "pending": NAMES,
        "newer": False,
    }
    assert found.exit_code == 1
    found = run("upgrade", "--format", "json")
    assert json.loads(found.stdout) == {"database": name, "done": NAMES, "current": NEWEST}
    assert found.exit_code == 0
    found = run("status", "--format", "json")
    assert json.loads(found.stdout)["pending"] == []
    assert found.exit_code == 0


def test_a_newer_database(run: Run, empty_database: Database) -> None:
    run("upgrade")
    ask(empty_database.url, "update alembic_version set version_num = '9999'")
    found = run("status")
    assert found.stdout == (
        f"database {empty_database.name}: at 9999, which this program does not know: "
        "run the version of xenia that upgraded it, or a later one.\n"
    )
    assert found.exit_code == 1
    assert run("upgrade").exit_code == 2


def test_what_is_wrong_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XENIA_DATABASE_URL", "postgresql://zoe:hunter2@127.0.0.1:1/xenia")
    found = CliRunner().invoke(build(), ["database", "status"])
    assert found.stderr == (
        "database xenia at 127.0.0.1:1: it cannot be reached: "
        "start PostgreSQL there, or correct XENIA_DATABASE_URL\n"
    )
    assert (found.stdout, found.exit_code) == ("", 2)


def test_without_an_address_it_is_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen(None)
    monkeypatch.delenv("XENIA_DATABASE_URL", raising=False)
    with scratch() as folder:
        monkeypatch.setenv("XENIA_HOME", str(folder / "home"))
        for verb, code in (("status", 1), ("upgrade", 0), ("status", 0)):
            found = CliRunner().invoke(build(), ["database", verb])
            assert found.exit_code == code
            assert f"database xenia at {folder}/home/postgresql: " in found.stdout


def test_without_a_verb_it_says_which_there_are() -> None:
    found = CliRunner().invoke(build(), ["database"])
    assert found.exit_code == 2
    for verb in ("status", "upgrade"):
        assert f"\n  {verb} " in found.output


def test_a_name_that_python_keeps_for_itself_is_a_verb_all_the_same() -> None:
    for application in (build(), build("import")):
        found = CliRunner().invoke(application, ["import", "--help"])
        assert found.exit_code == 0
        assert "\n  purchases " in found.output
