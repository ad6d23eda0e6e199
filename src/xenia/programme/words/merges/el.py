"""How it is told in Greek that two accounts of one person become one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "entry-merged-away": "{units}: μεταφορά στον λογαριασμό που κρατάτε",
    "entry-merged": "{units} από τον άλλο σας λογαριασμό",
    "event-merging": "συγχώνευση δύο λογαριασμών",
    "event-merge": "συγχώνευση δύο λογαριασμών",
}
