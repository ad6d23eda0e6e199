"""`xenia demo` says what its data are, what they came to, and why; and ends when it is told to."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from xenia.cli.app import build
from xenia.cli.demo_words import grouped, many, share
from xenia.cli.progress import counted
from xenia.services.demo import Demonstration

ARGS = ["demo", "--no-serve", "--households", "12"]


def demo(*args: str) -> Result:
    return CliRunner().invoke(build(), [*ARGS, *args], env={"COLUMNS": "100"})


@pytest.fixture(scope="module")
def result() -> Result:
    return demo()


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
        "decided one by one",
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


def test_it_ends_with_what_to_do_next(result: Result) -> None:
    last = plain(result.stdout[result.stdout.index("What to do next") :])
    assert "xenia explain" in last
    assert "--programme COPY" in last
    assert "no pages" not in last


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


def test_a_programme_of_one_s_own_is_run(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "{xenia: 1, programme: mine, money: USD, timezone: UTC, rules:"
        " {off: {then: {discount: {percent: 5}}}}}"
    )
    result = demo("--programme", str(path))
    assert result.exit_code == 0, result.output
    assert "not those of the shops" in plain(result.stdout)
    assert "5.0 % of what was bought" in plain(result.stdout)


def test_a_programme_with_errors_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("xenia: 1\n")
    result = demo("--programme", str(path))
    assert result.exit_code == 2
    assert str(path) in result.stderr


def test_ctrl_c_ends_it_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: Demonstration) -> Iterator[None]:
        yield
        raise KeyboardInterrupt

    monkeypatch.setattr(Demonstration, "run", interrupted)
    result = demo()
    assert result.exit_code == 130
    assert "Stopped. Nothing was kept." in result.stdout
    assert "Traceback" not in result.output


def test_ctrl_c_in_the_terminal_leaves_no_traceback() -> None:
    command = [sys.executable, "-m", "xenia.cli", "demo", "--no-serve"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
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


def test_without_no_serve_it_says_that_there_is_nothing_to_open() -> None:
    result = CliRunner().invoke(build(), ["demo", "--households", "2"])
    assert result.exit_code == 0
    assert "no pages to open yet" in result.stdout


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
