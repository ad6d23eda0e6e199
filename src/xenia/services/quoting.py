"""What would come of events if they were posted now, or had been at an earlier time: the real
decision, of which nothing is recorded."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from psycopg import Connection

from xenia.effects import Outcome
from xenia.engine.giving import basket, taken_off
from xenia.events.model import Event, Purchase
from xenia.services.looking import Looking
from xenia.services.looking_back import LookingBack
from xenia.services.opened import Decided
from xenia.services.posted import Posted
from xenia.services.posting import Batch
from xenia.services.published import Published, Space
from xenia.services.taking import Taken
from xenia.store import quotes
from xenia.store.members import RANDOM, uuid7
from xenia.store.posting import Key, Scope
from xenia.store.quotes import QuoteRow

QUOTED = "quoted"  # where an answer says "recorded"
CODE_NEEDED = "code-needed"  # a note: so much takes a one-time code
_NO_CHANCE: tuple[str, ...] = ()
_json = msgspec.json.Encoder()


class Weighed(NamedTuple):
    """What would come of an event; `decided` is None of one whose stored answer was given."""

    posted: Posted
    decided: Decided | None


@dataclass(frozen=True, slots=True)
class Weighing:
    """Decides over a connection that sees one moment; `now` in microseconds."""

    connection: Connection[Any]
    space: Space
    now: int

    def quoted(self, published: Published, taken: Taken, *, then: int | None = None) -> Weighed:
        """What would come of an event, whether or not it is recorded; `then`: of all that was known
        at that instant.

        Raises OutdatedError, PoisonedError and what psycopg raises.
        """
        scope = Scope(self.space.space_id, published.programme_id)
        known = (self.connection, scope, published, self.now)
        looking = Looking(*known) if then is None else LookingBack(*known, then=then)
        return weighed(looking, self.space, published, [taken])[0]

    def dry(self, published: Published, taken: Sequence[Taken]) -> list[Posted]:
        """What would be answered to events of one programme, in their order, if they were posted.

        Raises as `quoted` does.
        """
        scope = Scope(self.space.space_id, published.programme_id)
        looking = Looking(self.connection, scope, published, self.now, anew=False)
        return [one.posted for one in weighed(looking, self.space, published, taken)]


def weighed(
    looking: Looking, space: Space, published: Published, taken: Sequence[Taken]
) -> list[Weighed]:
    """What would come of events, in their order.  Raises as `Weighing.quoted` does."""
    batch = _Weigh(looking, space, published)
    posted = batch.run(taken)
    return [Weighed(one, batch.decided.get((one.source, one.event))) for one in posted]


class _Weigh(Batch):
    """A batch that keeps what was decided, and says that it was not recorded.

    Chance is asked by nobody: who could ask first would only do what wins.
    """

    def __init__(self, looking: Looking, space: Space, published: Published) -> None:
        super().__init__(looking, space, published)
        self._rows.drawn = _NO_CHANCE
        self._looking = looking
        self.decided: dict[Key, Decided] = {}

    def _told(self, one: Decided, *, trace: bool) -> str:
        event = self._shown(one.event)
        self.decided[event.source, event.id] = one._replace(event=event)
        return super()._told(one, trace=trace)

    def _shown(self, event: Event) -> Event:
        """The event; of somebody who has no id yet, as nobody's."""
        if event.member in self._looking.strangers:
            return msgspec.structs.replace(event, member=None)
        return event

    def _answer(self, event: Event, outcome: Outcome) -> str:
        writer = self._published.versions[outcome.version].writer
        if self._guarding is not None and (event.source, event.id) in self._guarding.needing:
            outcome = msgspec.structs.replace(outcome, notes=(*outcome.notes, CODE_NEEDED))
        shape = writer.answer(self._shown(event), outcome)
        return _json.encode(msgspec.structs.replace(shape, status=QUOTED)).decode()


# ---- quotes --------------------------------------------------------------------------------------

HOLDS = 30 * 60_000_000  # microseconds for which a quote's prices are kept


@dataclass(frozen=True, slots=True)
class Quote:
    """The answer of each programme, as JSON; `id` None: there are no prices to be kept."""

    answers: tuple[str, ...]
    id: str | None = None
    until: int | None = None


def quote(weighing: Weighing, taken: Sequence[Taken], *, then: int | None = None) -> Quote:
    """What would come of an event, by each programme for which it was `taken`, with reasons.

    What its rules take off a member's basket is kept for a purchase that names the quote; `then`
    (microseconds): as of that instant, of which nothing is kept.  Raises as `Weighing.quoted` does.
    """
    space, now = weighing.space, weighing.now
    name, until, kept = uuid7(now, secrets.token_bytes(RANDOM)), now + HOLDS, False
    answers = []
    for item in taken:
        published = space.programmes[item.programme]
        found = weighing.quoted(published, item, then=then)
        answers.append(found.posted.answer or "")
        row = None if then is not None else _row(published, found.decided, name, now)
        if row is not None:
            quotes.add(weighing.connection, space.space_id, row)
            kept = True
    return Quote(tuple(answers), name, until) if kept else Quote(tuple(answers))


def _row(published: Published, one: Decided | None, name: str, now: int) -> QuoteRow | None:
    if one is None or not isinstance(one.event, Purchase) or one.outcome.payable is None:
        return None
    event = one.event
    if one.outcome.record is None or not isinstance(event.member, str):
        return None
    given = _json.encode(taken_off(one.outcome.payable)).decode()
    known = (name, published.programme_id, event.member, now, now + HOLDS)
    return QuoteRow(*known, basket(event), given)


_KEPT = 7 * 86_400_000_000  # microseconds after its end, for purchases that are told late
_AT_ONCE = 10_000


def forget_quotes(connection: Connection[Any], now: int) -> None:
    """Delete the quotes that nobody will name any more."""
    while quotes.forget(connection, now - _KEPT, _AT_ONCE) == _AT_ONCE:
        pass
