"""The codes of backtests that are not begun, not ended or not read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.services.codes.sentences import Sentences

BACKTESTS: Final[Mapping[str, Sentences]] = {
    "backtest-is-over": Sentences(
        "The backtest has ended already",
        "It is done, it has failed, or it was cancelled before.",
        "Nothing: it takes no more of the machine. Its report, if it has one, is forgotten by "
        "itself.",
    ),
    "cannot-be-made": Sentences(
        "No such programme can be made",
        "The margin bears no such programme, or what was stated names no money or time zone.",
        "State what `detail` says, or another kind; or do without a programme.",
    ),
    "history-unusable": Sentences(
        "The history cannot be used",
        "There is a history of this name, and it is not whole, or was made by another version.",
        "Import it anew; `detail` says what is wrong with it.",
    ),
    "no-report": Sentences(
        "The backtest has no report",
        "It has not run yet, it still runs, or it has ended without one.",
        "While it is `waiting` or `running`, ask again later; else `detail` says why there is "
        "none.",
    ),
    "not-installed": Sentences(
        "What backtests are run by is not installed",
        "Backtests need more than the service does: the extra `fast`.",
        "Run `pip install 'xenia[fast]'` where the service and its workers run, and start them "
        "again.",
    ),
    "too-many-backtests": Sentences(
        "Too many backtests wait",
        "They are run one after the other, beside what is more urgent.",
        "Wait for some of them, or cancel what is not needed "
        "(`POST /v1/backtests/{backtest}/cancel`). See that a worker runs: `xenia work`.",
    ),
    "unknown-backtest": Sentences(
        "There is no such backtest",
        "No backtest of this id is in this space, or it was forgotten: reports are kept for a "
        "time.",
        "`GET /v1/backtests` lists them.",
    ),
    "unknown-history": Sentences(
        "There is no such history",
        "No folder of this name is among the histories of this space.",
        "`GET /v1/histories` lists them; whoever runs the service puts them there.",
    ),
}
