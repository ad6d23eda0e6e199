"""The same in Greek."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "badge": "αποκτάτε το σήμα {badge}",
    "notify": "λαμβάνετε μήνυμα: {text}",
    "benefit-times": ("{benefit} ({number} φορά)", "{benefit} ({number} φορές)"),
    "hold-grace": "Μετά παραμένει για επιπλέον διάστημα {duration}, "
    "ώστε να προλάβετε να καλύψετε πάλι τις προϋποθέσεις",
    "rollover": "Ό,τι περισσεύει πάνω από το επίπεδο που φτάσατε μετρά στην επόμενη περίοδο",
    "rollover-of": "Ό,τι περισσεύει πάνω από το επίπεδο που φτάσατε μετρά στην "
    "επόμενη περίοδο: {metrics}",
    "earn-until": "Τελευταία ημέρα συλλογής: {last}",
    "spend-until": "Τελευταία ημέρα χρήσης όσων έχετε: {last}· μετά λήγουν όλα",
}
