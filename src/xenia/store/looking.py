"""What a batch reads, as it stands at one moment and without a lock: of what is only asked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from psycopg import Connection
from psycopg.rows import scalar_row

from xenia.store.posting import Scope

_REVISION = "select revision from programme where space_id = %s and programme_id = %s"
_VOUCHERS = """
    select voucher.member_id, voucher.code, reward, state, expires - date '1970-01-01',
           money_left, uses_left, seq, n
    from voucher
    where space_id = %s and programme_id = %s and code = any(%s)
"""
_BUDGETS = """
    select found.*
    from unnest(%b::text[], %b::integer[]) as asked (name, period)
    cross join lateral (
        select budget.name, budget.period, used - added, reserving
        from budget
        where space_id = %b and programme_id = %b
          and budget.name = asked.name and budget.period = asked.period
        limit 1
    ) as found
"""


def revision(connection: Connection[Any], scope: Scope) -> int | None:
    """The programme's revision at this moment; None: it is not there."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(_REVISION, tuple(scope), prepare=True).fetchone()


def vouchers(
    connection: Connection[Any], scope: Scope, codes: Collection[str]
) -> list[tuple[Any, ...]]:
    """Vouchers by their codes, as far as there are any; as in `accounts.VoucherRow`."""
    return connection.execute(_VOUCHERS, (*scope, sorted(codes)), binary=True).fetchall()


def budgets(
    connection: Connection[Any], scope: Scope, names: Collection[tuple[str, int]]
) -> dict[tuple[str, int], tuple[int, int]]:
    """What is used of budgets, by name and period, of a stock less what was added to it, and how
    many reservations there may be; of those that nobody has used yet, nothing."""
    wanted = sorted(names)
    asked = ([name for name, _ in wanted], [period for _, period in wanted], *scope)
    found = connection.execute(_BUDGETS, asked)
    known = {(name, period): (used, many) for name, period, used, many in found}
    return dict.fromkeys(wanted, (0, 0)) | known
