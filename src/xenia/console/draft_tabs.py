"""What every page of a draft has above it: which draft it is, how it stands, and its tabs.

A page of a draft extends `console/programmes/draft.html`, fills its block `draft`, and hands it
what `draft_values` gives; one on which changes are undone has `turns` of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from xenia.client import shapes
from xenia.console.part_words import FORMS
from xenia.console.places import DRAFT, PROGRAMMES
from xenia.pages.asking import Asked
from xenia.pages.templating import address
from xenia.pages.words import marked


class DraftTab(NamedTuple):
    """A page of a draft: a marked title, the path of its route, and the scope it takes."""

    title: str
    path: str
    scope: str


def _of(*sections: str) -> tuple[DraftTab, ...]:
    """Those of sections that have forms."""
    return tuple(
        DraftTab(FORMS[section].title, f"{DRAFT}/parts/{section}", "programmes:read")
        for section in sections
    )


TABS: Final = (
    DraftTab(marked("Text"), DRAFT, "programmes:read"),
    DraftTab(marked("Rules"), f"{DRAFT}/rules", "programmes:read"),
    *_of("currencies", "tiers", "rewards", "texts"),
    DraftTab(marked("Simulate"), f"{DRAFT}/simulate", "programmes:read"),
    DraftTab(marked("Backtest"), f"{DRAFT}/backtest", "backtests:write"),
    DraftTab(marked("Changes"), f"{DRAFT}/changes", "programmes:read"),
)
# What few programmes need: in a menu beside the tabs.
MORE: Final = tuple(one for one in _of(*FORMS) if one not in TABS)
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
        "tabs": _shown(asked, draft.draft, TABS),
        "more_tabs": _shown(asked, draft.draft, MORE),
        "programmes_path": PROGRAMMES,
        "turns": (),
    }


def _shown(asked: Asked, draft: str, tabs: Sequence[DraftTab]) -> list[tuple[str, str]]:
    """The titles and addresses of those that whoever asks may open."""
    return [
        (asked.say(tab.title), tab_path(tab.path, draft)) for tab in tabs if asked.may(tab.scope)
    ]


def tab_path(path: str, draft: str) -> str:
    """The address of a draft's page, of the path of its route."""
    return address(path.replace(":str", ""), draft=draft)
