"""How it is told in Russian when units end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "expires-latest": "срок действия {currency} в любом случае: {duration} со дня начисления",
    "entry-reinstated": "Восстановлено: {units}",
}
