"""The process in which a backtest runs, as its worker sees it: what it says, and how it ends.

It is started for one backtest, gets what is asked on its standard input, and says on its standard
output, a line of JSON each, how far it is and then what it has found, or why it has found nothing.
The other side is `xenia.backtest.job`.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any

import msgspec

COMMAND = (sys.executable, "-m", "xenia.backtest")
MOST = 32 * 2**20  # bytes of a report, in both its forms together
_READ = 2**16  # bytes at a time
_TAIL = 2_000  # characters of what it wrote to standard error
_PIPE_MOST = 2 * MOST  # bytes of one line: as JSON a page takes more than it has


class Progress(msgspec.Struct, tag_field="says", tag="progress", frozen=True):
    """So many thousandths are done; what it is doing, in words."""

    permille: int
    doing: str


class Found(msgspec.Struct, tag_field="says", tag="found", frozen=True):
    """What it has found, as JSON, and as a page of HTML."""

    report: msgspec.Raw
    page: str


class Refused(msgspec.Struct, tag_field="says", tag="refused", frozen=True):
    """Why it cannot be run, and what to do about it."""

    why: str


@dataclass(frozen=True, slots=True)
class Ended:
    """It is over and has said neither; `code` as subprocess has it (below 0: a signal ended it),
    and the last that it wrote to standard error."""

    code: int
    wrote: str


Said = Progress | Found | Refused | Ended
_decode = msgspec.json.Decoder(Progress | Found | Refused).decode


@contextmanager
def running(asked: Any, command: Sequence[str] = COMMAND) -> Iterator[Process]:
    """A process that runs what is asked; whatever is left of it afterwards is killed."""
    with (
        tempfile.TemporaryFile() as errors,
        # A session of its own: Ctrl-C is for its worker, and what it starts ends with it.
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        ) as child,
        selectors.DefaultSelector() as selector,
    ):
        try:
            yield Process(child, errors, selector, asked)
        finally:
            with suppress(ProcessLookupError, PermissionError):  # it is gone
                os.killpg(child.pid, signal.SIGKILL)
            with suppress(BrokenPipeError):
                if child.stdin is not None:
                    child.stdin.close()


class Process:
    """One that runs, or has ended."""

    def __init__(
        self,
        child: subprocess.Popen[bytes],
        errors: IO[bytes],
        selector: selectors.BaseSelector,
        asked: Any,
    ) -> None:
        assert child.stdin is not None
        assert child.stdout is not None
        self._process, self._errors, self._selector = child, errors, selector
        self._out, self._heard, self._searched = child.stdout.fileno(), bytearray(), 0
        selector.register(child.stdout, selectors.EVENT_READ)
        # The pipe stays open: when it closes, also because the worker was killed, the other ends.
        with suppress(BrokenPipeError):  # it has ended already: `wait` tells how
            child.stdin.write(msgspec.json.encode(asked) + b"\n")
            child.stdin.flush()

    @property
    def pid(self) -> int:
        """Which process it is."""
        return self._process.pid

    def wait(self, seconds: float) -> Said | None:
        """The next that it says; None: nothing in so many seconds."""
        while (line := self._line()) is None:
            if not self._selector.select(seconds):
                return None
            read = os.read(self._out, _READ)
            if not read:
                return self._ended()
            self._heard += read
            if len(self._heard) > _PIPE_MOST:
                return Refused(_TOO_MUCH)
        said: Said = _decode(line)
        if isinstance(said, Found) and len(bytes(said.report)) + len(said.page.encode()) > MOST:
            return Refused(_TOO_MUCH)
        return said

    def _line(self) -> bytes | None:
        end = self._heard.find(b"\n", self._searched)
        if end < 0:
            self._searched = len(self._heard)
            return None
        line = bytes(self._heard[:end])
        del self._heard[: end + 1]
        self._searched = 0
        return line

    def _ended(self) -> Ended:
        code = self._process.wait()
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - _TAIL))
        return Ended(code, self._errors.read().decode("utf-8", "replace").strip())


_TOO_MUCH = (
    f"the report has more than {MOST // 2**20} MiB, which is not kept: ask for a report of fewer "
    "categories, rewards or responses"
)
