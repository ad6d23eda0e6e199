"""How what is bought together is told in Greek."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "together-price": "κάθε {goods} τεμάχια μαζί κοστίζουν {amount}",
    "together-off": "έχετε έκπτωση {off} σε κάθε {goods} τεμάχια μαζί",
    "bundle-price": "{goods} μαζί κοστίζουν {amount}",
    "bundle-off": "έχετε έκπτωση {off} αν αγοράσετε μαζί {goods}",
    "bundle-any": ("{number} οποιοδήποτε τεμάχιο", "{number} οποιαδήποτε τεμάχια"),
    "bundle-part": ("{number} τεμάχιο από {goods}", "{number} τεμάχια από {goods}"),
}
