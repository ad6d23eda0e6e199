"""Sends a request, again where it may have been lost, and reads the answer."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Protocol, Self, TypeVar
from urllib.parse import quote, quote_plus, urlsplit
from uuid import uuid4

import msgspec

from xenia.client import shapes

T = TypeVar("T")

TRIES = 5
SECONDS = 30.0  # for one answer
_AGAIN = frozenset({408, 409, 429, 502, 503, 504})  # what may go well the next time
_LOST = (OSError, HTTPException)
_PLAIN = re.compile("[A-Za-z0-9_~-][A-Za-z0-9_.~-]*")  # what stands in an address as it is


class ProblemError(Exception):
    """The service has not done what was asked; `problem.code` says why, `problem.detail` what to do
    about it, and `retry_after` when it may be worth trying again, in seconds."""

    def __init__(self, problem: shapes.Problem, retry_after: int | None = None) -> None:
        super().__init__(f"{problem.code}: {problem.detail}")
        self.problem, self.retry_after = problem, retry_after


@dataclass(frozen=True, slots=True)
class Reply:
    """What the service has said; the names of `head` in small letters."""

    status: int
    head: Mapping[str, str]
    body: bytes

    @property
    def retry_after(self) -> int | None:
        """When it may be worth trying again, in seconds, if it says so."""
        said = self.head.get("retry-after", "")
        return int(said) if said.isdecimal() else None


class Way(Protocol):
    """How requests reach a service."""

    def send(self, method: str, address: str, body: bytes | None, head: Mapping[str, str]) -> Reply:
        """What is answered.  Raises OSError where nothing is."""

    def close(self) -> None:
        """Give back what it holds."""


class Connection:
    """One connection to a service at `url`; what is lost is sent again, `tries` times in all."""

    def __init__(self, url: str, *, tries: int = TRIES, seconds: float = SECONDS) -> None:
        """Raises ValueError for a `url` that is none."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.hostname is None:
            raise ValueError(f'"{url}" is no address of a service: write http://HOST:PORT')
        make = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = make(parts.hostname, parts.port, timeout=seconds)
        self._before = parts.path.rstrip("/")
        self._tries = tries

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def send(self, method: str, address: str, body: bytes | None, head: Mapping[str, str]) -> Reply:
        """The answer to the last of so many tries."""
        for number in range(1, self._tries + 1):
            last = number == self._tries
            try:
                self._connection.request(method, f"{self._before}{address}", body, dict(head))
                response = self._connection.getresponse()
                found = response.read()
            except _LOST as error:
                self._connection.close()  # the next try makes a new one
                if last:
                    raise _unreachable(error) from error
                _wait(number, None)
                continue
            told = {name.lower(): value for name, value in response.getheaders()}
            reply = Reply(response.status, told, found)
            if last or response.status not in _AGAIN:
                return reply
            _wait(number, reply.retry_after)
        raise AssertionError("there is one try at least")


class Sender:
    """One connection to a service at `url`, such as `http://127.0.0.1:8080`, with a key.

    A request whose answer is lost is sent again, `tries` times in all, with the same ids: the
    service does nothing twice.  It is not to be used by two threads at once.
    """

    def __init__(
        self,
        url: str | Way,
        key: str | None = None,
        *,
        tries: int = TRIES,
        seconds: float = SECONDS,
    ) -> None:
        """`url` may be another way to a service than a connection.  Raises ValueError for a `url`
        that is none."""
        self._way: Way = (
            Connection(url, tries=tries, seconds=seconds) if isinstance(url, str) else url
        )
        self._head = {} if key is None else {"authorization": f"Bearer {key}"}

    def close(self) -> None:
        """Give the connection back."""
        self._way.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- what calls are made of ------------------------------------------------------------------

    def _ask(
        self,
        method: str,
        path: str,
        answer: type[T],
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        key: str | None = None,
        head: Mapping[str, str | None] | None = None,
    ) -> T:
        """What is answered, as `answer` has it, or the bytes.  Raises ProblemError and OSError."""
        asked = {
            name: _written(value) for name, value in (query or {}).items() if value is not None
        }
        said = "&".join(f"{name}={in_query(value)}" for name, value in asked.items())
        address = f"{path}?{said}" if said else path
        data = None if body is None else msgspec.json.encode(body)
        sent = dict(self._head)
        sent |= {name: value for name, value in (head or {}).items() if value is not None}
        if data is not None:
            sent["content-type"] = "application/json"
        if key is not None:
            sent["idempotency-key"] = key
        reply = self._way.send(method, address, data, sent)
        if reply.status >= 400:
            raise ProblemError(_problem(reply.status, reply.body), reply.retry_after)
        if answer is bytes:
            return reply.body  # type: ignore[return-value]
        return msgspec.json.decode(reply.body, type=answer)

    @staticmethod
    def _path(form: str, **places: str) -> str:
        """The address with values in its places."""
        return form.format(**{name: placed(value) for name, value in places.items()})

    @staticmethod
    def _key(given: str | None) -> str:
        """The Idempotency-Key of a write: one of its own, if none is given."""
        return given or str(uuid4())


def _unreachable(error: Exception) -> OSError:
    return error if isinstance(error, OSError) else OSError(f"the answer broke off: {error!r}")


def _wait(number: int, said: int | None) -> None:
    """As long as the service says, or twice as long as the last time."""
    time.sleep(min(0.05 * 2**number, 5.0) if said is None else float(said))


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _problem(status: int, body: bytes) -> shapes.Problem:
    """What is wrong; also where something between here and the service has answered."""
    try:
        return msgspec.json.decode(body, type=shapes.Problem)
    except msgspec.DecodeError:
        said = body[:200].decode(errors="replace")
        return shapes.Problem(
            type="about:blank",
            title="No answer of the service",
            status=status,
            code="no-problem-document",
            detail=f"HTTP {status}: {said}",
            errors=(),
            request_id="",
        )


def placed(value: str) -> str:
    """A value in an address: what would take part in taking it apart is encoded twice."""
    if _PLAIN.fullmatch(value):
        return value
    once = value.replace("%", "%25").replace("/", "%2F")
    return quote(once.replace(".", "%2E") if once in (".", "..") else once, safe="")


def in_query(value: str) -> str:
    """A name or a value behind the question mark of an address."""
    return value if _PLAIN.fullmatch(value) else quote_plus(value)
