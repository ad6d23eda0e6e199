"""What a person may ask for: all that is held about them, and that it is erased."""

from __future__ import annotations

from typing import Final

import msgspec

from xenia.client import ProblemError
from xenia.console import acts
from xenia.console.acts import MEMBER, Act, Whom
from xenia.pages.answering import Download, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.words import marked

_SCOPE: Final = "privacy:write"
_INDENT: Final = 2


@shown_at(f"{MEMBER}/export")
def export(asked: Asked) -> Page:
    """All of it, as a file."""
    found = asked.client.exported(asked.places["member"])
    body = msgspec.json.format(msgspec.json.encode(found), indent=_INDENT)
    return Download("member.json", "application/json", body)


def _erase(asked: Asked, of: Whom) -> Act:
    return Act(
        asked.say("Erase a person"),
        asked.say(
            "What leads to them, their profile, their notes and the reasons of corrections are "
            "removed now, in all programmes. What they bought and what has moved stays, under an "
            "id that says nothing of them, so that the books still add up. It cannot be undone."
        ),
        of.path("/erase"),
        asked.say("Erase"),
        (acts.typed(asked, of),),
        grave=True,
    )


@shown_at(f"{MEMBER}/erase")
def erase(asked: Asked) -> Page:
    """What goes, and what stays."""
    of = acts.whom(asked, _SCOPE)
    return acts.shown(of, _erase(asked, of))


@sent_to(f"{MEMBER}/erase")
def erased(asked: Asked) -> Page:
    """It is done, with its proof."""
    of = acts.whom(asked, _SCOPE)
    act = acts.filled(asked, _erase(asked, of))
    wrong = acts.mistyped(asked, of, act)
    if wrong is not None:
        return wrong
    try:
        asked.client.erased(of.member, idempotency_key=asked.once)
    except ProblemError as error:
        return acts.refused(asked, of, act, error, {})
    return acts.done(of, marked("They are erased."))


@shown_at(f"{MEMBER}/erasures")
def erasures(asked: Asked) -> Page:
    """The proofs: what was removed, when and by whom."""
    of = acts.whom(asked, _SCOPE)
    found = asked.client.erasures(of.member).data
    return Shown("console/members/erasures.html", {"of": of, "erasures": found})


ROUTES = (export, erase, erased, erasures)
