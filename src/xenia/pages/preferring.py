"""What a browser keeps of how pages are to be: their language and theme."""

from __future__ import annotations

from xenia.pages.answering import YEAR, Cookie, Gone, Page
from xenia.pages.asking import Asked
from xenia.pages.browsers import LANGUAGE, THEME, THEMES, ours
from xenia.pages.rooms import Route, sent_to
from xenia.pages.words import LANGUAGES


def preferring(before: str, home: str) -> Route:
    """What takes the choice in a room whose addresses begin so."""

    @sent_to(f"{before}/preferences", to_all=True)
    def preferred(asked: Asked) -> Page:
        cookies = []
        language, theme = asked.form.one("language"), asked.form.one("theme")
        if language in {one.code for one in LANGUAGES}:
            cookies.append(Cookie(LANGUAGE, language, YEAR))
        if theme in THEMES:
            cookies.append(Cookie(THEME, theme, YEAR))
        return Gone(ours(asked.form.one("next"), home), cookies=cookies)

    return preferred
