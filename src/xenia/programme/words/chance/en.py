"""How it is told in English that chance decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "chance-purchase": (
        "on {number} purchase in {of}, drawn by chance",
        "on {number} purchases in {of}, drawn by chance",
    ),
    "chance-time": (
        "{number} time in {of}, drawn by chance",
        "{number} times in {of}, drawn by chance",
    ),
}
