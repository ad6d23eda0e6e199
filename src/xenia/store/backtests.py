"""Backtests as they are asked for, run by workers, and kept for a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from psycopg import Connection
from psycopg.rows import TupleRow, class_row

State = Literal["waiting", "running", "done", "failed", "cancelled"]

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"
_COLUMNS = f"""
    backtest_id, position, shown, state, permille, doing, failure, made_by,
    {_MICROSECONDS.format("made_at")} as made_at,
    {_MICROSECONDS.format("started_at")} as started_at,
    {_MICROSECONDS.format("finished_at")} as finished_at
"""
_OF = f"select {_COLUMNS} from backtest where space_id = %(space)s and backtest_id = %(name)s"
_PAGE = f"""
    select {_COLUMNS} from backtest
    where space_id = %(space)s and position < coalesce(%(before)s, position + 1)
    order by backtest.position desc
    limit %(limit)s
"""
_ADD = f"""
    insert into backtest (space_id, backtest_id, asked, shown, made_at, made_by)
    values (%(space)s, %(name)s, %(asked)s, %(shown)s, {_AT.format("%(now)s")}, %(by)s)
"""
# Nobody else asks for a backtest of the space until the transaction ends: they are counted.
_HOLD_SPACE = "select 1 from space where space_id = %s for no key update"
_WAITING = "select count(*) from backtest where space_id = %s and state = 'waiting'"
_CANCEL = f"""
    update backtest
    set state = 'cancelled', finished_at = {_AT.format("%(now)s")}, lease_until = null, doing = null
    where space_id = %(space)s and backtest_id = %(name)s
"""
# The space whose turn was the longest ago goes first: who asks for many keeps nobody else waiting.
# Of a backtest whose worker was not heard of in time, that worker is lost.
_CLAIM = f"""
    with next as (
        select space_id, backtest_id
        from backtest
        where state = 'waiting' or (state = 'running' and lease_until <= {_AT.format("%(now)s")})
        order by (
            select max(started_at) from backtest as other
            where other.space_id = backtest.space_id
        ) nulls first, position
        limit 1
        for update skip locked
    )
    update backtest
    set state = 'running', attempt = attempt + 1, lost = lost + (state = 'running')::integer,
        started_at = {_AT.format("%(now)s")}, lease_until = {_AT.format("%(until)s")},
        permille = 0, doing = null
    from next join space using (space_id)
    where (backtest.space_id, backtest.backtest_id) = (next.space_id, next.backtest_id)
    returning backtest.space_id, space.name as space, backtest.backtest_id, asked, attempt, lost
"""
_MINE = """
    space_id = %(space)s and backtest_id = %(name)s and attempt = %(attempt)s
    and state = 'running'
"""
_KEEP = f"""
    update backtest
    set lease_until = {_AT.format("%(until)s")}, permille = %(permille)s, doing = %(doing)s
    where {_MINE}
"""
_END = f"""
    update backtest
    set state = %(state)s, failure = %(failure)s, finished_at = {_AT.format("%(now)s")},
        lease_until = null, doing = null,
        permille = case when %(state)s = 'done' then 1000 else permille end
    where {_MINE}
"""
_GIVE_BACK = f"""
    update backtest
    set state = 'waiting', lost = lost + %(lost)s, started_at = null, lease_until = null,
        permille = 0, doing = null
    where {_MINE}
"""
_REPORT = """
    insert into backtest_report (space_id, backtest_id, report, page)
    values (%(space)s, %(name)s, %(report)s, %(page)s)
"""
_REPORT_OF = "select {} from backtest_report where space_id = %s and backtest_id = %s"
_FORGET = f"""
    delete from backtest
    where (space_id, backtest_id) in (
        select space_id, backtest_id from backtest
        where finished_at < {_AT.format("%(before)s")}
        order by finished_at limit %(limit)s
        for update skip locked
    )
"""


@dataclass(frozen=True, slots=True)
class BacktestRow:
    """A backtest as it is shown; instants in microseconds since 1970-01-01 UTC."""

    backtest_id: str
    position: int
    shown: str
    state: State
    permille: int
    doing: str | None
    failure: str | None
    made_by: str
    made_at: int
    started_at: int | None
    finished_at: int | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A backtest that somebody runs; `lost`: how often others did not come to an end with it."""

    space_id: int
    space: str
    backtest_id: str
    asked: str
    attempt: int
    lost: int


# ---- who asks ------------------------------------------------------------------------------------


def backtest(
    connection: Connection[TupleRow], space: int, name: str, *, hold: bool = False
) -> BacktestRow | None:
    """A backtest as it stands; with `hold` it stays so until the transaction ends."""
    query = f"{_OF} for update" if hold else _OF
    with connection.cursor(row_factory=class_row(BacktestRow)) as cursor:
        return cursor.execute(query.encode(), {"space": space, "name": name}).fetchone()


def page(
    connection: Connection[TupleRow], space: int, *, before: int | None, limit: int
) -> list[BacktestRow]:
    """Backtests, the one that was asked for last first, from before a position on."""
    asked = {"space": space, "before": before, "limit": limit}
    with connection.cursor(row_factory=class_row(BacktestRow)) as cursor:
        return cursor.execute(_PAGE.encode(), asked).fetchall()


def waiting(connection: Connection[TupleRow], space: int) -> int:
    """How many of a space wait; until the transaction ends, nobody else adds to them."""
    connection.execute(_HOLD_SPACE, [space])
    row = connection.execute(_WAITING, [space]).fetchone()
    assert row is not None, "there is always one row of a count"
    return int(row[0])


def add(
    connection: Connection[TupleRow],
    space: int,
    name: str,
    *,
    asked: str,
    shown: str,
    by: str,
    now: int,
) -> None:
    """A new backtest, which waits."""
    values = {"space": space, "name": name, "asked": asked, "shown": shown, "by": by, "now": now}
    connection.execute(_ADD.encode(), values)


def cancel(connection: Connection[TupleRow], space: int, name: str, now: int) -> None:
    """End a backtest that is held: whoever runs it learns of it the next time they `keep` it."""
    connection.execute(_CANCEL.encode(), {"space": space, "name": name, "now": now})


def report(
    connection: Connection[TupleRow], space: int, name: str, *, page: bool = False
) -> bytes | None:
    """What a backtest has found, as JSON or as a page of HTML; None: nothing, or not yet."""
    query = _REPORT_OF.format("page" if page else "report")
    row = connection.execute(query.encode(), [space, name]).fetchone()
    return None if row is None else bytes(row[0])


# ---- who works -----------------------------------------------------------------------------------


def claim(connection: Connection[TupleRow], *, now: int, until: int) -> Claimed | None:
    """Take a backtest that waits, or that nobody has been heard of for too long; nobody else takes
    it until an instant, and later only if `keep` was not called."""
    with connection.cursor(row_factory=class_row(Claimed)) as cursor:
        return cursor.execute(_CLAIM.encode(), {"now": now, "until": until}).fetchone()


def keep(
    connection: Connection[TupleRow], claimed: Claimed, *, until: int, permille: int, doing: str
) -> bool:
    """Say how far it is; False: it was cancelled, or somebody else has it."""
    values = {**_named(claimed), "until": until, "permille": permille, "doing": doing}
    return connection.execute(_KEEP.encode(), values).rowcount == 1


def done(
    connection: Connection[TupleRow], claimed: Claimed, report: bytes, page: bytes, *, now: int
) -> bool:
    """Keep what was found; False: it was cancelled, or somebody else has it."""
    with connection.transaction():
        if not _ended(connection, claimed, "done", None, now):
            return False
        connection.execute(_REPORT, {**_named(claimed), "report": report, "page": page})
        return True


def failed(connection: Connection[TupleRow], claimed: Claimed, why: str, *, now: int) -> bool:
    """Say why there is no report; False: it was cancelled, or somebody else has it."""
    return _ended(connection, claimed, "failed", why, now)


def give_back(connection: Connection[TupleRow], claimed: Claimed, *, lost: bool) -> bool:
    """Let somebody else run it from the beginning; `lost`: it did not end as it should have."""
    values = {**_named(claimed), "lost": int(lost)}
    return connection.execute(_GIVE_BACK.encode(), values).rowcount == 1


def forget(connection: Connection[TupleRow], before: int, limit: int) -> int:
    """Remove some that ended before an instant, with their reports: how many."""
    return connection.execute(_FORGET.encode(), {"before": before, "limit": limit}).rowcount


def _ended(
    connection: Connection[TupleRow], claimed: Claimed, state: State, why: str | None, now: int
) -> bool:
    values = {**_named(claimed), "state": state, "failure": why, "now": now}
    return connection.execute(_END.encode(), values).rowcount == 1


def _named(claimed: Claimed) -> dict[str, object]:
    return {
        "space": claimed.space_id,
        "name": claimed.backtest_id,
        "attempt": claimed.attempt,
    }
