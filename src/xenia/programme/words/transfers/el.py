"""How it is told in Greek that members give units to one another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "transfers": "Μπορείτε να χαρίσετε σε άλλο μέλος: {currency}",
    "transfers-least": "τουλάχιστον {units} τη φορά",
    "transfers-keep": "ό,τι χαρίζετε λήγει την ημέρα που θα έληγε και σε εσάς",
    "entry-handed": "Προς άλλο μέλος: {units}",
    "entry-received": "Από άλλο μέλος: {units}",
    "event-transfer": "μεταφορά {id}",
    "event-received": "μεταφορά",
}
