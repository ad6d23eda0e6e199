"""Enrols members, changes what is known of them, and gives them cards: each by an event."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from xenia.events.errors import EventError, Unreadable
from xenia.services import told
from xenia.services.changing import Changing, Done
from xenia.services.member_problems import (
    already_a_member,
    ambiguous_member,
    erased_member,
    identifier_taken,
    not_joined,
    refused_claim,
)
from xenia.services.merge_shown import refused_of
from xenia.services.problems import Problem, unknown_member, unreadable
from xenia.services.published import Published, Space
from xenia.services.sweeping import account_of
from xenia.services.watching import Part, Watching, parts_of
from xenia.store import accounts, members, personal
from xenia.store.members import uuid7
from xenia.store.posting import Scope

Asked = Mapping[str, Any]  # the fields of an event, but for what names it

_RANDOM = 10  # bytes of an id
_NOT_JOINED = "not-a-member"
_PARTS = {"card": [Part.IDENTIFIERS], "leave": [Part.HOLDINGS]}  # else by what is said
# What of an event of a person leads to whoever it is of: then all of the write is refused.
_POINTERS = {"identifiers": "/identifiers", "card": "/card"}


def enrol(changing: Changing, space: Space, key: str, asked: Asked) -> Done | Problem:
    """Make somebody a member of a programme, by an id, by what leads to them, or as a new one."""
    published = space.published(asked.get("programme"))
    if isinstance(published, EventError):
        return unreadable(Unreadable((published,)))
    found = _whom(changing, asked)
    if isinstance(found, Problem):
        return found
    member = found or uuid7(changing.now, secrets.token_bytes(_RANDOM))
    if problem := _gone(changing, member):
        return problem
    if _has_joined(changing, published, member):
        return already_a_member(member)
    new = found is None
    return _told(
        changing, space, key, "enrolment", {**asked, "member": member}, status=201, new=new
    )


def change(changing: Changing, space: Space, key: str, member: str, asked: Asked) -> Done | Problem:
    """Change what a member's profile says, their consents, and what leads to them."""
    return _of_known(changing, space, key, "profile", {**asked, "member": member})


def card(changing: Changing, space: Space, key: str, member: str, asked: Asked) -> Done | Problem:
    """Give a member a card, block or replace one, or take it away."""
    return _of_known(changing, space, key, "card", {**asked, "member": member})


def leave(changing: Changing, space: Space, key: str, member: str, asked: Asked) -> Done | Problem:
    """Let a member leave a programme: all that they hold ends."""
    return _of_known(changing, space, key, "leave", {**asked, "member": member})


def _of_known(
    changing: Changing, space: Space, key: str, kind: str, asked: Asked
) -> Done | Problem:
    member: str = asked["member"]
    if not members.is_known(changing.connection, changing.space_id, member):
        return unknown_member(member)
    return _gone(changing, member) or _told(changing, space, key, kind, asked)


def _whom(changing: Changing, asked: Asked) -> str | Problem | None:
    """The member who is meant; None: somebody new."""
    member: str | None = asked.get("member")
    given = {(kind, value) for kind, value in (asked.get("identifiers") or {}).items() if value}
    found = members.known(changing.connection, changing.space_id, given)
    owners = {f"/identifiers/{kind}": owner for (kind, _), owner in sorted(found.items())}
    if member is not None:
        for pointer, owner in owners.items():
            if owner != member:
                return identifier_taken(pointer, owner)
        return member
    if len(set(owners.values())) > 1:
        return ambiguous_member(owners)
    return next(iter(owners.values()), None)


def _gone(changing: Changing, member: str) -> Problem | None:
    gone = personal.erased_of(changing.connection, changing.space_id, [member])
    if gone:
        return erased_member(member)
    return refused_of(changing.connection, changing.space_id, member)


def _has_joined(changing: Changing, published: Published, member: str) -> bool:
    scope = Scope(changing.space_id, published.programme_id)
    row = accounts.account(changing.connection, scope, member)
    return row is not None and account_of(published, row).enrolled


def _told(
    changing: Changing,
    space: Space,
    key: str,
    kind: str,
    asked: Asked,
    *,
    status: int = 200,
    new: bool = False,
) -> Done | Problem:
    """Record it, unless what leads to the member is refused; `new`: nobody is known by this id."""
    member: str = asked["member"]
    published = space.published(asked.get("programme"))
    if isinstance(published, EventError):
        return unreadable(Unreadable((published,)))
    watching = Watching(changing, member, [published], _PARTS.get(kind) or parts_of(asked), new=new)
    answer = told.tell(changing, space, key, kind, asked)
    if isinstance(answer, Problem):
        return answer
    if _NOT_JOINED in answer.get("notes", ()):
        return not_joined(member)
    for refusal in answer["refusals"]:
        if refusal["claim"] in _POINTERS:
            return _refused(changing, member, refusal, asked)
    said = sorted(name for name in asked if name not in ("member", "occurred_at"))
    event = {"source": answer["source"], "id": answer["event"]}
    action = f"member.{kind}" if kind != "card" else f"member.card.{asked['action']}"
    joins = {"enrolled": {published.name: False}} if kind == "enrolment" else {}
    joined = {"enrolled": {published.name: True}} if kind == "enrolment" else {}
    watching.note(action, before=joins, after={"said": said, "event": event, **joined})
    return Done({"member": member, "answer": answer}, status)


def _refused(changing: Changing, member: str, refusal: Asked, asked: Asked) -> Problem:
    code, pointer, kind = refusal["code"], _POINTERS[refusal["claim"]], refusal["subject"]
    if code == "erased-member":
        return erased_member(member)
    if code != "identifier-taken":
        new = asked.get("new") is not None and code in ("card-taken", "already-yours")
        return refused_claim(code, "/new" if new else pointer, refusal["text"])
    named = (kind, asked["identifiers"][kind])
    other = members.known(changing.connection, changing.space_id, [named]).get(named, "")
    return identifier_taken(f"{pointer}/{kind}", other)
