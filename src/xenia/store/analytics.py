"""Who may read the views of the schema `analytics`, and of which spaces."""

from __future__ import annotations

from typing import Any

from psycopg import Connection, sql

_KNOWN = "select 1 from pg_roles where rolname = %s"
_MAY_READ = """
    insert into analyst (role, space_id) values (%s, %s) on conflict do nothing
"""
_MAY_NOT = "delete from analyst where role = %s and space_id = %s"
_LEFT = "select count(*) from analyst where role = %s"


def grant(connection: Connection[Any], role: str, space: int) -> bool:
    """Let a role of the database read the views of a space; whether it was made, without a login.

    To be called in a transaction.  Raises psycopg's InsufficientPrivilege.
    """
    name = sql.Identifier(role)
    made = connection.execute(_KNOWN, (role,)).fetchone() is None
    if made:
        connection.execute(sql.SQL("create role {} nologin").format(name))
    for statement in (
        "grant usage on schema analytics to {}",
        "grant select on all tables in schema analytics to {}",
    ):
        connection.execute(sql.SQL(statement).format(name))
    connection.execute(_MAY_READ, (role, space))
    return made


def revoke(connection: Connection[Any], role: str, space: int) -> bool:
    """Let a role read a space no more; whether it could until now.

    To be called in a transaction.  Raises psycopg's InsufficientPrivilege.
    """
    found = connection.execute(_MAY_NOT, (role, space)).rowcount > 0
    left = connection.execute(_LEFT, (role,)).fetchone()
    if found and (left is None or left[0] == 0):
        name = sql.Identifier(role)
        connection.execute(
            sql.SQL("revoke select on all tables in schema analytics from {}").format(name)
        )
        connection.execute(sql.SQL("revoke usage on schema analytics from {}").format(name))
    return found
