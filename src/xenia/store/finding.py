"""Members as staff looks for them: by what begins an id or what leads to them, or by a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.store.persons import COLUMNS, Person

Order = Literal["id", "newest"]
Erased = Literal["no", "yes", "any"]
State = Literal["joined", "left", "not-joined"]

FEW = 1000  # as many as are looked up one by one
NEAR = 5000  # members, the next ones, of which each is asked
_END = "chr(1114111)"  # stands behind all that can follow
# Names are found with or without their accents, as the index over them has it.
_PLAIN = """translate({},
    'ςάέήίόύώϊϋΐΰёàáâãäåçèéêëìíîïñòóôõöùúûüýÿΆΈΉΊΌΎΏΪΫЁÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝ',
    'σαεηιουωιυιυеaaaaaaceeeeiiiinooooouuuuyyΑΕΗΙΟΥΩΙΥЕAAAAAACEEEEIIIINOOOOOUUUUY')"""
_NAMED = f"""
    to_tsvector('simple', {_PLAIN.format("personal ->> 'name'")})
    @@ to_tsquery('simple', {_PLAIN.format("%(words)s::text")})
"""

# Each place that is looked at has an index that begins so; `{start}` is what is looked for.
_PLACES = (
    f"""
    select member_id from member
    where space_id = %(space)s and member_id >= {{start}} collate "C"
      and member_id < ({{start}} || {_END}) collate "C"
    """,
    f"""
    select member_id from identifier
    where space_id = %(space)s and lower(value) >= lower({{start}} collate "C")
      and lower(value) < lower({{start}} collate "C") || {_END}
    """,
)
_OF_THE_NAME = f"""
    select member_id from member
    where space_id = %(space)s and personal ->> 'name' is not null and {_NAMED}
"""
_IS_FEW = "member_id = any(%(found)s)"
# Of many, the next ones mostly are near: each member in turn is asked whether they are one.
_IS_NEAR = f"""(
    exists (
        select 1 from unnest(%(starts)s::text[]) as start
        where starts_with(member_id, start collate "C")
    )
    or exists (
        select 1 from identifier as theirs, unnest(%(starts)s::text[]) as start
        where theirs.space_id = member.space_id and theirs.member_id = member.member_id
          and starts_with(lower(theirs.value), lower(start collate "C"))
    )
    or (personal ->> 'name' is not null and {_NAMED})
)"""
_ACCOUNT = """exists (
    select 1 from account
    where account.space_id = member.space_id and account.member_id = member.member_id
      and {}
)"""
_OF_PROGRAMME = "programme_id = %(programme)s"
# What the index over standings has is said as it has it.
_HAS = "standing @> array[{}::text] and standing <> '{{}}'"
_STATES: dict[State, str] = {
    "joined": "not standing && '{left,not-joined}'",
    "left": _HAS.format("'left'"),
    "not-joined": _HAS.format("'not-joined'"),
}
_ERASED = {"no": "erased_at is null", "yes": "erased_at is not null"}
_AFTER: dict[Order, str] = {
    "id": "member_id > %(member)s",
    "newest": """(recorded_at, member_id) < (
        'epoch'::timestamptz + %(since)s * interval '1 microsecond', %(member)s collate "C"
    )""",
}
_ORDERS: dict[Order, str] = {"id": "member_id", "newest": "recorded_at desc, member_id desc"}


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked for: each of `starts` may begin an id or what leads to a member (in capitals
    or not); `words` is a tsquery of names, None: no name is like that."""

    starts: Sequence[str]
    words: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which members, in which order, behind which of them; `programme` is a number.  `state` and
    `level` (`tier=level`) are theirs in it, or in any."""

    limit: int
    looked: Looked | None = None
    programme: int | None = None
    state: State | None = None
    level: str | None = None
    erased: Erased = "any"
    order: Order = "id"
    after: Person | None = None


def page(connection: Connection[TupleRow], space: int, wanted: Wanted) -> list[Person]:
    """The next members, as many as are wanted; at most three queries, whoever there are."""
    asked: dict[str, Any] = {"space": space, "limit": wanted.limit, "few": FEW + 1, "near": NEAR}
    asked |= {"programme": wanted.programme, "level": wanted.level}
    if wanted.after is not None:
        asked |= {"since": wanted.after.since, "member": wanted.after.member}
    if wanted.looked is None:
        return _page(connection, asked, wanted)
    asked |= {"starts": list(wanted.looked.starts), "words": wanted.looked.words}
    asked |= {f"start_{n}": start for n, start in enumerate(wanted.looked.starts)}
    everywhere = _everywhere(wanted.looked)
    # No more is read than there are few.
    few = f"select member_id from ({everywhere}) as found limit %(few)s"
    rows = connection.execute(few.encode(), asked, prepare=False).fetchall()
    if len(rows) <= FEW:
        found = {member for (member,) in rows}
        return _page(connection, {**asked, "found": sorted(found)}, wanted, _IS_FEW)
    near = _page(connection, asked, wanted, _IS_NEAR, among=_next(wanted))
    if len(near) == wanted.limit:
        return near
    return _page(connection, asked, wanted, f"member_id in ({everywhere})")


def _everywhere(looked: Looked) -> str:
    """All who match.  Each start stands for itself, so that it is known of each how many they are
    and by which index they are read."""
    starts = [f"%(start_{number})s::text" for number in range(len(looked.starts))]
    parts = [place.format(start=start) for place in _PLACES for start in starts]
    return " union all ".join([*parts, _OF_THE_NAME])


def _page(
    connection: Connection[TupleRow],
    asked: dict[str, Any],
    wanted: Wanted,
    *conditions: str,
    among: str = "member",
) -> list[Person]:
    """Those of some members for whom conditions hold, in the order that is wanted."""
    parts = ["space_id = %(space)s", *conditions]
    account = [
        *([] if wanted.programme is None else [_OF_PROGRAMME]),
        *([] if wanted.state is None else [_STATES[wanted.state]]),
        *([] if wanted.level is None else [_HAS.format("%(level)s")]),
    ]
    if account:
        parts.append(_ACCOUNT.format(" and ".join(account)))
    if wanted.erased in _ERASED:
        parts.append(_ERASED[wanted.erased])
    if wanted.after is not None:
        parts.append(_AFTER[wanted.order])
    query = f"""
        select {COLUMNS} from {among} where {" and ".join(parts)}
        order by {_ORDERS[wanted.order]} limit %(limit)s
    """
    # Planned for what is asked: a plan for anything would read all members for those of a
    # programme that has few.
    return [Person(*row) for row in connection.execute(query.encode(), asked, prepare=False)]


def _next(wanted: Wanted) -> str:
    """The members who come next, as a table of that name."""
    behind = "" if wanted.after is None else f"and {_AFTER[wanted.order]}"
    return f"""(
        select * from member where space_id = %(space)s {behind}
        order by {_ORDERS[wanted.order]} limit %(near)s
    ) as member"""
