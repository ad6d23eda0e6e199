"""The codes of what staff corrects, where it is not done, and of notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.services.codes.sentences import Sentences

CORRECTIONS: Final[Mapping[str, Sentences]] = {
    "correction-over": Sentences(
        "The correction does not wait any more",
        "Somebody has confirmed it, declined it or taken it back; `detail` says which.",
        "Nothing; what is still wrong is asked for anew.",
    ),
    "own-correction": Sentences(
        "Nobody confirms what they have asked for",
        "Above the limit that is said of the programme it takes a second person.",
        "Have somebody else confirm it, or take it back by declining it.",
    ),
    "refused-correction": Sentences(
        "The correction cannot be made",
        "As the member's account is now, the programme refuses it; nothing was recorded. `errors` "
        "says why.",
        "Look at what the member holds (`GET /v1/members/{member}/wallet`) and correct less.",
    ),
    "second-person": Sentences(
        "It takes a second person",
        "More is given or taken than one person may (`second_person` of the programme's safety).",
        "Ask for it by `POST /v1/corrections`; then somebody else confirms it.",
    ),
    "unknown-correction": Sentences(
        "There is no such correction",
        "None of this id is in the space of the key, or whom it was about has been erased.",
        "Take the id from `GET /v1/corrections`.",
    ),
    "unknown-note": Sentences(
        "There is no such note",
        "No note of this id is about this member.",
        "Take the id from `GET /v1/members/{member}/notes`.",
    ),
}
