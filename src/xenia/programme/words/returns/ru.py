"""How what was taken back is told in Russian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "event-return": "возврат {id}",
    "event-cancel": "отмена {id}",
    "returns-within": "срок возврата покупки: {duration}",
    "entry-given-back": "Возвращено: {units}",
    "entry-owed": "Долг: {units}",
    "entry-filled": "В счёт долга: {units}",
}
