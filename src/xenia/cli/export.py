"""`xenia export`: what the database knows, for other systems, and for Xenia itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xenia.cli.space_option import DEFAULT_SPACE, SpaceOption


def export(
    what: Annotated[
        str,
        typer.Argument(help="members, lots, tiers, metrics, vouchers or ledger.", metavar="TABLE"),
    ],
    *,
    out: Annotated[
        Path, typer.Option("--out", help="A new file: .csv or .parquet.", metavar="FILE")
    ],
    programme: Annotated[
        str | None,
        typer.Option(help="The programme; not needed where there is one.", metavar="PROGRAMME"),
    ] = None,
    space: SpaceOption = DEFAULT_SPACE,
) -> None:
    """Write a table of a programme to a file: what each member's last step has come to.

    All but the ledger can be brought in again with `xenia import opening`. The tables of members
    and vouchers hold what is personal, or as good as money: keep them as such.
    """
    from xenia.cli.progress import counted_if_many
    from xenia.events.errors import EventError
    from xenia.services.exporting import WHAT, table
    from xenia.services.inputs import UnusableError
    from xenia.services.poster import now
    from xenia.services.published import load_space
    from xenia.services.spaces import known_space
    from xenia.services.table_files import written
    from xenia.store.opening import ready
    from xenia.store.posting import Scope

    if what not in WHAT:
        raise UnusableError(f'"{what}" is none of {", ".join(WHAT)}')
    number = 0
    with ready() as database, database.connect(statement_seconds=0) as connection:
        world = load_space(connection, known_space(connection, space).name)
        published = world.published(programme)
        if isinstance(published, EventError):
            raise UnusableError(f"--programme: {published.text}")
        scope = Scope(world.space_id, published.programme_id)
        found = table(connection, scope, published, what, now())
        with written(out, found.columns) as file, counted_if_many(found.number, what) as done:
            for rows in found.rows:
                for row in rows:
                    file.write(row)
                number += len(rows)
                done()
    print(f"{out}: {number:,} row{'' if number == 1 else 's'} of {what}")
