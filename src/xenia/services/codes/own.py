"""The codes of requests of members, about themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.services.codes.sentences import Sentences

OWN: Final[Mapping[str, Sentences]] = {
    "bad-code": Sentences(
        "The code does not hold",
        "A code is used once, within ten minutes, and tried five times at most; a newer one takes "
        "its place. Which of these it was is not said.",
        "Ask for another one (`POST /v1/own/codes`), and type what was sent last.",
    ),
    "no-member": Sentences(
        "This is for members who have signed in",
        "Addresses under `/v1/own` are about whoever asks; a key, or staff, is no member.",
        "Sign in as a member (`POST /v1/own/codes`, `POST /v1/own/sign-in`); other programs read "
        "and change members at `/v1/members`.",
    ),
    "nobody-to-give-to": Sentences(
        "It leads to nobody else",
        "Nobody else who has joined is known by what was named: nothing is given, and nobody new "
        "is made.",
        "Ask whoever is to have it for their card's number, phone or address as it is known here.",
    ),
    "price-changed": Sentences(
        "The reward costs something else now",
        "A version of the programme has changed its price since the member has seen it. Nothing "
        "was taken.",
        "Show what it costs now (`detail` says it, `GET /v1/own/rewards` too), and ask again with "
        "that `price`, if they still want it.",
    ),
    "reward-changed": Sentences(
        "The reward is otherwise now",
        "A version of the programme has changed what the reward is since the member has seen it, "
        "at the same price. Nothing was taken.",
        "Show it as it is now (`GET /v1/own/rewards`), and ask again with that `version`.",
    ),
    "too-little-contrast": Sentences(
        "The colour cannot be read",
        "Text in this colour, or on it, has less contrast than 4.5 to 1 (WCAG 2.2 AA).",
        "Take the nearest that has enough; `detail` names it.",
    ),
    "wrong-picture": Sentences(
        "The picture cannot be used",
        "A picture is a PNG, JPEG or WebP of 200 kB at most, as base64.",
        "Send another one, or make it smaller.",
    ),
}
