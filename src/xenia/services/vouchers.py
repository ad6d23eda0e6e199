"""Vouchers as they stand: one by its code, or those of a member."""

from __future__ import annotations

from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.engine.account import as_on
from xenia.services.problems import Problem
from xenia.services.published import Published, Space
from xenia.services.reward_problems import unknown_voucher
from xenia.store import accounts
from xenia.store.accounts import Issued
from xenia.store.posting import Scope

Json = dict[str, Any]


def voucher(connection: Connection[TupleRow], space: Space, code: str, now: int) -> Json | Problem:
    """The voucher of a code, and whose it is; `now` in microseconds."""
    found = accounts.voucher_of(connection, space.space_id, code)
    if found is None:
        return unknown_voucher(code)
    for published in space.programmes.values():
        if published.programme_id == found.programme:
            return _Shows(published, now).shown(found)
    return unknown_voucher(code)  # of a programme of which this process has not heard yet


def listed(
    connection: Connection[TupleRow],
    space: Space,
    *,
    begins: str,
    cursor: str | None,
    limit: int,
    now: int,
) -> Json:
    """A page of the vouchers of a space whose codes begin so, by their codes."""
    rows = accounts.vouchers_from(
        connection, space.space_id, begins=begins, after=cursor or "", limit=limit + 1
    )
    by_id = {one.programme_id: _Shows(one, now) for one in space.programmes.values()}
    shown, more = rows[:limit], len(rows) > limit
    return {
        "data": [by_id[one.programme].shown(one) for one in shown if one.programme in by_id],
        "next_cursor": shown[-1].row.code if more else None,
        "has_more": more,
    }


def page(
    connection: Connection[TupleRow],
    scope: Scope,
    published: Published,
    member: str,
    *,
    cursor: str | None,
    limit: int,
    now: int,
) -> Json:
    """A page of a member's vouchers, newest first.  Raises ValueError for a cursor that no page has
    given."""
    before = None if cursor is None else _place(cursor)
    rows = accounts.page_of_vouchers(connection, scope, member, before=before, limit=limit + 1)
    shown, more = rows[:limit], len(rows) > limit
    last, shows = shown[-1].row if more else None, _Shows(published, now)
    return {
        "data": [shows.shown(one) for one in shown],
        "next_cursor": None if last is None else f"{last.seq}.{last.n}",
        "has_more": more,
    }


def _place(cursor: str) -> tuple[int, int]:
    seq, dot, n = cursor.partition(".")
    if not (dot and _number(seq) and _number(n)):
        raise ValueError(f'"{cursor[:40]}" is not a cursor: take the one that a page has given')
    return int(seq), int(n)


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


class _Shows:
    """Vouchers of a programme, as they stand at an instant."""

    def __init__(self, published: Published, now: int) -> None:
        version = published.versions[published.timeline.at(now).version]
        self._name, self._writer = published.name, version.writer
        self._today = version.plan.zone.day_of(now)

    def shown(self, found: Issued) -> Json:
        """One of them, whose it is, and what issued it."""
        told = self._writer.voucher(as_on(found.row.voucher(), self._today))
        told["programme"] = self._name
        told["member"] = found.row.member
        told["issued_by"] = (
            None if found.source is None else {"source": found.source, "id": found.event}
        )
        return told
