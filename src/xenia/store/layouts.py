"""How the states of accounts are laid out, whichever build of Xenia has stored them."""

from __future__ import annotations

from collections.abc import Container, Mapping

from psycopg import Connection
from psycopg.rows import TupleRow

_KNOWN = "select layout, slots from layout where space_id = %s"
_KEEP = """
    insert into layout (space_id, layout, slots)
    select %s, layout, slots from unnest(%s::text[], %s::text[]) as given (layout, slots)
    order by layout
    on conflict do nothing
"""


def known(connection: Connection[TupleRow], space: int) -> dict[str, str]:
    """The slots of each layout, by its hash."""
    return dict(connection.execute(_KNOWN, (space,)).fetchall())


def keep(
    connection: Connection[TupleRow],
    space: int,
    layouts: Mapping[str, str],
    kept: Container[str] = (),
) -> None:
    """Add layouts that are not among those `kept`; who may only read stores no states, and adds
    none."""
    new = {key: slots for key, slots in layouts.items() if key not in kept}
    if not new:
        return
    (read_only,) = connection.execute("show transaction_read_only").fetchone() or ("on",)
    if read_only == "off":
        connection.execute(_KEEP, (space, list(new), list(new.values())))
