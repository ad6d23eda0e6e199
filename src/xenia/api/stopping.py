"""The signals that end a process, which must not be lost while it starts."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def ending() -> Iterator[None]:
    """In here they end the process as if its work were done, until a server takes them over."""
    before = {number: signal.signal(number, _end) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def hold() -> None:
    """Keep the signals for `release`: an event loop that does not run yet would drop them."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)


def release(loop: asyncio.AbstractEventLoop) -> None:
    """Let the signals through as soon as the loop runs.

    Threads made until then never see them: they are the loop's alone.
    """
    loop.call_soon(signal.pthread_sigmask, signal.SIG_UNBLOCK, SIGNALS)
