"""How what is bought together is told in Armenian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "together-price": "յուրաքանչյուր {goods} ապրանքը միասին արժե {amount}",
    "together-off": "յուրաքանչյուր {goods} ապրանքը միասին գնելիս ստանում եք {off} զեղչ",
    "bundle-price": "{goods} միասին արժեն {amount}",
    "bundle-off": "{goods} միասին գնելիս ստանում եք {off} զեղչ",
    "bundle-any": "{number} ցանկացած ապրանք",
    "bundle-part": "{number} հատ {goods}",
}
