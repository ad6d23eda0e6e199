"""`python -m xenia.backtest`: the process of one backtest that was asked for over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from xenia.amounts import parse_decimal
from xenia.backtest.job import Asked, Report, Tell, serve
from xenia.backtest.policies import HISTORY, policy
from xenia.backtest.report.as_json import plain
from xenia.backtest.report.as_page import page
from xenia.backtest.report.build import report_of
from xenia.backtest.report.purchases import purchases_of
from xenia.backtest.report.sides import Ran
from xenia.backtest.report.stated import Stated, response, share
from xenia.backtest.run import run as run_one
from xenia.backtest.stored import beside, history_for
from xenia.programme.model import Programme
from xenia.services.drafts import look
from xenia.services.inputs import UnusableError

_DECIMALS = 6  # of what a unit or a reward is worth
_STEPS = {
    "compile": "compiling",
    "fold": "deciding what members did: part",
    "budgets": "sharing out budgets: part",
}


def run(asked: Asked, tell: Tell) -> Report:
    """Run both programmes over the history, and put the report together.

    Raises UnusableError, with what to do about it.
    """
    stated, redeem = _stated(asked.options), asked.options["redeem"]
    candidate = _programme(asked.programme)
    programmes = (candidate, beside(candidate, _programme(asked.against)))
    tell(0, 1, "reading the history")
    source = history_for(asked.history, programmes)
    wanted = policy(redeem) if redeem else HISTORY if source.redeems else policy("eager")
    ran = [
        Ran(one, run_one(one, source, wanted, progress=_progress(tell, one, side)))
        for side, one in enumerate(programmes)
    ]
    tell(1, 1, "putting the report together")
    bought = purchases_of(asked.history, ran[0].result.members.names)
    report = report_of(ran[0], ran[1], stated, bought)
    return Report(plain(report), page(report))


def _programme(document: str) -> Programme:
    sound = look(document).sound
    if sound is None:  # it was looked at before, perhaps by another version
        raise UnusableError("a document has errors: `POST /v1/drafts/check` says which")
    return sound.programme


def _progress(tell: Tell, programme: Programme, side: int) -> Callable[[str, int, int], None]:
    """How far one of two is, of both."""

    def told(step: str, done: int, of: int) -> None:
        words = _STEPS.get(step, step)
        part = "" if step == "compile" else f" {done} of {of}"
        come = of if step == "budgets" else 0 if step == "compile" else done
        tell(side * of + come, 2 * of, f"{programme.id}: {words}{part}")

    return told


def _stated(options: Mapping[str, Any]) -> Stated:
    """What is assumed, as `POST /v1/backtests` takes it.  Raises UnusableError."""
    margin = options["margin"]
    return Stated(
        margin=None if margin is None else share(margin, "margin"),
        margins={name: share(text, "margins") for name, text in options["margins"].items()},
        unit_values=_worths(options["unit_values"], "unit_values"),
        reward_values=_worths(options["reward_values"], "reward_values"),
        cost_ratio=share(options["cost_ratio"], "cost_ratio"),
        cannibalised=share(options["cannibalised"], "cannibalised"),
        running=share(options["running"], "running"),
        responses=tuple(
            response(
                f"{one['deciles']}:frequency+{one['frequency']},basket+{one['basket']}",
                "responses",
            )
            for one in options["responses"]
        ),
    )


def _worths(texts: Mapping[str, str], what: str) -> dict[str, Fraction]:
    return {
        name: Fraction(parse_decimal(text, _DECIMALS, what=what), 10**_DECIMALS)
        for name, text in texts.items()
    }


if __name__ == "__main__":
    serve(run)
