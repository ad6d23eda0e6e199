"""Which members are households, who belongs to them, and who of these may spend."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow, args_row

from xenia.store.posting import Key, Scope

_MICROSECONDS = "(extract(epoch from {} ) * 1000000)::bigint"
_NOW = "'epoch'::timestamptz + %(now)s * interval '1 microsecond'"
_HOUSEHOLD = ", ".join(
    ["household_id", "name"] + [_MICROSECONDS.format(name) for name in ("made_at", "dissolved_at")]
)
_PERSON = ", ".join(["household_id", "member_id", "may_spend", _MICROSECONDS.format("joined_at")])
_ONE = f"select {_HOUSEHOLD} from household where space_id = %(space)s and household_id = %(name)s"
_PAGE = f"""
    select {_HOUSEHOLD} from household
    where space_id = %(space)s and household_id > %(after)s
    order by household_id limit %(limit)s
"""
_PERSONS = f"""
    select {_PERSON}, (
        select personal ->> 'name' from member
        where member.space_id = household_person.space_id
          and member.member_id = household_person.member_id
    )
    from household_person
    where space_id = %(space)s and household_id = any(%(names)s) and left_at is null
    order by household_id, joined_at, member_id
"""
_BELONGS = f"""
    select {_PERSON} from household_person
    where space_id = %(space)s and member_id = any(%(names)s) and left_at is null
"""
_RELATED = """
    select household_id, member_id from household_person
    where space_id = %(space)s
      and (household_id = any(%(names)s) or member_id = any(%(names)s))
    order by household_id, member_id
"""
_WAITED_FOR = """
    select asked.source, asked.event_id, max(waiting.member_id)
    from unnest(%(members)s::text[], %(sources)s::text[], %(ids)s::text[])
        as asked (member_id, source, event_id)
    cross join lateral (
        select asked.member_id as who
        union
        select household_id from household_person
        where space_id = %(space_id)s and household_person.member_id = asked.member_id
    ) as one
    join waiting on space_id = %(space_id)s and programme_id = %(programme_id)s
                and waiting.member_id = one.who
                and of_source = asked.source and of_event_id = asked.event_id
    group by asked.source, asked.event_id
"""
_JOIN = f"""
    insert into household_person (space_id, household_id, member_id, may_spend, joined_at)
    values (%(space)s, %(household)s, %(member)s, %(may)s, {_NOW})
    on conflict (space_id, household_id, member_id) do update
    set may_spend = excluded.may_spend, joined_at = excluded.joined_at, left_at = null
"""
# Every process reads its space anew before it records anything more.
_BEGIN = """
    with held as materialized (
        select programme_id from programme where space_id = %(space)s
        order by programme_id for update
    )
    update programme set revision = revision + 1
    from held where space_id = %(space)s and programme.programme_id = held.programme_id
"""
_HOLD_ACCOUNTS = """
    select 1 from account
    where space_id = %(space)s and member_id = %(member)s
      and programme_id in (select programme_id from programme where space_id = %(space)s)
    order by programme_id for update
"""


class HouseholdRow(NamedTuple):
    """Instants are in microseconds since 1970-01-01 UTC."""

    household: str
    name: str | None
    made_at: int
    dissolved_at: int | None


class PersonRow(NamedTuple):
    """Who belongs to a household, since when (microseconds), and whether they may spend; `name` as
    their profile has it, where it was asked for."""

    household: str
    member: str
    may_spend: bool
    joined_at: int
    name: str | None = None


def any_ever(connection: Connection[TupleRow], space: int) -> bool:
    """Whether there ever was a household in a space."""
    query = "select exists (select from household where space_id = %s)"
    row = connection.execute(query, [space]).fetchone()
    return row is not None and bool(row[0])


def begin(connection: Connection[TupleRow], space: int) -> None:
    """From the end of the transaction on every event is asked about households; what is being
    recorded is waited for.  To be called before any member is held."""
    connection.execute(_BEGIN, {"space": space})


def one(
    connection: Connection[TupleRow], space: int, name: str, *, lock: bool = False
) -> HouseholdRow | None:
    """A household by its id, held until the end of the transaction if it is to be changed."""
    query = f"{_ONE} for update" if lock else _ONE
    with connection.cursor(row_factory=args_row(HouseholdRow)) as cursor:
        return cursor.execute(query.encode(), {"space": space, "name": name}).fetchone()


def page(
    connection: Connection[TupleRow], space: int, *, after: str | None, limit: int
) -> list[HouseholdRow]:
    """Households in the order of their ids."""
    asked = {"space": space, "after": after or "", "limit": limit}
    with connection.cursor(row_factory=args_row(HouseholdRow)) as cursor:
        return cursor.execute(_PAGE.encode(), asked).fetchall()


def persons(
    connection: Connection[TupleRow], space: int, households: Sequence[str]
) -> list[PersonRow]:
    """Who belongs to households, the longest first."""
    with connection.cursor(row_factory=args_row(PersonRow)) as cursor:
        asked = {"space": space, "names": [*households]}
        return cursor.execute(_PERSONS.encode(), asked).fetchall()


def belongs(
    connection: Connection[TupleRow], space: int, members: Collection[str]
) -> dict[str, PersonRow]:
    """By those of the members who belong to a household: to which."""
    with connection.cursor(row_factory=args_row(PersonRow)) as cursor:
        asked = {"space": space, "names": sorted(members)}
        return {row.member: row for row in cursor.execute(_BELONGS.encode(), asked)}


def pool_of(connection: Connection[TupleRow], space: int, member: str) -> str:
    """By whose holdings a member buys and takes rewards: their household's, or their own."""
    lead = belongs(connection, space, [member]).get(member)
    return member if lead is None else lead.household


def related(
    connection: Connection[TupleRow], space: int, members: Collection[str]
) -> list[tuple[str, str]]:
    """Household and person, now or once, where either is among the members."""
    asked = {"space": space, "names": sorted(members)}
    return connection.execute(_RELATED, asked).fetchall()


def waited_for(
    connection: Connection[TupleRow], scope: Scope, asked: Sequence[tuple[str, str, str]]
) -> dict[Key, str]:
    """By events, asked for by member, source and id, for which something waits: of whom that is,
    the member or a household to which they ever belonged."""
    columns = {"members": 0, "sources": 1, "ids": 2}
    values = {name: [one[place] for one in asked] for name, place in columns.items()}
    rows = connection.execute(_WAITED_FOR, {**scope._asdict(), **values})
    return {(source, name): member for source, name, member in rows}


def make(
    connection: Connection[TupleRow], space: int, household: str, name: str | None, now: int
) -> None:
    """A household of a member's id."""
    query = f"""
        insert into household (space_id, household_id, name, made_at)
        values (%(space)s, %(household)s, %(name)s, {_NOW})
    """
    asked = {"space": space, "household": household, "name": name, "now": now}
    connection.execute(query.encode(), asked)


def hold(connection: Connection[TupleRow], space: int, member: str) -> None:
    """Wait for whatever is being recorded in accounts of a member; until the end of the transaction
    nothing more is."""
    connection.execute(_HOLD_ACCOUNTS, {"space": space, "member": member})


def join(connection: Connection[TupleRow], space: int, row: PersonRow) -> None:
    """Somebody belongs to a household from now on.  Whatever is being recorded in accounts of
    theirs comes before: it is waited for."""
    asked = {"space": space, "household": row.household, "member": row.member}
    connection.execute(_HOLD_ACCOUNTS, asked)
    more = {"may": row.may_spend, "now": row.joined_at}
    connection.execute(_JOIN.encode(), {**asked, **more})


def let_spend(
    connection: Connection[TupleRow], space: int, household: str, member: str, *, may: bool
) -> None:
    """Whether somebody who belongs to a household may spend."""
    query = """
        update household_person set may_spend = %(may)s
        where space_id = %(space)s and household_id = %(household)s and member_id = %(member)s
    """
    asked = {"space": space, "household": household, "member": member, "may": may}
    connection.execute(_HOLD_ACCOUNTS, {**asked, "member": household})
    connection.execute(query, asked)


def leave(
    connection: Connection[TupleRow], space: int, household: str, member: str, now: int
) -> None:
    """Somebody belongs to a household no more."""
    query = f"""
        update household_person set left_at = {_NOW}
        where space_id = %(space)s and household_id = %(household)s and member_id = %(member)s
    """
    asked = {"space": space, "household": household, "member": member, "now": now}
    connection.execute(_HOLD_ACCOUNTS, {**asked, "member": household})
    connection.execute(query.encode(), asked)


def dissolve(connection: Connection[TupleRow], space: int, household: str, now: int) -> None:
    """It is none any more."""
    query = f"""
        update household set dissolved_at = {_NOW}
        where space_id = %(space)s and household_id = %(household)s
    """
    asked = {"space": space, "household": household, "now": now}
    connection.execute(query.encode(), asked)


def erase(connection: Connection[TupleRow], space: int, member: str, now: int) -> int:
    """Who is erased belongs to no household any more, and is none; how many names were removed."""
    asked = {"space": space, "member": member, "now": now}
    leaving = f"""
        update household_person set left_at = {_NOW}
        where space_id = %(space)s and %(member)s in (household_id, member_id) and left_at is null
    """
    connection.execute(leaving.encode(), asked)
    named = """
        with before as (
            select name from household
            where space_id = %(space)s and household_id = %(member)s for update
        )
        update household set name = null, dissolved_at = coalesce(dissolved_at, NOW)
        from before where space_id = %(space)s and household_id = %(member)s
        returning before.name is not null
    """.replace("NOW", _NOW)
    row = connection.execute(named.encode(), asked).fetchone()
    return int(row is not None and row[0])
