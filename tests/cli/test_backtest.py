"""`xenia backtest` prints what a programme would have given, and says what it could not replay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from xenia.cli.app import build

PROGRAMME = """
xenia: 1
programme: corner-coffee
money: EUR
timezone: Europe/Athens
currencies: {stars: {expires: {after: 40 days}}}
rules:
  star-per-euro: {then: {earn: {stars: 1 per 1.00}}}
rewards:
  mug: {title: {en: Mug}, price: {stars: 10}, gives: {item: {en: a mug}}}
"""
NOTHING = "xenia: 1\nprogramme: nothing\nmoney: EUR\ntimezone: Europe/Athens\n"
HEADER = "id,occurred_at,member,sku,category,quantity,amount\n"
ROWS = """\
p1,2026-01-05T10:00:00+02:00,zoe,tea,drink,1,12.00
p2,2026-01-20T10:00:00+02:00,zoe,tea,drink,1,3.00
p3,2026-03-20T10:00:00+02:00,zoe,tea,drink,1,7.00
p4,2026-03-21T10:00:00+02:00,,tea,drink,1,7.00
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "coffee.yaml").write_text(PROGRAMME, encoding="utf-8")
    (tmp_path / "nothing.yaml").write_text(NOTHING, encoding="utf-8")
    (tmp_path / "past.csv").write_text(HEADER + ROWS, encoding="utf-8")
    return tmp_path


def xenia(*words: object) -> Result:
    return CliRunner().invoke(build("backtest"), ["backtest", *map(str, words), "--sums"])


def as_json(files: Path, *words: object) -> list[dict[str, Any]]:
    found = xenia(files / "coffee.yaml", files / "past.csv", *words, "--format", "json")
    assert found.exit_code == 0, found.output
    said: list[dict[str, Any]] = json.loads(found.stdout)
    return said


def test_sums_are_told_by_month(files: Path) -> None:
    coffee, nothing = as_json(files, "--against", files / "nothing.yaml")
    assert coffee["months"] == ["2026-01", "2026-02", "2026-03"]
    assert coffee["redeem"] == "eager"
    assert coffee["currencies"]["stars"] == {
        "issued": ["15", "0", "7"],
        "spent": ["10", "0", "0"],  # a mug, before the second purchase
        "expired": ["0", "2", "3"],
        "given_back": ["0", "0", "0"],
        "taken_back": ["0", "0", "0"],
        "reinstated": ["0", "0", "0"],
        "adjusted": ["0", "0", "0"],
        "outstanding": ["5", "3", "7"],
    }
    assert coffee["sales"] == ["15.00", "0.00", "7.00"]
    assert (coffee["active"], coffee["members"]) == ([1, 0, 1], 1)
    assert {one["name"]: one["count"] for one in coffee["treatments"]} == {
        "guests": 1,
        "vouchers-never-used": 1,
    }
    assert nothing["currencies"] == {}
    assert nothing["sales"] == coffee["sales"]


def test_how_members_redeem_is_asked_for(files: Path) -> None:
    (found,) = as_json(files, "--redeem", "never")
    assert found["redeem"] == "never"
    assert found["currencies"]["stars"]["spent"] == ["0", "0", "0"]


def test_people_are_shown_tables(files: Path) -> None:
    found = xenia(files / "coffee.yaml", files / "past.csv")
    assert found.exit_code == 0
    assert "corner-coffee: 1 members, redeeming: eager" in found.stdout
    lines = [line.split() for line in found.stdout.splitlines()]
    assert ["issued", "spent", "expired", "outstanding"] in lines
    assert ["2026-01", "15", "10", "0", "5"] in lines
    assert "guests: 1, left out: an event of nobody in particular has no effect." in found.stdout


def test_what_cannot_be_read_is_told_and_left_out(files: Path) -> None:
    (files / "past.csv").write_text(f"{HEADER}{ROWS}p5,yesterday,zoe,tea,drink,1,7.00\n")
    found = xenia(files / "coffee.yaml", files / "past.csv")
    assert found.exit_code == 2
    assert "past.csv:6: " in found.stderr
    assert "unreadable: 1, left out" in found.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--redeem", "often"), "is no policy: write history, eager"),
        ((), "no member's event in it"),
    ],
)
def test_what_cannot_be_used_is_said(files: Path, words: tuple[str, ...], told: str) -> None:
    (files / "past.csv").write_text(HEADER)
    found = xenia(files / "coffee.yaml", files / "past.csv", *words)
    assert found.exit_code == 2
    assert told in found.stderr


def test_a_history_that_is_unlike_the_programme_is_said(files: Path) -> None:
    (files / "gates.csv").write_text(
        f"{HEADER.strip()},attributes.gate\n{ROWS.splitlines()[0]},north\n", encoding="utf-8"
    )
    programme = PROGRAMME.replace("rules:", "attributes: {event: {gate: integer}}\nrules:").replace(
        "{then", "{when: attributes.gate > 3, then"
    )
    (files / "gates.yaml").write_text(programme, encoding="utf-8")
    made = ["history", "import", files / "gates.csv", "--into", files / "gates", "--yes"]
    terms = ["--money", "EUR", "--timezone", "Europe/Athens"]
    assert CliRunner().invoke(build("history"), list(map(str, made + terms))).exit_code == 0
    found = xenia(files / "gates.yaml", files / "gates")
    assert found.exit_code == 2
    assert "the history has attributes.gate as string" in found.stderr


# ---- the report ----------------------------------------------------------------------------------


def reported(files: Path, *words: object) -> Result:
    asked = ["backtest", files / "coffee.yaml", files / "past.csv", *words]
    return CliRunner().invoke(build("backtest"), list(map(str, asked)))


def test_a_report_is_held_against_no_programme_by_default(files: Path) -> None:
    found = reported(files)
    assert found.exit_code == 0, found.output
    assert "corner-coffee against No programme" in found.stdout
    assert "--unit-value stars=0.01" in found.stdout
    assert "--margin 30%" in found.stdout


def test_what_is_stated_is_in_the_report_and_on_its_page(files: Path) -> None:
    page = files / "report.html"
    words = ("--margin", "30%", "--reward-value", "mug=2", "--if", "all:basket+10%")
    found = reported(files, *words, "--page", page, "--format", "json")
    assert found.exit_code == 0, found.output
    said = json.loads(found.stdout)
    assert said["candidate"]["currencies"][0]["value"] == "0.2 EUR"
    assert said["candidate"]["cost"]["redeemed"] == "2.00"
    assert said["break_even"]["margin"] == "0.300000"
    assert len(said["responses"]) == 1
    assert "<svg" in page.read_text("utf-8")


def test_other_ways_of_redeeming_stand_beside_the_first(files: Path) -> None:
    ways = ("--redeem", "never", "--also-redeem", "eager", "--also-redeem", "threshold:13")
    found = reported(files, *ways, "--reward-value", "mug=2", "--format", "json")
    assert found.exit_code == 0, found.output
    said = json.loads(found.stdout)
    assert said["candidate"]["cost"]["given"] == "0.00"
    given = {one["value"]: one["given"] for one in said["policies"]}
    assert given == {"eager": "2.00", "threshold:13": "0.00"}


def test_other_values_of_a_number_are_a_curve(files: Path) -> None:
    sweep = "rules.star-per-euro.then.earn.stars=1 per 1.00,2 per 1.00"
    found = reported(files, "--sweep", sweep, "--unit-value", "stars=1", "--format", "json")
    assert found.exit_code == 0, found.output
    said = json.loads(found.stdout)["sweep"]
    assert (said["parameter"], said["current"]) == (sweep.split("=", maxsplit=1)[0], "1 per 1.00")
    assert [one["value"] for one in said["variants"]] == ["1 per 1.00", "2 per 1.00"]
    assert [one["issued"] for one in said["variants"]] == [["22"], ["44"]]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--margin", "thirty"), "a share is written as 30% or 0.3"),
        (("--unit-value", "stars"), "write it as points=0.01"),
        (("--if", "11:basket+1%"), "deciles go from 1"),
        (("--if", "all:visits+1%"), "write it as 5-8:frequency+10%"),
    ],
)
def test_what_is_stated_wrongly_is_said(files: Path, words: tuple[str, ...], told: str) -> None:
    found = reported(files, *words)
    assert found.exit_code == 2
    assert told in found.stderr
