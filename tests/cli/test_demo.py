"""`xenia demo` says what its data are, what they came to, and why; and ends when it is told to."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner, Result

from tests.postgres import scratch
from xenia.cli.app import build
from xenia.cli.demo_words import grouped, many, share
from xenia.cli.progress import counted

ARGS = ["demo", "--no-serve", "--households", "12"]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Where the demonstrations of this module keep their databases."""
    with scratch() as folder:
        yield folder


def demo(home: Path, *args: str) -> Result:
    environment = {"COLUMNS": "100", "XENIA_HOME": str(home)}
    return CliRunner().invoke(build(), [*ARGS, *args], env=environment)


@pytest.fixture(scope="module")
def result(home: Path) -> Result:
    return demo(home)


def plain(text: str) -> str:
    return " ".join(text.split())


def test_it_ends_well(result: Result) -> None:
    assert result.exit_code == 0, result.output
    assert "Traceback" not in result.output


def test_it_says_first_what_the_data_are(result: Result) -> None:
    said = plain(result.stdout)
    before = said[: said.index("Month by month")]
    for words in (
        "simulated data based on real grocery shopping patterns",
        "educational",
        "of 12 households with",
        "New York",
        "cost 0.00",
        "a quantity of 0",
        "in one second",
        "Amounts are floats",
        "posted over HTTP",
        "a second.",
    ):
        assert words in before


def test_it_says_what_the_year_came_to(result: Result) -> None:
    said = plain(result.stdout)
    for words in ("Jan 2017", "Dec 2017", "By rule", "liability of at most", "would expire"):
        assert words in said


def test_each_story_ends_with_what_is_held(result: Result) -> None:
    ends = re.findall(
        r"([\d,]+) points earned - ([\d,]+) spent - ([\d,]+) expired = ([\d,]+) held",
        result.stdout,
    )
    assert len(ends) == 3
    for end in ends:
        earned, spent, expired, held = (int(number.replace(",", "")) for number in end)
        assert earned - spent - expired == held


def test_all_of_it_is_proved(result: Result) -> None:
    proof = plain(result.stdout[result.stdout.index("The proof") :])
    assert re.search(r"[\d,]+ steps of 12 accounts done again: no difference\.", proof)


def test_a_second_run_changes_nothing(result: Result, home: Path) -> None:
    again = demo(home)
    assert again.exit_code == 0, again.output
    (known,) = re.findall(r"([\d,]+) of them were recorded before", again.stdout)
    assert f"{known} purchases posted and answered" in again.stdout
    assert told(again) == told(result)


def told(result: Result) -> str:
    """What the purchases came to, and the proof."""
    return result.stdout[result.stdout.index("Month by month") :]


def test_it_ends_with_what_to_do_next(result: Result) -> None:
    last = plain(result.stdout[result.stdout.index("What to do next") :])
    assert "xenia explain" in last
    assert "--programme COPY" in last
    assert "curl" not in last


def test_its_next_steps_work(result: Result) -> None:
    words = plain(result.stdout[result.stdout.index("What to do next") :]).replace("- ", "-")
    for verb in ("explain", "scenario"):
        (path,) = re.findall(rf"xenia {verb} (\S+):", words)
        assert Path(path).is_file()


def test_progress_goes_to_standard_error_in_plain_lines(result: Result) -> None:
    lines = result.stderr.splitlines()
    assert 5 < len(lines) <= 10
    for line in lines:
        assert re.fullmatch(r"[\d,]+ of [\d,]+ purchases, [\d,]+ a second, [\d,]+ s left", line)


def test_a_programme_of_one_s_own_is_run(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "{xenia: 1, programme: mine, money: USD, timezone: UTC, rules:"
        " {off: {then: {discount: {percent: 5}}}}}"
    )
    result = demo(home, "--programme", str(path))
    assert result.exit_code == 0, result.output
    assert "not those of the shops" in plain(result.stdout)
    assert "5.0 % of what was bought" in plain(result.stdout)


def test_a_programme_with_errors_is_refused(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("xenia: 1\n")
    result = demo(home, "--programme", str(path))
    assert result.exit_code == 2
    assert str(path) in result.stderr


def test_ctrl_c_in_the_terminal_leaves_no_traceback(home: Path) -> None:
    command = [sys.executable, "-m", "xenia.cli", "demo", "--no-serve"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "XENIA_HOME": str(home)},
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:  # until it has begun
            if line.startswith("The programme"):
                break
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate()
    assert process.returncode == 130
    assert "Stopped." in output
    assert "Traceback" not in errors


def test_it_goes_on_serving_until_ctrl_c(home: Path) -> None:
    command = [sys.executable, "-m", "xenia.cli", "demo", "--households", "12"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "XENIA_HOME": str(home)},
    ) as process:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if found := re.search(r"curl '(http://.*/wallet)'", line):
                break
        else:
            raise AssertionError(said)
        with urlopen(found[1]) as answer:
            assert "points" in json.loads(answer.read())["wallet"]
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate()
    assert process.returncode == 0
    assert "is kept for the next time" in output


def test_progress_is_a_bar_where_somebody_looks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with counted(3, "things") as advance:
        for _ in range(3):
            advance()
    assert "things" in capsys.readouterr().err


@pytest.mark.parametrize("total", [0, 1, 7, 1000])
def test_progress_is_at_most_ten_lines_elsewhere(
    total: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with counted(total, "things") as advance:
        for _ in range(total):
            advance()
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) <= 10
    if total:
        assert lines[-1].startswith(f"{total:,} of {total:,} things")


def test_numbers_are_written_for_people() -> None:
    assert grouped(123_450, 2) == "1,234.50"
    assert grouped(-5, 2) == "-0.05"
    assert grouped(1_234_567, 0) == "1,234,567"
    assert share(1, 8) == "12.5 %"
    assert share(1, 0) == "-"
    assert many(1, "purchase") == "1 purchase"
    assert many(2000, "purchase") == "2,000 purchases"
