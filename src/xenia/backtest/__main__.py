"""`python -m xenia.backtest`: the process of one backtest that was asked for over HTTP."""

from __future__ import annotations

from xenia.backtest.job import Asked, Report, Tell, serve
from xenia.services.inputs import UnusableError


def run(asked: Asked, tell: Tell) -> Report:
    """Run both programmes over the history, and put the report together.

    Raises UnusableError, with what to do about it.
    """
    del asked, tell
    raise UnusableError("this build has nothing that runs backtests: install a later version")


if __name__ == "__main__":
    serve(run)
