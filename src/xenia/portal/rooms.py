"""Members' pages as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from xenia.pages.rooms import Room, Section
from xenia.pages.words import marked
from xenia.portal import branding, card, coming_in, giving, history, profile, rewards
from xenia.portal.places import BEFORE, CARD, COOKIE, HISTORY, PROFILE, REWARDS, SIGN_IN
from xenia.portal.showing import session_of

SECTIONS: Final = (
    Section(marked("Card"), "credit-card", CARD),
    Section(marked("Rewards"), "gift", REWARDS),
    Section(marked("History"), "history", HISTORY),
    Section(marked("Profile"), "user", PROFILE),
)
ROOM: Final = Room(
    name="portal",
    before=BEFORE,
    cookie=COOKIE,
    sign_in=SIGN_IN,
    error="portal/error.html",
    folder=Path(__file__).parent,
    routes=(
        *coming_in.ROUTES,
        *card.ROUTES,
        *rewards.ROUTES,
        *history.ROUTES,
        *giving.ROUTES,
        *profile.ROUTES,
        *branding.ROUTES,
    ),
    sections=SECTIONS,
    knows=session_of,
)
