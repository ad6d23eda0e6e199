"""Sends one request to somebody else's program: within a time, to an address that was looked at,
and nowhere else."""

from __future__ import annotations

import io
import socket
import ssl
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

from xenia.connectors.addresses import AddressError, Resolve, Target, reachable, target_of

SECONDS = 15.0  # from the first look at the name to the end of the answer
SHOWN = 500  # bytes of an answer that are kept
_LONGEST_WAIT = 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: a status, or else why there is none (`error`); `retry_after` in seconds."""

    status: int | None
    error: str | None
    text: str
    milliseconds: int
    retry_after: int | None = None

    @property
    def good(self) -> bool:
        """Whether it was taken."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends requests; `allowed` are machines that may be reached though they are not public."""

    allowed: Collection[str] = ()
    seconds: float = SECONDS
    resolve: Resolve | None = None
    clock: Callable[[], float] = time.monotonic

    def post(self, url: str, head: Mapping[str, str], body: bytes) -> Reply:
        """Post a body.  What goes wrong is told in the reply.  A redirection is not followed."""
        began = self.clock()
        try:
            target = target_of(url, self.allowed)
            status, text, wait = self._exchange(target, head, body, began + self.seconds)
        except AddressError as error:
            return self._failed(began, str(error))
        except TimeoutError:
            return self._failed(began, f"no answer within {self.seconds:g} seconds")
        except ssl.SSLError as error:
            return self._failed(began, f"TLS: {error.reason or error}")
        except (OSError, HTTPException) as error:
            return self._failed(began, (f"{type(error).__name__}: {error}")[:200])
        return Reply(status, None, text, self._since(began), wait)

    def _failed(self, began: float, error: str) -> Reply:
        return Reply(None, error, "", self._since(began))

    def _since(self, began: float) -> int:
        return int((self.clock() - began) * 1000)

    def _exchange(
        self, target: Target, head: Mapping[str, str], body: bytes, until: float
    ) -> tuple[int, str, int | None]:
        timed = self._connected(target, until)
        try:
            connection = HTTPConnection(target.host, target.port)
            connection.sock = timed
            connection.request("POST", target.path, body, {**head, "Host": target.named})
            response = connection.getresponse()
            text = (
                response.read(SHOWN)
                .decode("utf-8", "replace")
                .replace("\0", "\N{REPLACEMENT CHARACTER}")
            )
            return response.status, text, _seconds(response.getheader("Retry-After"))
        finally:
            timed.end()

    def _connected(self, target: Target, until: float) -> _Timed:
        last: OSError = TimeoutError()
        for address in reachable(target, self.allowed, self.resolve):
            left = until - self.clock()
            if left <= 0:
                break
            try:
                plain = socket.create_connection((address, target.port), timeout=left)
            except OSError as error:
                last = error
                continue
            return self._secured(plain, target, until)
        raise last

    def _secured(self, plain: socket.socket, target: Target, until: float) -> _Timed:
        if target.scheme == "http":
            return _Timed(plain, until, self.clock)
        try:
            plain.settimeout(max(until - self.clock(), 0.001))
            secured = ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
        except BaseException:
            plain.close()
            raise
        return _Timed(secured, until, self.clock)


class _Timed:
    """A connection that ends at a time, however slowly something comes: a socket's own limit would
    begin again with each byte.  `close` is for who may still read from it; `end` is for good."""

    def __init__(self, connection: socket.socket, until: float, clock: Callable[[], float]) -> None:
        self._connection, self._until, self._clock = connection, until, clock

    def sendall(self, data: Any) -> None:
        self.limited().sendall(data)

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        return io.BufferedReader(_Reading(self))

    def close(self) -> None:
        """Nothing: an answer that is read to its end ends it."""

    def end(self) -> None:
        self._connection.close()

    def limited(self) -> socket.socket:
        """The connection, for what is left of its time.  Raises TimeoutError."""
        left = self._until - self._clock()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection


class _Reading(io.RawIOBase):
    """What comes over a connection."""

    def __init__(self, timed: _Timed) -> None:
        super().__init__()
        self._timed = timed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._timed.limited().recv_into(buffer)


def _seconds(named: str | None) -> int | None:
    """How long to wait, where an answer says so in seconds."""
    text = (named or "").strip()
    return (
        min(int(text), _LONGEST_WAIT)
        if text.isascii() and text.isdigit() and len(text) < 10
        else None
    )
