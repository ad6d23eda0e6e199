"""`xenia demo` says what its data are, what they came to, and why; and ends when it is told to."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.installed import with_extras
from tests.postgres import scratch
from xenia.cli.demo_words import grouped, many, share
from xenia.cli.progress import counted

XENIA = [sys.executable, "-m", "xenia.cli"]
Result = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Where the demonstrations of this module keep their databases."""
    with scratch() as folder:
        yield folder


@pytest.fixture(scope="module")
def environment(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """That of somebody who installed no more than `make demo` does."""
    installed = with_extras(tmp_path_factory.mktemp("installed"), "demo")
    return {**installed, "COLUMNS": "100", "XENIA_HOME": str(home), "PYTHONUNBUFFERED": "1"}


def demo(environment: dict[str, str], *args: str) -> Result:
    command = [*XENIA, "demo", "--no-serve", "--households", "12", *args]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def result(environment: dict[str, str]) -> Result:
    return demo(environment)


def plain(text: str) -> str:
    return " ".join(text.split())


def test_it_ends_well(result: Result) -> None:
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stdout + result.stderr


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


def test_a_second_run_changes_nothing(result: Result, environment: dict[str, str]) -> None:
    again = demo(environment)
    assert again.returncode == 0, again.stderr
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


def test_a_programme_of_one_s_own_is_run(tmp_path: Path, environment: dict[str, str]) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "{xenia: 1, programme: mine, money: USD, timezone: UTC, rules:"
        " {off: {then: {discount: {percent: 5}}}}}"
    )
    result = demo(environment, "--programme", str(path))
    assert result.returncode == 0, result.stderr
    assert "not those of the shops" in plain(result.stdout)
    assert "5.0 % of what was bought" in plain(result.stdout)


def test_a_programme_with_errors_is_refused(tmp_path: Path, environment: dict[str, str]) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("xenia: 1\n")
    result = demo(environment, "--programme", str(path))
    assert result.returncode == 2
    assert str(path) in result.stderr


def test_ctrl_c_in_the_terminal_leaves_no_traceback(environment: dict[str, str]) -> None:
    command = [*XENIA, "demo", "--no-serve"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
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


def test_it_goes_on_serving_until_ctrl_c(environment: dict[str, str]) -> None:
    command = [*XENIA, "demo", "--households", "12"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
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
