"""Wizards over HTTP: a programme that a margin can bear, and kinds of programmes side by side."""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.api.backtesting import worker
from tests.api.client import NOW
from tests.api.test_backtests import World, world
from tests.api.test_events import problem
from xenia.cli.app import build

__all__ = ["world"]

SHOP = {"programme": "corner", "margin": "33%", "money": "EUR", "timezone": "Europe/Athens"}
CHOICE = {"history": "year", "margin": "30%", "rate": "5%", "fee": "25", "club_rate": "10%"}


def made(world: World, **more: Any) -> dict[str, Any]:
    found = world.send("POST", "/v1/wizards/ready-made", {**SHOP, **more})
    assert found.status == 200, found.body
    said: dict[str, Any] = found.json()
    return said


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, ()),
        ({"kind": "discount", "uplift": "20%"}, ("--kind", "discount", "--uplift", "20%")),
        (
            {"kind": "stamps", "category": "coffee", "cost_ratio": "40%", "cannibalised": "30%"},
            *[
                (
                    "--kind",
                    "stamps",
                    "--category",
                    "coffee",
                    "--reward-cost",
                    "40%",
                    "--replaced",
                    "30%",
                )
            ],
        ),
        (
            {"running": "0.5%", "operator": "Nikos' shop"},
            ("--running", "0.5%", "--operator", "Nikos' shop"),
        ),
    ],
)
def test_what_is_made_is_what_the_command_makes(
    world: World, more: dict[str, Any], words: tuple[str, ...]
) -> None:
    verb = ["wizard", "ready-made", "corner", "--margin", "33%", "--money", "EUR"]
    verb += ["--timezone", "Europe/Athens", *words, "--format", "json"]
    done = CliRunner().invoke(build("wizard"), verb)
    assert done.exit_code == 0, done.output
    assert made(world, **more) == json.loads(done.stdout)


def test_a_draft_is_begun_with_it(world: World) -> None:
    draft = world.send("POST", "/v1/programmes", {"document": made(world)["document"]})
    assert draft.status == 201
    assert draft.json()["programme"] == "corner"


@pytest.mark.parametrize(
    ("more", "code", "told"),
    [
        ({"margin": "1%"}, "cannot-be-made", "bears no programme"),
        ({"kind": "stamps"}, "cannot-be-made", "such as coffee"),
        ({"money": "ABC"}, "cannot-be-made", "ABC"),
        ({"timezone": "Europe/Nowhere"}, "cannot-be-made", "Europe/Nowhere"),
        ({"timezone": "UTC\\nrules: {}"}, "unreadable-body", "regex"),
        ({"kind": "stamps", "category": 'a" || "b'}, "unreadable-body", "regex"),
        ({"margin": "130%"}, "unreadable-body", "regex"),
        ({"rate": "5%"}, "unreadable-body", "rate"),
    ],
)
def test_what_cannot_be_made_is_said(
    world: World, more: dict[str, Any], code: str, told: str
) -> None:
    said = problem(world.send("POST", "/v1/wizards/ready-made", {**SHOP, **more}))
    assert (said["status"], said["code"]) == (422, code)
    assert told in said["detail"]


def test_kinds_are_held_against_each_other_by_a_worker(world: World) -> None:
    asked = world.send("POST", "/v1/wizards/programme-chooser", CHOICE)
    assert asked.status == 202, asked.body
    waits = asked.json()
    told = {"redeem": "eager", "operator": "A shop", "timezone": None}
    known = {key: value for key, value in CHOICE.items() if key != "history"}
    assert waits["wizard"] == {**told, **known}
    assert (waits["state"], waits["history"]) == ("waiting", "year")
    assert (waits["programme"], waits["against"]) == (None, None)
    listed = world.send("GET", "/v1/backtests").json()["data"]
    assert [one["backtest"] for one in listed] == [waits["backtest"]]
    assert worker(world.database, NOW).once() == 1
    assert world.get(waits["backtest"])["state"] == "done"
    report = world.send("GET", f"/v1/backtests/{waits['backtest']}/report").json()
    assert report["wizard"] == {**told, **known}, "which is what the process was told"
    trail = world.send("GET", f"/v1/changes?about=backtest/{waits['backtest']}").json()["data"]
    assert trail[0]["after"] == {"wizard": "programme-chooser", "history": "year"}


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"history": "yaer"}, 404, "unknown-history"),
        ({"rate": "lots"}, 422, "unreadable-body"),
        ({"fee": "-1"}, 422, "unreadable-body"),
        ({"redeem": "often"}, 422, "unreadable-body"),
    ],
)
def test_what_cannot_be_chosen_from_is_not_begun(
    world: World, more: dict[str, Any], status: int, code: str
) -> None:
    said = problem(world.send("POST", "/v1/wizards/programme-chooser", {**CHOICE, **more}))
    assert (said["status"], said["code"]) == (status, code)
    assert world.send("GET", "/v1/backtests").json()["data"] == []


def test_without_what_runs_them_there_are_no_wizards(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = "xenia.services.backtests.find_spec"
    monkeypatch.setattr(there, lambda name: None if name == "duckdb" else find_spec(name))
    for path, body in [("ready-made", SHOP), ("programme-chooser", CHOICE)]:
        said = problem(world.send("POST", f"/v1/wizards/{path}", body))
        assert (said["status"], said["code"]) == (501, "not-installed")
