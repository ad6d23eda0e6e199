"""A cluster without Java, for tests: Sail, in this process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def sail() -> Iterator[None]:
    """One on a free port of this machine alone, which SPARK_REMOTE names."""
    from pysail.spark import SparkConnectServer  # noqa: PLC0415 - it takes long

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    with pytest.MonkeyPatch.context() as patch:
        # Without it, as in a process of pytest-xdist, the client takes itself for its own doctests.
        patch.setattr(sys.modules["__main__"], "__file__", __file__, raising=False)
        patch.setenv("SPARK_REMOTE", f"sc://127.0.0.1:{server.listening_address[1]}")
        try:
            yield
        finally:
            _close()
            server.stop()


def _close() -> None:
    """The session that a backtest has opened, which no other server knows."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - it takes long

    if (session := SparkSession.getActiveSession()) is not None:
        session.stop()
