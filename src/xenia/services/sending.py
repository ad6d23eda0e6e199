"""Sends events to a running service, many a request over several connections."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from http.client import HTTPConnection, HTTPException
from queue import Queue
from threading import Thread
from typing import Any, Generic, NamedTuple, TypeVar
from zlib import crc32

import msgspec

from xenia.events.conventions import Conventions
from xenia.events.model import Event, member_name
from xenia.events.write import write_event
from xenia.services.answers import Json
from xenia.services.inputs import UnusableError

CONNECTIONS = 4
AT_ONCE = 200  # events in a request
_AHEAD = 4  # requests that may wait for each connection
_SECONDS = 60.0  # for one answer
_TRIES = 20

E = TypeVar("E", bound=Event)
_encoder = msgspec.json.Encoder()
_decode = msgspec.json.Decoder().decode


class Address(NamedTuple):
    """Where a service listens."""

    host: str
    port: int


class Answered(NamedTuple, Generic[E]):
    """An event, and what the service answered: an answer, or a problem, which has a `code`."""

    event: E
    answer: Json


def send(
    address: Address, events: Iterable[E], conventions: Conventions
) -> Iterator[list[Answered[E]]]:
    """Send events and yield their answers, some at a time.

    A member's events keep their order, as they all take one connection.  Raises UnusableError where
    the service cannot be reached, or refuses a request as a whole.
    """
    given: list[Queue[list[E] | None]] = [Queue(_AHEAD) for _ in range(CONNECTIONS)]
    answers: Queue[list[Answered[E]] | Exception | None] = Queue()
    senders = [
        Thread(target=_sender, args=(address, queue, answers, conventions), daemon=True)
        for queue in given
    ]
    feeder = Thread(target=_feed, args=(events, given, answers), daemon=True)
    for thread in (*senders, feeder):
        thread.start()
    ended = 0
    while ended < CONNECTIONS:
        found = answers.get()
        if isinstance(found, Exception):
            raise found
        if found is None:
            ended += 1
        else:
            yield found


def _feed(events: Iterable[E], given: Sequence[Queue[list[E] | None]], answers: Queue[Any]) -> None:
    """Deal the events out to the connections."""
    try:
        waiting: list[list[E]] = [[] for _ in given]
        for event in events:
            name = member_name(getattr(event, "member", None)) or event.id
            place = crc32(name.encode()) % len(given)
            waiting[place].append(event)
            if len(waiting[place]) == AT_ONCE:
                given[place].put(waiting[place])
                waiting[place] = []
        for queue, rest in zip(given, waiting, strict=True):
            if rest:
                queue.put(rest)
            queue.put(None)
    except Exception as error:  # noqa: BLE001 - it is raised by whoever takes the answers
        answers.put(error)


def _sender(
    address: Address,
    given: Queue[list[E] | None],
    answers: Queue[Any],
    conventions: Conventions,
) -> None:
    connection = HTTPConnection(*address, timeout=_SECONDS)
    try:
        while (batch := given.get()) is not None:
            lines = b"\n".join(
                [_encoder.encode(write_event(event, conventions)) for event in batch]
            )
            told = [_decode(line) for line in _posted(connection, lines).splitlines()]
            pairs = zip(batch, told, strict=True)
            answers.put([Answered(event, answer) for event, answer in pairs])
        answers.put(None)
    except Exception as error:  # noqa: BLE001 - it is raised by whoever takes the answers
        answers.put(error)
    finally:
        connection.close()


def _posted(connection: HTTPConnection, lines: bytes) -> bytes:
    """The answers, a line each; a service that is busy is asked again."""
    trouble = ""
    for _ in range(_TRIES):
        try:
            head = {"Content-Type": "application/x-ndjson"}
            connection.request("POST", "/v1/events", lines, head)
            response = connection.getresponse()
            body = response.read()
        except (OSError, HTTPException) as error:
            connection.close()
            trouble, pause = str(error) or type(error).__name__, 1.0
        else:
            if response.status == 200:
                return body
            trouble = f"{response.status} {body.decode('utf-8', 'replace')[:300]}"
            if response.status != 503:
                break
            pause = float(response.headers.get("Retry-After", "1"))
        time.sleep(pause)
    raise UnusableError(f"http://{connection.host}:{connection.port}: {trouble}")
