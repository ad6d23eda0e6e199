"""Keeps what a worker needs: a poster once there is a database, and the programmes as published."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.api.handover import Posts
from xenia.services.published import Space, load_space
from xenia.store.database import Database, DatabaseUnavailable

_log = logging.getLogger(__name__)

PAUSE = 2.0  # seconds between two looks at what is published


class Wants(Protocol):
    """Who works with the poster."""

    poster: Posts | None


class Keeper:
    """Looks into the database from a thread of its own, so that requests never wait for it."""

    def __init__(
        self,
        database: Database,
        wants: Wants,
        make: Callable[[Database, Space], Posts],
        looked: Callable[[Space], None] = lambda _: None,
    ) -> None:
        self._database, self._wants, self._make = database, wants, make
        self._looked = looked
        self._connection: Connection[TupleRow] | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        self._lost = False

    def start(self) -> None:
        """Look once, and from then on now and then."""
        self._look()
        self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._stop.set()
        self._thread.join()
        self._disconnect()

    def _run(self) -> None:
        while not self._stop.wait(PAUSE):
            try:
                self._look()
            except Exception:  # noqa: BLE001 - the next look may succeed, and somebody must look
                _log.exception("the programmes cannot be read")
                self._disconnect()

    def _look(self) -> None:
        poster = self._wants.poster
        try:
            if self._connection is None:
                self._connection = self._database.connect(autocommit=True)
            space = load_space(self._connection, known=None if poster is None else poster.space)
        except (DatabaseUnavailable, psycopg.Error) as trouble:
            if not self._lost:
                said = str(trouble) if isinstance(trouble, DatabaseUnavailable) else None
                kind = type(trouble).__name__
                _log.warning("the database is not reached", extra={"error": kind, "because": said})
            self._lost = True
            self._disconnect()
            return
        if self._lost:
            _log.info("the database is reached again")
        self._lost = False
        if poster is None:
            self._wants.poster = self._make(self._database, space)
        elif space.programmes != poster.space.programmes:
            poster.space = space
        self._looked(space)

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
