"""The codes of merges that are not made, or not changed any more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.services.codes.sentences import Sentences

MERGES: Final[Mapping[str, Sentences]] = {
    "left-survivor": Sentences(
        "Who is to stay has left",
        "In one of the programmes the one who goes is a member, and the one who stays has left.",
        "Merge them the other way round, or enrol the one who stays again.",
    ),
    "merge-over": Sentences(
        "The merge cannot be changed any more",
        "It was undone, or confirmed, or its days have passed, and it is final.",
        "Nothing; what is wrong now, staff corrects by adjustments.",
    ),
    "merge-rests": Sentences(
        "Another merge has to be decided first",
        "The member is part of a merge that can still be undone; `detail` names it.",
        "Confirm it, or undo it, then ask again.",
    ),
    "merged-member": Sentences(
        "The member is merged into another one",
        "They are the same person; `detail` names the member who stays.",
        "Name that member instead; while the merge rests, it can be undone.",
    ),
    "reserved-member": Sentences(
        "Something is reserved for the member",
        "What is kept for an event of the member who goes would be nobody's.",
        "Commit or release the reservation first; none lives for longer than a day.",
    ),
    "same-member": Sentences(
        "Both are the same member",
        "Nobody is merged with themselves.",
        "Name the member who goes and the one who stays.",
    ),
    "unknown-merge": Sentences(
        "There is no such merge",
        "No merge of this space has the id.",
        "`GET /v1/merges` lists them, `?member=` those of one member.",
    ),
}
