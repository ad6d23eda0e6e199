"""Empties the outbox: of all that was recorded, messages for whoever wants to be told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from psycopg import Connection

from xenia.services.happenings import About, Happening, Json, Levels, Ranks, levels_before
from xenia.services.letters import letters_of
from xenia.services.published import Published, Space, load_space
from xenia.store import deliveries, messages, outbox, webhooks
from xenia.store import programmes as store
from xenia.store.deliveries import New
from xenia.store.outbox import Passed, Recorded, Row
from xenia.store.webhooks import WebhookRow

_ROWS = 8  # of the outbox in one transaction; each tells of a batch of events
_ROWS_UNHEARD = 500  # where nobody wants to be told
_decode = msgspec.json.decode


@dataclass(slots=True)
class Telling:
    """Works on a connection that commits by itself; `clock` says the time in microseconds."""

    connection: Connection[Any]
    clock: Callable[[], int]
    notifiers: Sequence[str] = ()  # by whom members are told
    _known: dict[int, Space] = field(default_factory=dict)

    def run(self) -> Iterator[int]:
        """Empty the outbox of each space, bit by bit: how many rows each time.

        What was taken out is told, and what was not is still there, wherever this stops.  One that
        another process is emptying is left to it.
        """
        for space in outbox.spaces_to_tell(self.connection):
            outbox.enter(self.connection, space)
            while done := self._some(space):
                yield done

    def _some(self, space: int) -> int:
        with self.connection.transaction():
            if not outbox.hold(self.connection, space):
                return 0
            listening = webhooks.listed(self.connection, space)
            heard = bool(listening or self.notifiers)
            rows = outbox.first(self.connection, space, _ROWS if heard else _ROWS_UNHEARD)
            if heard and rows:
                self._tell(space, rows, listening)
            outbox.take_out(self.connection, space, [row.position for row in rows])
        return len(rows)

    def _tell(self, space: int, rows: Sequence[Row], listening: Sequence[WebhookRow]) -> None:
        programmes = look(self.connection, self._known, space)
        wanted = [(one.webhook_id, wants(one.types)) for one in listening]
        new, letters = list[New](), list[messages.New]()
        for row in rows:
            for found in self._found(space, programmes[row.programme_id], row):
                new += [
                    New(found.message_id(name), name, found.type, found.member, found.body)
                    for name, wants_it in wanted
                    if wants_it(found.type)
                ]
                letters += letters_of(found, row, self.notifiers)
            if row.version is not None and not row.withdrawn and self.notifiers:
                at = (space, row.programme_id, row.version)
                messages.announce(self.connection, *at, self.notifiers)
        if new:
            deliveries.add(self.connection, space, new, self.clock())
        if letters:
            messages.add(self.connection, space, letters, self.clock())

    # ---- what rows tell of ---------------------------------------------------------------------

    def _found(self, space: int, published: Published, row: Row) -> Iterator[Happening]:
        if row.version is not None:
            yield from self._version(space, published, row)
        elif row.members is not None:
            for step in outbox.steps(self.connection, space, row):
                yield from self._step(space, published, row, step)
        else:
            for record in outbox.records(self.connection, space, row):
                yield from self._event(space, published, row, record)

    def _event(
        self, space: int, published: Published, row: Row, record: Recorded
    ) -> Iterator[Happening]:
        answer: Json = _decode(record.answer)
        data = {
            "programme": published.name,
            "version": answer["version"],
            "member": record.member,
            "event": {"source": record.source, "id": record.event_id, "type": record.type},
            "sequence": record.seq,
            "occurred_at": answer["occurred_at"],
        }
        key = f"event\0{published.name}\0{record.source}\0{record.event_id}"
        about = About(key, row.recorded_at, record.member, data)
        yield from about.of_event(record.type)

        def levels() -> Levels:
            return self._levels(space, published, record.member, record.seq)

        yield from about.of_effects(
            answer["effects"], answer["wallet"], levels, ranks_of(published, answer["version"])
        )

    def _step(
        self, space: int, published: Published, row: Row, step: Passed
    ) -> Iterator[Happening]:
        data = {
            "programme": published.name,
            "version": step.version,
            "member": step.member,
            "event": None,
            "sequence": step.seq,
        }
        key = f"step\0{published.name}\0{step.member}\0{step.seq}"
        about = About(key, row.recorded_at, step.member, data)

        def levels() -> Levels:
            return self._levels(space, published, step.member, step.seq)

        ranks = ranks_of(published, step.version)
        yield from about.of_effects(_decode(step.effects), {}, levels, ranks)

    def _version(self, space: int, published: Published, row: Row) -> Iterator[Happening]:
        announced = outbox.announcement(self.connection, space, row)
        if announced is not None:
            what = "withdrawal" if row.withdrawn else "version"
            key = f"{what}\0{published.name}\0{row.version}"
            about = About(key, row.recorded_at, None, {"programme": published.name, "member": None})
            found = _decode(announced)
            yield from about.of_withdrawal(found) if row.withdrawn else about.of_version(found)

    def _levels(self, space: int, published: Published, member: str | None, seq: int) -> Levels:
        if member is None:
            return {}
        before = outbox.before(self.connection, space, published.programme_id, member, seq)
        return levels_before(*before)


def look(connection: Connection[Any], known: dict[int, Space], space: int) -> dict[int, Published]:
    """The programmes of a space by their numbers, as they are published by now; what is `known` is
    not read again."""
    row = next(one for one in store.spaces(connection) if one.space_id == space)
    known[space] = load_space(connection, row.name, known=known.get(space))
    return {one.programme_id: one for one in known[space].programmes.values()}


def ranks_of(published: Published, version: int) -> Ranks:
    """The levels of each ladder, the lowest first."""
    tiers = published.versions[version].plan.programme.tiers
    return {name: [*tier.levels] for name, tier in tiers.items()}


def wants(types: Sequence[str]) -> Callable[[str], bool]:
    """Whether an endpoint with these types wants to be told; `points.*` is all that begin so."""
    exact = frozenset(types)
    starts = tuple(one.removesuffix("*") for one in types if one.endswith(".*"))
    return lambda named: not exact or named in exact or named.startswith(starts)
