"""Asks a shop over HTTP for what it did not send along; never an address inside our own network."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlsplit

SECONDS = 8.0  # for one answer
MOST = 4 * 2**20  # bytes of it
_NOT_THERE = 404
_FINE = 200


class NotFetched(Exception):  # noqa: N818 - it is named after what it says
    """The shop gave no answer that can be used; the message says why."""


class Asks(Protocol):
    """What fetches from a shop."""

    def fetch(self, base: str, path: str, headers: Mapping[str, str]) -> bytes | None:
        """What is at a path below a base; None: no such thing.  Raises NotFetched."""


class Http:
    """Asks over the network.  `inside` lets it ask addresses that are not public, for tests."""

    def __init__(self, *, inside: bool = False, seconds: float = SECONDS) -> None:
        self._inside, self._seconds = inside, seconds

    def fetch(self, base: str, path: str, headers: Mapping[str, str]) -> bytes | None:
        """What is at a path below a base; None: no such thing.  Raises NotFetched."""
        asked = urlsplit(f"{base.rstrip('/')}/{path}")
        host = asked.hostname or ""
        where = f"{asked.path}?{asked.query}" if asked.query else asked.path
        try:
            connection = self._connected(asked.scheme, host, asked.port)
            try:
                connection.request("GET", where, headers={"host": asked.netloc, **headers})
                answer = connection.getresponse()
                body = answer.read(MOST + 1)
            finally:
                connection.close()
        except (OSError, http.client.HTTPException, ValueError) as trouble:
            raise NotFetched(f"{host} gave no answer ({type(trouble).__name__})") from None
        if answer.status == _NOT_THERE:
            return None
        if answer.status != _FINE:  # nor is anywhere else asked where it points to
            raise NotFetched(f"{host} answered {answer.status} to {asked.path}")
        if len(body) > MOST:
            raise NotFetched(f"{host} answered more than {MOST:,} bytes to {asked.path}")
        return body

    def _connected(self, scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
        """A connection to an address that was looked at: it is not looked up again."""
        if scheme != "https" and not self._inside:
            raise NotFetched(f"{host} is only asked by https")
        number = port or (443 if scheme == "https" else 80)
        address = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0][4][0]
        if not self._inside and not ip_address(address).is_global:
            raise NotFetched(f"{host} is an address inside of our own network")
        made = http.client.HTTPConnection(host, number, timeout=self._seconds)
        plain = socket.create_connection((str(address), number), self._seconds)
        if scheme == "https":
            context = ssl.create_default_context()
            made.sock = context.wrap_socket(plain, server_hostname=host)
        else:
            made.sock = plain
        return made
