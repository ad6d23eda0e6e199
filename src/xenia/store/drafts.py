"""Drafts of programmes, as they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow, class_row

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"
_COLUMNS = f"""
    draft_id, position, programme, document, revision, authors,
    {_MICROSECONDS.format("created_at")} as created_at,
    {_MICROSECONDS.format("changed_at")} as changed_at,
    approved_revision, approved_versions, approved_by,
    {_MICROSECONDS.format("approved_at")} as approved_at, published_version,
    submitted_revision, submitted_by,
    {_MICROSECONDS.format("submitted_at")} as submitted_at,
    sent_back_by, sent_back_note,
    {_MICROSECONDS.format("sent_back_at")} as sent_back_at
"""
_OF = f"select {_COLUMNS} from draft where space_id = %(space)s and draft_id = %(draft)s"
_PAGE = f"""
    select {_COLUMNS} from draft
    where space_id = %(space)s and position < coalesce(%(before)s, position + 1)
        and (%(programme)s::text is null or programme = %(programme)s)
        and (published_version is null or not %(unpublished)s)
    order by draft.position desc
    limit %(limit)s
"""
_ADD = f"""
    insert into draft (space_id, draft_id, programme, document, revision, authors, created_at,
                       changed_at)
    values (%(space)s, %(draft)s, %(programme)s, %(document)s, 1, %(authors)s,
            {_AT.format("%(now)s")}, {_AT.format("%(now)s")})
"""
_REPLACE = f"""
    update draft
    set programme = %(programme)s, document = %(document)s, revision = revision + 1,
        authors = %(authors)s, changed_at = {_AT.format("%(now)s")}
    where space_id = %(space)s and draft_id = %(draft)s
"""
_APPROVE = f"""
    update draft
    set approved_revision = revision, approved_versions = %(versions)s, approved_by = %(by)s,
        approved_at = {_AT.format("%(now)s")}
    where space_id = %(space)s and draft_id = %(draft)s
"""
_SUBMIT = f"""
    update draft
    set submitted_revision = revision, submitted_by = %(by)s,
        submitted_at = {_AT.format("%(now)s")},
        sent_back_by = null, sent_back_at = null, sent_back_note = null
    where space_id = %(space)s and draft_id = %(draft)s
"""
_SEND_BACK = f"""
    update draft
    set submitted_revision = null, approved_revision = null, sent_back_by = %(by)s,
        sent_back_at = {_AT.format("%(now)s")}, sent_back_note = %(note)s
    where space_id = %(space)s and draft_id = %(draft)s
"""
_PUBLISHED = """
    update draft set published_version = %(version)s
    where space_id = %(space)s and draft_id = %(draft)s
"""
_DROP = "delete from draft where space_id = %(space)s and draft_id = %(draft)s"
# Keys that were made with a key count as whoever made the first of them.
_BEHIND = """
    with recursive maker as (
        select %(actor)s::text as name, 0 as step
        union all
        select api_key.created_by, maker.step + 1
        from maker
        join api_key on api_key.space_id = %(space)s and maker.name = 'key/' || api_key.key_id
        where api_key.created_by like '%%/%%' and maker.step < 100
    )
    select name from maker order by step desc limit 1
"""
_FOUR_EYES = "select four_eyes from space where space_id = %(space)s"
_SET_FOUR_EYES = "update space set four_eyes = %(wanted)s where space_id = %(space)s"


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft; instants in microseconds since 1970-01-01 UTC.

    It is approved where `approved_revision` is `revision`; `approved_versions` is how many versions
    of the programme there were then. It is submitted where `submitted_revision` is `revision`.
    """

    draft_id: str
    position: int
    programme: str | None
    document: str
    revision: int
    authors: Sequence[str]
    created_at: int
    changed_at: int
    approved_revision: int | None
    approved_versions: int | None
    approved_by: str | None
    approved_at: int | None
    published_version: int | None
    submitted_revision: int | None
    submitted_by: str | None
    submitted_at: int | None
    sent_back_by: str | None
    sent_back_note: str | None
    sent_back_at: int | None


def draft(connection: Connection[TupleRow], space: int, name: str) -> DraftRow | None:
    """A draft as it stands."""
    return _one(connection, _OF, space, name)


def hold(connection: Connection[TupleRow], space: int, name: str) -> DraftRow | None:
    """The same, and nobody else changes it until the transaction ends."""
    return _one(connection, f"{_OF} for update", space, name)


def _one(connection: Connection[TupleRow], query: str, space: int, name: str) -> DraftRow | None:
    with connection.cursor(row_factory=class_row(DraftRow)) as cursor:
        return cursor.execute(query.encode(), {"space": space, "draft": name}).fetchone()


def page(
    connection: Connection[TupleRow],
    space: int,
    *,
    before: int | None,
    limit: int,
    programme: str | None = None,
    unpublished: bool = False,
) -> list[DraftRow]:
    """Drafts, the one that was begun last first, from before a position on: all, or those of a
    programme, or those that are not published (`unpublished`)."""
    asked = {
        "space": space,
        "before": before,
        "limit": limit,
        "programme": programme,
        "unpublished": unpublished,
    }
    with connection.cursor(row_factory=class_row(DraftRow)) as cursor:
        return cursor.execute(_PAGE.encode(), asked).fetchall()


@dataclass(frozen=True, slots=True)
class Text:
    """What a draft says: a document, and the programme that it is of, where that can be read."""

    document: str
    programme: str | None
    authors: Sequence[str]


def add(connection: Connection[TupleRow], space: int, name: str, text: Text, now: int) -> None:
    """A new draft, of revision 1."""
    connection.execute(_ADD.encode(), _values(space, name, text, now))


def replace(connection: Connection[TupleRow], space: int, name: str, text: Text, now: int) -> None:
    """Another text for a draft that is held."""
    connection.execute(_REPLACE.encode(), _values(space, name, text, now))


def _values(space: int, name: str, text: Text, now: int) -> dict[str, object]:
    return {
        "space": space,
        "draft": name,
        "programme": text.programme,
        "document": text.document,
        "authors": list(text.authors),
        "now": now,
    }


def approve(
    connection: Connection[TupleRow], space: int, name: str, *, by: str, versions: int, now: int
) -> None:
    """Note that a draft that is held was approved as it stands, after so many versions."""
    asked = {"space": space, "draft": name, "by": by, "versions": versions, "now": now}
    connection.execute(_APPROVE.encode(), asked)


def submit(connection: Connection[TupleRow], space: int, name: str, *, by: str, now: int) -> None:
    """Note that a draft that is held is ready for approval as it stands."""
    connection.execute(_SUBMIT.encode(), {"space": space, "draft": name, "by": by, "now": now})


def send_back(
    connection: Connection[TupleRow], space: int, name: str, *, by: str, note: str, now: int
) -> None:
    """Note that a draft that is held is not approved, and why."""
    asked = {"space": space, "draft": name, "by": by, "note": note, "now": now}
    connection.execute(_SEND_BACK.encode(), asked)


def published(connection: Connection[TupleRow], space: int, name: str, version: int) -> None:
    """Note which version a draft that is held has become."""
    connection.execute(_PUBLISHED, {"space": space, "draft": name, "version": version})


def drop(connection: Connection[TupleRow], space: int, name: str) -> None:
    """Delete a draft that is held."""
    connection.execute(_DROP, {"space": space, "draft": name})


def behind(connection: Connection[TupleRow], space: int, actor: str) -> str:
    """Whose doing it is what an actor does: of a key that was made with another key, or by a person
    who had signed in, that of the first in the row."""
    row = connection.execute(_BEHIND, {"space": space, "actor": actor}).fetchone()
    return actor if row is None else str(row[0])


def four_eyes(connection: Connection[TupleRow], space: int) -> bool:
    """Whether nobody may approve in a space what they have written."""
    row = connection.execute(_FOUR_EYES, {"space": space}).fetchone()
    return row is None or bool(row[0])


def set_four_eyes(connection: Connection[TupleRow], space: int, *, wanted: bool) -> None:
    """From now on it is so."""
    connection.execute(_SET_FOUR_EYES, {"space": space, "wanted": wanted})
