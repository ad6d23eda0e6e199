"""Services and workers for one test, stopped at its end; what they leave must be provable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.live.running import Process, Service
from xenia.services.verifying import verifying
from xenia.store.database import Database


def discrepancies(database: Database) -> list[str]:
    """What `verify` finds, as it would be printed."""
    with verifying(database) as run:
        return [str(one) for checked in run.run() for one in checked.discrepancies]


@contextmanager
def serving(database: Database, folder: Path, *workers: int) -> Iterator[list[Service]]:
    """So many services, each with its number of workers."""
    with ExitStack() as stack:
        services = [Service(database, folder, workers=number) for number in workers]
        for service in services:
            stack.callback(service.cleaned)
            service.start()
        for service in services:
            service.ready()
        yield services
        for service in services:
            service.stop()


@pytest.fixture
def process(database: Database, tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Makes other verbs' processes."""
    made: list[Process] = []

    def make(*words: str) -> Process:
        made.append(Process(*words, database=database, log=tmp_path / f"{words[0]}.log"))
        return made[-1]

    yield make
    for one in made:
        one.cleaned()
