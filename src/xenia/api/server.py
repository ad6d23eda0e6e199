"""Runs worker processes behind one address, until it is told to stop."""

from __future__ import annotations

import errno
import logging
import os
import socket
import sys
import tempfile
import time
from importlib import import_module
from ipaddress import ip_address
from logging.config import dictConfig

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.api import logs, stopping
from xenia.services.inputs import UnusableError
from xenia.store import keys
from xenia.store.database import Database

_log = logging.getLogger(__name__)

WORKER = "xenia.bootstrap"  # the module that each process loads

_CONNECTIONS = 4096  # of a worker; also those that are idle count
_HEAD_SECONDS = 30  # until a request's head must be there, and for which an idle connection stays
_END_SECONDS = 60  # in which a worker that is to end may answer what it has taken
LEFT_SECONDS = 5.0  # in which workers whose service was killed are gone from their port
_LOOK_SECONDS = 0.05  # between two looks at a port


def address_of(host: str) -> str:
    """The address to listen on.  Raises UnusableError."""
    address = "127.0.0.1" if host == "localhost" else host
    try:
        ip_address(address)
    except ValueError:
        raise UnusableError(f"--host {host}: this is not an address: such as 127.0.0.1") from None
    return address


def require_keys(address: str, connection: Connection[TupleRow]) -> None:
    """Raise UnusableError where others can reach an address, and nobody has a key yet."""
    if not ip_address(address).is_loopback and not keys.in_use(connection):
        raise UnusableError(
            f"--host {address}: there are no keys yet that say who may do what, so only this "
            "machine itself may reach the service: run `xenia key make` first, or leave --host out"
        )


def free_port(host: str, port: int) -> int:
    """The port if it is free, or becomes so; of 0, any that is.  Raises UnusableError.

    Where a service was killed and is started again at once, its workers are still about to end.
    """
    until = time.monotonic() + LEFT_SECONDS
    while True:
        try:
            return _free_port(host, port)
        except _InUseError:
            if time.monotonic() >= until:
                raise
        time.sleep(_LOOK_SECONDS)


class _InUseError(UnusableError):
    """Somebody listens there."""


def _free_port(host: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The workers share their port with whoever asks for it, so that this has to be tried here.
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
            found: int = trial.getsockname()[1]
        except PermissionError:
            raise UnusableError(
                f"port {port} is for the system's own: take one above 1023 with --port"
            ) from None
        except OSError as error:
            if not port:
                raise UnusableError(f"--host {host}: {error.strerror}") from None
            kind = _InUseError if error.errno == errno.EADDRINUSE else UnusableError
            raise kind(
                f"port {port} of {host} cannot be had ({error.strerror}): another program may "
                "listen there; stop it, or take another with --port (0 for any that is free)"
            ) from None
    return found


def run(database: Database, *, host: str, port: int, workers: int) -> None:
    """Serve a database until SIGTERM or SIGINT; what was taken by then is answered first.

    Ends the process with code 1 where workers end one after the other.
    """
    lines = logs.configuration(people=sys.stderr.isatty())
    dictConfig(lines)
    with tempfile.TemporaryDirectory(prefix="xenia-metrics-") as folder:
        # The workers have it from here; a database of our own has no other way to be named.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        os.environ["XENIA_DATABASE_URL"] = database.url
        os.environ["XENIA_WORKERS"] = str(workers)
        # Read once here, shared by all; not before the folder is named, which it asks for.
        import_module(WORKER)
        os.register_at_fork(after_in_child=stopping.hold)
        server = Granian(
            f"{WORKER}:worker",
            factory=True,
            address=host,
            port=port,
            workers=workers,
            interface=Interfaces.RSGI,
            loop=Loops.uvloop,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=_HEAD_SECONDS * 1000),
            websockets=False,
            backpressure=_CONNECTIONS,
            respawn_failed_workers=True,
            workers_kill_timeout=_END_SECONDS,
            log_level=LogLevels.warning,
            log_dictconfig=lines,
        )
        server.serve()
    _log.info("stopped")
