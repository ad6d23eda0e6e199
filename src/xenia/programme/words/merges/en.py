"""How it is told in English that two accounts of one person become one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "entry-merged-away": "{units} moved to the account you keep",
    "entry-merged": "{units} from your other account",
    "event-merging": "two accounts becoming one",
    "event-merge": "two accounts becoming one",
}
