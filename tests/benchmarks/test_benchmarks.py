"""Each measure of the service runs, prints its ratio, and says whether what is stored is right."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from benchmarks import service
from benchmarks.processes import Peak
from benchmarks.serving import Load
from xenia.programme.check import check
from xenia.services.files import read_programme

ROOT = Path(__file__).parents[2]


def run(name: str, *words: str) -> str:
    """What a measure prints, with everything as small as it can be."""
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", "--quick", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    missing = re.search("left out, for want of (.*)", done.stdout)
    if missing:
        pytest.skip(f"missing: {missing[1]}")
    return done.stdout


@pytest.mark.parametrize(("name", "rules"), [("twenty-rules", 20), ("one-account", 1)])
def test_the_programmes_are_sound(name: str, rules: int) -> None:
    reading = read_programme(ROOT / "benchmarks" / f"{name}.yaml")
    assert check(reading) == ()
    assert reading.programme is not None
    assert len(reading.programme.rules) == rules


@pytest.mark.prove
def test_the_service_is_measured_and_exact() -> None:
    said = run("service", "--disks", "slow")
    assert len(re.findall(r"ratio (?:reached|NOT REACHED|ALARM): to reach 6\.0 x", said)) == 1
    assert len(re.findall(r"p99 (?:reached|NOT REACHED): to be at most", said)) == 1
    assert len(re.findall(r"acknowledged, 0 refused; .*: exact\n", said)) == 2
    assert re.search(r"members folded again, [1-9]\d* steps: exact\n", said)
    assert re.search(r"the log of requests: .*%.*: to be at most 3%\n", said)


@pytest.mark.prove
def test_one_account_is_measured_and_exact() -> None:
    said = run("hot_account")
    assert re.search(r"ratio \d+\.\d: (?:reached|NOT REACHED), to reach 20 x", said)
    assert "points for 300 spends, 1,000 tried: 300 accepted, 0 points left" in said
    assert "booked: exact\n" in said


@pytest.mark.prove
def test_the_parts_of_a_purchase_are_told() -> None:
    said = run("parts")
    assert "never called" not in said
    for part in ("take: JSON", "claim", "decide: step", "answer", "write"):
        assert re.search(rf"^ +{part}.* [1-9]\d*\.\d|^ +{part}.* 0\.[1-9]", said, re.MULTILINE), (
            part
        )
    assert re.search(r"insert into record .* [1-9]\d*\.\d\n", said)
    assert re.search(r"in ms an event: [\d.]+ in all", said)


def test_many_rules_are_measured_and_exact() -> None:
    said = run("rules")
    assert len(re.findall(r"without a table: [\d,]+ µs: exact\n", said)) == 2
    assert re.search(r"the whole decision, 200 rules .*: (?:reached|NOT REACHED)\n", said)


def test_rows_by_sql_are_measured() -> None:
    said = run("columns")
    assert re.search(r"rows by SQL +[\d.]+ s", said), said
    assert "(wanted: 1.5 at most)" in said


@pytest.mark.prove
def test_backtests_are_measured_and_exact() -> None:
    said = run("backtest", "--times", "2")
    assert len(re.findall(r"ratio \d+\.\d+ \(by the clock .*\): .*, to be at most", said)) == 5
    compiled = r"its compile .* s of processors: (?:reached|NOT REACHED), to be at most 8 s"
    assert len(re.findall(compiled, said)) == 3
    assert len(re.findall(r"GiB at most: reached, to be under 2 GiB\n", said)) == 3
    assert "the first comes to the same again: exact\n" in said
    assert "all purchases are in it: exact\n" in said
    assert "all comes to 2 times as much: exact\n" in said


@pytest.mark.prove
def test_quotes_are_measured_and_exact() -> None:
    said = run("quote")
    assert re.search(r"ratio \d+\.\d: (?:reached|NOT REACHED), to be at most 20 x\n", said)
    assert "what was quoted is what is recorded, by each programme: exact\n" in said


@pytest.mark.prove
def test_pages_are_measured() -> None:
    said = run("pages")
    assert re.search(r"20,000 members with [\d,]{6,} entries", said)
    assert re.search(r"\na member with 300 entries .* [1-9]\d* +[\d.]+\n", said)
    assert re.search(r"\n(?:reached|NOT REACHED): to be at most 3 x the time of their SQL", said)


def test_the_most_memory_of_a_program_is_its_own() -> None:
    """Also what it has given back by now; and not what those have who started it."""
    ours = bytearray(b"x" * (300 << 20))
    program = "import sys; x = bytearray(b'x' * (96 << 20)); del x; print('so'); sys.stdout.flush()"
    command = [sys.executable, "-c", f"{program}; sys.stdin.read()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        peak = Peak(child.pid)
        peak.look()
        child.communicate()
    assert 96 << 20 <= peak.own < len(ours)
    assert peak.others == 0


@pytest.mark.parametrize(("good", "bad", "more"), [(10, 0, 9), (10, 0, 11), (9, 1, 9), (9, 1, 10)])
def test_what_is_acknowledged_but_not_stored_is_told(
    good: int, bad: int, more: int, capsys: pytest.CaptureFixture[str]
) -> None:
    load = Load(
        sent=10, good=good, bad=bad, measured=8, seconds=1.0, p50=1, p99=2, longest=3, cpu=1.0
    )
    before = dict.fromkeys(service.TABLES, 5)
    assert not service.stored(before, dict.fromkeys(service.TABLES, 5 + more), load)
    assert capsys.readouterr().out.endswith("NOT EXACT\n")
    load = msgspec.structs.replace(load, good=10, bad=0)
    assert service.stored(before, dict.fromkeys(service.TABLES, 15), load)
    assert not service.stored(before, {**dict.fromkeys(service.TABLES, 15), "told": 14}, load)
