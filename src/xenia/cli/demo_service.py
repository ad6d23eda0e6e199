"""Runs the service for the demonstration, and stops it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from xenia.services.inputs import UnusableError
from xenia.services.sending import Address
from xenia.store.database import Database

WORKERS = 2
_SECONDS = 60.0  # in which a service that was told to stop has stopped
_LOOK = 0.05  # seconds between looks whether one that has been started listens


@contextmanager
def serving(database: Database, log: Path) -> Iterator[Address]:
    """`xenia serve` on a free port of this machine, while in here; it logs to a file.

    Raises UnusableError where it ends before it can be reached.
    """
    command = [sys.executable, "-m", "xenia.cli", "serve", "--port", "0"]
    with log.open("wb") as errors:
        service = subprocess.Popen(
            [*command, "--workers", str(WORKERS)],
            env={**os.environ, "XENIA_DATABASE_URL": database.url},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            # Ctrl-C is for the demonstration, which then stops it.
            start_new_session=True,
        )
    assert service.stdout is not None, "it has a pipe"
    try:
        yield _reached(service, service.stdout, log)
    finally:
        service.terminate()
        try:
            service.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            service.kill()
            service.wait()
        with suppress(OSError):
            service.stdout.close()


def _reached(service: subprocess.Popen[str], said: IO[str], log: Path) -> Address:
    """Where it listens, once it does."""
    for line in said:
        if found := re.search(r"http://([\d.]+):(\d+)", line):
            address = Address(found[1], int(found[2]))
            while service.poll() is None:
                with suppress(ConnectionRefusedError), socket.create_connection(address):
                    return address
                time.sleep(_LOOK)
    raise UnusableError(f"the service has not started: {log} says why")
