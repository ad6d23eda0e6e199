"""How it is told in Armenian that two accounts of one person become one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "entry-merged-away": "{units}՝ փոխանցված Ձեր պահպանվող հաշվին",
    "entry-merged": "{units}՝ Ձեր մյուս հաշվից",
    "event-merging": "երկու հաշիվների միավորում",
    "event-merge": "երկու հաշիվների միավորում",
}
