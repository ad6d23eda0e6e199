"""What members are told, in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    "points-expiring-subject": "{units} will end soon",
    "points-expiring": "{units} will end soon. The last day to use them is {day}.",
    "tier-upgraded-subject": "A new level: {level}",
    "tier-upgraded": "You have reached level {level}.",
    "tier-downgraded-subject": "Your level has changed",
    "tier-downgraded": "You are now on level {level}.",
    "tier-lost": "You are not on any level any more.",
    "programme-published-subject": "The terms change: {programme}",
    "programme-published": "From {day}:",
    "terms-gone": "No longer:",
    "terms-stay": "What we announced before does not come: the terms stay as they are.",
    "member-code-subject": "Your code",
    "member-code": (
        "{code} is your code. With it up to {units} can be used, once, until "
        "{time}. If that was not you, tell it to nobody, and let us know."
    ),
    "member-sign-in-subject": "{code}: your code to sign in",
    "member-sign-in": (
        "{code} is your code to sign in. It can be used once, until {time}. Or follow this "
        "link: {link} If that was not you, tell it to nobody; nothing has happened."
    ),
    "member-sign-in-without-link": (
        "{code} is your code to sign in. It can be used once, until {time}. If that was not "
        "you, tell it to nobody; nothing has happened."
    ),
    "notifier-test-subject": "A test message",
    "notifier-test": (
        "This is a test message of Xenia, sent by the notifier {notifier} from the space "
        "{space}. Whoever reads it is reached."
    ),
}
