"""How it is told in Armenian that two accounts of one person become one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "entry-merged-away": "{units}՝ տեղափոխված ձեր մնացող հաշվին",
    "entry-merged": "{units}՝ ձեր մյուս հաշվից",
    "event-merging": "երկու հաշիվների միավորում",
    "event-merge": "երկու հաշիվների միավորում",
}
