"""Records what shops send: each order once, what comes back of it after it, and keeps what cannot
be used until somebody looks or what it waits for has come."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.connectors.inbound import Refused, Skipped
from xenia.effects import Remains
from xenia.engine.remains import part
from xenia.events.errors import Unreadable
from xenia.events.facts import read_facts
from xenia.events.model import Event, Line, Purchase, Return
from xenia.services.changing import Changing
from xenia.services.coming_back import Bought, lowered, parts, unknown
from xenia.services.connections import Means, Whole, read_whole
from xenia.services.poster import UNAVAILABLE, NotPosted, Result
from xenia.services.published import UNPUBLISHED, Space, load_space
from xenia.services.taking import Taken, take
from xenia.services.times import utc_text
from xenia.store import connections as store
from xenia.store.connections import ConnectionRow, DeliveryRow, RecordedRow
from xenia.store.posting import Scope

KEPT_DAYS = 30
_DAY = 86_400_000_000  # microseconds
_AHEAD = 5 * 60_000_000  # microseconds that a shop's clock may be ahead of ours

Json = dict[str, Any]
Status = Literal["recorded", "skipped", "waiting", "kept", "gone"]
Post = Callable[[Taken], Result]


class PostingAway(Exception):  # noqa: N818 - a state of the service, not a mistake
    """Events cannot be posted now: the same delivery may come again."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A delivery whose signature is good, with what the shop was asked for besides."""

    topic: str
    body: bytes
    fetched: Mapping[str, bytes | None]
    kept: bytes | None = None  # its digest, where it is kept

    def digest(self, secret: bytes) -> bytes:
        """What is the same for the same delivery."""
        return self.kept or hmac.digest(secret, self.topic.encode() + b"\0" + self.body, sha256)


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a delivery: the ids of what is recorded, and why not all of it is; `delivery`
    is the number under which it is kept."""

    status: Status
    events: tuple[str, ...] = ()
    pointer: str = ""
    code: str = ""
    reason: str = ""
    delivery: int | None = None


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Why an event is not recorded; `waits_for` an order that is not recorded yet."""

    pointer: str
    code: str
    reason: str
    waits_for: str | None = None


@dataclass(slots=True)
class Receiving:
    """What deliveries of one shop are recorded with; `now` in microseconds."""

    connection: Connection[TupleRow]
    space: Space
    row: ConnectionRow
    post: Post
    means: Means
    now: int
    _bought: list[str] = field(default_factory=list)
    _events: list[str] = field(default_factory=list)

    def receive(self, arrived: Arrived, read: Whole) -> Received:
        """Record a delivery, and those that have waited for it.

        What is posted stays, whatever becomes of the rest: the same delivery again finds it.
        Raises PostingAway, CannotSeal and what psycopg raises.
        """
        name = self.row.connection_id
        with self.connection.transaction():
            if not store.hold(self.connection, self.space.space_id, name):
                return Received("gone")
            found = self._one(arrived, read)
            for order in [*self._bought]:
                self._awaited(order)
            before = self.now - KEPT_DAYS * _DAY
            store.forget(self.connection, self.space.space_id, name, before=before)
        return found

    def _one(self, arrived: Arrived, read: Whole) -> Received:
        self._events = []
        trouble = self._trouble(read)
        digest = arrived.digest(self.space.secret)
        known = (self.space.space_id, self.row.connection_id)
        if trouble is None:
            store.done(self.connection, *known, digest)
            if isinstance(read, Skipped):
                return Received("skipped", reason=read.why)
            return Received("recorded", tuple(self._events))
        kept = DeliveryRow(
            delivery_id=0,
            connection_id=self.row.connection_id,
            digest=digest,
            topic=arrived.topic,
            body=arrived.body.decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}"),
            fetched={
                path: None if body is None else body.decode(errors="replace")
                for path, body in arrived.fetched.items()
            },
            waits_for=trouble.waits_for,
            pointer=trouble.pointer,
            code=trouble.code,
            reason=trouble.reason,
            times=1,
            received_at=self.now,
        )
        number = store.keep(self.connection, self.space.space_id, kept, now=self.now)
        status: Status = "kept" if trouble.waits_for is None else "waiting"
        why = (trouble.pointer, trouble.code, trouble.reason)
        return Received(status, tuple(self._events), *why, number)

    def _awaited(self, order: str) -> None:
        """Take up what has waited for an order."""
        known = (self.space.space_id, self.row.connection_id)
        for row in store.waiting(self.connection, *known, order):
            arrived, read = reread(row, self.row, self.means)
            self._one(arrived, read)

    # ---- its events --------------------------------------------------------------------------

    def _read(self, event: Json) -> Taken | Unreadable:
        """An event, perhaps of a programme that was published since the space was loaded."""
        taken = take(self.space, event)
        if isinstance(taken, Unreadable) and taken.errors[0].code == UNPUBLISHED:
            self.space = load_space(self.connection, self.space.name, known=self.space)
            return take(self.space, event)
        return taken

    def _trouble(self, read: Whole) -> _Trouble | None:
        """Record events in their order, up to the first that cannot be; one that waits holds up
        none behind it."""
        if isinstance(read, Refused):
            return _Trouble(read.pointer, read.code, read.text)
        if isinstance(read, Skipped):
            return None
        waits = None
        for event in read.events:
            trouble = self._take(event)
            if trouble is not None and trouble.waits_for is None:
                return trouble
            waits = waits or trouble
        return waits

    def _take(self, event: Json) -> _Trouble | None:
        if "of" in event:
            return self._take_back(event)
        known = self._recorded(event["id"])
        if known is None:
            return self._posted(event)
        if event["type"] == "purchase":
            return self._again(event, known)
        return None

    def _recorded(self, name: str) -> RecordedRow | None:
        return store.recorded(self.connection, self.space.space_id, self.source, name)

    @property
    def source(self) -> str:
        """The source of the shop's events."""
        return f"{self.row.kind}/{self.row.name}"

    def _take_back(self, event: Json) -> _Trouble | None:
        """What comes back is of whoever has the purchase, who may have claimed it since."""
        order = event["of"]["id"]
        known = self._recorded(order)
        if known is None:
            sentence = f'the order "{order}" is not recorded yet: this waits for it'
            return _Trouble("", "unknown-purchase", sentence, waits_for=order)
        # Whatever the shop is connected to by now.
        event = {**event, "programme": known.programme}
        bought = self._bought_in(order, known)
        found = self._lowered(event, bought) if "amount" in event else parts(event, bought)
        if isinstance(found, _Trouble):
            return found
        for one in found:
            if self._recorded(one["id"]) is None:
                trouble = self._posted(one)
                if trouble is not None:
                    return trouble
        line = unknown(event, bought)
        if line is None:
            return None
        sentence = f'the order "{order}" has no line "{line}" yet: this waits until it is added'
        return _Trouble("", "unknown-line", sentence, waits_for=order)

    def _lowered(self, event: Json, bought: Sequence[Bought]) -> list[Json] | _Trouble:
        """The returns of an amount; the order's own is the last, and tells that all are recorded.

        What was recorded of it when the process ended in between is not spread again.
        """
        said = event.pop("currency", None)
        taken = self._read(event)
        if isinstance(taken, Unreadable):
            return _unreadable(taken)
        assert isinstance(taken.event, Return), "it was told as one"
        versions = self.space.programmes[taken.programme].versions
        conventions = next(iter(versions.values())).conventions
        if said not in (None, conventions.money):
            sentence = f"{said} was given back, and {conventions.money} is counted"
            return _Trouble("", "other-money", sentence)
        # A shop that could not be asked for the lines of a refund has told of its sum.
        whole = self._back(event["id"].rpartition("/")[0])
        if self._recorded(event["id"]) is not None or (whole is not None and whole.amount):
            return []
        left, rest = taken.event.amount or 0, []
        for one in bought:
            back = self._back(one.named(event))
            if back is None:
                rest.append(one)
            else:
                left -= back.amount or 0
        if left <= 0 and len(rest) < len(bought):
            return []
        return lowered(event, rest, left, conventions.money_decimals)

    def _back(self, name: str) -> Return | None:
        """A return that is recorded."""
        row = self._recorded(name)
        event = None if row is None else _facts(row, self.source, name)
        return event if isinstance(event, Return) else None

    def _bought_in(self, order: str, known: RecordedRow) -> list[Bought]:
        """The purchases that an order has become, and what is left of them."""
        prefix = f"{order}/added/"
        ids = [order, *store.added(self.connection, self.space.space_id, self.source, prefix)]
        scope = Scope(self.space.space_id, known.programme_id)
        rests = store.remains(self.connection, scope, self.source, ids)
        found = []
        for name in ids:
            row = known if name == order else self._recorded(name)
            lines = () if row is None else _lines(row, self.source, name)
            left = {line.id: line.amount for line in lines}
            if name in rests:
                kept = msgspec.json.decode(rests[name], type=Remains).lines
                left = {
                    line.id: part(rest, rest.amount) for line, rest in zip(lines, kept, strict=True)
                }
            named = name.removeprefix(prefix) if name != order else ""
            found.append(Bought(name, named, None if row is None else row.member_id, left))
        return found

    def _again(self, event: Json, known: RecordedRow) -> _Trouble | None:
        """An order that is recorded already: lines that were added to it are purchases of their
        own; what was taken from it comes back by refunds."""
        event = {**event, "programme": known.programme}
        taken = self._read(event)
        if isinstance(taken, Unreadable):
            return _unreadable(taken)
        assert isinstance(taken.event, Purchase), "it was told as one"
        before = {line.id: line for line in _lines(known, self.source, event["id"])}
        now = {line.id: line for line in taken.event.lines}
        for name, line in before.items():
            other = now.get(name)
            if other is None or (other.quantity, other.amount) != (line.quantity, line.amount):
                sentence = (
                    f'the line "{name}" of the order "{event["id"]}" is not as it was recorded: '
                    "record what has changed as a return or an adjustment, then discard this"
                )
                return _Trouble("/lines", "different-content", sentence)
        whose = {} if known.member_id is None else {"member": known.member_id}
        bare = {name: value for name, value in event.items() if name not in _OF_ALL_LINES}
        for line in event["lines"]:
            name = f"{event['id']}/added/{line['id']}"
            if line["id"] not in before and self._recorded(name) is None:
                more = {**bare, **whose, "id": name, "lines": [line]}
                trouble = self._posted(more)
                if trouble is not None:
                    return trouble
        self._bought.append(event["id"])
        return None

    def _posted(self, event: Json) -> _Trouble | None:
        taken = self._read(event)
        if isinstance(taken, Unreadable):
            return _unreadable(taken)
        if taken.event.occurred_at > self.now + _AHEAD:
            return _Trouble("", "in-the-future", "it has not happened yet: compare the clocks")
        result = self.post(taken)
        if result is UNAVAILABLE:
            raise PostingAway
        if isinstance(result, NotPosted):
            sentence = "a fault of this service, which is in its logs: replay this once it is gone"
            return _Trouble("", "internal-error", sentence)
        if result.answer is None:
            sentence = f'"{event["id"]}" is recorded with other content'
            return _Trouble("", "different-content", sentence)
        self._events.append(event["id"])
        if event["type"] == "purchase":
            self._bought.append(event["id"])
        return None


# What an order has once: by a receipt that several purchases have none is claimed.
_OF_ALL_LINES = frozenset({"charges", "payment", "member", "receipt"})


def _lines(known: RecordedRow, source: str, order: str) -> tuple[Line, ...]:
    """The lines of a purchase as it was recorded."""
    event = _facts(known, source, order)
    return event.lines if isinstance(event, Purchase) else ()


def _facts(known: RecordedRow, source: str, name: str) -> Event:
    """An event as it was recorded, but for its time."""
    return read_facts(
        known.type,
        known.facts,
        id=name,
        source=source,
        member=known.member_id,
        occurred_at=0,
        schema=known.schema,
    )


def _unreadable(found: Unreadable) -> _Trouble:
    first = found.errors[0]
    return _Trouble(first.pointer, first.code, first.text)


def reread(row: DeliveryRow, shop: ConnectionRow, means: Means) -> tuple[Arrived, Whole]:
    """A delivery that was kept, read anew.  Raises CannotSeal."""
    fetched = {path: None if body is None else body.encode() for path, body in row.fetched.items()}
    body = row.body.encode()
    if not body:
        erased = Refused("", "erased", "whom it was about has been erased, and with them its body")
        return Arrived(row.topic, body, fetched, row.digest), erased
    read = read_whole(shop, means, row.topic, body, fetched)
    return Arrived(row.topic, body, fetched, row.digest), read


def replay(receiving: Receiving, changing: Changing, delivery: int) -> Received | None:
    """Take up a delivery that is kept, and note that; None if it is not.

    Raises as `Receiving.receive` does.
    """
    row = receiving.row
    kept = store.delivery(changing.connection, row.space_id, row.connection_id, delivery)
    if kept is None:
        return None
    found = receiving.receive(*reread(kept, row, receiving.means))
    after = {"delivery": str(delivery), "status": found.status}
    changing.note("delivery.replayed", f"connection/{row.connection_id}", after=after)
    return found


def shown(row: DeliveryRow) -> Json:
    """A delivery that is kept, as it is shown: without its body."""
    return {
        "delivery": str(row.delivery_id),
        "topic": row.topic,
        "waits_for": row.waits_for,
        "pointer": row.pointer,
        "code": row.code,
        "reason": row.reason,
        "times": row.times,
        "received_at": utc_text(row.received_at),
    }


def told(found: Received) -> Json:
    """What became of a delivery, as it is answered."""
    known = msgspec.to_builtins(found)
    assert isinstance(known, dict), "it is a dataclass"
    number = None if found.delivery is None else str(found.delivery)
    return {**known, "delivery": number}
