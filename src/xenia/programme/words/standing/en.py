"""The same in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "badge": "you receive the badge {badge}",
    "notify": "you get a message: {text}",
    "benefit-times": ("{benefit} ({number} time)", "{benefit} ({number} times)"),
    "hold-grace": "It then stays for another {duration}, in which you can still qualify for it",
    "rollover": "What you have beyond the level that you reached counts towards the next period",
    "rollover-of": "What you have beyond the level that you reached counts "
    "towards the next period: {metrics}",
    "earn-until": "The last day on which you earn anything is {last}",
    "spend-until": "The last day on which you can use what you have is {last}; "
    "after it everything ends",
}
