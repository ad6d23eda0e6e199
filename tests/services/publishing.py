"""Publishes a programme that is written in a test."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from xenia.services.publishing import Publication, draft_of, publish
from xenia.services.reaching import reach_accounts
from xenia.store.database import Database

NO_KEY = bytes(32)


def published(
    database: Database, document: str, *, now: int = 0, start: int | None = None
) -> Publication:
    """The document as the next version, in force from `start` on; times in microseconds."""
    with TemporaryDirectory() as folder, database.connect() as connection:
        path = Path(folder) / "programme.yaml"
        path.write_text(document, "utf-8")
        publication = publish(
            connection, draft_of(path), clock=lambda: now, start=start, key=NO_KEY
        )
        reach_accounts(connection, publication)
        return publication
