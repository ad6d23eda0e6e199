"""How what is bought together is told in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "together-price": "every {goods} items together cost {amount}",
    "together-off": "you get {off} off every {goods} items bought together",
    "bundle-price": "{goods} together cost {amount}",
    "bundle-off": "you get {off} off {goods} bought together",
    "bundle-any": ("any item", "any {number} items"),
    "bundle-part": ("one of the {goods}", "{number} of the {goods}"),
}
