"""Home: what needs attention, and what runs."""

from __future__ import annotations

from xenia.client import shapes
from xenia.console.draft_tabs import tab_path
from xenia.console.places import DRAFT, HOME
from xenia.console.second import CORRECTIONS
from xenia.pages.answering import Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.rooms import shown_at

_DRAFTS = 20  # the newest
_CORRECTIONS = 200


@shown_at(HOME)
def home(asked: Asked) -> Page:
    """As far as who asks may see it."""
    programmes: tuple[shapes.Listed, ...] = ()
    waiting: list[shapes.Draft] = []
    corrections: tuple[shapes.Correction, ...] = ()
    failing: list[shapes.Webhook] = []
    if asked.may("programmes:read"):
        programmes = asked.client.programmes().data
        waiting = list(asked.client.drafts(limit=_DRAFTS, unpublished=True).data)
    if asked.may("staff:write") and asked.may("members:read"):
        found = asked.client.corrections(state="waiting", others=True, limit=_CORRECTIONS)
        corrections = found.data
    if asked.may("webhooks:write"):
        failing = [
            one for one in asked.client.all_webhooks().data if one.failing_since or not one.enabled
        ]
    return Shown(
        "console/home.html",
        {
            "programmes": programmes,
            "drafts": [(one, tab_path(f"{DRAFT}/changes", one.draft)) for one in waiting],
            "webhooks": failing,
            "corrections": len(corrections),
            "corrections_path": CORRECTIONS,
            "greeting": _greeting(asked),
        },
    )


def _greeting(asked: Asked) -> str:
    name = "" if asked.session is None else asked.session.name or ""
    return asked.say("Welcome, %(name)s", name=name) if name else asked.say("Home")


ROUTES = (home,)
