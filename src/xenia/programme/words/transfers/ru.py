"""How it is told in Russian that members give units to one another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "transfers": "Другому участнику можно подарить: {currency}",
    "transfers-least": "минимум {units} за раз",
    "transfers-keep": "срок подаренного истекает в тот же день, что и у вас",
    "entry-handed": "Другому участнику: {units}",
    "entry-received": "От другого участника: {units}",
    "event-transfer": "перевод {id}",
    "event-received": "перевод",
}
