"""What each code of a problem, of an error and of a refusal means, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from xenia.services.codes.events import EVENTS
from xenia.services.codes.refusals import REFUSALS
from xenia.services.codes.requests import REQUESTS
from xenia.services.codes.sentences import Sentences
from xenia.services.codes.shops import SHOPS


@dataclass(frozen=True, slots=True)
class Kind:
    """Codes of one kind; `says` is what all of them have in common."""

    title: str
    says: str
    codes: Mapping[str, Sentences]


KINDS: Final = (
    Kind(
        "Requests that are not done",
        "The answer is a problem (`application/problem+json`, RFC 9457) with this `code`. Nothing "
        "of the request is recorded, unless its page says otherwise.",
        REQUESTS,
    ),
    Kind(
        "Events that cannot be read",
        "HTTP 422: the event is recorded nowhere. `errors` names each place by its JSON Pointer. "
        "Where several events were sent, each is read on its own.",
        EVENTS,
    ),
    Kind(
        "Claims that are refused",
        "HTTP 200: the event is recorded, as it has happened; only what it claims is not given. "
        "The answer names each such claim under `refusals`.",
        REFUSALS,
    ),
    Kind(
        "Deliveries of shops that could not be used",
        "HTTP 200: the delivery is kept with this code, so that the shop need not send it again. "
        "Where the event that came of it could not be read, the code is one of events.",
        SHOPS,
    ),
)
