"""Notes of staff about members: for one another, never shown to a till, and erased with whom they
are about."""

from __future__ import annotations

import secrets
from typing import Final

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.services.answers import Json
from xenia.services.changing import Changing, Done
from xenia.services.correction_problems import unknown_note
from xenia.services.problems import Problem, unknown_member
from xenia.services.times import utc_text
from xenia.store import notes as store
from xenia.store import staff
from xenia.store.members import uuid7
from xenia.store.notes import NoteRow

_RANDOM: Final = 10  # bytes of an id


def add(changing: Changing, member: str, text: str) -> Done | Problem:
    """Note something."""
    name = uuid7(changing.now, secrets.token_bytes(_RANDOM))
    row = NoteRow(name, member, text, changing.actor.name, changing.now)
    if not store.add(changing.connection, changing.space_id, row):
        return unknown_member(member)
    personal = {"after": {"text": text}}
    changing.note("note.added", f"member/{member}", after={"note": name}, personal=personal)
    return Done(shown(changing.connection, changing.space_id, [row])[0], 201, about=[member])


def remove(changing: Changing, member: str, note: str) -> Done | Problem:
    """Take a note out.  The trail tells what it said, until its member is erased."""
    text = store.drop(changing.connection, changing.space_id, member, note)
    if text is None:
        return unknown_note(member, note)
    personal = {"before": {"text": text}}
    changing.note("note.removed", f"member/{member}", before={"note": note}, personal=personal)
    return Done({"note": note, "removed": True})


def shown(connection: Connection[TupleRow], space: int, rows: list[NoteRow]) -> list[Json]:
    """Notes as they are told, with the names of who wrote them, as far as these are known."""
    names = staff.names(connection, space, {row.by for row in rows})
    return [
        {
            "note": row.note,
            "member": row.member,
            "text": row.text,
            "by": row.by,
            "name": names.get(row.by),
            "at": utc_text(row.at),
        }
        for row in rows
    ]
