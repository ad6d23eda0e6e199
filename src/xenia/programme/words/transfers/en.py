"""How it is told in English that members give units to one another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "transfers": "You can give {currency} to another member",
    "transfers-least": "{units} or more at a time",
    "transfers-keep": "what you give ends on the day on which it would have ended with you",
    "entry-handed": "{units} given to another member",
    "entry-received": "{units} received from another member",
    "event-transfer": "transfer {id}",
    "event-received": "a transfer",
}
