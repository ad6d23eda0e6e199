"""`python -m xenia.backtest`: the process of one backtest that was asked for over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from xenia.amounts import parse_decimal
from xenia.backtest.enrolled import assumes
from xenia.backtest.history import History
from xenia.backtest.job import Asked, Report, Tell, serve
from xenia.backtest.policies import HISTORY, policy
from xenia.backtest.report.as_json import plain
from xenia.backtest.report.as_page import page
from xenia.backtest.report.build import report_of
from xenia.backtest.report.purchases import purchases_of
from xenia.backtest.report.sides import Ran
from xenia.backtest.report.stated import Stated, response, share
from xenia.backtest.report.values import title
from xenia.backtest.result import Result
from xenia.backtest.run import run as run_one
from xenia.backtest.stored import beside, history_for
from xenia.backtest.together import Side, run_together
from xenia.backtest.variants import Variants
from xenia.backtest.wizards.as_json import choice_fields
from xenia.backtest.wizards.as_page import page as choice_page
from xenia.backtest.wizards.chooser import KINDS, choose, club_of, sound
from xenia.backtest.wizards.documents import Firm, document
from xenia.programme.model import Programme
from xenia.services.drafts import look
from xenia.services.inputs import UnusableError
from xenia.services.varying import Place, sweep_of

_DECIMALS = 6  # of what a unit or a reward is worth
_STEPS = {
    "fit": "counting how often members redeem: part",
    "budgets": "sharing out budgets: part",
}


def run(asked: Asked, tell: Tell) -> Report:
    """What was asked for.  Raises UnusableError, with what to do about it."""
    return _backtest(asked, tell) if asked.wizard is None else _choice(asked, asked.wizard, tell)


def _backtest(asked: Asked, tell: Tell) -> Report:
    """Run both programmes over the history, and put the report together."""
    stated, redeem = _stated(asked.options), asked.options["redeem"]
    candidate = _programme(asked.programme)
    written = _programme(asked.against)
    other = beside(candidate, written)
    tell(0, 1, "reading the history")
    assumed = assumes(asked.options.get("enrolled"))
    source = history_for(asked.history, (candidate, other), assumes=assumed)
    usual = HISTORY if source.redeems else policy("eager")
    wanted = policy(redeem) if redeem else usual
    more = _variants(candidate, asked)
    wishes = [(candidate, wanted), *more.wishes(wanted), (other, wanted)]
    sides = [
        Side(one, by or usual, members=at in (0, len(wishes) - 1))
        for at, (one, by) in enumerate(wishes)
    ]
    names = [candidate.id, *more.names(), other.id]
    told = _Told(tell, names)
    results = run_together(sides, source, progress=told.progress, begins=told.begins)
    ran = [Ran(side.programme, one) for side, one in zip(sides, results, strict=True)]
    tell(1, 1, "putting the report together")
    bought = purchases_of(asked.history, ran[0].result.members.names)
    report = report_of(
        *(ran[0], ran[-1], stated, bought),
        document=written,
        sweep=more.sweep(ran[1:-1]),
        policies=more.redeemed(ran[1:-1]),
    )
    return Report(plain(report), page(report))


def _choice(asked: Asked, told: Mapping[str, Any], tell: Tell) -> Report:
    """Kinds of programmes side by side."""
    tell(0, 1, "reading the history")
    history = History.open(asked.history).told
    firm = Firm(
        id="candidate",
        operator=told["operator"],
        money=history.money,
        timezone=told["timezone"] or history.timezone or "UTC",
    )
    rate, wanted = share(told["rate"], "rate"), policy(told["redeem"])
    off = rate if told["club_rate"] is None else share(told["club_rate"], "club_rate")
    club = club_of(told["fee"], off, firm, "fee")
    nothing = sound(document("none", firm))
    ran, of = 0, len(KINDS) + (club is not None)
    source = history_for(asked.history, [nothing])

    def runs(programme: Programme) -> Result:
        nonlocal ran
        name = title(programme.title, programme.id)
        progress = _one_of(tell, name, ran, of)
        ran += 1
        return run_one(programme, source, wanted, progress=progress)

    choice = choose(runs, firm, share(told["margin"], "margin"), rate, club)
    return Report(choice_fields(choice), choice_page(choice))


def _one_of(tell: Tell, name: str, before: int, of: int) -> Callable[[str, int, int], None]:
    """How far one of several is, of which some have ended before."""

    def told(step: str, done: int, parts: int) -> None:
        words = "compiling" if step == "compile" else f"part {done} of {parts}"
        come = done if step == "fold" else 0 if step == "compile" else parts
        tell(before * parts + come, of * parts, f"{name}: {words}")

    return told


def _variants(candidate: Programme, asked: Asked) -> Variants:
    """The same programme with other numbers, and by other policies."""
    wanted = sweep_of(asked.options.get("sweep"))
    place = None if wanted is None else Place.of(asked.programme, wanted.path, what="sweep")
    also = asked.options.get("also_redeem", ())
    return Variants.of(candidate, place, wanted, also, "also_redeem")


def _programme(document: str) -> Programme:
    sound = look(document).sound
    if sound is None:  # it was looked at before, perhaps by another version
        raise UnusableError("a document has errors: `POST /v1/drafts/check` says which")
    return sound.programme


class _Told:
    """How far all of them are, each by its name."""

    def __init__(self, tell: Tell, names: Sequence[str]) -> None:
        self._tell, self._names = tell, names
        self._side, self._far = 0, (0, 1)  # who began last; of what is folded

    def begins(self, side: int) -> None:
        """One of them begins with another part of the members."""
        self._side = side

    def progress(self, step: str, done: int, of: int) -> None:
        """So much of a step is done."""
        if step == "fold":
            self._far = (done, of)
            doing = f"{self._names[self._side]}: deciding what members did"
        elif step == "compile":
            doing = "compiling"
        else:
            doing = f"{_STEPS.get(step, step)} {done} of {of}"
        self._tell(*self._far, doing)


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
