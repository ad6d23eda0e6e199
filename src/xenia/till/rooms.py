"""The till as a whole: all its pages, and its navigation."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from xenia.pages.rooms import Room, Section
from xenia.pages.words import marked
from xenia.till import (
    away,
    coming_in,
    enrolling,
    member_codes,
    receipts,
    selling,
    this_till,
)
from xenia.till.places import BEFORE, COOKIE, ENROL, HOME, RETURNS, SETTINGS, SIGN_IN

SECTIONS: Final = (
    Section(marked("Sale"), "scan-line", HOME, "till:read"),
    Section(marked("Return"), "undo-2", RETURNS, "till:read"),
    Section(marked("New member"), "user-plus", ENROL, "members:write"),
    Section(marked("This till"), "store", SETTINGS, "programmes:read"),
)
ROOM: Final = Room(
    name="till",
    before=BEFORE,
    cookie=COOKIE,
    sign_in=SIGN_IN,
    error="till/error.html",
    folder=Path(__file__).parent,
    routes=(
        *coming_in.ROUTES,
        *away.ROUTES,
        *this_till.ROUTES,
        *selling.ROUTES,
        *member_codes.ROUTES,
        *receipts.ROUTES,
        *enrolling.ROUTES,
    ),
    sections=SECTIONS,
)
