"""Corrects what members hold, by one person or, above a limit, by two: one asks, one confirms."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.events.errors import EventError, Unreadable
from xenia.services import told
from xenia.services.answers import Json
from xenia.services.changing import Changing, Done
from xenia.services.correction_problems import (
    OWN_CORRECTION,
    correction_over,
    refused_correction,
    takes_two,
    unknown_correction,
)
from xenia.services.member_problems import erased_member
from xenia.services.merge_shown import refused_of
from xenia.services.problems import Problem, unknown_member, unreadable
from xenia.services.published import Space
from xenia.services.taking import take
from xenia.services.times import utc_text
from xenia.services.watching import Part, Watching
from xenia.store import corrections as store
from xenia.store import drafts, members, personal, staff
from xenia.store.corrections import CorrectionRow
from xenia.store.members import uuid7

Asked = Mapping[str, Any]  # the fields of the event that is asked for

_RANDOM: Final = 10  # bytes of an id
_POINTERS: Final = {"adjustment": "/units", "hold": "/units", "release": "/units", "grant": ""}
_SIGNED: Final = frozenset({"adjustment", "grant"})  # what names who does it
_NOTED: Final = ("type", "currency", "units", "tier", "benefit", "voucher", "until")


def correct(changing: Changing, space: Space, key: str, asked: Asked) -> Done | Problem:
    """Do it, or, where that takes a second person, let it wait for one.

    Either way the programme has to allow it as the member's account is now.
    """
    published = space.published(asked.get("programme"))
    if isinstance(published, EventError):
        return unreadable(Unreadable((published,)))
    event = {**asked, "programme": published.name}
    if event["type"] in _SIGNED:
        event["author"] = changing.actor.name
    if problem := _gone(changing, event["member"]):
        return problem
    seen = _tried(changing, space, key, event)
    if isinstance(seen, Problem):
        return seen
    if seen["waits"] is None:
        watching = Watching(changing, event["member"], [published], [Part.HOLDINGS])
        made = _told(changing, space, key, event)
        if isinstance(made, Problem):
            return made
        watching.note("correction.made", after=_noted(event, made))
        return Done({**_NEW, "state": "made", "why": None, "answer": made}, 201)
    name = uuid7(changing.now, secrets.token_bytes(_RANDOM))
    said = {name: value for name, value in event.items() if name not in ("reason", "member")}
    text = msgspec.json.encode(said).decode()
    row = CorrectionRow(
        *(name, published.name, event["member"], text, event["reason"]),
        *(changing.actor.name, changing.now),
    )
    store.add(changing.connection, changing.space_id, row)
    noted = {"correction": name, "state": "waiting", **_noted(event)}
    changing.note("correction.asked", f"member/{event['member']}", after=noted)
    waits = {"correction": name, "state": "waiting", "why": seen["waits"]}
    return Done({**waits, "answer": seen["answer"]}, 201)


_NEW: Final = {"correction": None}


def confirm(changing: Changing, space: Space, name: str) -> Done | Problem:
    """A second person has it done, now."""
    row = _waiting(changing, name)
    if isinstance(row, Problem):
        return row
    connection, space_id = changing.connection, changing.space_id
    asked, confirms = (
        drafts.behind(connection, space_id, one) for one in (row.asked_by, changing.actor.name)
    )
    if asked == confirms:  # also by a key that they have made
        return OWN_CORRECTION
    if problem := _gone(changing, row.member):
        return problem
    event = {**msgspec.json.decode(row.said), "member": row.member, "reason": row.reason}
    published = space.programmes[row.programme]
    watching = Watching(changing, row.member, [published], [Part.HOLDINGS])
    made = _told(changing, space, f"correction/{name}", event)
    if isinstance(made, Problem):
        return made
    after = {"correction": name, "state": "confirmed", **_noted(event, made)}
    watching.note("correction.confirmed", before={"state": row.state}, after=after)
    return _decided(changing, row, "confirmed")


def decline(changing: Changing, name: str) -> Done | Problem:
    """It is not to be done; whoever asked for it takes it back."""
    row = _waiting(changing, name)
    if isinstance(row, Problem):
        return row
    own = row.asked_by == changing.actor.name
    state = "withdrawn" if own else "declined"
    before, after = {"state": row.state}, {"correction": name, "state": state}
    changing.note(f"correction.{state}", f"member/{row.member}", before=before, after=after)
    return _decided(changing, row, state)


def shown(connection: Connection[TupleRow], space: int, rows: list[CorrectionRow]) -> list[Json]:
    """They as they are told, with the names of staff of whom these are still known."""
    actors = {actor for row in rows for actor in (row.asked_by, row.decided_by) if actor}
    names = staff.names(connection, space, actors)
    return [_shown(row, names) for row in rows]


def _shown(row: CorrectionRow, names: Mapping[str, str]) -> Json:
    said: Json = msgspec.json.decode(row.said)
    return {
        "correction": row.name,
        "programme": row.programme,
        "member": row.member,
        "state": row.state,
        **{part: said.get(part) for part in _NOTED},
        "reason": row.reason,
        "asked_by": row.asked_by,
        "asked_by_name": names.get(row.asked_by),
        "asked_at": utc_text(row.asked_at),
        "decided_by": row.decided_by,
        "decided_by_name": names.get(row.decided_by or ""),
        "decided_at": None if row.decided_at is None else utc_text(row.decided_at),
    }


def _waiting(changing: Changing, name: str) -> CorrectionRow | Problem:
    row = store.one(changing.connection, changing.space_id, name)
    if row is None:
        return unknown_correction(name)
    return row if row.state == "waiting" else correction_over(name, row.state)


def _decided(changing: Changing, row: CorrectionRow, state: str) -> Done:
    by, at = changing.actor.name, changing.now
    store.decide(changing.connection, changing.space_id, row.name, state, by=by, at=at)
    now = row._replace(state=state, decided_by=by, decided_at=at)
    return Done(shown(changing.connection, changing.space_id, [now])[0], about=[row.member])


def _tried(changing: Changing, space: Space, key: str, event: Asked) -> Json | Problem:
    """What would come of it, and why it waits; all is undone again."""
    taken = take(space, {**event, "id": key or "-", "occurred_at": utc_text(changing.now)})
    if isinstance(taken, Unreadable):
        return unreadable(taken)
    waits = takes_two(space.programmes[taken.programme], taken.event)
    if waits is None:
        return {"waits": None}
    with changing.connection.transaction(force_rollback=True):
        answer = _told(changing, space, key, event)
    return answer if isinstance(answer, Problem) else {"waits": waits, "answer": answer}


def _told(changing: Changing, space: Space, key: str, event: Asked) -> Json | Problem:
    """Record it, unless the programme refuses any of it."""
    answer = told.tell(changing, space, key, event["type"], event)
    if isinstance(answer, Problem):
        return answer
    for refusal in answer["refusals"]:
        return refused_correction(_POINTERS[event["type"]], refusal["code"], refusal["text"])
    return answer


def _noted(event: Asked, answer: Json | None = None) -> Json:
    """What the trail says of it: never the reason, which is about a person."""
    said = {part: event[part] for part in _NOTED if event.get(part) is not None}
    if answer is not None:
        said["event"] = {"source": answer["source"], "id": answer["event"]}
    return said


def _gone(changing: Changing, member: str) -> Problem | None:
    if not members.is_known(changing.connection, changing.space_id, member):
        return unknown_member(member)
    if personal.erased_of(changing.connection, changing.space_id, [member]):
        return erased_member(member)
    return refused_of(changing.connection, changing.space_id, member)
