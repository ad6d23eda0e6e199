"""Each verb prints what the contract says and ends with its exit code, never with a traceback."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from xenia.cli.app import build

PROGRAMME = """
xenia: 1
programme: corner-coffee
title: {en: Corner coffee, el: Ο καφές της γωνίας}
money: EUR
timezone: Europe/Athens
categories: [drink, food]
currencies:
  stars: {title: {en: [star, stars], el: [αστέρι, αστέρια]}, expires: {after: 10 days}}
rules:
  star-per-euro:
    then: {earn: {stars: 1 per 1.00}}
  tea-time:
    lines: l.sku == "tea"
    then: {discount: {percent: 10}}
rewards:
  mug: {title: {en: Mug, el: Κούπα}, price: {stars: 5}, gives: {item: {en: a mug, el: μια κούπα}}}
"""
SCENARIO = """
programme: corner-coffee
events:
  - type: purchase
    id: e1
    member: zoe
    occurred_at: 2026-03-02T08:15:00+02:00
    lines: [{sku: tea, category: drink, quantity: 1, amount: 7.50}]
  - {type: redemption, id: r1, member: zoe, occurred_at: 2026-03-03T08:15:00+02:00, reward: mug}
  - {type: clock, id: c1, occurred_at: 2026-03-12T00:00:00+02:00}
expect:
  - event: e1
    effects:
      - {effect: discount, rule: tea-time, amount: 0.75}
      - {effect: earn, currency: stars, units: 6, expires: 2026-03-12T00:00:00+02:00}
    payable: {total: 7.50, discount: 0.75, to_pay: 6.75}
  - {event: r1, effects: [{effect: spend, units: 5}, {effect: issue, reward: mug}], refusals: []}
  - {event: c1, effects: [{effect: expire, units: 1}]}
final: {zoe: {wallet: {stars: {balance: 0}}, vouchers: [{reward: mug, state: issued}]}}
later: [Stars come back when the tea does.]
"""
NO_SCENARIO = "corner-coffee.yaml: this is a programme, not a scenario: run `xenia check` on it\n"
NO_PROGRAMME = (
    "corner-coffee.scenario.yaml:1:1: error is-a-scenario: This is a scenario, not a programme "
    "(run `xenia scenario` on it"
)
E1 = {
    "type": "purchase",
    "id": "e1",
    "member": "zoe",
    "occurred_at": "2026-03-02T08:15:00+02:00",
    "lines": [{"sku": "cake", "category": "food", "quantity": 1, "amount": "7.50"}],
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "corner-coffee.yaml").write_text(PROGRAMME, encoding="utf-8")
    (tmp_path / "corner-coffee.scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    (tmp_path / "events.jsonl").write_text(json.dumps(E1) + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def xenia(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(build(words[0]), list(words), input=given, catch_exceptions=False)


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def changed(folder: Path, before: str, after: str, name: str = "changed.yaml") -> str:
    """A copy of the programme in which something else is written; its name."""
    assert PROGRAMME.count(before) == 1
    (folder / name).write_text(PROGRAMME.replace(before, after), encoding="utf-8")
    return name


# ---- check -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("folder")
def test_check_says_that_nothing_is_wrong() -> None:
    result = xenia("check", "corner-coffee.yaml")
    assert (result.exit_code, result.stdout) == (0, "No errors, no advice.\n")
    result = xenia("check", "corner-coffee.yaml", "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


def test_check_shows_an_error_with_its_place(folder: Path) -> None:
    name = changed(folder, 'l.sku == "tea"', 'l.skuu == "tea"')
    result = xenia("check", "corner-coffee.yaml", name)
    first, source, caret, summary = result.stdout.splitlines()
    assert first.startswith("changed.yaml:14:12: error ")
    assert "`l.sku`" in first or "l.sku" in first
    assert source.strip() == 'lines: l.skuu == "tea"'
    assert caret.strip().startswith("^")
    assert source[caret.index("^") :].startswith("l.skuu")
    assert summary == "1 error, no advice."
    assert result.exit_code == 1


def test_check_prints_findings_for_programs(folder: Path) -> None:
    name = changed(folder, "money: EUR", "money: EURO")
    result = xenia("check", name, "--format", "json")
    (finding,) = json.loads(result.stdout)
    assert result.exit_code == 1
    assert {k: finding[k] for k in ("file", "line", "column", "severity", "path")} == {
        "file": name,
        "line": 5,
        "column": 8,
        "severity": "error",
        "path": ["money"],
    }
    assert all(finding[key] for key in ("code", "sentence", "remedy"))


def test_check_is_told_that_a_file_is_not_utf_8(folder: Path) -> None:
    (folder / "old.yaml").write_bytes(PROGRAMME.encode("iso-8859-7"))
    result = xenia("check", "old.yaml")
    assert result.exit_code == 2
    assert "save the file as UTF-8" in result.stdout


# ---- explain and compare -----------------------------------------------------------------------


@pytest.mark.usefixtures("folder")
def test_explain_speaks_the_customers_language() -> None:
    english, greek = (
        xenia("explain", "corner-coffee.yaml"),
        xenia("explain", "corner-coffee.yaml", "--locale", "el"),
    )
    assert english.stdout.startswith("Corner coffee\n\n- ")
    assert greek.stdout.startswith("Ο καφές της γωνίας\n\n- ")
    assert (english.exit_code, greek.exit_code) == (0, 0)


@pytest.mark.usefixtures("folder")
def test_explain_prints_for_programs() -> None:
    told = json.loads(xenia("explain", "corner-coffee.yaml", "--format", "json").stdout)
    assert told["title"] == "Corner coffee"
    assert len(told["sentences"]) > 2
    assert told["grade"] in ("plain", "fair", "hard")
    assert told["unsaid"] == []
    assert told["reasons"]
    for table in told["tables"]:
        assert [len(row["cells"]) for row in table["rows"]] == (
            [len(table["levels"])] * len(table["rows"])
        )


def test_explain_sets_levels_side_by_side() -> None:
    file = str(Path(__file__).parents[2] / "programmes" / "discount-cumulative.yaml")
    lines = xenia("explain", file).stdout.splitlines()
    at = next(place for place, line in enumerate(lines) if line.startswith("Step "))
    assert [re.split("  +", lines[row]) for row in (at, at + 3, at + 4, at + 5)] == [
        ["Step", "5%", "7%", "10%"],
        ["5% off", "5% off", "–", "–"],
        ["7% off", "–", "7% off", "–"],
        ["10% off", "–", "–", "10% off"],
    ]
    assert len({line.index("–") for line in lines[at + 4 : at + 6]}) == 1
    (table,) = json.loads(xenia("explain", file, "--format", "json").stdout)["tables"]
    assert table["tier"] == "step"
    assert table["levels"][0] == {"id": "five", "title": "5%"}
    assert table["rows"][-1] == {
        "what": "rule", "id": "ten-per-cent", "title": "10% off", "cells": ["–", "–", "10% off"]
    }  # fmt: skip


@pytest.mark.usefixtures("folder")
def test_explain_knows_which_languages_there_are() -> None:
    result = xenia("explain", "corner-coffee.yaml", "--locale", "tlh")
    assert result.exit_code == 2
    assert "--locale: " in result.stderr
    assert "el, en, hy, ru" in result.stderr


def test_compare_says_what_changed(folder: Path) -> None:
    name = changed(folder, "1 per 1.00", "2 per 1.00")
    result = xenia("compare", "corner-coffee.yaml", name)
    assert result.exit_code == 0
    assert "star-per-euro" in result.stdout
    assert "only numbers change" in result.stdout
    (change,) = json.loads(xenia("compare", "corner-coffee.yaml", name, "--format", "json").stdout)
    assert (change["path"][:2], change["kind"]) == (["rules", "star-per-euro"], "number")


def test_compare_says_it_as_members_read_it(folder: Path) -> None:
    text = (folder / "corner-coffee.yaml").read_text("utf-8")
    (folder / "dearer.yaml").write_text(text.replace("1 per 1.00", "2 per 1.00"), "utf-8")
    words = ["compare", "corner-coffee.yaml", "dearer.yaml", "--locale"]
    told = xenia(*words, "en").stdout.splitlines()
    assert [line[0] for line in told] == ["-", "+"]
    assert told[0].replace("1", "2", 1)[1:].startswith(told[1][1:15])
    found = json.loads(xenia(*words, "el", "--format", "json").stdout)
    assert [len(found[when]) for when in ("no_longer", "now")] == [1, 1]
    result = xenia("compare", "corner-coffee.yaml", "corner-coffee.yaml", "--locale", "en")
    assert result.stdout == "Nothing changes that members are told.\n"
    result = xenia(*words, "tlh")
    assert (result.exit_code, "--locale: there are no phrases" in result.stderr) == (2, True)


@pytest.mark.usefixtures("folder")
def test_compare_says_that_nothing_changed() -> None:
    result = xenia("compare", "corner-coffee.yaml", "corner-coffee.yaml")
    assert (result.exit_code, result.stdout) == (0, "Nothing changed.\n")


# ---- replay ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("folder")
def test_replay_answers_a_file_of_events() -> None:
    result = xenia("replay", "corner-coffee.yaml", "events.jsonl")
    answer, final = lines(result)
    assert result.exit_code == 0
    assert (answer["event"], answer["member"], answer["programme"]) == (
        "e1",
        "zoe",
        "corner-coffee",
    )
    assert answer["occurred_at"] == "2026-03-02T08:15:00+02:00"
    assert answer["effects"][0]["expires"] == "2026-03-12T00:00:00+02:00"
    assert final["wallet"] == {"stars": {"balance": "7", "pending": "0", "held": "0"}}


@pytest.mark.usefixtures("folder")
def test_replay_lets_time_pass_in_the_end() -> None:
    until = "2026-03-12T00:00:00+02:00"
    result = xenia("replay", "corner-coffee.yaml", "events.jsonl", "--until", until)
    _, due, final = lines(result)
    assert (due["event"], due["effects"][0]["effect"]) == (None, "expire")
    assert final["wallet"]["stars"]["balance"] == "0"


@pytest.mark.usefixtures("folder")
def test_replay_runs_the_events_of_a_scenario() -> None:
    found = lines(xenia("replay", "corner-coffee.yaml", "corner-coffee.scenario.yaml"))
    assert [line.get("event") for line in found] == ["e1", "r1", "c1", None]


@pytest.mark.usefixtures("folder")
def test_replay_reads_standard_input_and_goes_on_after_an_error() -> None:
    given = json.dumps({**E1, "location": 3}) + "\n\n" + json.dumps(E1)
    result = xenia("replay", "corner-coffee.yaml", "-", given=given)
    error, answer, _ = lines(result)
    assert (error["error"], error["event"], error["line"]) == ("wrong-type", "e1", 1)
    assert answer["event"] == "e1"
    assert result.exit_code == 2


def test_voucher_codes_come_from_the_key(folder: Path) -> None:
    (folder / "key").write_text("ab" * 32)
    words = ("replay", "corner-coffee.yaml", "corner-coffee.scenario.yaml")
    codes = [
        lines(xenia(*words, *more))[-1]["vouchers"][0]["code"]
        for more in ((), (), ("--key", "key"))
    ]
    assert codes[0] == codes[1] != codes[2]


# ---- scenario ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("folder")
def test_a_scenario_that_comes_out_as_written_is_good() -> None:
    result = xenia("scenario", "corner-coffee.scenario.yaml")
    assert result.exit_code == 0
    assert result.stdout == (
        "corner-coffee.scenario.yaml: as expected (3 events, 4 expectations)\n"
        "  later: Stars come back when the tea does.\n"
    )


def test_a_scenario_that_comes_out_otherwise_says_where(folder: Path) -> None:
    path = folder / "other.scenario.yaml"
    path.write_text(SCENARIO.replace("units: 6", "units: 7"), encoding="utf-8")
    result = xenia("scenario", path.name)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:4] == [
        "other.scenario.yaml: 1 difference (3 events, 4 expectations)",
        "  other.scenario.yaml:12: e1: effects[1].units",
        "    expected  7",
        "    got       6",
    ]
    (told,) = json.loads(xenia("scenario", path.name, "--format", "json").stdout)
    assert told["differences"] == [
        {"line": 12, "about": "e1", "path": "effects[1].units", "expected": "7", "got": "6"}
    ]


def test_check_knows_a_scenario_from_a_programme_with_a_key_of_one(folder: Path) -> None:
    (finding,) = json.loads(
        xenia("check", "corner-coffee.scenario.yaml", "--format", "json").stdout
    )
    assert (finding["code"], finding["path"]) == ("is-a-scenario", [])
    (folder / "odd.yaml").write_text("xenia: 1\nexpect: []\n", encoding="utf-8")
    codes = json.loads(xenia("check", "odd.yaml", "--format", "json").stdout)
    assert "unknown-key" in {finding["code"] for finding in codes}


# ---- what cannot be used -----------------------------------------------------------------------


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["check", "none.yaml"], "none.yaml: there is no such file"),
        (["explain", "."], "this is a folder"),
        (["replay", "corner-coffee.yaml", "none.jsonl"], "none.jsonl: there is no such file"),
        (["replay", "corner-coffee.yaml", "."], "this is a folder"),
        (["replay", "corner-coffee.yaml", "events.jsonl", "--until", "now"], "--until: "),
        (["replay", "corner-coffee.yaml", "events.jsonl", "--key", "none"], "no such file"),
        (["replay", "corner-coffee.yaml", "corner-coffee.yaml"], NO_SCENARIO),
        (["scenario", "corner-coffee.yaml"], NO_SCENARIO),
        (["explain", "corner-coffee.scenario.yaml"], NO_PROGRAMME),
        (["replay", "corner-coffee.scenario.yaml", "events.jsonl"], NO_PROGRAMME),
        (["compare", "corner-coffee.yaml", "corner-coffee.scenario.yaml"], NO_PROGRAMME),
        (["compare", "corner-coffee.yaml", "none.yaml"], "no such file"),
        (["check"], "Missing argument"),
        (["chek"], "No such command"),
        (["check", "a.yaml", "--format", "xml"], "xml"),
    ],
)
def test_what_cannot_be_used_is_told_in_a_sentence(words: list[str], told: str) -> None:
    result = xenia(*words)
    assert told in result.stderr
    assert result.stdout == ""
    assert result.exit_code == 2


def test_a_programme_with_errors_decides_nothing(folder: Path) -> None:
    name = changed(folder, 'l.sku == "tea"', 'l.skuu == "tea"')
    for words in (["replay", name, "events.jsonl"], ["explain", name], ["compare", name, name]):
        result = xenia(*words)
        assert result.exit_code == 2
        assert "changed.yaml:14:12: error " in result.stderr
        assert result.stdout == ""


# ---- the process -------------------------------------------------------------------------------


def run(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "xenia.cli", *words]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_it_runs_as_a_process(folder: Path) -> None:
    result = run("replay", "corner-coffee.yaml", "events.jsonl", folder=folder)
    assert (result.returncode, result.stderr) == (0, "")
    assert len(result.stdout.splitlines()) == 2
    result = run("check", "none.yaml", folder=folder)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("none.yaml: there is no such file")


@pytest.mark.parametrize("name", ["check", "explain", "replay", "scenario", "compare"])
def test_every_verb_has_help(name: str) -> None:
    result = xenia(name, "--help")
    assert result.exit_code == 0
    assert f"xenia {name}" in result.stdout
    assert "--help" in result.stdout


def test_a_verb_loads_what_it_needs_and_no_other_verb() -> None:
    code = """
import sys
from xenia.cli.app import build
build("check")
heavy = {"babel", "numba", "numpy", "yaml", "xenia.engine", "xenia.cli.demo"}
print(*heavy.intersection(sys.modules))
"""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == ""


def test_a_scenario_is_not_checked_as_a_programme(tmp_path: Path) -> None:
    file = tmp_path / "cafe.scenario.yaml"
    file.write_text("programme: cafe\nevents: []\nexpect: []\n")
    result = run("check", file.name, folder=tmp_path)
    assert result.returncode == 1
    assert "is-a-scenario: This is a scenario, not a programme" in result.stdout
    assert result.stdout.count("error") == 2  # the finding and the summary
