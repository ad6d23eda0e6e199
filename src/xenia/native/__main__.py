"""Compiles the source of a plan into the cache, for a process that has no time for it.

    python -m xenia.native < source

The source ends with a zero byte. Whoever closes the pipe before the end wants it no more.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread, main_thread

from xenia.native.cached import UnwritableCacheError, is_kept, writable_home

_POLITE = 10  # others go first


def main() -> int:
    """0 if the cache has the plan now."""
    # Also where whoever started the service ignores it: `_until_unwanted` ends by it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.nice(_POLITE)
    source = bytearray()
    while not source.endswith(b"\0"):
        part = os.read(sys.stdin.fileno(), 1 << 16)
        if not part:
            return 1
        source += part
    try:
        Thread(target=_until_unwanted, daemon=True).start()
        with _one_at_a_time():
            _compile(source[:-1].decode())
    except UnwritableCacheError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 1
    return 0


def _compile(source: str) -> None:
    if is_kept(source):
        return  # while this one waited
    from xenia.native.machine_code import compile_source

    compile_source(source)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Wait until no other process is in here.

    Several workers of one service begin at once: let one compile, and the others find it done.
    """
    with writable_home().joinpath("compiling").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # given back with the file
        yield


def _until_unwanted() -> None:
    with suppress(OSError):
        os.read(sys.stdin.fileno(), 1)
    # A signal: it also ends waiting for others.
    signal.pthread_kill(main_thread().ident or 0, signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())
