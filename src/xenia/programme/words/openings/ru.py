"""How it is told in Russian what members bring along from another system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "entry-brought": "Перенесено из прежней программы: {units}",
    "event-opening": "перенос из прежней программы",
}
