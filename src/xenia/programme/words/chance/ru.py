"""How it is told in Russian that chance decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "chance-purchase": (
        "в {number} покупке из {of}, выбранной случайно",
        "в {number} покупках из {of}, выбранных случайно",
        "в {number} покупках из {of}, выбранных случайно",
        "в {number} покупках из {of}, выбранных случайно",
    ),
    "chance-time": (
        "в {number} случае из {of}, по жребию",
        "в {number} случаях из {of}, по жребию",
        "в {number} случаях из {of}, по жребию",
        "в {number} случаях из {of}, по жребию",
    ),
}
