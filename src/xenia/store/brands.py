"""How the pages of a space's members look, as it is stored."""

from __future__ import annotations

from typing import Any, NamedTuple

from psycopg import Connection

_OF = """
    select name, colour, colour_dark, picture, picture_kind from brand where space_id = %s
"""
_PUT = """
    insert into brand (space_id, name, colour, colour_dark, picture, picture_kind)
    values (%(space)s, %(name)s, %(colour)s, %(colour_dark)s, %(picture)s, %(picture_kind)s)
    on conflict (space_id) do update
    set name = excluded.name, colour = excluded.colour, colour_dark = excluded.colour_dark,
        picture = excluded.picture, picture_kind = excluded.picture_kind
"""


class BrandRow(NamedTuple):
    """A brand; what is None is as the pages come."""

    name: str | None = None
    colour: str | None = None
    colour_dark: str | None = None
    picture: bytes | None = None
    picture_kind: str | None = None


def brand(connection: Connection[Any], space: int) -> BrandRow:
    """The brand of a space."""
    row = connection.execute(_OF, (space,)).fetchone()
    return BrandRow() if row is None else BrandRow(*row)


def put(connection: Connection[Any], space: int, new: BrandRow) -> None:
    """A brand in place of the one before."""
    connection.execute(_PUT, {"space": space, **new._asdict()})
