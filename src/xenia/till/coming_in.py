"""Signing in at a till, and out; and what a browser keeps of language and theme."""

from __future__ import annotations

from typing import Final

from xenia.pages.coming_in import Entrance
from xenia.till.places import BEFORE, COOKIE, HOME, SIGN_IN

ROUTES: Final = Entrance(BEFORE, HOME, SIGN_IN, COOKIE, "till/sign_in.html").ways
