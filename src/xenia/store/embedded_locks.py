"""Locks between processes: an open file holds one, so the kernel frees it however they end."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAUSE = 0.01  # seconds between two tries


class Lock:
    """One opening of a lock file.

    Two openings exclude one another, also within a process. What inherits the open file (a program
    that is started with it) holds the lock, too, until the last of them has ended.
    """

    def __init__(self, path: Path, owner: tuple[int, int] | None = None) -> None:
        """Open the file, which is made if it is missing; `owner`: a user's and a group's number."""
        flags = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            self.file = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            self.file = os.open(path, flags)
        else:
            if owner is not None:
                os.fchown(self.file, *owner)

    def take(self, *, shared: bool = False, seconds: float = 0) -> bool:
        """Take the lock, and wait for it at most so long; whether that was possible."""
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        end = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(self.file, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= end:
                    return False
                time.sleep(PAUSE)
            else:
                return True

    def close(self) -> None:
        """Give the lock back, unless something that inherited it still holds it."""
        if self.file >= 0:
            os.close(self.file)
            self.file = -1


@contextmanager
def opened(path: Path, owner: tuple[int, int] | None = None) -> Iterator[Lock]:
    """A lock that is closed afterwards; it has not been taken yet."""
    lock = Lock(path, owner)
    try:
        yield lock
    finally:
        lock.close()
