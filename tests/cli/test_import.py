"""`xenia import purchases`: what it prints, what it leaves beside a file, and how it ends."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.services.publishing import published
from xenia.cli import STOPPED
from xenia.cli.app import build
from xenia.services import importing
from xenia.store.database import Database

CAFE = """
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
currencies: {beans: {value: 0.01, expires: {after: 1 year}}}
rules: {all: {then: {earn: {beans: 1 per 1.00}}}}
"""
HEADER = "id,occurred_at,member,sku,category,quantity,amount\n"
GOOD = "A,2025-09-21T09:00:00+03:00,m1,tea,drink,1,4.00\n"
BAD = "B,2025-09-21T09:00:00+03:00,m1,tea,drink,one,4.00\n"


@pytest.fixture
def folder(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    published(database, CAFE)
    monkeypatch.setenv("XENIA_DATABASE_URL", database.url)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text(HEADER + GOOD, "utf-8")
    (tmp_path / "bad.csv").write_text(HEADER + GOOD + BAD, "utf-8")
    redemption = {"type": "redemption", "id": "r", "member": "m1", "reward": "mug"}
    lines = [redemption | {"id": str(n), "occurred_at": "2025-09-22T09:00:00Z"} for n in range(2)]
    (tmp_path / "r.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return tmp_path


def xenia(*words: str) -> Result:
    return CliRunner().invoke(build(words[0]), list(words), catch_exceptions=False)


def test_good_files_are_recorded(folder: Path) -> None:
    result = xenia("import", "purchases", "a.csv", "r.jsonl")
    assert (result.exit_code, result.stdout, result.stderr) == (
        0,
        "a.csv: 1 event recorded, 0 known before\n"
        "r.jsonl: 2 events recorded, 0 known before\n"
        "  2 claims in them refused\n",
        "",
    )
    again = xenia("import", "purchases", "a.csv")
    assert (again.exit_code, again.stdout) == (0, "a.csv: 0 events recorded, 1 known before\n")
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv", "bad.csv", "r.jsonl"]


def test_wrong_rows_are_written_beside_the_file(folder: Path) -> None:
    result = xenia("import", "purchases", "bad.csv", "a.csv")
    assert (result.exit_code, result.stdout) == (
        2,
        "bad.csv: 1 event recorded, 0 known before\n"
        "  1 row is not imported: bad.errors.csv says why\n"
        "a.csv: 0 events recorded, 1 known before\n",
    )
    header, reason = (folder / "bad.errors.csv").read_text("utf-8").splitlines()
    assert header == "row,event,code,text,content"
    assert reason.startswith("3,B,not-a-decimal,")
    assert reason.endswith(f',"{BAD.strip()}"')
    (folder / "bad.csv").write_text(HEADER + GOOD + BAD.replace("one", "1"), "utf-8")
    result = xenia("import", "purchases", "bad.csv")
    assert (result.exit_code, result.stdout) == (0, "bad.csv: 1 event recorded, 1 known before\n")
    assert not (folder / "bad.errors.csv").exists()


@pytest.mark.usefixtures("folder")
def test_it_prints_for_programs() -> None:
    result = xenia("import", "purchases", "bad.csv", "r.jsonl", "--format", "json")
    assert result.exit_code == 2
    nothing = {"known": 0, "wrong": 0, "refused": 0, "errors": None}
    assert json.loads(result.stdout) == [
        {**nothing, "file": "bad.csv", "new": 1, "wrong": 1, "errors": "bad.errors.csv"},
        {**nothing, "file": "r.jsonl", "new": 2, "refused": 2},
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["purchases", "none.csv"], "none.csv: there is no such file"),
        (["purchases", "."], ".: this is a folder"),
        (["purchases", "a.txt"], "a.txt: what is in it?"),
        (["purchases", "odd.csv"], 'odd.csv:1: "amuont" is not a column of purchases; did you'),
        (["purchases"], "Missing argument"),
        (["people", "a.csv"], "No such command"),
    ],
)
def test_what_cannot_be_imported_is_told(folder: Path, words: list[str], told: str) -> None:
    (folder / "a.txt").write_text(HEADER, "utf-8")
    (folder / "odd.csv").write_text(HEADER.replace("amount", "amuont"), "utf-8")
    result = xenia("import", *words)
    assert told in result.stderr
    assert (result.stdout, result.exit_code) == ("", 2)


@pytest.mark.usefixtures("folder")
def test_without_a_programme_nothing_is_imported(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("delete from programme_version")
        connection.execute("delete from programme")
    result = xenia("import", "purchases", "a.csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("a.csv: no programme is published here that could decide: run ")


@pytest.mark.usefixtures("folder")
def test_it_can_be_stopped_and_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:

        def stop(*_: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(importing, "found_in", stop)
        result = xenia("import", "purchases", "a.csv")
    assert (result.exit_code, result.stdout) == (
        STOPPED,
        "Stopped. Import the same again to go on: what is recorded is known then.\n",
    )
    assert xenia("import", "purchases", "a.csv").exit_code == 0
