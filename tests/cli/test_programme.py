"""`xenia programme` and `xenia erase`: what they print, and how they end."""

import json
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow
from typer.testing import CliRunner, Result

from tests.postgres import on_both
from xenia.cli.app import build
from xenia.services import publishing
from xenia.store.database import Database
from xenia.store.members import resolve
from xenia.store.personal import Said, put_personal, put_said

CAFE = """
xenia: 1
programme: cafe
title: {en: The café}
money: EUR
timezone: Europe/Athens
currencies: {beans: {value: 0.01, expires: {after: 1 year}}}
rules: {all: {then: {earn: {beans: 1 per 1.00}}}}
"""


@pytest.fixture
def folder(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XENIA_DATABASE_URL", database.url)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cafe.yaml").write_text(CAFE, "utf-8")
    return tmp_path


def xenia(*words: str) -> Result:
    return CliRunner().invoke(build(words[0]), list(words), catch_exceptions=False)


def changed(folder: Path, before: str, after: str) -> None:
    assert before in CAFE
    (folder / "cafe.yaml").write_text(CAFE.replace(before, after), "utf-8")


@on_both
def test_a_programme_is_published_and_listed(folder: Path) -> None:
    result = xenia("programme", "list")
    told = "No programme is published yet: run `xenia programme publish FILE`.\n"
    assert (result.exit_code, result.stdout) == (0, told)
    result = xenia("programme", "publish", "cafe.yaml")
    told = "cafe: version 1 published; it has always been in force.\n"
    assert (result.exit_code, result.stdout) == (0, told)
    changed(folder, "1 per", "2 per")
    result = xenia("programme", "publish", "cafe.yaml", "--from", "2055-01-01T00:00:00+02:00")
    assert (result.exit_code, result.stdout) == (
        0,
        "cafe: version 2 published; it takes effect at 2055-01-01T00:00:00+02:00.\n"
        "Compared with version 1:\n"
        "  rule all: earns 2 per 1 beans, was 1 per 1\n"
        "  only numbers change: the structure stays\n"
        "All members are to be told of it.\n",
    )
    result = xenia("programme", "publish", "cafe.yaml")
    told = "cafe: this document is version 2 already; nothing changes.\n"
    assert (result.exit_code, result.stdout) == (0, told)
    assert xenia("programme", "list").stdout == (
        "cafe: The café, 0 members\n"
        "  version 1: from the beginning, decides now\n"
        "  version 2: from 2055-01-01T00:00:00+02:00, is still to come\n"
    )


def test_a_version_is_withdrawn(folder: Path, database: Database) -> None:
    xenia("programme", "publish", "cafe.yaml")
    changed(folder, "1 per", "2 per")
    xenia("programme", "publish", "cafe.yaml", "--from", "2055-01-01T00:00:00+02:00")
    result = xenia("programme", "withdraw", "cafe", "2")
    assert (result.exit_code, result.stdout) == (
        0,
        "cafe: version 2 withdrawn; version 1 goes on.\nAll members are to be told of it.\n",
    )
    assert "version 2: from 2055-01-01T00:00:00+02:00, was withdrawn" in (
        xenia("programme", "list").stdout
    )
    with database.connect() as connection:
        trail = connection.execute("select actor, action from change order by position").fetchall()
    assert trail == [
        ("command-line", "programme.published"),
        ("command-line", "programme.published"),
        ("command-line", "programme.withdrawn"),
    ]
    for name, version in (("cafe", "2"), ("cafe", "1"), ("bar", "1")):
        assert xenia("programme", "withdraw", name, version).exit_code == 2


@pytest.mark.usefixtures("folder")
def test_a_dry_run_only_tells() -> None:
    result = xenia("programme", "publish", "cafe.yaml", "--dry-run")
    assert result.stdout == (
        "cafe: version 1 would be published; it has always been in force.\n"
        "Nothing was published: leave out --dry-run to do it.\n"
    )
    assert json.loads(xenia("programme", "list", "--format", "json").stdout) == []


def test_it_prints_for_programs(folder: Path) -> None:
    xenia("programme", "publish", "cafe.yaml", "--from", "2026-01-01T00:00:00Z")
    changed(folder, "The café", "Our café")
    said = json.loads(xenia("programme", "publish", "cafe.yaml", "--format", "json").stdout)
    since = said.pop("from")
    changes = said.pop("changes")
    assert said == {
        "programme": "cafe",
        "version": 2,
        "published": True,
        "same": False,
        "follows": 1,
        "advice": [],
        "announced": False,
    }
    assert changes[-1] == "only words change: every decision stays"
    (listed,) = json.loads(xenia("programme", "list", "--format", "json").stdout)
    assert (listed["programme"], listed["title"], listed["members"]) == ("cafe", "The café", 0)
    first, second = listed["versions"]
    assert (first["since"], second["since"]) == ("2026-01-01T02:00:00+02:00", since)
    assert (first["state"], second["state"]) == ("running", "waiting")
    assert (first["title"], second["title"]) == ("The café", "Our café")


def test_the_key_of_codes_may_be_given(folder: Path, database: Database) -> None:
    (folder / "key").write_bytes(b"k" * 32)
    assert xenia("programme", "publish", "cafe.yaml", "--key", "key").exit_code == 0
    with database.connect() as connection:
        assert connection.execute("select code_key from programme_version").fetchall() == [
            (b"k" * 32,)
        ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["publish", "none.yaml"], "none.yaml: there is no such file"),
        (["publish", "bad.yaml"], "bad.yaml:5:8: error "),
        (["publish", "cafe.yaml", "--from", "soon"], '--from: "soon" is not a time'),
        (["publish", "cafe.yaml", "--from", "2026-01-01T00:00:00Z"], "--from: 2026-01-01T02:00:00"),
        (["publish", "cafe.yaml", "--key", "cafe.yaml"], "cafe.yaml: a key is 32 bytes"),
        (["publish"], "Missing argument"),
        (["retire", "cafe"], "No such command"),
    ],
)
def test_what_cannot_be_published_is_told(folder: Path, words: list[str], told: str) -> None:
    xenia("programme", "publish", "cafe.yaml")
    changed(folder, "1 per", "2 per")
    (folder / "bad.yaml").write_text(CAFE.replace("EUR", "EURO"), "utf-8")
    result = xenia("programme", *words)
    assert told in result.stderr
    assert (result.stdout, result.exit_code) == ("", 2)


@pytest.mark.usefixtures("folder")
def test_a_member_is_erased(database: Database) -> None:
    phone = ("phone", "+302101")
    with database.connect() as connection:
        name = resolve(connection, 1, [phone], 0)[phone]
        put_personal(connection, 1, {name: '{"name": "Zoe"}'})
        put_said(connection, 1, [Said("till", "e1", name, "{}"), Said("till", "e2", name, "{}")])
    result = xenia("erase", "phone=+302101")
    assert (result.exit_code, result.stdout) == (
        0,
        f"{name}: removed 1 identifier, what the profile said, and what 2 events said of the "
        "person.\n",
    )
    told = json.loads(xenia("erase", name, "--format", "json").stdout)
    wanted: dict[str, Any] = {"identifiers": 0, "events": 0, "profile": False, "before": True}
    assert told == {"member": name, **wanted}
    assert xenia("erase", name).stdout == (
        f"{name}, who had been erased before: removed 0 identifiers, nothing of a profile, and "
        "what 0 events said of the person.\n"
    )
    result = xenia("erase", "phone=+302101")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith('there is no member "phone=+302101": ')


@pytest.mark.usefixtures("folder")
def test_a_database_that_goes_away_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(connection: Connection[TupleRow], *_: object, **__: object) -> None:
        connection.execute("select pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(publishing, "publish", lost)
    result = xenia("programme", "publish", "cafe.yaml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "terminating connection due to administrator command" in result.stderr
    assert result.stderr.endswith("see that it runs, then try again\n")
