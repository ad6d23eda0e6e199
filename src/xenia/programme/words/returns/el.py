"""How what was taken back, and what was claimed, is told in Greek."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "returns-within": "ό,τι αγοράζετε επιστρέφεται μέσα σε διάστημα {duration}",
    "entry-given-back": "Επιστροφή: {units}",
    "entry-owed": "Οφειλή: {units}",
    "entry-filled": "Κάλυψη οφειλής: {units}",
    "event-return": "επιστροφή {id}",
    "event-cancel": "ακύρωση {id}",
    "event-claim": "αίτημα {id}",
    "claims-within": (
        "Αν αγοράσατε κάτι χωρίς να πείτε ποιοι είστε, μπορείτε να ζητήσετε την "
        "αγορά εντός {duration}"
    ),
}
