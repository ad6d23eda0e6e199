"""Whose events are that name somebody who is merged into another member, or what led to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from msgspec import structs
from psycopg import Connection

from xenia.engine.account import Account
from xenia.events.conventions import MERGED_INTO
from xenia.events.model import Enrolment, Event, OfMerge, TakingBack, Transfer
from xenia.services.naming import members_of
from xenia.services.posted import OutdatedError
from xenia.store import merges, taken_back

_AGAIN = 100  # times that somebody was merged who had been merged into


def redirected(connection: Connection[Any], space: int, events: Sequence[Event]) -> list[Event]:
    """The events, those of who is merged as the other's.

    But what takes something back of what was recorded of who is merged, while that rests, is
    theirs: so nothing of it has to be undone.
    """
    named = {who for event in events for who in _named(event)}
    if known := leads(connection, space, named):
        events = [_of(event, known) for event in events]
    backs = [event for event in events if isinstance(event, TakingBack) and _has_one(event)]
    if not backs:
        return [*events]
    keys = {(event.of.source, event.of.id) for event in backs}
    owners = taken_back.owners(connection, space, keys)
    resting = {
        whom: into
        for whom, (into, rests) in merges.leads(connection, space, {*owners.values()}).items()
        if rests
    }
    return [_with_owner(event, owners, resting) for event in events]


def check(accounts: Iterable[Account], events: Iterable[Event]) -> None:
    """Raise OutdatedError where somebody was merged since it was looked up whom events mean."""
    gone = {one.member for one in accounts if MERGED_INTO in one.attributes}
    if gone and gone & members_of(
        event for event in events if not isinstance(event, TakingBack | OfMerge)
    ):
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


def leads(connection: Connection[Any], space: int, named: Collection[str]) -> dict[str, str]:
    """By those who are merged: into whom, in the end."""
    found: dict[str, str] = {}
    asked = {*named}
    for _ in range(_AGAIN):
        new = {whom: into for whom, (into, _) in merges.leads(connection, space, asked).items()}
        if not new:
            break
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
    event: Event, owners: Mapping[tuple[str, str], str], resting: Mapping[str, str]
) -> Event:
    if not isinstance(event, TakingBack):
        return event
    owner = owners.get((event.of.source, event.of.id))
    if owner is not None and resting.get(owner) == event.member:
        return structs.replace(event, member=owner)
    return event
