"""One worker process: its poster, its connections and its application, from start to end."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
from collections.abc import Awaitable

from xenia.api import stopping
from xenia.api.application import Application, Pages
from xenia.api.arriving import Arriving
from xenia.api.bridge import Bridge
from xenia.api.desks import Desks
from xenia.api.events import Events
from xenia.api.gate import Gate
from xenia.api.handover import Handover
from xenia.api.keeping import Keeper
from xenia.api.metrics import Metrics
from xenia.api.reading import Reader
from xenia.api.request_log import RequestLog
from xenia.api.rest import for_anybody, rest
from xenia.api.rsgi import Exchange, Scope
from xenia.api.service import PASSWORDS, Service
from xenia.api.sessions import Sessions
from xenia.api.weighing import Weighs
from xenia.api.whence import Proxies
from xenia.services.poster import Poster
from xenia.services.published import Space
from xenia.services.quickening import Quickener
from xenia.store.database import Database
from xenia.store.migrate import SPACE

_log = logging.getLogger(__name__)

_TICK = 1.0  # seconds
_GARBAGE = (20_000, 20, 20)  # new objects, and rounds, between two looks for garbage


class Worker:
    """Serves the spaces of a database, once the event loop is there, and `pages` beside them;
    `proxies` stand between it and those who ask."""

    def __init__(
        self, database: Database, pages: Pages | None = None, proxies: Proxies | None = None
    ) -> None:
        self._database, self._pages = database, pages
        self._proxies = proxies or Proxies()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin; the server takes requests after this."""
        self._loop = loop
        self._metrics, self._arriving = Metrics(), Arriving()
        self._quickener = Quickener()
        self._desks = Desks(self._poster)
        self._reader = Reader(self._database)
        self._weigher = Reader(self._database)
        weighs = Weighs(self._database, self._weigher)
        gate = Gate(SPACE, workers=int(os.environ.get("XENIA_WORKERS", "1")))
        handover = Handover(loop, self._metrics.results)
        events = Events(handover, self._arriving, self._metrics, self._desks, weighs=weighs)
        self._slow = Reader(self._database, threads=1, waiting=PASSWORDS)
        service = Service(
            database=self._database,
            desks=self._desks,
            reader=self._reader,
            weighs=weighs,
            slow=self._slow,
            metrics=self._metrics,
            proxies=self._proxies,
        )
        bridge = Bridge(rest(), self._arriving, service)
        log = RequestLog()
        sessions = Sessions(gate, self._reader)
        self._application = Application(
            gate,
            events,
            bridge,
            self._metrics,
            for_anybody=for_anybody(),
            sessions=sessions,
            pages=self._pages,
            log=log,
            drawn=None
            if self._pages is None
            else Bridge(self._pages.asgi, self._arriving, service),
        )
        if self._pages is not None:
            self._pages.begin(self._application, loop)
        self._keeper = Keeper(self._database, gate, self._desks, self._quickener.look, log=log)
        self._keeper.start()
        self._tick()
        stopping.release(loop)
        gc.set_threshold(*_GARBAGE)
        _log.info("a worker takes requests")

    def __rsgi__(self, scope: Scope, exchange: Exchange) -> Awaitable[None]:
        """Answer a request."""
        return self._application.__rsgi__(scope, exchange)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End, after the last answer; what still waits is posted, though its caller has gone."""
        self._ticking.cancel()
        self._keeper.close()
        if self._pages is not None:
            self._pages.close()
        self._quickener.close()
        self._desks.close()
        self._reader.close()
        self._weigher.close()
        self._slow.close()
        self._metrics.flush(0)
        _log.info("a worker has ended")

    def _poster(self, space: Space) -> Poster:
        return Poster(self._database, space, observe=self._metrics.batch)

    def _tick(self) -> None:
        self._arriving.give_up()
        self._metrics.flush(self._desks.waiting)
        self._ticking = self._loop.call_later(_TICK, self._tick)
