"""The codes of households that are not made or changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.services.codes.sentences import Sentences

HOUSEHOLDS: Final[Mapping[str, Sentences]] = {
    "household-dissolved": Sentences(
        "The household is dissolved",
        "Nobody belongs to it any more, and nobody comes to.",
        "Make a new one by `POST /v1/households`.",
    ),
    "household-not-empty": Sentences(
        "Somebody belongs to the household",
        "Only a household to which nobody belongs is dissolved.",
        "Remove its persons first: `DELETE /v1/households/{household}/persons/{member}`.",
    ),
    "household-taken": Sentences(
        "There is such a household already",
        "The member of this id is a household, or was one.",
        "Take another id, or leave it out; to add somebody to the household there is "
        "`POST /v1/households/{household}/persons`.",
    ),
    "in-household": Sentences(
        "The member belongs to a household",
        "Nobody belongs to two, nor is merged into another member meanwhile; `detail` names the "
        "household.",
        "Remove them from it first: `DELETE /v1/households/{household}/persons/{member}`.",
    ),
    "is-household": Sentences(
        "The member is a household",
        "A household belongs to no other one, and is not merged.",
        "Name a person.",
    ),
    "not-in-household": Sentences(
        "They do not belong to the household",
        "The member belongs to another one, or to none.",
        "`GET /v1/households/{household}` lists who belongs to it.",
    ),
    "too-many-persons": Sentences(
        "Enough persons belong to the household",
        "A household has 50 persons at most.",
        "Make another one for those who come.",
    ),
    "unknown-household": Sentences(
        "There is no such household",
        "No member of this space who is a household has the id.",
        "`GET /v1/households` lists them; `GET /v1/members/{member}` says to which one belongs.",
    ),
}
