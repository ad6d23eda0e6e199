"""How what was taken back, and what was claimed, is told in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "returns-within": "what you buy can be returned within {duration}",
    "entry-given-back": "{units} given back",
    "entry-owed": "{units} owed",
    "entry-filled": "{units} make up for what was owed",
    "event-return": "return {id}",
    "event-cancel": "cancellation {id}",
    "event-claim": "claim {id}",
    "claims-within": (
        "If you bought something without saying who you are, you can claim the "
        "purchase within {duration}"
    ),
}
