"""Keys and their spaces, as they are stored."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow, class_row

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"

_IN_USE = """
    select digest, space_id, key_id, scopes, per_minute
    from api_key
    where revoked_at is null
"""
_ACCESS = "select count(*), coalesce(sum(access), 0)::bigint from space"
_LIST = f"""
    select key_id, name, shown, scopes, per_minute, created_by,
           {_MICROSECONDS.format("created_at")} as created_at,
           {_MICROSECONDS.format("last_used_at")} as last_used_at,
           {_MICROSECONDS.format("revoked_at")} as revoked_at
    from api_key
    where space_id = %(space)s and key_id = any(coalesce(%(keys)s, array[key_id]))
    order by api_key.created_at, key_id
"""
_ADD = f"""
    insert into api_key (space_id, key_id, name, shown, digest, scopes, per_minute,
                         created_at, created_by)
    values (%(space)s, %(key)s, %(name)s, %(shown)s, %(digest)s, %(scopes)s, %(per_minute)s,
            {_AT.format("%(now)s")}, %(by)s)
"""
_REVOKE = f"""
    update api_key set revoked_at = {_AT.format("%(now)s")}
    where space_id = %(space)s and key_id = %(key)s and revoked_at is null
"""
_CHANGED = "update space set access = access + 1 where space_id = %(space)s"
_USED = f"""
    update api_key set last_used_at = {_AT.format("%(now)s")}
    where digest = any(%(digests)s) and revoked_at is null
"""


@dataclass(frozen=True, slots=True)
class InUse:
    """A key that has not been taken back."""

    digest: bytes
    space_id: int
    key_id: str
    scopes: Sequence[str]
    per_minute: int | None


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as it is shown: instants in microseconds since 1970-01-01 UTC."""

    key_id: str
    name: str
    shown: str
    scopes: Sequence[str]
    per_minute: int | None
    created_by: str
    created_at: int
    last_used_at: int | None
    revoked_at: int | None


def access(connection: Connection[TupleRow]) -> tuple[int, int]:
    """What changes whenever a space, or a key in any of them, does."""
    row = connection.execute(_ACCESS).fetchone()
    assert row is not None, "there is always one row of a count"
    return row[0], row[1]


def in_use(connection: Connection[TupleRow]) -> list[InUse]:
    """The keys of all spaces that have not been taken back."""
    with connection.cursor(row_factory=class_row(InUse)) as cursor:
        return cursor.execute(_IN_USE).fetchall()


def listed(
    connection: Connection[TupleRow], space: int, keys: Collection[str] | None = None
) -> list[KeyRow]:
    """The keys of a space, the oldest first; only some `keys`, if they are named."""
    asked = {"space": space, "keys": None if keys is None else list(keys)}
    with connection.cursor(row_factory=class_row(KeyRow)) as cursor:
        return cursor.execute(_LIST.encode(), asked).fetchall()


def add(
    connection: Connection[TupleRow],
    space: int,
    key: KeyRow,
    digest: bytes,
) -> None:
    """A new key."""
    values = {
        "space": space,
        "key": key.key_id,
        "name": key.name,
        "shown": key.shown,
        "digest": digest,
        "scopes": list(key.scopes),
        "per_minute": key.per_minute,
        "now": key.created_at,
        "by": key.created_by,
    }
    connection.execute(_ADD.encode(), values)
    connection.execute(_CHANGED, {"space": space})


def revoke(connection: Connection[TupleRow], space: int, key: str, now: int) -> bool:
    """Take a key back; False if there is none, or it was taken back before."""
    done = connection.execute(_REVOKE.encode(), {"space": space, "key": key, "now": now})
    if done.rowcount:
        connection.execute(_CHANGED, {"space": space})
    return bool(done.rowcount)


def used(connection: Connection[TupleRow], digests: Collection[bytes], now: int) -> None:
    """Note when keys were used last."""
    connection.execute(_USED.encode(), {"digests": list(digests), "now": now})
