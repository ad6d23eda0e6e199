"""Makes keys, lists them and takes them back."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.services.access import Key, Secret, new_secret
from xenia.services.changing import Changing, Done
from xenia.services.problems import Problem, unknown_key
from xenia.store import keys as store
from xenia.store.keys import InUse, KeyRow
from xenia.store.programmes import Mode

_ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """A key that somebody wants; `per_minute` None: without a limit."""

    name: str
    scopes: Sequence[str]
    per_minute: int | None = None


def make_key(changing: Changing, mode: Mode, wanted: Wanted) -> tuple[KeyRow, Secret]:
    """A new key of the space, with what is shown once."""
    secret = new_secret(mode)
    row = KeyRow(
        key_id=secrets.token_hex(_ID_BYTES),
        name=wanted.name,
        shown=secret.shown,
        scopes=sorted(set(wanted.scopes)),
        per_minute=wanted.per_minute,
        created_by=changing.actor.name,
        created_at=changing.now,
        last_used_at=None,
        revoked_at=None,
    )
    store.add(changing.connection, changing.space_id, row, secret.digest)
    after = {"name": row.name, "scopes": row.scopes, "per_minute": row.per_minute}
    changing.note("key.made", f"key/{row.key_id}", after=after)
    return row, secret


def revoke_key(changing: Changing, key: str) -> Done | Problem:
    """Take a key back: within seconds nobody gets in with it any more."""
    found = store.listed(changing.connection, changing.space_id, [key])
    if not store.revoke(changing.connection, changing.space_id, key, changing.now):
        return unknown_key(key)
    before = {"name": found[0].name, "scopes": found[0].scopes}
    changing.note("key.revoked", f"key/{key}", before=before)
    return Done({"key": key, "revoked": True})


def listed_keys(connection: Connection[TupleRow], space: int) -> list[KeyRow]:
    """The keys of a space, those that were taken back, too."""
    return store.listed(connection, space)


def key_of(row: InUse) -> Key:
    """A key as it is let in."""
    return Key(row.space_id, row.key_id, frozenset(row.scopes), row.per_minute)
