"""Lets analysts read the views of a space, and nothing else."""

from __future__ import annotations

import re
from typing import Any

from psycopg import Connection, errors

from xenia.services.inputs import UnusableError
from xenia.services.spaces import known_space
from xenia.store import analytics

_ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.ASCII)


def may_read(connection: Connection[Any], role: str, space: str, *, revoke: bool = False) -> str:
    """Let a role of the database read a space, or no more; what was done, in a sentence.

    Raises UnusableError.
    """
    if not _ROLE.fullmatch(role) or role.startswith("pg_"):
        raise UnusableError(f'"{role}": a role is named by small letters, digits and _')
    row = known_space(connection, space)
    try:
        with connection.transaction():
            if revoke:
                if analytics.revoke(connection, role, row.space_id):
                    return f"{role} reads the views of {row.name} no more."
                return f"{role} did not read the views of {row.name} before."
            made = analytics.grant(connection, role, row.space_id)
    except errors.InsufficientPrivilege:
        remedy = "have an administrator make it (`create role`), or run this as one who may"
        raise UnusableError(f"{role}: the database lets you make no role: {remedy}") from None
    login = f": let it log in with `alter role {role} login password ...`" if made else ""
    return f"{role} reads the views of {row.name}{login}."
