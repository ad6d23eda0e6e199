"""`xenia import opening`: what it prints, what it leaves beside files, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.services.moving import CLUB, Row, write
from tests.services.publishing import published
from xenia.cli.app import build
from xenia.store.database import Database

MAP = """\
members:
  columns: {member: No, balance.points: Points}
"""
AT = ("--at", "2026-01-01T00:00:00+02:00")


@pytest.fixture
def folder(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    published(database, CLUB)
    monkeypatch.setenv("XENIA_DATABASE_URL", database.url)
    monkeypatch.chdir(tmp_path)
    rows: list[Row] = [{"No": "m1", "Points": "10", "Shoe": 41}, {"No": "m2", "Points": "7.5"}]
    write(tmp_path / "p.csv", rows)
    write(tmp_path / "bad.csv", [*rows, {"No": "m3", "Points": "much"}])
    (tmp_path / "map.yaml").write_text(MAP, "utf-8")
    return tmp_path


def opening(*words: str) -> Result:
    whole = ["import", "opening", "--map", "map.yaml", *AT, *words]
    return CliRunner().invoke(build("import"), whole, catch_exceptions=False)


@pytest.mark.usefixtures("folder")
def test_it_says_what_there_is_and_what_was_recorded() -> None:
    there = (
        "club, as of 2026-01-01T00:00:00+02:00: 2 members, 2 lots, 17.50 points, 0 vouchers\n"
        "  p.csv: not read: Shoe\n"
    )
    dry = opening("p.csv", "--dry-run")
    assert (dry.exit_code, dry.stdout) == (0, there + "Nothing is recorded: this was a dry run.\n")
    wrong = opening("p.csv", "--control", "points=18", "--control", "members=2")
    assert (wrong.exit_code, wrong.stdout) == (
        1,
        f"{there}  points: 17.50 found, 18.00 expected\n"
        "Nothing is recorded: the controls differ.\n",
    )
    real = opening("p.csv", "--control", "points=17.5", "--control", "members=2")
    assert (real.exit_code, real.stdout) == (0, there + "2 members recorded\n")
    again = opening("p.csv")
    assert again.stdout == there + "0 members recorded, 2 known before\n"


def test_wrong_rows_are_written_beside_the_file(folder: Path) -> None:
    result = opening("bad.csv", "--format", "json")
    assert result.exit_code == 2
    told = json.loads(result.stdout)
    assert (told["recorded"], told["wrong"], told["errors"]) == (2, 1, ["bad.errors.csv"])
    row = (folder / "bad.errors.csv").read_text("utf-8").splitlines()[1]
    assert row.startswith("4,opening/club/m3,")
    assert opening("bad.csv", "--strict").stdout.endswith("0 members recorded, 2 known before\n")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("p.csv", "--control", "points"), "write each once, as NAME=NUMBER"),
        (("p.csv", "--control", "miles=3"), '"miles" is none of members, lots, vouchers'),
        (("p.csv", "--control", "points=many"), "--control: "),
        (("p.csv", "--programme", "clib"), '--programme: there is no programme "clib" here'),
        (("p.csv", "--at", "2099-01-01T00:00:00Z"), "that is still to come|outside the years"),
        (("none.csv",), "none.csv: there is no such file"),
    ],
)
def test_what_cannot_be_done_is_said(words: tuple[str, ...], told: str) -> None:
    whole = ["import", "opening", "--map", "map.yaml", *words]
    result = CliRunner().invoke(build("import"), whole)
    assert result.exit_code == 2
    assert any(part in result.stderr for part in told.split("|")), result.stderr


def test_a_mapping_that_means_nothing_is_refused(folder: Path) -> None:
    for text, told in (
        ("members: {columns: {membre: No}}", '"membre" is not a column of members'),
        ("peple: {}", "peple"),
        ("dates: later", '"later" is not one of yyyy-mm-dd'),
        ("a: [", "this is no YAML"),
    ):
        (folder / "map.yaml").write_text(text, "utf-8")
        result = opening("p.csv")
        assert (result.exit_code, told in result.stderr) == (2, True), result.stderr
