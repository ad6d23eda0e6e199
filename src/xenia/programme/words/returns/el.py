"""How what was taken back is told in Greek."""

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
}
