"""Whose events are that name somebody who is merged into another member, or what led to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from msgspec import structs
from psycopg import Connection

from xenia.engine.account import Account
from xenia.events.conventions import MERGED_INTO
from xenia.events.model import Enrolment, Event, OfMerge, TakingBack, Transfer
from xenia.services.naming import members_of
from xenia.services.posted import OutdatedError
from xenia.store import merges, taken_back


class Leading(Protocol):
    """What knows who is another member by now, as soon as it knows that anybody is."""

    @property
    def merges(self) -> bool:
        """Whether it knows that anybody was ever merged."""

    def leads(self, names: Collection[str], *, done: bool = False) -> Mapping[str, str]:
        """See `leads`."""


def redirected(connection: Connection[Any], space: int, events: Sequence[Event]) -> list[Event]:
    """The events, those of who is merged as the other's.

    But what takes something back of what was recorded of who is merged, while that rests, is
    theirs, also of what came to them by merges that are done: so nothing of it has to be undone.
    """
    named = {who for event in events for who in _named(event)}
    if known := leads(connection, space, named):
        events = [_of(event, known) for event in events]
    backs = [event for event in events if isinstance(event, TakingBack) and _has_one(event)]
    if not backs:
        return [*events]
    keys = {(event.of.source, event.of.id) for event in backs}
    owners = taken_back.owners(connection, space, keys)
    came = leads(connection, space, {*owners.values()}, done=True)
    has = {key: came.get(owner, owner) for key, owner in owners.items()}
    resting = {
        whom: into
        for whom, (into, rests) in merges.leads(connection, space, {*has.values()}).items()
        if rests
    }
    return [_with_owner(event, has, resting) for event in events]


def check(books: Leading, accounts: Iterable[Account], events: Collection[Event]) -> None:
    """Raise OutdatedError where somebody was merged since it was looked up whom events mean, be it
    as theirs or to whom they give, or, of what takes something back, where that rests no more.  By
    now the accounts are locked."""
    gone = {one.member for one in accounts if MERGED_INTO in one.attributes}
    if not gone:
        return
    those = [one for one in events if not isinstance(one, TakingBack | OfMerge)]
    if any(who in gone for one in those for who in _named(one)):
        raise OutdatedError
    backs = gone & members_of(one for one in events if isinstance(one, TakingBack))
    if backs and (not books.merges or books.leads(backs, done=True)):
        raise OutdatedError


def _named(event: Event) -> Iterable[str]:
    other = _other(event)
    yield from (who for who in (event.member, other) if isinstance(who, str))


def _other(event: Event) -> object:
    if isinstance(event, Transfer):
        return event.to
    return event.referred_by if isinstance(event, Enrolment) else None


def _has_one(event: Event) -> bool:
    return isinstance(event.member, str)


def leads(
    connection: Connection[Any], space: int, named: Collection[str], *, done: bool = False
) -> dict[str, str]:
    """By those who are merged: into whom, in the end; or as far as that is `done`."""
    found: dict[str, str] = {}
    asked = {*named}
    while asked:
        found_now = merges.leads(connection, space, asked)
        new = {whom: into for whom, (into, rests) in found_now.items() if not (done and rests)}
        found |= new
        asked = {*new.values()} - found.keys()
    return {whom: _last(found, whom) for whom in found}


def _last(found: Mapping[str, str], whom: str) -> str:
    while whom in found:
        whom = found[whom]
    return whom


def _of(event: Event, leads: Mapping[str, str]) -> Event:
    changed: dict[str, Any] = {}
    if isinstance(event.member, str) and event.member in leads:
        changed["member"] = leads[event.member]
    other = _other(event)
    if isinstance(other, str) and other in leads:
        changed["to" if isinstance(event, Transfer) else "referred_by"] = leads[other]
    if isinstance(event, OfMerge):
        return event
    return structs.replace(event, **changed) if changed else event


def _with_owner(
    event: Event, has: Mapping[tuple[str, str], str], resting: Mapping[str, str]
) -> Event:
    if not isinstance(event, TakingBack):
        return event
    owner = has.get((event.of.source, event.of.id))
    if owner is not None and resting.get(owner) == event.member:
        return structs.replace(event, member=owner)
    return event
