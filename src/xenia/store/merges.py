"""Which members are found to be one person, and what leads from one to the other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow, args_row

_MICROSECONDS = "(extract(epoch from {} ) * 1000000)::bigint"
_COLUMNS = ", ".join(
    ["merge_id", "from_member", "into_member"]
    + [_MICROSECONDS.format(name) for name in ("made_at", "until", "done_at", "undone_at")]
)
_AT = "'epoch'::timestamptz + %({})s * interval '1 microsecond'"
_ONE = f"select {_COLUMNS} from merge where space_id = %(space)s and merge_id = %(name)s"
_ADD = f"""
    insert into merge (space_id, merge_id, from_member, into_member, made_at, until)
    values (%(space)s, %(name)s, %(whom)s, %(into)s, {_AT.format("made")}, {_AT.format("until")})
"""
_PAGE = f"""
    select {_COLUMNS} from merge
    where space_id = %(space)s and merge_id < %(before)s
      and (%(member)s::text is null or %(member)s in (from_member, into_member))
    order by merge_id desc limit %(limit)s
"""
_LATEST = "~"  # behind every id
# Whoever is merged into them, however many steps, with those into whom they are.
_RELATED = """
    with recursive one (asked, member_id) as (
        select asked collate "C", asked collate "C" from unnest(%(members)s::text[]) as asked
        union
        select asked, case when from_member = member_id then into_member else from_member end
        from one join merge on space_id = %(space)s and member_id in (from_member, into_member)
    )
    select asked, member_id from one where member_id <> asked order by asked, member_id
"""
_ABSORBED = """
    with recursive one (member_id) as (
        select %(member)s::text collate "C"
        union
        select from_member from one join merge on space_id = %(space)s
            and into_member = member_id and done_at is not null
    )
    select member_id from one where member_id <> %(member)s order by member_id
"""
# Whoever leads to them by now, also while that rests, and by way of others.
_LED_HERE = """
    with recursive one (asked, member_id) as (
        select asked collate "C", asked collate "C" from unnest(%(members)s::text[]) as asked
        union
        select asked, from_member from one join merge on space_id = %(space)s
            and into_member = member_id and undone_at is null
    )
    select member_id, asked from one where member_id <> asked
"""
_LEADS = """
    select from_member, into_member, done_at is null from merge
    where space_id = %(space)s and from_member = any(%(members)s) and undone_at is null
"""
_MOVE = """
    with moved as (
        update identifier set member_id = %(into)s
        where space_id = %(space)s and member_id = %(whom)s
        returning kind, value
    )
    insert into former_identifier (space_id, member_id, kind, value, until)
    select %(space)s, %(whom)s, kind, value, AT from moved
    on conflict (space_id, member_id, kind, value) do update set until = excluded.until
""".replace("AT", _AT.format("made"))
_MOVE_BACK = """
    with moved as (
        update identifier set member_id = %(whom)s
        from former_identifier as former
        where identifier.space_id = %(space)s and identifier.member_id = %(into)s
          and former.space_id = %(space)s and former.member_id = %(whom)s
          and former.kind = identifier.kind and former.value = identifier.value
          and former.until = AT
        returning identifier.kind, identifier.value
    )
    insert into former_identifier (space_id, member_id, kind, value, until)
    select %(space)s, %(into)s, kind, value, NOW from moved
    on conflict do nothing
""".replace("AT", _AT.format("made")).replace("NOW", _AT.format("now"))
_PERSONAL = """
    update member set personal = theirs.personal::jsonb || coalesce(member.personal::jsonb, '{}')
    from member as theirs
    where member.space_id = %(space)s and member.member_id = %(into)s
      and theirs.space_id = %(space)s and theirs.member_id = %(whom)s
      and theirs.personal is not null and member.erased_at is null
"""


class MergeRow(NamedTuple):
    """Instants are in microseconds since 1970-01-01 UTC."""

    name: str
    whom: str
    into: str
    made_at: int
    until: int
    done_at: int | None
    undone_at: int | None

    @property
    def rests(self) -> bool:
        """Whether it can still be undone, as far as its time has not passed."""
        return self.done_at is None and self.undone_at is None


def any_ever(connection: Connection[TupleRow], space: int) -> bool:
    """Whether members of a space were ever merged."""
    query = "select exists (select from merge where space_id = %s)"
    row = connection.execute(query, [space]).fetchone()
    return row is not None and bool(row[0])


def one(
    connection: Connection[TupleRow], space: int, name: str, *, lock: bool = False
) -> MergeRow | None:
    """A merge by its id, held until the end of the transaction if it is to be changed."""
    query = f"{_ONE} for update" if lock else _ONE
    with connection.cursor(row_factory=args_row(MergeRow)) as cursor:
        return cursor.execute(query.encode(), {"space": space, "name": name}).fetchone()


def page(
    connection: Connection[TupleRow],
    space: int,
    *,
    member: str | None,
    before: str | None,
    limit: int,
) -> list[MergeRow]:
    """Merges, of a member or of all, the latest first."""
    asked = {"space": space, "member": member, "before": before or _LATEST, "limit": limit}
    with connection.cursor(row_factory=args_row(MergeRow)) as cursor:
        return cursor.execute(_PAGE.encode(), asked).fetchall()


def resting(connection: Connection[TupleRow], space: int, member: str) -> MergeRow | None:
    """The latest of a member that is neither done nor undone."""
    query = f"""
        select {_COLUMNS} from merge
        where space_id = %(space)s and %(member)s in (from_member, into_member)
          and done_at is null and undone_at is null
        order by merge_id desc limit 1
    """
    with connection.cursor(row_factory=args_row(MergeRow)) as cursor:
        return cursor.execute(query.encode(), {"space": space, "member": member}).fetchone()


def over(
    connection: Connection[TupleRow], space: int, now: int, limit: int, after: str | None
) -> list[str]:
    """Those that rest although their time has passed, by id, behind one of them."""
    query = f"""
        select merge_id from merge
        where space_id = %(space)s and done_at is null and undone_at is null
          and until <= {_AT.format("now")} and merge_id > %(after)s
        order by merge_id limit %(limit)s
    """
    asked = {"space": space, "now": now, "limit": limit, "after": after or ""}
    return [name for (name,) in connection.execute(query.encode(), asked)]


def add(connection: Connection[TupleRow], space: int, row: MergeRow) -> None:
    """A new merge; what led to who is merged leads to the other from now on."""
    asked = {**row._asdict(), "space": space, "made": row.made_at}
    connection.execute(_ADD.encode(), asked)
    connection.execute(_MOVE.encode(), asked)


def undo(connection: Connection[TupleRow], space: int, row: MergeRow, now: int) -> None:
    """It is none; what led to them before, and still leads to the other, leads to them again."""
    asked = {**row._asdict(), "space": space, "made": row.made_at, "now": now}
    connection.execute(_MOVE_BACK.encode(), asked)
    _ended(connection, "undone_at", asked)


def finish(connection: Connection[TupleRow], space: int, row: MergeRow, now: int) -> None:
    """It is final; what is personal of a profile comes over where nothing else is said."""
    asked = {**row._asdict(), "space": space, "now": now}
    connection.execute(_PERSONAL.encode(), asked)
    _ended(connection, "done_at", asked)


def _ended(connection: Connection[TupleRow], column: str, asked: dict[str, object]) -> None:
    query = f"update merge set {column} = {_AT.format('now')} where space_id = %(space)s"
    connection.execute(f"{query} and merge_id = %(name)s".encode(), asked)


def leads(
    connection: Connection[TupleRow], space: int, members: Collection[str]
) -> dict[str, tuple[str, bool]]:
    """By those of the members who are merged: into whom, and whether that rests."""
    asked = {"space": space, "members": sorted(members)}
    return {whom: (into, rests) for whom, into, rests in connection.execute(_LEADS, asked)}


def related(
    connection: Connection[TupleRow], space: int, members: Sequence[str]
) -> list[tuple[str, str]]:
    """Members with each other one who ever was merged with them, in whatever number of steps."""
    return connection.execute(_RELATED, {"space": space, "members": list(members)}).fetchall()


def absorbed(connection: Connection[TupleRow], space: int, member: str) -> list[str]:
    """Those who are merged into a member for good, also by way of others."""
    found = connection.execute(_ABSORBED, {"space": space, "member": member})
    return [name for (name,) in found]


def led_here(
    connection: Connection[TupleRow], space: int, members: Collection[str]
) -> dict[str, str]:
    """By whoever leads to one of the members by now, in whatever number of steps: to whom."""
    asked = {"space": space, "members": sorted(members)}
    return dict(connection.execute(_LED_HERE, asked).fetchall())


def hold(connection: Connection[TupleRow], space: int, members: Collection[str]) -> list[str]:
    """Those of the members who are known and not erased; nobody else merges or erases them until
    the end of the transaction."""
    query = """
        select member_id, erased_at is not null from member
        where space_id = %(space)s and member_id = any(%(members)s)
        order by member_id for no key update
    """
    asked = {"space": space, "members": sorted(members)}
    return [name for name, gone in connection.execute(query, asked).fetchall() if not gone]
