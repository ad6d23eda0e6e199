"""Signing in at a till, and out; and what a browser keeps of language and theme."""

from __future__ import annotations

from typing import Final

from xenia.client import shapes
from xenia.pages.answering import Page
from xenia.pages.asking import Asked
from xenia.pages.coming_in import Entrance, ended
from xenia.pages.preferring import preferring
from xenia.pages.rooms import sent_to, shown_at
from xenia.till.places import BEFORE, COOKIE, HOME, SIGN_IN

_ENTRANCE: Final = Entrance("till/sign_in.html", HOME, COOKIE)

sign_in = shown_at(SIGN_IN, to_all=True)(_ENTRANCE.shown)
signed_in = sent_to(SIGN_IN, to_all=True)(_ENTRANCE.sent)


@sent_to(f"{BEFORE}/sign-out", to_all=True)
def signed_out(asked: Asked) -> Page:
    """The session ends."""
    return ended(
        asked,
        COOKIE,
        lambda token: asked.client.signed_out(shapes.SignOut(token=token)),
        SIGN_IN,
    )


preferred = preferring(BEFORE, HOME)

ROUTES = (sign_in, signed_in, signed_out, preferred)
