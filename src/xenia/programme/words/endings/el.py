"""How it is told in Greek when units end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "expires-latest": "{currency}: λήγουν το αργότερο μετά από διάστημα {duration} "
    "από την ημέρα της πίστωσης",
    "entry-reinstated": "Επαναφορά: {units}",
}
