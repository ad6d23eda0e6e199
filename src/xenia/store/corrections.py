"""What staff wants to give or to take, while it waits for a second person, and what came of it."""

from __future__ import annotations

from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow, args_row

_MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"
_AT = "'epoch'::timestamptz + %({})s * interval '1 microsecond'"
_COLUMNS = f"""
    correction_id, programme.name, member_id, said, reason, asked_by,
    {_MICROSECONDS.format("asked_at")}, state, decided_by, {_MICROSECONDS.format("decided_at")}
"""
_FROM = "from correction join programme using (space_id, programme_id)"
_ONE = f"""
    select {_COLUMNS} {_FROM}
    where space_id = %(space)s and correction_id = %(name)s
    for update of correction
"""
_ADD = f"""
    insert into correction (space_id, correction_id, programme_id, member_id, said, reason,
                            asked_by, asked_at)
    select %(space)s, %(name)s, programme_id, %(member)s, %(said)s, %(reason)s, %(by)s,
           {_AT.format("at")}
    from programme join member using (space_id)
    where space_id = %(space)s and name = %(programme)s and member_id = %(member)s
      and erased_at is null
    for key share of member
"""
_DECIDE = f"""
    update correction
    set state = %(state)s, decided_by = %(by)s, decided_at = {_AT.format("at")}
    where space_id = %(space)s and correction_id = %(name)s
"""
_LATEST = "~"  # behind every id


class CorrectionRow(NamedTuple):
    """`said` is the JSON of the event that was asked for; instants in microseconds since 1970-01-01
    UTC."""

    name: str
    programme: str
    member: str
    said: str
    reason: str
    asked_by: str
    asked_at: int
    state: str = "waiting"
    decided_by: str | None = None
    decided_at: int | None = None


class Wish(NamedTuple):
    """Which ones; None: all.  `but_by`: none that this one has asked for."""

    member: str | None
    state: str | None
    but_by: str | None


def add(connection: Connection[TupleRow], space: int, row: CorrectionRow) -> None:
    """One more waits; not of who has been erased."""
    asked = {**row._asdict(), "space": space, "by": row.asked_by, "at": row.asked_at}
    connection.execute(_ADD.encode(), asked)


def one(connection: Connection[TupleRow], space: int, name: str) -> CorrectionRow | None:
    """One by its id, held until the end of the transaction."""
    with connection.cursor(row_factory=args_row(CorrectionRow)) as cursor:
        return cursor.execute(_ONE.encode(), {"space": space, "name": name}).fetchone()


def decide(
    connection: Connection[TupleRow], space: int, name: str, state: str, *, by: str, at: int
) -> None:
    """What came of it, by whom and when."""
    asked = {"space": space, "name": name, "state": state, "by": by, "at": at}
    connection.execute(_DECIDE.encode(), asked)


def page(
    connection: Connection[TupleRow], space: int, wish: Wish, *, before: str | None, limit: int
) -> list[CorrectionRow]:
    """Those that are wished for, the latest first."""
    only = [
        text
        for value, text in (
            (wish.member, "and member_id = %(member)s"),
            (wish.state, f"and state = {_literal(wish.state)}"),
            (wish.but_by, "and asked_by <> %(but_by)s"),
        )
        if value is not None
    ]
    query = f"""
        select {_COLUMNS} {_FROM}
        where space_id = %(space)s and correction_id < %(before)s {" ".join(only)}
        order by correction_id desc limit %(limit)s
    """
    asked = {**wish._asdict(), "space": space, "before": before or _LATEST, "limit": limit}
    with connection.cursor(row_factory=args_row(CorrectionRow)) as cursor:
        return cursor.execute(query.encode(), asked).fetchall()


def _literal(state: str | None) -> str:
    """A state that there is, as the index of those that wait has it."""
    assert state in (None, *STATES), "states are checked before"
    return f"'{state}'"


STATES = ("waiting", "confirmed", "declined", "withdrawn")
