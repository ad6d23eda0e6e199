"""One's own account: who one is, what one may do, and the sessions that one has."""

from __future__ import annotations

from typing import Final

from xenia.console.places import BEFORE
from xenia.console.roles import TITLES
from xenia.pages.answering import Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.rooms import shown_at

ACCOUNT: Final = f"{BEFORE}/account"


@shown_at(ACCOUNT)
def account(asked: Asked) -> Page:
    """Who one is here, what one may do, and where one is signed in."""
    said = {role: asked.say(title) for role, title in TITLES.items()}
    return Shown("console/account.html", {"roles_said": said})


ROUTES = (account,)
