"""What a profile says, parted: facts that stay, and personal values that are erased one day."""

from __future__ import annotations

from functools import partial

import msgspec

from xenia.engine.account import Account
from xenia.events.conventions import (
    BIRTHDAY,
    BIRTHDAY_SINCE,
    JOINED_AGAIN,
    REFERRED_BY,
    Conventions,
)
from xenia.events.model import Enrolment, Profile


def parted(
    conventions: Conventions, event: Enrolment | Profile, account: Account
) -> tuple[str, str | None]:
    """The facts of an account after an event, and the personal values that the event has told, if
    any; both as JSON."""
    private = partial(conventions.is_personal, of_member=True)
    public = {
        name: value
        for name, value in account.attributes.items()
        if name in (REFERRED_BY, JOINED_AGAIN) or not private(name)
    }
    patch = {name: value for name, value in event.attributes.items() if private(name)}
    if BIRTHDAY in patch and BIRTHDAY_SINCE in account.attributes:
        patch[BIRTHDAY_SINCE] = account.attributes[BIRTHDAY_SINCE]
    kept = msgspec.json.encode(public).decode()
    return kept, msgspec.json.encode(patch).decode() if patch else None
