"""Kinds of programmes side by side as one page of HTML, with their documents."""

from __future__ import annotations

from html import escape

from xenia.backtest.report.as_page import whole
from xenia.backtest.report.marked import card, sentences, table
from xenia.backtest.wizards.chooser import COSTS, Choice
from xenia.backtest.wizards.chooser import table as rows


def page(choice: Choice) -> str:
    """The whole page, in UTF-8."""
    side_by_side = card("kinds", "Side by side", "", table(rows(choice)))
    said = card("assumed", "What is assumed", "", sentences([*choice.assumptions, COSTS]))
    documents = "".join(
        card(
            f"document-{at}",
            one.title,
            f"The programme of the kind \u201c{one.kind}\u201d, to begin a draft with.",
            f"<details><summary>Document</summary><pre>{escape(one.document)}</pre></details>",
        )
        for at, one in enumerate(choice.candidates)
    )
    return whole(
        "Programme chooser",
        "Which programme?",
        "Which programme?",
        f'<p class="lead">{escape(rows(choice).caption)}.</p>',
        side_by_side + said + documents,
    )
