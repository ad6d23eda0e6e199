"""How it is told in English what members bring along from another system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "entry-brought": "{units} brought along from the former programme",
    "event-opening": "the move from the former programme",
}
