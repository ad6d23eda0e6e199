"""The process of one backtest that a worker has started: reads what is asked, runs it, and says how
far it is and what it has found.

The worker's side, and the lines that are said, are in `xenia.services.backtest_process`.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO

import msgspec

from xenia.services.backtest_process import Found, Progress, Refused
from xenia.services.inputs import UnusableError

_READ = 2**16  # bytes at a time
LOWEST = 19  # of the system's priorities
_PAUSE = 0.5  # seconds between two times that it is said how far it is
_NO_MEMORY = (
    "there is not enough memory for it: have it run where there is more, or over a smaller history"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A programme and another by their documents, which have no errors; the folder of a history;
    and how it is run and what is assumed, as `POST /v1/backtests` takes it.  Of the programme
    chooser there is only what it is told (`wizard`), as `POST /v1/wizards/programme-chooser` takes
    it, and the history."""

    programme: str
    against: str
    history: Path
    options: dict[str, Any]
    wizard: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What was found: as what becomes JSON, and as a page of HTML."""

    figures: Any
    page: str


# So much is done, of so much; in words, what is being done.
Tell = Callable[[int, int, str], None]
Run = Callable[[Asked, Tell], Report]


def serve(run: Run) -> None:
    """Be the process of one backtest.  Whatever else is printed goes to standard error."""
    _let_others_go_first()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    asked = msgspec.json.decode(_line())
    threading.Thread(target=_end_with_the_worker, name="worker", daemon=True).start()
    try:
        _say(out, _ran(run, asked, _Telling(out)))
    except Exception as error:  # noqa: BLE001 - by its type and place: its words may be of members
        place = traceback.extract_tb(error.__traceback__)[-1]
        print(f"{type(error).__name__} at {place.filename}:{place.lineno}", file=sys.stderr)
        sys.exit(1)


def _ran(run: Run, asked: dict[str, Any], tell: Tell) -> Found | Refused:
    own = {"programme": "", "against": "", "options": {}, **asked}
    try:
        found = run(Asked(**{**own, "history": Path(asked["history"])}), tell)
    except UnusableError as error:
        return Refused(str(error))
    except MemoryError:
        return Refused(_NO_MEMORY)
    return Found(msgspec.Raw(msgspec.json.encode(found.figures)), found.page)


def _line() -> bytes:
    """What is asked.  Without a buffer, which a thread that reads would lock for ever."""
    read = bytearray()
    while not read.endswith(b"\n"):
        more = os.read(0, _READ)
        if not more:
            sys.exit(1)  # nobody asks
        read += more
    return bytes(read)


def _let_others_go_first() -> None:
    os.nice(LOWEST)
    if os.getsid(0) == os.getpid():
        # Of a session with a group of its own, Linux compares the group's priority with others'.
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(LOWEST), "ascii")


def _end_with_the_worker() -> None:
    """Standard input ends when the worker does, however it does: nobody else would end this."""
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(slots=True)
class _Telling:
    out: BinaryIO
    said: tuple[int, str] = (-1, "")
    at: float = 0.0

    def __call__(self, done: int, of: int, doing: str) -> None:
        """Say it, unless something was said just now."""
        news = (1000 * done // of if of > 0 else 0, doing)
        if news != self.said and (doing != self.said[1] or monotonic() - self.at >= _PAUSE):
            self.said, self.at = news, monotonic()
            _say(self.out, Progress(*news))


def _say(out: BinaryIO, what: Progress | Found | Refused) -> None:
    with suppress(BrokenPipeError):  # the worker has gone, and this ends at once
        out.write(msgspec.json.encode(what) + b"\n")
        out.flush()
