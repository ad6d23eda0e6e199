"""Puts a worker together: the interface, and the pages that are written on it."""

from __future__ import annotations

import os

from xenia.api import parent, stopping
from xenia.api.rest import rest
from xenia.api.whence import SAID_BY, Proxies
from xenia.api.worker import Worker
from xenia.console.rooms import ROOM as CONSOLE
from xenia.pages.serving import PageServer
from xenia.portal.rooms import ROOM as PORTAL
from xenia.store.database import Database
from xenia.till.rooms import ROOM as TILL

rest()  # made here once, for all processes that are made of this one


def worker() -> Worker:
    """What the server loads in each process that it makes; XENIA_DATABASE_URL says where from."""
    stopping.hold()
    parent.watch(os.getppid())
    rooms = [CONSOLE, TILL, PORTAL]
    pages = PageServer(rooms, public_url=os.environ.get("XENIA_PUBLIC_URL"))
    proxies = Proxies(os.environ.get(SAID_BY, ""))
    return Worker(Database(os.environ["XENIA_DATABASE_URL"]), pages, proxies)
