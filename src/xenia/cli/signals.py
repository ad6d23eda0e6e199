"""Ctrl-C and SIGTERM as something to look at between two steps, not something that interrupts."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager

NUMBERS = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """Whether one of them has come.

    A pipe and no threading.Event: a handler that sets an event waits for ever if it comes while the
    event's lock is taken, by the very thread that it interrupts.
    """

    def __init__(self) -> None:
        self._come = False
        self._out, self._in = os.pipe()
        os.set_blocking(self._in, False)

    def is_set(self) -> bool:
        """Whether to end."""
        return self._come

    def wait(self, timeout: float) -> bool:
        """Wait at most so many seconds; whether to end."""
        select.select([self._out], [], [], timeout)
        return self._come

    def set(self) -> None:
        """One has come."""
        if not self._come:
            self._come = True
            os.write(self._in, b".")

    def woken_by_signals(self) -> int:
        """Let every signal write into the pipe as it comes: one that comes just before `wait` would
        else be handled, and so seen, only after it.  What was written into before."""
        return signal.set_wakeup_fd(self._in, warn_on_full_buffer=False)

    def close(self) -> None:
        """Give the pipe back."""
        os.close(self._out)
        os.close(self._in)


@contextmanager
def stopping() -> Iterator[Stop]:
    """Set by Ctrl-C and SIGTERM, which end nothing by themselves in here."""
    stop = Stop()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in NUMBERS}
    woken = stop.woken_by_signals()
    try:
        yield stop
    finally:
        signal.set_wakeup_fd(woken)
        for number, handler in before.items():
            signal.signal(number, handler)
        stop.close()
