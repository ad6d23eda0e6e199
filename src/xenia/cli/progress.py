"""Shows how far long work has come."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from rich.progress import TaskID

_WORTH_SHOWING = 2**20  # bytes
_MANY = 10_000


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a file, with a bar on standard error while a long one is read."""
    size = path.stat().st_size
    if size < _WORTH_SHOWING or not sys.stderr.isatty():
        with path.open("rb") as stream:
            yield stream
        return
    from rich.console import Console
    from rich.progress import open as open_with_bar

    console = Console(stderr=True)
    with open_with_bar(
        path, "rb", description=path.name, console=console, transient=True
    ) as watched:
        yield watched


def counted_if_many(total: int, what: str) -> AbstractContextManager[Callable[[], None]]:
    """`counted`, of what takes a while; of few things nobody needs to be told."""
    return counted(total, what) if total >= _MANY else nullcontext(lambda: None)


@contextmanager
def counted(total: int, what: str) -> Iterator[Callable[[], None]]:
    """A function to call after each of `total` things: shows how many are done, how many a second
    and the time left, as a bar on standard error, or as ten lines where nobody looks at a bar."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeRemainingColumn as TimeLeft

        rate = TextColumn("{task.fields[rate]:,.0f} a second,")
        left = TextColumn("left")
        columns = (MofNCompleteColumn(), TextColumn(what), BarColumn(), rate, TimeLeft(), left)
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(what, total=total, rate=0.0)
            yield _Counter(total, lambda n, rate: progress.update(task, completed=n, rate=rate)).one
    else:
        yield _Counter(total, partial(_print_progress, total, what), parts=10).one


class _Counter:
    """Counts, and reports the number and the rate after every one of so many equal parts."""

    def __init__(self, total: int, report: Callable[[int, float], None], parts: int = 1000) -> None:
        self._report, self._part = report, max(1, -(-total // parts))
        self._done, self._began = 0, time.monotonic()

    def one(self) -> None:
        """One more is done."""
        self._done += 1
        if self._done % self._part == 0:
            passed = time.monotonic() - self._began
            self._report(self._done, self._done / passed if passed else 0.0)


def _print_progress(total: int, what: str, done: int, rate: float) -> None:
    left = f"{(total - done) / rate:,.0f} s left" if rate else "just begun"
    print(
        f"{done:,} of {total:,} {what}, {rate:,.0f} a second, {left}", file=sys.stderr, flush=True
    )


@contextmanager
def stepped(size: int) -> Iterator[Callable[[str, int, int], None]]:
    """A function to tell what is being done, how much of it and of how much: a bar on standard
    error for each such step, or a line for each tenth; nothing where only `size` bytes, so few that
    nobody waits, are read."""
    if size < _WORTH_SHOWING:
        yield lambda _what, _done, _total: None
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
        from rich.progress import TimeRemainingColumn as TimeLeft

        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeLeft())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            tasks: dict[str, TaskID] = {}

            def tell(what: str, done: int, total: int) -> None:
                if what not in tasks:
                    tasks[what] = progress.add_task(what, total=total)
                progress.update(tasks[what], completed=done)

            yield tell
    else:
        tenths: dict[str, int] = {}

        def say(what: str, done: int, total: int) -> None:
            tenth = 10 * done // max(1, total)
            if tenth > tenths.get(what, 0):
                tenths[what] = tenth
                print(f"{what}: {10 * tenth} %", file=sys.stderr, flush=True)

        yield say
