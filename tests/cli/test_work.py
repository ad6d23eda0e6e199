"""`xenia work` says what it has done, stops when it is told to, and does nothing ahead of time."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from tests.services.cafe import CAFE, Cafe, buy, said
from xenia.cli.app import build
from xenia.store import backtests as store
from xenia.store.database import Database

Run = Callable[..., Result]
DONE = "cafe: what was due is done for 1 member, 3 entries, 0 vouchers, 2 totals of days.\n"


@pytest.fixture
def cafe(database: Database, monkeypatch: pytest.MonkeyPatch) -> Cafe:
    monkeypatch.setenv("XENIA_DATABASE_URL", database.url)
    # A year of ours that has passed long ago.
    cafe = Cafe(database, CAFE)
    event = buy("a1", "m1", "01-02")
    cafe.post({**event, "occurred_at": "2021-01-02T12:00:00+02:00"})
    return cafe


def run(*words: str) -> Result:
    return CliRunner().invoke(build("work"), ["work", *words])


def test_a_round_for_people(cafe: Cafe) -> None:
    found = run("--once")
    assert (found.stdout, found.exit_code) == (DONE, 0)
    found = run("--once")
    assert (found.stdout, found.exit_code) == ("cafe: nothing is due.\n", 0)
    assert said(cafe.database) == ""


def test_a_round_for_programs(cafe: Cafe) -> None:
    found = run("--once", "--format", "json", "--until", "2021-01-05T00:00:00+02:00")
    assert found.exit_code == 0
    expected = {"programme": "cafe", "accounts": 1, "entries": 1, "vouchers": 0, "totals": 2}
    assert json.loads(found.stdout) == {"space": "default", **expected, "moments": 0}
    assert said(cafe.database) == ""


def test_a_backtest_that_waits_is_run(cafe: Cafe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XENIA_HISTORIES", "/nowhere")
    with cafe.database.connect() as connection:
        asked = '{"history": "last-year"}'
        store.add(connection, 1, "b1", asked=asked, shown="{}", by="test", now=1)
    found = run("--once")
    assert (found.stdout, found.exit_code) == (DONE + "1 backtest run.\n", 0)
    (row,) = cafe.rows("select state, failure from backtest")
    assert row[0] == "failed"
    assert "last-year" in row[1]


def test_for_how_long_backtests_are_kept_must_be_readable(
    cafe: Cafe, monkeypatch: pytest.MonkeyPatch
) -> None:
    del cafe
    monkeypatch.setenv("XENIA_BACKTEST_DAYS", "a while")
    found = run("--once")
    assert (found.exit_code, "XENIA_BACKTEST_DAYS" in found.stderr) == (2, True)


@pytest.mark.parametrize(
    ("time", "sentence"),
    [
        ("2059-01-01T00:00:00Z", "--until: this time is still to come: name one that has passed\n"),
        ("tomorrow", '--until: "tomorrow" is not a time: write it with its offset from UTC'),
    ],
)
def test_a_time_that_cannot_be_used(cafe: Cafe, time: str, sentence: str) -> None:
    found = run("--once", "--until", time)
    assert found.exit_code == 2
    assert found.stderr.startswith(sentence)
    assert cafe.rows("select count(*) from sweep") == [(0,)]


def test_handlers_of_signals_are_put_back(cafe: Cafe) -> None:
    del cafe
    before = signal.getsignal(signal.SIGTERM)
    run("--once")
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_goes_on_until_a_signal(cafe: Cafe, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "xenia.cli", "work"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ}
    ) as working:
        assert working.stdout is not None
        assert working.stdout.readline() == DONE
        working.send_signal(number)
        rest, errors = working.communicate(timeout=30)
    assert (rest, errors, working.returncode) == ("", "", 0)
    assert said(cafe.database) == ""


def test_without_a_programme_there_is_nothing_to_do(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XENIA_DATABASE_URL", database.url)
    found = run("--once")
    assert (found.stdout, found.exit_code) == ("", 0)
