"""Ends a worker whose parent has been killed: nobody else would."""

from __future__ import annotations

import os
import signal
import threading
import time

PAUSE = 1.0  # seconds
PATIENCE = 15.0  # seconds in which what is being answered may come to its end


def watch(parent: int) -> None:
    """From now on, end this process soon after it is no longer the child of `parent`."""
    threading.Thread(target=_watch, args=(parent,), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    # A poll, because no signal and no pipe tells it on every system, whatever else was forked.
    while os.getppid() == parent:
        time.sleep(PAUSE)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)
