"""One's own account: the sessions that one has, language and theme."""

from __future__ import annotations

from typing import Final

from xenia.console.places import BEFORE, HOME
from xenia.console.roles import TITLES
from xenia.pages.answering import YEAR, Cookie, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.browsers import LANGUAGE, THEME, THEMES, ours
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.words import LANGUAGES

ACCOUNT: Final = f"{BEFORE}/account"


@shown_at(ACCOUNT)
def account(asked: Asked) -> Page:
    """Who one is here, what one may do, and where one is signed in."""
    said = {role: asked.say(title) for role, title in TITLES.items()}
    return Shown("console/account.html", {"roles_said": said})


@sent_to(f"{BEFORE}/preferences", to_all=True)
def preferred(asked: Asked) -> Page:
    """Language and theme, as far as they are named; kept in this browser."""
    cookies = []
    language, theme = asked.form.one("language"), asked.form.one("theme")
    if language in {one.code for one in LANGUAGES}:
        cookies.append(Cookie(LANGUAGE, language, YEAR))
    if theme in THEMES:
        cookies.append(Cookie(THEME, theme, YEAR))
    return Gone(ours(asked.form.one("next"), HOME), cookies=cookies)


ROUTES = (account, preferred)
