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

FEW = 1000  # as many as are looked at one by one
_END = "chr(1114111)"  # stands behind all that can follow
# Names are found with or without their accents, as the index over them has it.
_PLAIN = """translate({},
    'ςάέήίόύώϊϋΐΰёàáâãäåçèéêëìíîïñòóôõöùúûüýÿΆΈΉΊΌΎΏΪΫЁÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝ',
    'σαεηιουωιυιυеaaaaaaceeeeiiiinooooouuuuyyΑΕΗΙΟΥΩΙΥЕAAAAAACEEEEIIIINOOOOOUUUUY')"""
_NAMED = f"""
    to_tsvector('simple', {_PLAIN.format("personal ->> 'name'")})
    @@ to_tsquery('simple', {_PLAIN.format("%(words)s::text")})
"""

# Each place that is looked at has an index that begins so; no more is read than there are few.
_FEW = f"""
    select member_id from (
        select member_id
        from unnest(%(starts)s::text[]) as start
        join member on member_id >= start collate "C" and member_id < (start || {_END}) collate "C"
        where space_id = %(space)s
        union all
        select member_id
        from unnest(%(starts)s::text[]) as start
        join identifier on lower(value) >= lower(start collate "C")
            and lower(value) < lower(start collate "C") || {_END}
        where space_id = %(space)s
        union all
        select member_id from member
        where space_id = %(space)s and personal ->> 'name' is not null and {_NAMED}
    ) as found
    limit %(limit)s
"""
# Of many, the next ones are near: each member in turn is asked whether they are one.
_ONE_OF_MANY = f"""(
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
    """The next members, as many as are wanted; at most two queries, whoever there are."""
    asked: dict[str, Any] = {"space": space, "limit": wanted.limit}
    parts = ["space_id = %(space)s"]
    if wanted.looked is not None:
        parts.append(_looked(connection, asked, wanted.looked))
    account = []
    if wanted.programme is not None:
        asked["programme"] = wanted.programme
        account.append(_OF_PROGRAMME)
    if wanted.state is not None:
        account.append(_STATES[wanted.state])
    if wanted.level is not None:
        asked["level"] = wanted.level
        account.append(_HAS.format("%(level)s"))
    if account:
        parts.append(_ACCOUNT.format(" and ".join(account)))
    if wanted.erased in _ERASED:
        parts.append(_ERASED[wanted.erased])
    if wanted.after is not None:
        asked |= {"since": wanted.after.since, "member": wanted.after.member}
        parts.append(_AFTER[wanted.order])
    query = f"""
        select {COLUMNS} from member where {" and ".join(parts)}
        order by {_ORDERS[wanted.order]} limit %(limit)s
    """
    return [Person(*row) for row in connection.execute(query.encode(), asked)]


def _looked(connection: Connection[TupleRow], asked: dict[str, Any], looked: Looked) -> str:
    """The condition on those who are looked for, with what it takes put into `asked`."""
    named = {"starts": list(looked.starts), "words": looked.words}
    few = {**named, "space": asked["space"], "limit": FEW + 1}
    found = [member for (member,) in connection.execute(_FEW.encode(), few)]
    if len(found) > FEW:
        asked |= named
        return _ONE_OF_MANY
    asked["few"] = sorted(set(found))
    return "member_id = any(%(few)s)"
