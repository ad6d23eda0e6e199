"""The steps by which drafts have become what they are, as they are stored."""

from __future__ import annotations

from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow, args_row

_COLUMNS = """
    step, touched, actor, (extract(epoch from recorded_at) * 1000000)::bigint, undone
"""
_OF = "space_id = %(space)s and draft_id = %(draft)s"
# Behind the last one there may be gaps, as what is undone goes at the same time.
_ADD = f"""
    with gone as (delete from draft_step where {_OF} and undone)
    insert into draft_step (space_id, draft_id, step, document, touched, actor, recorded_at)
    select %(space)s, %(draft)s, coalesce(max(step), 0) + 1, %(document)s, %(touched)s, %(actor)s,
           'epoch'::timestamptz + %(at)s * interval '1 microsecond'
    from draft_step where {_OF}
"""
_TRIM = f"""
    delete from draft_step where {_OF} and step in (
        select step from (
            select step, row_number() over latest as place,
                   sum(octet_length(document)) over latest as bytes
            from draft_step where {_OF}
            window latest as (order by step desc)
        ) as one
        where place > %(steps)s or (place > 1 and bytes > %(bytes)s)
    )
"""
_ENDS = f"""
    (select {_COLUMNS} from draft_step where {_OF} and not undone order by step desc limit 1)
    union all
    (select {_COLUMNS} from draft_step where {_OF} and undone order by step limit 1)
"""
_DOCUMENT = f"select document from draft_step where {_OF} and step = %(step)s"
_TURN = f"""
    update draft_step set undone = not undone, document = %(document)s
    where {_OF} and step = %(step)s
"""
_FORGET = f"delete from draft_step where {_OF}"


class Step(NamedTuple):
    """One change, by whom and when (microseconds since 1970-01-01 UTC); `touched` is JSON."""

    step: int
    touched: str
    actor: str
    at: int
    undone: bool


class Kept(NamedTuple):
    """How many steps of a draft are kept, and how many bytes of texts; the last one always is."""

    steps: int
    bytes: int


def add(
    connection: Connection[TupleRow],
    space: int,
    draft: str,
    document: str,
    *,
    touched: str,
    actor: str,
    now: int,
    kept: Kept,
) -> None:
    """One more step of a draft that is held, which had this text before; what was undone is gone
    then, and so are steps of long ago."""
    asked = {
        "space": space,
        "draft": draft,
        "document": document,
        "touched": touched,
        "actor": actor,
        "at": now,
        **kept._asdict(),
    }
    connection.execute(_ADD.encode(), asked)
    connection.execute(_TRIM.encode(), asked)


def ends(
    connection: Connection[TupleRow], space: int, draft: str
) -> tuple[Step | None, Step | None]:
    """The last step that was done, and the first of those that are undone."""
    asked = {"space": space, "draft": draft}
    with connection.cursor(row_factory=args_row(Step)) as cursor:
        rows = cursor.execute(_ENDS.encode(), asked).fetchall()
    done = next((row for row in rows if not row.undone), None)
    return done, next((row for row in rows if row.undone), None)


def document(connection: Connection[TupleRow], space: int, draft: str, step: int) -> str:
    """The text at the other end of a step."""
    asked = {"space": space, "draft": draft, "step": step}
    row = connection.execute(_DOCUMENT.encode(), asked).fetchone()
    assert row is not None, "the draft is held"
    return str(row[0])


def turn(
    connection: Connection[TupleRow], space: int, draft: str, step: int, document: str
) -> None:
    """Note that a step of a draft that is held was turned round: the draft had this text."""
    asked = {"space": space, "draft": draft, "step": step, "document": document}
    connection.execute(_TURN.encode(), asked)


def forget(connection: Connection[TupleRow], space: int, draft: str) -> None:
    """Delete all steps of a draft."""
    connection.execute(_FORGET.encode(), {"space": space, "draft": draft})
