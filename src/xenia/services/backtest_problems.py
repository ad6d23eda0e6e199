"""What is said where a backtest is not begun, not ended or not read."""

from __future__ import annotations

from xenia.services.problems import Problem

WAITING_MOST = 20  # backtests of a space that wait


def not_installed(missing: str) -> Problem:
    """What backtests are run by is not there."""
    sentence = (
        f"backtests need {missing}, which is not installed here: whoever runs the service installs "
        "it with `pip install 'xenia[fast]'`, where the service and its workers run"
    )
    return Problem(status=501, code="not-installed", detail=sentence)


def unknown_backtest(name: str) -> Problem:
    """There is none of that id."""
    sentence = f'there is no backtest "{name[:100]}": `GET /v1/backtests` lists them'
    return Problem(status=404, code="unknown-backtest", detail=sentence)


def unknown_history(name: str, hint: str) -> Problem:
    """The space has none of that name."""
    sentence = f'there is no history "{name[:100]}"{hint}'
    return Problem(status=404, code="unknown-history", detail=sentence)


def history_unusable(name: str, why: str) -> Problem:
    """It is there, and cannot be run over."""
    sentence = f'the history "{name[:100]}" cannot be used: {why}: import it anew'
    return Problem(status=422, code="history-unusable", detail=sentence)


def too_many_backtests() -> Problem:
    """So many wait already."""
    sentence = (
        f"{WAITING_MOST} backtests wait already: ask again once some of them have run, or cancel "
        "what is not needed; `xenia work` runs them, one after the other"
    )
    return Problem(status=409, code="too-many-backtests", detail=sentence)


def backtest_is_over(state: str) -> Problem:
    """What has ended is not cancelled."""
    sentence = f"the backtest has ended already (it is `{state}`): there is nothing to cancel"
    return Problem(status=409, code="backtest-is-over", detail=sentence)


def no_report(state: str, failure: str | None) -> Problem:
    """There is none yet, or there will never be."""
    if state in ("waiting", "running"):
        sentence = f"the backtest is `{state}`: ask again once it is `done`"
    elif failure is not None:
        sentence = f"the backtest has failed: {failure}"
    else:
        sentence = f"the backtest is `{state}`, and has no report: ask for another one"
    return Problem(status=409, code="no-report", detail=sentence)


def cannot_be_made(why: str) -> Problem:
    """A wizard finds no programme for what was stated."""
    return Problem(status=422, code="cannot-be-made", detail=why)
