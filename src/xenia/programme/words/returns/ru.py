"""How what was taken back, and what was claimed, is told in Russian."""

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
    "event-claim": "заявка {id}",
    "claims-within": (
        "Если вы купили что-то, не назвав себя, покупку можно заявить не позднее "
        "чем через {duration}"
    ),
}
