"""`POST /v1/events`: reads what is sent, has it posted and answers, with nothing in between."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from xenia.api.arriving import Arriving
from xenia.api.desks import Desks
from xenia.api.handover import Handover, Posts
from xenia.api.metrics import Metrics
from xenia.api.rsgi import Exchange, Headers, Scope
from xenia.api.sent import Form, Wishes, sent, wishes
from xenia.api.weighing import Weighs, unpublished
from xenia.events.errors import Unreadable
from xenia.events.model import TYPE_NAMES
from xenia.services.access import STAFF_TYPES, Actor
from xenia.services.access import Scope as Allowed
from xenia.services.correction_problems import needs_second, recorded
from xenia.services.poster import UNAVAILABLE, NotPosted, QueueFull, Result
from xenia.services.problems import (
    DATABASE_UNAVAILABLE,
    INTERNAL_ERROR,
    QUEUE_FULL,
    Problem,
    different_content,
    in_the_future,
    method_not_allowed,
    not_allowed,
    unreadable,
)
from xenia.services.published import Space
from xenia.services.taking import Taken, take

AHEAD = 5  # minutes that the clock of a till may be ahead of ours
_NONE = Wishes()
_AT_ONCE = 32  # events that are read before others have their turn

JSON, LINES = "application/json", "application/x-ndjson"


class Reply:
    """What is answered to a request: `body` is its text, and `kind` its content type; `dry`:
    nothing was recorded."""

    __slots__ = ("body", "dry", "kind")

    def __init__(self, body: str, kind: str = JSON) -> None:
        self.body, self.kind, self.dry = body, kind, False


def now() -> int:
    """Microseconds since 1970-01-01 UTC."""
    return time.time_ns() // 1000


@dataclass(frozen=True, slots=True)
class Taking:
    """How the events of one request are read: in which space, by whom, at which instant."""

    space: Space
    wishes: Wishes
    staff: bool  # whether what only staff does may be told
    now: int

    def take(self, text: bytes) -> Taken | Problem:
        """An event, or why it cannot be recorded."""
        found = self.look(text)
        return found.why if isinstance(found, Alone) else found

    def look(self, text: bytes) -> Taken | Problem | Alone:
        """The same, where one person alone may have told of it before."""
        taken = take(self.space, text, trace=self.wishes.trace, staff=self.staff)
        if isinstance(taken, Unreadable):
            return unreadable(taken)
        if taken.event.occurred_at > self.now + AHEAD * 60_000_000:
            return in_the_future(AHEAD)
        if not self.staff and TYPE_NAMES[type(taken.event)] in STAFF_TYPES:
            return not_allowed(Allowed.STAFF)
        why = needs_second(self.space, taken)
        return taken if why is None else Alone(taken, why)


@dataclass(frozen=True, slots=True)
class Alone:
    """What takes a second person, if it was not recorded before: why it is refused then."""

    taken: Taken
    why: Problem


class Events:
    """Takes the events of all spaces."""

    def __init__(
        self,
        handover: Handover,
        arriving: Arriving,
        metrics: Metrics,
        desks: Desks,
        *,
        weighs: Weighs,
        clock: Callable[[], int] = now,
    ) -> None:
        self._handover, self._arriving = handover, arriving
        self._metrics, self._desks, self._clock = metrics, desks, clock
        self._weighs = weighs

    async def reply(
        self, scope: Scope, head: Headers, exchange: Exchange, actor: Actor, request_id: str
    ) -> Reply | Problem:
        """What is answered to a request of somebody for this address."""
        if scope.method != "POST":
            return method_not_allowed("POST")
        if not actor.may(Allowed.EVENTS):
            return not_allowed(Allowed.EVENTS)
        asked = _NONE
        if scope.query_string:
            found = wishes(parse_qsl(scope.query_string, keep_blank_values=True))
            if isinstance(found, Problem):
                return found
            asked = found
        body = await self._arriving.body(head, exchange)
        if isinstance(body, Problem):
            return body
        try:
            reply = await self._answered(head, body, actor, asked, request_id)
        finally:
            self._arriving.release(len(body))
        if asked.dry_run and isinstance(reply, Reply):
            reply.dry = True
        return reply

    async def _answered(
        self, head: Headers, body: bytes, actor: Actor, asked: Wishes, request_id: str
    ) -> Reply | Problem:
        found = sent(head.get("content-type"), head.get("content-encoding"), body)
        if isinstance(found, Problem):
            return found
        poster = self._desks.desk(actor.space_id)
        if poster is None:
            return DATABASE_UNAVAILABLE
        taking = Taking(poster.space, asked, actor.may(Allowed.STAFF), self._clock())
        if found.form is Form.ONE:
            return await self._one(poster, found.texts[0], taking)
        texts = await self._several(poster, found.texts, taking, request_id)
        if isinstance(texts, Problem):
            return texts
        if found.form is Form.ARRAY:
            return Reply(f"[{','.join(texts)}]")
        return Reply("".join([f"{text}\n" for text in texts]), LINES)

    async def _one(self, poster: Posts, text: bytes, taking: Taking) -> Reply | Problem:
        (taken,) = await self._taken(taking, [text])
        if isinstance(taken, Problem):
            return taken
        results = await self._results(poster, (taken,), taking)
        if isinstance(results, Problem):
            return results
        answer = _answer(results[0])
        return answer if isinstance(answer, Problem) else Reply(answer)

    async def _several(
        self, poster: Posts, texts: Sequence[bytes], taking: Taking, request_id: str
    ) -> list[str] | Problem:
        """The answer or the problem of each, in their order."""
        found = await self._taken(taking, texts)
        taken = [item for item in found if isinstance(item, Taken)]
        results = await self._results(poster, taken, taking) if taken else []
        if isinstance(results, Problem):
            return results
        if results and all(result is UNAVAILABLE for result in results):
            return DATABASE_UNAVAILABLE
        left = iter(results)
        answers = [item if isinstance(item, Problem) else _answer(next(left)) for item in found]
        return [
            self._refused(item, request_id) if isinstance(item, Problem) else item
            for item in answers
        ]

    async def _taken(self, taking: Taking, texts: Sequence[bytes]) -> list[Taken | Problem]:
        """Each event, or why it cannot be recorded: as the programmes are known, and where one is
        not, as they are published now."""
        found: list[Taken | Problem | Alone] = []
        for place, text in enumerate(texts, start=1):
            found.append(taking.look(text))
            if place % _AT_ONCE == 0:
                await asyncio.sleep(0)
        if any(unpublished(item) for item in found):
            fresh = await self._weighs.fresh(taking.space)
            for place, text in enumerate(texts):
                if unpublished(found[place]):
                    found[place] = (
                        fresh
                        if isinstance(fresh, Problem)
                        else replace(taking, space=fresh).look(text)
                    )
        return await self._with_second(taking.space, found)

    async def _with_second(
        self, space: Space, found: Sequence[Taken | Problem | Alone]
    ) -> list[Taken | Problem]:
        """They, but what takes a second person only where it was recorded before."""
        alone = [item.taken for item in found if isinstance(item, Alone)]
        if not alone:
            return [item for item in found if not isinstance(item, Alone)]
        there = await self._weighs.run(space, lambda reads, space: recorded(reads, space, alone))
        told: list[Taken | Problem] = []
        for item in found:
            if not isinstance(item, Alone):
                told.append(item)
            elif isinstance(there, Problem):
                told.append(there)
            else:
                told.append(item.taken if item.taken.key in there else item.why)
        return told

    async def _results(
        self, poster: Posts, taken: Sequence[Taken], taking: Taking
    ) -> list[Result] | Problem:
        if taking.wishes.dry_run:
            return await self._weighs.dry(taking.space, taken, taking.now)
        try:
            return await self._handover.submit(poster, taken)
        except QueueFull:
            return QUEUE_FULL

    def _refused(self, problem: Problem, request_id: str) -> str:
        self._metrics.problem(problem.code)
        return problem.body(request_id).decode()


def _answer(result: Result) -> str | Problem:
    """What an event is answered with, as JSON."""
    if isinstance(result, NotPosted):
        return DATABASE_UNAVAILABLE if result is UNAVAILABLE else INTERNAL_ERROR
    if result.answer is None:
        return different_content(result.source, result.event)
    return result.answer
