"""What is known of a person: what leads to them, what their profile says, and their consents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.events.values import IDENTIFIERS
from xenia.events.write import write_attribute
from xenia.services import households
from xenia.services.answers import Json
from xenia.services.member_problems import ambiguous_member
from xenia.services.merge_shown import of_member
from xenia.services.problems import Problem
from xenia.services.published import Published, Space
from xenia.services.times import utc_text
from xenia.store import accounts, identifiers, members, merges, personal, persons
from xenia.store.persons import Person
from xenia.store.posting import Scope

Reads = Connection[TupleRow]


def known(reads: Reads, space: int, member: str) -> Json:
    """What is known of a member beside what they hold."""
    (person,) = persons.persons(reads, space, [member])
    return {
        **shown(person),
        "identifiers": [
            {"kind": one.kind, "value": one.value, "blocked": one.blocked, "since": at(one.since)}
            for one in identifiers.listed(reads, space, member)
        ],
        "consents": standing_consents(reads, space, member),
        **of_member(reads, space, member),
        **households.of_member(reads, space, member),
    }


def shown(person: Person) -> Json:
    """Somebody, without anything that tells who they are."""
    return {
        "member": person.member,
        "since": at(person.since),
        "erased_at": None if person.erased is None else at(person.erased),
    }


def at(instant: int) -> str:
    """An instant as it is told where no programme's zone is meant."""
    return utc_text(instant)


def programmes_of(reads: Reads, space: Space, member: str) -> list[Published]:
    """The programmes in which something has happened to a member."""
    by_id = {one.programme_id: one for one in space.programmes.values()}
    theirs = accounts.programmes_of(reads, space.space_id, member, by_id)
    return [one for number, one in by_id.items() if number in theirs]


def attributes(reads: Reads, published: Published, scope: Scope, member: str, now: int) -> Json:
    """What a member's profile says, by the attributes that a programme has now."""
    timeline = published.timeline
    rules = published.versions[timeline.at(now).version].conventions.attributes(of_member=True)
    said: dict[str, Any] = {}
    row = accounts.account(reads, scope, member)
    if row is not None:
        said |= msgspec.json.decode(row.attributes)
    for text in personal.personal_of(reads, scope.space_id, [member]).values():
        said |= msgspec.json.decode(text)
    return {name: write_attribute(said[name], rule) for name, rule in rules.items() if name in said}


# ---- consents ------------------------------------------------------------------------------------


def consents(reads: Reads, space: int, member: str) -> Iterator[Json]:
    """All that a member has said of consents, the oldest first."""
    theirs = merges.absorbed(reads, space, member)
    spoken = [one for name in (member, *theirs) for one in persons.spoken(reads, space, name)]
    for event in sorted(spoken, key=lambda one: one.occurred_at) if theirs else spoken:
        for item in msgspec.json.decode(event.facts).get("consents", ()):
            said: Mapping[str, Any] = {"purpose": item} if isinstance(item, str) else item
            yield {
                "purpose": said["purpose"],
                "channel": said.get("channel"),
                "given": said.get("given", True),
                "text": said.get("text"),
                "source": said.get("source"),
                "at": at(said.get("at", event.occurred_at)),
                "event": {"source": event.source, "id": event.event_id},
            }


def standing_consents(reads: Reads, space: int, member: str) -> list[Json]:
    """The last word of a member on each purpose and channel, also where that is a no."""
    last: dict[tuple[str, str | None], Json] = {}
    for said in sorted(consents(reads, space, member), key=lambda one: one["at"]):
        last[said["purpose"], said["channel"]] = said
    return sorted(last.values(), key=lambda one: (one["purpose"], one["channel"] or ""))


# ---- finding -------------------------------------------------------------------------------------


def found(reads: Reads, space: int, named: Mapping[str, str]) -> list[Person] | Problem:
    """The member to whom all of these lead, by kind; none, if any leads to nobody.

    Under `identifier` it may be of any kind.  A problem where they lead to several.
    """
    leads: dict[str, str] = {}
    for kind, value in sorted(named.items()):
        kinds = IDENTIFIERS if kind == "identifier" else (kind,)
        owners = identifiers.led_to(reads, space, value, kinds)
        if not owners:
            return []
        leads |= {f"?{kind}" if not n else f"?{kind}#{n}": one for n, one in enumerate(owners)}
    if len(set(leads.values())) > 1:
        return ambiguous_member(leads)
    return persons.persons(reads, space, sorted(set(leads.values())))


def is_known(reads: Reads, space: int, member: str) -> bool:
    """Whether anything was ever recorded of a member with this id."""
    return members.is_known(reads, space, member)
