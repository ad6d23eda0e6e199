"""Processes of a measure: how much processor time they take, and that they end with it."""

from __future__ import annotations

import io
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

TICK = 1_000_000 // os.sysconf("SC_CLK_TCK")  # microseconds
STOP_SECONDS = 30
KIB = 1024
ROOT = Path(__file__).parents[1]


def tree(root: int) -> set[int]:
    """A process and all that descend from it, by number."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, open_ = set(), [root]
    while open_:
        process = open_.pop()
        found.add(process)
        open_ += children.get(process, [])
    return found


def cpu(root: int) -> int:
    """Microseconds that a process and all that descend from it have worked so far.

    Those that have ended are in the count of whoever started them.
    """
    total = 0
    for process in tree(root):
        if fields := _stat(process):
            total += sum(map(int, fields[11:15]))
    return total * TICK


class Peak:
    """The most memory that a process, and those that descend from it, have had at any time.

    It is what the kernel has noted of each (`VmHWM`) at the last look; what `getrusage` says of a
    program counts the memory of whoever has started it, too.
    """

    def __init__(self, root: int) -> None:
        self._root = root
        self._most: dict[int, int] = {}

    def look(self) -> None:
        """Look at all that run now."""
        for process in tree(self._root):
            self._most[process] = max(self._most.get(process, 0), _most_memory(process))

    @property
    def own(self) -> int:
        """Bytes of the process itself."""
        return self._most.get(self._root, 0)

    @property
    def others(self) -> int:
        """Bytes of all that descended from it, each at its most."""
        return sum(self._most.values()) - self.own


def _most_memory(process: int) -> int:
    """Bytes that a process has had at most; 0 where it is gone."""
    try:
        lines = Path(f"/proc/{process}/status").read_text("utf-8", errors="replace").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) * KIB for line in lines if line.startswith("VmHWM")), 0)


def machine_cpu() -> int:
    """Microseconds that all processors together have worked so far."""
    fields = Path("/proc/stat").read_text("ascii").split("\n", 1)[0].split()[1:]
    user, nice, system, _, _, interrupts, soft, stolen = map(int, fields[:8])
    return (user + nice + system + interrupts + soft + stolen) * TICK


def _stat(process: int) -> list[str] | None:
    """What the kernel counts of a process, from its state on; None where it is gone."""
    try:
        text = Path(f"/proc/{process}/stat").read_text("utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text.rpartition(")")[2].split()


@contextmanager
def running(
    command: Sequence[str | Path], variables: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs in here, and is stopped afterwards: asked first, then made to."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is for us, who then stop it
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@dataclass(frozen=True)
class Spent:
    """Processor time of a stretch, in microseconds; `others` is the share of the machine that
    neither the trees nor this process and the programs that it ran took."""

    trees: tuple[int, ...]
    ran: float
    others: float


def until_stopped(main: Callable[[], int]) -> int:
    """What a measure ends with; after Ctrl-C, when all that it started has been stopped, 130."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # a row is seen when it is there, also piped
    try:
        return main()
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


class Watch:
    """Counts processor time from here on, of some trees of processes."""

    def __init__(self, *roots: int) -> None:
        self._roots = roots
        self._before = [cpu(root) for root in roots]
        self._ran, self._own = _rusage(resource.RUSAGE_CHILDREN), _rusage(resource.RUSAGE_SELF)
        self._machine, self._began = machine_cpu(), monotonic()

    def read(self) -> Spent:
        """What has been spent since; of a program that was run, once it has ended."""
        trees = [cpu(root) - before for root, before in zip(self._roots, self._before, strict=True)]
        ran = _rusage(resource.RUSAGE_CHILDREN) - self._ran
        own = _rusage(resource.RUSAGE_SELF) - self._own
        machine = machine_cpu() - self._machine
        room = (monotonic() - self._began) * (os.cpu_count() or 1) * 1e6
        others = max(0.0, machine - sum(trees) - ran - own) / room
        return Spent(tuple(trees), ran, others)


def _rusage(who: int) -> float:
    used = resource.getrusage(who)
    return (used.ru_utime + used.ru_stime) * 1e6
