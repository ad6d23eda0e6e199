"""A long file is read whole whether or not somebody watches, and only then is there a bar."""

import io
import sys
from pathlib import Path

import pytest

from xenia.cli.progress import opened


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("size", "screen", "bar"),
    [(2 * 2**20, Screen(), True), (2 * 2**20, io.StringIO(), False), (99, Screen(), False)],
)
def test_a_bar_is_shown_for_a_long_file_on_a_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, screen: io.StringIO, bar: bool
) -> None:
    path = tmp_path / "events.jsonl"
    line = b"x" * 98 + b"\n"
    path.write_bytes(line * (size // 99))
    monkeypatch.setattr(sys, "stderr", screen)
    with opened(path) as stream:
        assert sum(len(found) for found in iter(stream.readline, b"")) == 99 * (size // 99)
    assert ("events.jsonl" in screen.getvalue()) is bar
