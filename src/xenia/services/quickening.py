"""Machine code for the programmes that run: taken from the cache, or compiled beside the service.

Until there is any, where Numba is not installed, and where XENIA_COMPILE is `no`, the same plans
run interpreted.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec

from xenia.engine.account import machine
from xenia.engine.link import Interpreted
from xenia.engine.plan import Plan
from xenia.services.poster import now
from xenia.services.published import Space

_log = logging.getLogger(__name__)


def quicken(space: Space) -> None:
    """Take from the cache what it has of the programmes of a space, in all their versions."""
    if _reason() is None:
        for published in space.programmes.values():
            for version in published.versions.values():
                _taken(version.plan)


class Quickener:
    """Compiles what is in force or will be, one plan at a time, in a process of its own."""

    def __init__(self, clock: Callable[[], int] = now) -> None:
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._tried: set[str] = set()  # plans, by key
        reason = _reason()
        self._possible = reason is None
        if reason is not None:
            _log.info(f"programmes run interpreted; to compile them, {reason}")

    def look(self, space: Space) -> None:
        """Take what is there, and begin what is not."""
        if not self._possible or self._busy():
            return
        for plan in _plans(space, self._clock()):
            if not _taken(plan) and plan.key not in self._tried:
                self._begin(plan)
                return

    def close(self) -> None:
        """Give up what has not been finished."""
        if self._process is not None:
            self._process.communicate()  # which closes the pipe
            self._process = None

    def _busy(self) -> bool:
        if self._process is None:
            return False
        code = self._process.poll()
        if code is None:
            return True
        _, said = self._process.communicate()
        if code != 0:
            _log.warning(
                "a programme stays interpreted", extra={"because": said.decode()[-2000:].strip()}
            )
        self._process = None
        return False

    def _begin(self, plan: Plan) -> None:
        self._tried.add(plan.key)
        command = [sys.executable, "-m", "xenia.native"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
        assert self._process.stdin is not None
        # The pipe stays open: when it closes, also because this process was killed, the other ends.
        self._process.stdin.write(plan.source.encode() + b"\0")
        self._process.stdin.flush()


def _reason() -> str | None:
    """What would have to be done for programmes to be compiled; None: nothing."""
    if find_spec("numba") is None:
        return "pip install 'xenia[fast]'"
    if os.environ.get("XENIA_COMPILE") == "no":
        return "take XENIA_COMPILE=no away"
    return None


def _plans(space: Space, instant: int) -> Iterator[Plan]:
    for published in space.programmes.values():
        versions = published.timeline.versions
        for version in versions[versions.index(published.timeline.at(instant)) :]:
            yield version.plan


def _taken(plan: Plan) -> bool:
    """Whether the plan runs as machine code now."""
    run = machine(plan)
    if not isinstance(run.steps, Interpreted):
        return True
    from xenia.native.cached import is_compiled

    if not is_compiled(plan):
        return False
    from xenia.native.steps import native_steps

    run.exchange(native_steps(plan))
    return True
