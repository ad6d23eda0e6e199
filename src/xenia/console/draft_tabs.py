"""What every page of a draft has above it: which draft it is, how it stands, and its tabs.

A page of a draft extends `console/programmes/draft.html`, fills its block `draft`, and hands it
what `draft_values` gives; one on which changes are undone has `turns` of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from xenia.client import shapes
from xenia.console.places import DRAFT, PROGRAMMES
from xenia.pages.asking import Asked
from xenia.pages.templating import address
from xenia.pages.words import marked


class DraftTab(NamedTuple):
    """A page of a draft: a marked title, the path of its route, and the scope it takes."""

    title: str
    path: str
    scope: str


TABS: Final = (
    DraftTab(marked("Text"), DRAFT, "programmes:read"),
    DraftTab(marked("Rules"), f"{DRAFT}/rules", "programmes:read"),
    DraftTab(marked("Currencies"), f"{DRAFT}/parts/currencies", "programmes:read"),
    DraftTab(marked("Levels"), f"{DRAFT}/parts/tiers", "programmes:read"),
    DraftTab(marked("Rewards"), f"{DRAFT}/parts/rewards", "programmes:read"),
    DraftTab(marked("Texts"), f"{DRAFT}/parts/texts", "programmes:read"),
    DraftTab(marked("Simulate"), f"{DRAFT}/simulate", "programmes:read"),
    DraftTab(marked("Backtest"), f"{DRAFT}/backtest", "backtests:write"),
    DraftTab(marked("Changes"), f"{DRAFT}/changes", "programmes:read"),
)
STATES: Final[Mapping[str, tuple[str, str]]] = {  # in words, and the kind of the badge
    "written": (marked("Being written"), "neutral"),
    "submitted": (marked("Waits for approval"), "caution"),
    "sent-back": (marked("Sent back"), "failed"),
    "approved": (marked("Approved"), "brand"),
    "published": (marked("Published"), "positive"),
}


def draft_values(asked: Asked, draft: shapes.Draft | shapes.WholeDraft) -> dict[str, Any]:
    """What the layout of a draft's pages needs to know."""
    said, kind = STATES[draft.state]
    return {
        "draft": draft,
        "draft_name": draft.programme or asked.say("A draft without a name"),
        "draft_state": asked.say(said),
        "draft_kind": kind,
        "tabs": [
            (asked.say(tab.title), tab_path(tab.path, draft.draft))
            for tab in TABS
            if asked.may(tab.scope)
        ],
        "programmes_path": PROGRAMMES,
        "turns": (),
    }


def tab_path(path: str, draft: str) -> str:
    """The address of a draft's page, of the path of its route."""
    return address(path.replace(":str", ""), draft=draft)
