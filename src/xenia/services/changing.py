"""A write beside events: once for each key of its sender, with its answer and its trail, or not at
all."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from psycopg import Connection, errors
from psycopg.rows import TupleRow

from xenia.services.access import Actor
from xenia.services.member_problems import PUBLISHED_MEANWHILE
from xenia.services.posted import NotPublishedError, OutdatedError
from xenia.services.problems import Problem, different_request, still_running
from xenia.store import changes
from xenia.store.changes import Write

KEPT_DAYS = 30  # for which the same write gets the same answer
_WAIT = "100ms"  # for another transaction with the same key

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Done:
    """What a write is answered with; `once` is shown in the first answer only, and not kept;
    `about` are those of whom it says what is personal: it is kept until they are erased."""

    body: Any
    status: int = 200
    once: Mapping[str, Any] | None = None
    about: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as JSON; `replayed`: it was given before."""

    status: int
    body: bytes
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Changing:
    """A write that is being done: its transaction, who does it, and when (microseconds)."""

    connection: Connection[TupleRow]
    actor: Actor
    now: int
    request_id: str | None = None

    @property
    def space_id(self) -> int:
        """The space in which something is changed."""
        return self.actor.space_id

    def note(
        self,
        action: str,
        about: str,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        personal: Mapping[str, Any] | None = None,
    ) -> None:
        """Note what is changed in the trail; see `store.changes.note`."""
        changes.note(
            self.connection,
            self.space_id,
            self.actor.name,
            action,
            about,
            now=self.now,
            before=before,
            after=after,
            personal=personal,
            request=self.request_id,
        )


Work = Callable[[Changing], Done | Problem]


class _Undone(Exception):  # noqa: N818 - not an error: it takes the transaction back
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def changed(
    changing: Changing, key: str, request: bytes, secret: bytes, work: Work, *, dry_run: bool
) -> Answer | Problem:
    """Do a write, unless it was done before under this key; then its answer.

    `request` is all that was asked for, and `secret` keys its fingerprint.  With `dry_run` all is
    done and undone again, and nothing is kept.  A problem changes nothing.
    """
    write = Write(changing.space_id, changing.actor.name, key)
    fingerprint = hmac.digest(secret, request, "sha256")
    try:
        with changing.connection.transaction(force_rollback=dry_run):
            before = _claimed(changing, write, fingerprint)
            if before is not None:
                if before.fingerprint != fingerprint:
                    return different_request(key)
                return Answer(before.status, before.answer.encode(), replayed=True)
            done = work(changing)
            if isinstance(done, Problem):
                raise _Undone(done)
            kept = _encode(done.body).decode()
            changes.answer(changing.connection, write, done.status, kept, done.about)
    except errors.LockNotAvailable:
        return still_running(key)
    except NotPublishedError:
        raise  # it says what is wrong, where it is still not there when it is tried again
    except OutdatedError:
        return PUBLISHED_MEANWHILE
    except _Undone as undone:
        return undone.problem
    once = {} if dry_run else done.once  # what was undone has no secret
    shown = {**done.body, **once} if once else done.body
    return Answer(done.status, _encode(shown))


def _claimed(changing: Changing, write: Write, fingerprint: bytes) -> changes.Answered | None:
    """What was answered before; None: nothing, and nobody else does it now."""
    connection = changing.connection
    connection.execute(f"set local lock_timeout = '{_WAIT}'".encode())
    before = changes.claim(connection, write, fingerprint, changing.now)
    connection.execute("set local lock_timeout to default")
    return before
