"""Holds the fingerprint of an event against what is kept of all that was sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from msgspec import structs
from psycopg import Connection

from xenia.events.content import fingerprint
from xenia.events.model import Event
from xenia.events.parts import Identifier
from xenia.services.published import Space
from xenia.services.steps import event_of
from xenia.store import households, ledger, merges, personal
from xenia.store import members as persons
from xenia.store.ledger import Step


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent besides the facts, as far as it is kept, and the key of the fingerprints.

    `said` are the personal values of events by source and id, `identifiers` the members'; `given`
    are guests' events that became those of members who have been erased, `others` the ids of
    members who were found to be the same person, and of who ever were of the same household;
    `names` are all that persons of households may have been named by.
    """

    secret: bytes
    said: Mapping[tuple[str, str], str]
    identifiers: Mapping[str, Sequence[Identifier]]
    erased: Collection[str]
    given: Collection[tuple[str, str]] = ()
    others: Mapping[str, Sequence[str]] = field(default_factory=dict)
    names: Mapping[str, Sequence[str | Identifier]] = field(default_factory=dict)

    def check(self, step: Step, event: Event) -> Iterator[tuple[str, str, str]]:
        """Part, stored and folded, where the fingerprint is not that of what was sent; `event` is
        that of the facts.

        Of who has been erased nobody knows what was said, or what they were named by: there it has
        the right length, and no more can be told.
        """
        stored = step.fingerprint
        assert stored is not None, "an event that was folded is there"
        try:
            said = self.said.get((event.source, event.id))
            whole = event if said is None else event_of(step, said)
        except ValueError as error:
            yield "what it said of a person", "something", str(error)
            return
        again = fingerprint(whole, self.secret)
        if len(stored) != len(again):
            yield "fingerprint", f"{len(stored)} bytes", f"{len(again)} bytes"
        elif stored == again or step.event_member in self.erased or _key(step) in self.given:
            return
        elif any(one in self.erased for one in self.others.get(step.event_member or "", ())):
            return  # it may have named who has been erased, and is of their household
        elif all(fingerprint(one, self.secret) != stored for one in self._named(whole)):
            yield "fingerprint", stored.hex(), again.hex()

    def _named(self, event: Event) -> Iterator[Event]:
        """The event with each name, but for the id, that its member may have been sent by."""
        if isinstance(event.member, str):
            for identifier in self.identifiers.get(event.member, ()):
                yield structs.replace(event, member=identifier)
            for other in self.others.get(event.member, ()):
                yield structs.replace(event, member=other)
            if isinstance(event.by, str) and event.by in self.others.get(event.member, ()):
                # Who of a household did it is told by Xenia, where nobody else has told it.
                for name in self.names.get(event.by, ()):
                    yield structs.replace(event, member=name, by=None)


def _key(step: Step) -> tuple[str, str]:
    return step.source or "", step.event_id or ""


def sent_of_members(connection: Connection[Any], space: Space, members: Sequence[str]) -> Sent:
    """For the events of members."""
    persons = {one for pair in _pairs(connection, space, members) for one in pair}
    same = _same(connection, space, sorted({*members, *persons}))
    everybody = sorted({*members, *persons, *same})
    said = personal.said_of(connection, space.space_id, everybody)
    return _sent(connection, space, members, said)


def sent_of_steps(connection: Connection[Any], space: Space, steps: Sequence[Step]) -> Sent:
    """For events of anybody, guests included."""
    keys = [_key(step) for step in steps]
    members = sorted({step.event_member for step in steps if step.event_member is not None})
    sent = _sent(connection, space, members, ledger.said(connection, space.space_id, keys))
    given = personal.claimed_by_erased(connection, space.space_id, keys)
    return replace(sent, given=given) if given else sent


def _sent(
    connection: Connection[Any],
    space: Space,
    members: Sequence[str],
    said: Mapping[tuple[str, str], str],
) -> Sent:
    pairs = _pairs(connection, space, members)
    known = sorted({*members, *(one for pair in pairs for one in pair)})
    same = _same(connection, space, known)
    others = _with_households(same, pairs)
    everybody = sorted({*known, *(one for those in same.values() for one in those)})
    own: dict[str, list[Identifier]] = {}
    for member, kind, value in persons.identifiers_of(connection, space.space_id, everybody):
        own.setdefault(member, []).append(Identifier(kind=kind, value=value))
    identifiers: dict[str, list[Identifier]] = {}
    for member, theirs in own.items():
        for one in (member, *others.get(member, ())):
            identifiers.setdefault(one, []).extend(theirs)
    names: dict[str, list[str | Identifier]] = {}
    for _, person in pairs:
        ids = [person, *same.get(person, ())]
        for one in ids:
            names[one] = [*ids, *(named for name in ids for named in own.get(name, ()))]
    erased = personal.erased_of(connection, space.space_id, known)
    return Sent(space.secret, said, identifiers, erased, others=others, names=names)


def _pairs(
    connection: Connection[Any], space: Space, members: Sequence[str]
) -> list[tuple[str, str]]:
    """Household and person, now or once, of which either is among the members, or is the same
    person as one of them."""
    if not households.any_ever(connection, space.space_id):
        return []
    same = _same(connection, space, members)
    return households.related(connection, space.space_id, {*members, *same})


def _same(
    connection: Connection[Any], space: Space, members: Sequence[str]
) -> dict[str, list[str]]:
    """By members, and by who was found to be the same person as one of them: the others."""
    found: dict[str, list[str]] = {}
    if merges.any_ever(connection, space.space_id):
        for member, other in merges.related(connection, space.space_id, members):
            found.setdefault(member, []).append(other)
            found.setdefault(other, []).append(member)
    return found


def _with_households(
    same: Mapping[str, Sequence[str]], pairs: Sequence[tuple[str, str]]
) -> dict[str, list[str]]:
    """The same, and with each household its persons, with each person their households."""
    found = {member: [*others] for member, others in same.items()}
    for household, person in pairs:
        for one in (person, *same.get(person, ())):
            found.setdefault(household, []).append(one)
            found.setdefault(one, []).append(household)
    return found
