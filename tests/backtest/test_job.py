"""A backtest that was asked for: run by the real process over a small history, without its members
in what it finds."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Event
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.api.backtesting import YEAR
from tests.api.backtesting import history as told_history
from tests.api.client import CAFE, NOW
from xenia.backtest.__main__ import run
from xenia.backtest.history import GUESTS, PART, TOLD, event_schema, folder_of
from xenia.backtest.job import Asked
from xenia.cli.app import build
from xenia.services.backtest_running import Backtester
from xenia.services.catalogue import programme_file
from xenia.services.inputs import UnusableError
from xenia.store import backtests as store
from xenia.store.database import Database

DAY = 86_400_000_000
BEGIN = 1_735_689_600_000_000  # 2025-01-01T00:00:00Z
MEMBERS = ("anna-4711", "ben-4712")
OPTIONS: dict[str, Any] = {
    "redeem": None,
    "margin": "30%",
    "margins": {"DRUG": "50%"},
    "unit_values": {"beans": "0.05"},
    "reward_values": {},
    "cost_ratio": "80%",
    "cannibalised": "50%",
    "running": "1%",
    "responses": [{"deciles": "1-5", "frequency": "10%", "basket": "-2.5%"}],
}
NONE = programme_file("apple-none").read_text()


def history(folder: Path, members: tuple[str, ...] = MEMBERS) -> Path:
    """A year of a purchase of 10.00 a week for each member."""
    schema = event_schema({})
    rows = [_purchase(member, week) for member in members for week in range(52)]
    # As many as there are: for many, plans would be compiled.
    sums = {**YEAR["of_members"], "purchases": len(rows), "returns": 0, "lines": len(rows)}
    made = told_history(folder, "year", of_members=sums)
    for name in (folder_of(0), GUESTS):
        (made / name).mkdir()
        found = [_filled(schema, row) for row in rows if name != GUESTS]
        pq.write_table(pa.Table.from_pylist(found, schema), made / name / PART)
    return made


def _purchase(member: str, week: int) -> dict[str, Any]:
    line = {"id": "1", "sku": "tea", "category": "DRUG", "quantity": 1000, "amount": 1000, "tax": 0}
    return {
        "member": member,
        "type": "purchase",
        "source": "import",
        "id": f"{member}-{week}",
        "occurred_at": BEGIN + 7 * week * DAY,
        "prices": "gross",
        "lines": [{**line, "tags": []}],
    }


def _filled(schema: pa.Schema, row: dict[str, Any]) -> dict[str, Any]:
    lists: dict[str, Any] = {field.name: [] for field in schema if pa.types.is_list(field.type)}
    return {**lists, **row}


def test_a_report_is_made_and_names_nobody(tmp_path: Path) -> None:
    said: list[tuple[int, int, str]] = []
    found = run(
        Asked(CAFE, NONE, history(tmp_path), OPTIONS),
        lambda done, of, doing: said.append((done, of, doing)),
    )
    figures = json.dumps(found.figures)
    assert found.figures["candidate"]["programme"]["id"] == "cafe"
    assert found.figures["against"]["programme"]["id"] == "apple-none"
    assert "1040.00" in figures, "which is what was bought"
    assert found.page.startswith("<!doctype html>")
    for member in MEMBERS:
        assert member not in figures
        assert member not in found.page
    assert any("cafe" in doing for _, _, doing in said)
    assert all(0 <= done <= of for done, of, _ in said)
    assert [done / of for done, of, _ in said] == sorted(done / of for done, of, _ in said)


def test_other_numbers_and_policies_are_run_beside_it(tmp_path: Path) -> None:
    said: list[tuple[int, int, str]] = []
    sweep = {
        "parameter": "rules.bean-per-euro.then.earn.beans",
        "values": [],
        "from": "1",
        "to": "3",
        "steps": 3,
    }
    more = {**OPTIONS, "sweep": sweep, "also_redeem": ["never", "share:50%"]}
    found = run(
        Asked(CAFE, NONE, history(tmp_path), more),
        lambda done, of, doing: said.append((done, of, doing)),
    ).figures
    assert found["sweep"]["current"] == "1 per 1.00"
    issued = {one["value"]: one["issued"] for one in found["sweep"]["variants"]}
    assert issued == {"1 per 1.00": ["1040"], "2 per 1.00": ["2080"], "3 per 1.00": ["3120"]}
    assert [one["value"] for one in found["policies"]] == ["never", "share:50%"]
    # Each in its turn, and named.
    steps = [(done, of, doing) for done, of, doing in said if "deciding" in doing]
    assert [(done, of) for done, of, _ in steps] == [(done, 7) for done in range(1, 8)]
    assert [doing.partition(":")[0] for *_, doing in steps] == [
        "cafe",
        *(f"rules.bean-per-euro.then.earn.beans = {one} per 1.00" for one in (1, 2, 3)),
        "redeeming never",
        "redeeming share",
        "apple-none",
    ]
    assert [done / of for done, of, _ in said] == sorted(done / of for done, of, _ in said)


CHOOSER = {
    "margin": "30%",
    "rate": "5%",
    "redeem": "eager",
    "fee": "12",
    "club_rate": "10%",
    "operator": "A shop",
    "timezone": None,
}


@pytest.mark.prove  # five programmes are compiled
def test_the_chooser_is_run_as_the_command_runs_it(tmp_path: Path) -> None:
    folder, said = history(tmp_path), list[tuple[int, int, str]]()
    asked = Asked("", "", folder, {}, CHOOSER)
    found = run(asked, lambda done, of, doing: said.append((done, of, doing)))
    words = ["wizard", "programme-chooser", str(folder), "--margin", "30%", "--rate", "5%"]
    words += ["--fee", "12", "--club-rate", "10%", "--money", "EUR", "--timezone", "Europe/Athens"]
    done = CliRunner().invoke(build("wizard"), [*words, "--format", "json"])
    assert done.exit_code == 0, done.output
    assert found.figures == json.loads(done.stdout)
    assert [one["kind"] for one in found.figures["candidates"]][-1] == "paid club"
    assert found.page.startswith("<!doctype html>")
    assert "Which programme?" in found.page
    assert [done / of for done, of, _ in said] == sorted(done / of for done, of, _ in said)
    assert said[-1][:2] == (5, 5)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"sweep": {"parameter": "rules.nothing", "values": ["1"]}}, "has no nothing there"),
        ({"also_redeem": ["often"]}, 'also_redeem: "often" is no policy'),
        ({"margins": {"DRUG": "101%"}}, "margins"),
        ({"responses": [{"deciles": "5-2", "frequency": "1%", "basket": "0%"}]}, "deciles"),
        ({"redeem": "share:200%"}, "policy"),
    ],
)
def test_what_cannot_be_assumed_is_told(tmp_path: Path, more: dict[str, Any], said: str) -> None:
    asked = Asked(CAFE, NONE, history(tmp_path), {**OPTIONS, **more})
    with pytest.raises(UnusableError, match=said):
        run(asked, lambda *_: None)


def test_a_history_of_nobody_is_told(tmp_path: Path) -> None:
    folder = history(tmp_path, ())
    told = msgspec.json.decode((folder / TOLD).read_bytes())
    (folder / TOLD).write_bytes(msgspec.json.encode({**told, "members": 0}))
    with pytest.raises(UnusableError, match="no member's event"):
        run(Asked(CAFE, NONE, folder, OPTIONS), lambda *_: None)


def test_a_worker_has_it_run(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XENIA_HISTORIES", str(tmp_path))
    history(tmp_path)
    asked = {"programme": CAFE, "against": NONE, "history": "year", "options": OPTIONS}
    with database.connect(autocommit=True) as connection:
        text = msgspec.json.encode(asked).decode()
        store.add(connection, 1, "b1", asked=text, shown="{}", by="test", now=NOW)
        assert Backtester(database, Event(), lambda: NOW).once() == 1
        row = store.backtest(connection, 1, "b1")
        assert row is not None
        assert (row.state, row.failure) == ("done", None)
        report = store.report(connection, 1, "b1")
        page = store.report(connection, 1, "b1", page=True)
    assert report is not None
    assert page is not None
    assert json.loads(report)["candidate"]["programme"]["id"] == "cafe"
    assert page.startswith(b"<!doctype html>")
