"""Spaces: each is one operator's world, live or for trying things, and knows no other."""

from __future__ import annotations

import re
import secrets

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.events.errors import did_you_mean
from xenia.services.inputs import UnusableError
from xenia.store import programmes as store
from xenia.store.migrate import SECRET_BYTES
from xenia.store.programmes import Mode, SpaceRow

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NAME_MOST = 60  # characters


def make_space(connection: Connection[TupleRow], name: str, mode: Mode) -> SpaceRow:
    """A new space.  Raises UnusableError for a name that is taken, or is none."""
    if not _NAME.fullmatch(name) or len(name) > _NAME_MOST:
        raise UnusableError(
            f'"{name[:100]}" cannot be the name of a space: small letters, digits and hyphens, '
            f"{_NAME_MOST} at most"
        )
    with connection.transaction():
        if any(row.name == name for row in store.spaces(connection)):
            raise UnusableError(f'there is a space "{name}" already: see `xenia space list`')
        return store.space_of(connection, name, secret=secrets.token_bytes(SECRET_BYTES), mode=mode)


def known_space(connection: Connection[TupleRow], name: str) -> SpaceRow:
    """The space of a name.  Raises UnusableError if there is none."""
    found = {row.name: row for row in store.spaces(connection)}
    if name not in found:
        hint = did_you_mean(name, found) or ": see `xenia space list`"
        raise UnusableError(f'there is no space "{name[:100]}"{hint}')
    return found[name]
