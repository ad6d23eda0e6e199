"""Publishes a programme that is written in a test."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from xenia.services.publishing import Draft, Publication, draft_of, publish
from xenia.services.reaching import reach_accounts
from xenia.store.database import Database

NO_KEY = bytes(32)


def published(
    database: Database, document: str, *, now: int = 0, start: int | None = None
) -> Publication:
    """The document as the next version, in force from `start` on; times in microseconds."""
    with database.connect() as connection:
        publication = publish(
            connection, _draft(document), clock=lambda: now, start=start, key=NO_KEY
        )
        reach_accounts(connection, publication)
        return publication


@lru_cache(maxsize=256)
def _draft(document: str) -> Draft:
    """What stands in a file; read and checked once, though a hundred tests publish it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "programme.yaml"
        path.write_text(document, "utf-8")
        return draft_of(path)
