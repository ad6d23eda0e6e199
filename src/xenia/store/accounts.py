"""Members' accounts as they are stored: the folded state, and the vouchers that were issued."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import args_row, scalar_row

from xenia.effects import Voucher
from xenia.engine.operators import ENROLLED
from xenia.events.conventions import REFERRED_BY
from xenia.store.posting import Scope

ACCOUNT_COLUMNS = """
    member_id, seq, version, layout, state, next_due - date '1970-01-01', attributes,
    waiting, reserving, array_to_string(standing, ','), joined - date '1970-01-01'
"""
_VOUCHER = """
    member_id, code, reward, state, expires - date '1970-01-01', money_left, uses_left, seq, n
"""
_REFERRERS = """
    select member_id, attributes::json ->> %s::text
    from account
    where space_id = %s and programme_id = %s and member_id = any(%s)
"""


class AccountRow(NamedTuple):
    """`next_due` and `joined` are local day numbers, None: never; `attributes` is JSON; `standing`
    has commas between its parts."""

    member: str
    seq: int
    version: int
    layout: str
    state: bytes
    next_due: int | None
    attributes: str
    waiting: int = 0
    reserving: int = 0
    standing: str = ""
    joined: int | None = None


class VoucherRow(NamedTuple):
    """`expires` is a local day number, `left` money; `seq` and `n` say what issued it."""

    member: str
    code: str
    reward: str
    state: str
    expires: int | None
    left: int | None
    uses: int | None
    seq: int
    n: int

    def voucher(self) -> Voucher:
        """The same without whose it is and what issued it."""
        return Voucher(self.code, self.reward, self.state, self.expires, self.left, self.uses)

    def as_now(self, voucher: Voucher) -> VoucherRow:
        """The row of the same voucher, as it has become."""
        return self._replace(
            state=voucher.state, expires=voucher.expires, left=voucher.left, uses=voucher.uses
        )


def voucher_row(member: str, voucher: Voucher, seq: int, n: int) -> VoucherRow:
    """The row of a voucher that a step issued at a place."""
    return VoucherRow(
        member, voucher.code, voucher.reward, voucher.state, voucher.expires, voucher.left,
        voucher.uses, seq, n,
    )  # fmt: skip


def account(connection: Connection[Any], scope: Scope, member: str) -> AccountRow | None:
    """One member's account, without a lock; None where nothing has happened to them."""
    return accounts(connection, scope, [member]).get(member)


def hold(connection: Connection[Any], scope: Scope, members: Collection[str]) -> None:
    """Keep the accounts of members, as far as there are, as they are until the end of the
    transaction, but for what this one does.

    All is held in the order in which events hold it: the programme, then accounts by their names.
    """
    query = """
        select from account
        where space_id = %(space)s and member_id = any(%(members)s) and programme_id = (
            select programme_id from programme
            where space_id = %(space)s and programme_id = %(programme)s for share
        )
        order by member_id for update
    """
    space, programme = scope
    named = {"space": space, "programme": programme, "members": sorted(members)}
    connection.execute(query, named)


def accounts(
    connection: Connection[Any], scope: Scope, members: Sequence[str]
) -> dict[str, AccountRow]:
    """The accounts of members, as far as they have one."""
    query = f"""
        select {ACCOUNT_COLUMNS} from account
        where space_id = %s and programme_id = %s and member_id = any(%s)
    """
    with connection.cursor(row_factory=args_row(AccountRow)) as cursor:
        rows = cursor.execute(query, (*scope, list(members)), binary=True).fetchall()
    return {row.member: row for row in rows}


def enrolment_days(
    connection: Connection[Any], space: int, member: str, programmes: Collection[int]
) -> dict[int, int]:
    """In which of the programmes a member has an account, and what stands in its state in place of
    the day of the enrolment: FAR or more where they are no member (of it, or any more)."""
    query = """
        select programme_id, substring(state from %s for 8) from account
        where space_id = %s and programme_id = any(%s) and member_id = %s
    """
    rows = connection.execute(query, (8 * ENROLLED + 1, space, list(programmes), member))
    return {number: int.from_bytes(day, "little", signed=True) for number, day in rows}


def programmes_of(
    connection: Connection[Any], space: int, member: str, programmes: Collection[int]
) -> frozenset[int]:
    """In which of some programmes, by their numbers, something has happened to a member."""
    query = """
        select programme_id from account
        where space_id = %s and programme_id = any(%s) and member_id = %s
    """
    with connection.cursor(row_factory=scalar_row) as cursor:
        return frozenset(cursor.execute(query, (space, sorted(programmes), member)))


def members_after(connection: Connection[Any], scope: Scope, after: str, limit: int) -> list[str]:
    """The next members who have an account, in the database's order; "" is before the first."""
    query = """
        select member_id from account
        where space_id = %s and programme_id = %s and member_id > %s
        order by member_id limit %s
    """
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(query, (*scope, after, limit)).fetchall()


def number_of_accounts(connection: Connection[Any], scope: Scope) -> int:
    """How many accounts a programme has."""
    query = "select count(*) from account where space_id = %s and programme_id = %s"
    found = connection.execute(query, scope).fetchone()
    return 0 if found is None else int(found[0])


class Issued(NamedTuple):
    """A voucher, the number of its programme, and the event that issued it, if one did."""

    programme: int
    row: VoucherRow
    source: str | None
    event: str | None


_ISSUED = f"""
    select voucher.programme_id, {
    _VOUCHER.replace("member_id", "voucher.member_id").replace("seq", "voucher.seq")
}, source, event_id
    from voucher
    left join record
        on record.space_id = voucher.space_id and record.programme_id = voucher.programme_id
        and record.member_id = voucher.member_id and record.seq = voucher.seq
"""


def voucher_of(connection: Connection[Any], space: int, code: str) -> Issued | None:
    """The voucher of a code."""
    query = f"{_ISSUED} where voucher.space_id = %s and code = %s"
    row = connection.execute(query.encode(), (space, code)).fetchone()
    return None if row is None else _issued(row)


def vouchers_from(
    connection: Connection[Any], space: int, *, begins: str, after: str, limit: int
) -> list[Issued]:
    """Vouchers whose codes begin so, by their codes, from behind one on."""
    query = f"""
        {_ISSUED}
        where voucher.space_id = %s and code like %s and code > %s
        order by code limit %s
    """
    like = re.sub(r"([\\%_])", r"\\\1", begins) + "%"
    rows = connection.execute(query.encode(), (space, like, after, limit)).fetchall()
    return [_issued(row) for row in rows]


def page_of_vouchers(
    connection: Connection[Any],
    scope: Scope,
    member: str,
    *,
    before: tuple[int, int] | None,
    limit: int,
) -> list[Issued]:
    """A member's vouchers, newest first, from before a place (`seq` and `n`) on."""
    query = f"""
        {_ISSUED}
        where voucher.space_id = %s and voucher.programme_id = %s and voucher.member_id = %s
          and (%s::bigint is null or (voucher.seq, n) < (%s::bigint, %s::integer))
        order by voucher.seq desc, n desc limit %s
    """
    seq, n = (None, None) if before is None else before
    rows = connection.execute(query.encode(), (*scope, member, seq, seq, n, limit)).fetchall()
    return [_issued(row) for row in rows]


def _issued(row: tuple[Any, ...]) -> Issued:
    return Issued(row[0], VoucherRow(*row[1:-2]), row[-2], row[-1])


def vouchers(connection: Connection[Any], scope: Scope, members: Sequence[str]) -> list[VoucherRow]:
    """All vouchers of members, in the order in which each member was issued them."""
    query = f"""
        select {_VOUCHER} from voucher
        where space_id = %s and programme_id = %s and member_id = any(%s)
        order by member_id, seq, n
    """
    with connection.cursor(row_factory=args_row(VoucherRow)) as cursor:
        return cursor.execute(query, (*scope, list(members)), binary=True).fetchall()


def referrers(connection: Connection[Any], scope: Scope, names: Collection[str]) -> dict[str, str]:
    """Who brought members, as far as somebody did and they have an account."""
    found = connection.execute(_REFERRERS, (REFERRED_BY, *scope, sorted(names)), prepare=True)
    return {member: by for member, by in found if by is not None}
