"""What wizards answer, as what becomes JSON: money and shares of 1 as decimals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xenia.backtest.report.as_json import written

if TYPE_CHECKING:
    from xenia.backtest.wizards.chooser import Choice
    from xenia.backtest.wizards.ready_made import Made


def made_fields(made: Made) -> dict[str, Any]:
    """A programme that was made for a margin."""
    return {
        "document": made.document,
        "rate": written(made.rate),
        "cost": written(made.cost),
        "break_even": None if made.needed is None else written(made.needed),
        "uplift": written(made.uplift),
        "uplift_assumed": made.assumed,
        "rates": [
            {"uplift": written(uplift), "rate": written(rate)} for uplift, rate in made.others
        ],
        "advice": [one.sentence for one in made.advice],
    }


def choice_fields(choice: Choice) -> dict[str, Any]:
    """Kinds of programmes side by side."""
    return {
        "money": choice.money,
        "sales": choice.sales.text,
        "margin": written(choice.margin),
        "rate": written(choice.rate),
        "candidates": [
            {
                "kind": one.kind,
                "title": one.title,
                "cost": one.cost.text,
                "fees": one.fees.text,
                "joined": one.joined,
                "share_of_sales": written(one.share_of_sales),
                "profit": one.profit.text,
                "break_even": None if one.needed is None else written(one.needed),
                "plainness": one.grade,
                "things": one.things,
                "document": one.document,
            }
            for one in choice.candidates
        ],
        "not_available": [{"kind": kind, "reason": why} for kind, why in choice.unavailable],
        "assumptions": [*choice.assumptions],
    }
