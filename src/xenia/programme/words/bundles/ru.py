"""How what is bought together is told in Russian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "together-price": "каждые {goods} шт. вместе стоят {amount}",
    "together-off": "на каждые {goods} шт. вместе скидка {off}",
    "bundle-price": "вместе за {amount}: {goods}",
    "bundle-off": "скидка {off}, если купить вместе: {goods}",
    "bundle-any": "{number} шт. любых товаров",
    "bundle-part": "{number} шт. ({goods})",
}
