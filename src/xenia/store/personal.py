"""What is known of persons, in rows that can be erased: their own, and what events said of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow

# Each member is looked up by itself (the `limit` and the locks see to that): a plan for all of them
# together may read the whole table, above all before the database has statistics of it.
_OF = """
    select asked.member_id, found.personal
    from unnest(%(ids)s::text[]) as asked (member_id)
    cross join lateral (
        select personal::text
        from member
        where space_id = %(space)s and member_id = asked.member_id and personal is not null
        limit 1
    ) as found
"""
# Rows are held in their order, so that no two wait for each other in a circle; then an insert meets
# its row, which is found by its key, whatever the planner thinks.  Who is erased at this moment: it
# waits, and then finds that there is nobody to write about.
_PUT = """
    with held as materialized (
        select asked.member_id, asked.patch, found.recorded_at
        from unnest(%(ids)s::text[], %(patches)s::text[]) as asked (member_id, patch)
        cross join lateral (
            select recorded_at
            from member
            where space_id = %(space)s and member_id = asked.member_id and erased_at is null
            for update
        ) as found
    )
    insert into member (space_id, member_id, recorded_at, personal)
    select %(space)s, member_id, recorded_at, patch::json from held
    on conflict (space_id, member_id) do update
    set personal = nullif(
        jsonb_strip_nulls(coalesce(member.personal::jsonb, '{}') || excluded.personal::jsonb), '{}'
    )::json
    where member.erased_at is null
"""
# Whoever writes what was said of a member holds their row, so that an erasure comes either before
# (then nothing is written) or after (then it finds what was written).
_SAY = """
    with held as (
        select found.member_id
        from unnest(%(ids)s::text[]) as asked (member_id)
        cross join lateral (
            select member_id
            from member
            where space_id = %(space)s and member_id = asked.member_id and erased_at is null
            for key share
        ) as found
    )
    insert into personal (space_id, source, event_id, member_id, said)
    select %(space)s, source, event_id, member_id, said::json
    from unnest(%(sources)s::text[], %(events)s::text[], %(members)s::text[], %(said)s::text[])
        with ordinality as new (source, event_id, member_id, said, place)
    where member_id is null or member_id in (select member_id from held)
    order by place
    on conflict do nothing
"""
_ERASE_FIRST = """
    select erased_at is null, personal is not null
    from member
    where space_id = %(space)s and member_id = %(member)s
    for update
"""
# Also what was said with a purchase that was a guest's when it was recorded.
_ERASE_SAID = """
    delete from personal
    where space_id = %(space)s and (
        member_id = %(member)s
        or (source, event_id) in (
            select source, event_id from claimed
            where space_id = %(space)s and member_id = %(member)s
        )
    )
"""
_CLAIMED_BY_ERASED = """
    select distinct asked.source, asked.event_id
    from unnest(%(sources)s::text[], %(events)s::text[]) as asked (source, event_id)
    join claimed on claimed.source = asked.source and claimed.event_id = asked.event_id
    join member using (space_id, member_id)
    where space_id = %(space)s and erased_at is not null
"""
# What a shop sent that could not be used yet, as far as it names the member by an identifier.
_ERASE_SENT = """
    update connection_delivery
    set body = '', fetched = '{}', waits_for = null, code = 'erased', pointer = '',
        reason = 'whom it was about has been erased, and with them its body'
    where space_id = %(space)s and exists (
        select 1 from identifier
        where identifier.space_id = connection_delivery.space_id and member_id = %(member)s
          and position(lower(value) in lower(body || fetched::text)) > 0
    )
"""
_ERASE_RESERVED = """
    update reservation set sent = null
    where space_id = %(space)s and member_id = %(member)s and sent is not null
"""
_ERASE_IDENTIFIERS = "delete from identifier where space_id = %(space)s and member_id = %(member)s"
_ERASE_FORMER = (
    "delete from former_identifier where space_id = %(space)s and member_id = %(member)s"
)
_ERASE_CASHIERS = "delete from cashier where space_id = %(space)s and member_id = %(member)s"
_ERASE_REFUSED = "delete from refused_spend where space_id = %(space)s and member_id = %(member)s"
_ERASE_CORRECTIONS = "delete from correction where space_id = %(space)s and member_id = %(member)s"
_ERASE_NOTES = "delete from member_note where space_id = %(space)s and member_id = %(member)s"
_ERASE_TRAIL = """
    update change set personal = null
    where space_id = %(space)s and object in ('member/' || %(member)s, 'household/' || %(member)s)
      and personal is not null
"""
_ERASE_ANSWERS = """
    delete from request where space_id = %(space)s and about @> array[%(member)s::text]
"""
_ERASE_OWN = """
    update member
    set personal = null,
        erased_at = coalesce(erased_at, 'epoch'::timestamptz + %(now)s * interval '1 microsecond')
    where space_id = %(space)s and member_id = %(member)s
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What an event said about a person: the text of a JSON object.  `member_id` None: a guest."""

    source: str
    event_id: str
    member_id: str | None
    said: str


@dataclass(frozen=True, slots=True)
class Erased:
    """What was removed of a member: numbers of identifiers and of events' rows, and whether there
    were values of their own.  `before` tells that they had been erased already; `former` are
    identifiers that led to them once, `cashiers` the names under which they served, `refused` what
    they were refused for safety, `corrections` what staff wanted to correct, `notes` what it
    noted about them, `changes` what the trail told of them, and `answers` what writes were
    answered about them."""

    identifiers: int
    events: int
    own: bool
    before: bool
    former: int = 0
    cashiers: int = 0
    refused: int = 0
    corrections: int = 0
    notes: int = 0
    changes: int = 0
    answers: int = 0


def personal_of(
    connection: Connection[TupleRow], space: int, ids: Collection[str]
) -> dict[str, str]:
    """The personal values of members as the texts of JSON objects; none of who has none."""
    if not ids:
        return {}
    return dict(connection.execute(_OF, {"space": space, "ids": sorted(ids)}).fetchall())


def put_personal(connection: Connection[TupleRow], space: int, new: Mapping[str, str]) -> None:
    """Give members personal values: by member the text of a JSON object, whose values replace those
    of the same names; null removes one.  Nothing is kept of who has been erased."""
    ids = sorted(new)
    patches = [new[name] for name in ids]
    connection.execute(_PUT, {"space": space, "ids": ids, "patches": patches}, prepare=True)


def put_said(connection: Connection[TupleRow], space: int, rows: Sequence[Said]) -> None:
    """Record what events said about persons, but for members who have been erased."""
    if not rows:
        return
    connection.execute(
        _SAY,
        {
            "space": space,
            "ids": sorted({row.member_id for row in rows if row.member_id is not None}),
            "sources": [row.source for row in rows],
            "events": [row.event_id for row in rows],
            "members": [row.member_id for row in rows],
            "said": [row.said for row in rows],
        },
    )


def erase(connection: Connection[TupleRow], space: int, member: str, now: int) -> Erased | None:
    """Remove all that is known of who a member is; None where there is no such member.

    Facts and entries stay, under an id that says nothing.  To be called in a transaction of its
    own; `now` is in microseconds since 1970-01-01 UTC.
    """
    values = {"space": space, "member": member, "now": now}
    # Waits for whoever is writing about the member; what they wrote is seen by the next statements.
    row = connection.execute(_ERASE_FIRST, values).fetchone()
    if row is None:
        return None
    known, own = row
    connection.execute(_ERASE_SENT, values)
    connection.execute(_ERASE_RESERVED, values)
    identifiers = connection.execute(_ERASE_IDENTIFIERS, values).rowcount
    former = connection.execute(_ERASE_FORMER, values).rowcount
    events = connection.execute(_ERASE_SAID, values).rowcount
    cashiers = connection.execute(_ERASE_CASHIERS, values).rowcount
    refused = connection.execute(_ERASE_REFUSED, values).rowcount
    corrections = connection.execute(_ERASE_CORRECTIONS, values).rowcount
    notes = connection.execute(_ERASE_NOTES, values).rowcount
    changes = connection.execute(_ERASE_TRAIL, values).rowcount
    answers = connection.execute(_ERASE_ANSWERS, values).rowcount
    connection.execute(_ERASE_OWN, values)
    more = (former, cashiers, refused, corrections, notes, changes, answers)
    return Erased(identifiers, events, own, not known, *more)


def said_of(
    connection: Connection[TupleRow], space: int, ids: Sequence[str]
) -> dict[tuple[str, str], str]:
    """What the events of members said about persons, by source and id, as texts of JSON objects."""
    query = """
        select source, event_id, said::text from personal
        where space_id = %s and member_id = any(%s)
    """
    found = connection.execute(query, (space, list(ids)))
    return {(source, name): text for source, name, text in found}


def claimed_by_erased(
    connection: Connection[TupleRow], space: int, keys: Sequence[tuple[str, str]]
) -> set[tuple[str, str]]:
    """The events (source, id) among these that are purchases which somebody has claimed who has
    been erased."""
    names = {"sources": [key[0] for key in keys], "events": [key[1] for key in keys]}
    return {
        (source, name)
        for source, name in connection.execute(_CLAIMED_BY_ERASED, {"space": space, **names})
    }


def erased_of(connection: Connection[TupleRow], space: int, ids: Sequence[str]) -> set[str]:
    """Those of the members who have been erased."""
    query = """
        select member_id from member
        where space_id = %s and member_id = any(%s) and erased_at is not null
    """
    return {member for (member,) in connection.execute(query, (space, list(ids)))}
