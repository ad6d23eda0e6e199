"""How it is told in Russian that two accounts of one person become one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "entry-merged-away": "{units}: перенос на счёт, который остаётся",
    "entry-merged": "{units} с вашего другого счёта",
    "event-merging": "объединение двух счетов",
    "event-merge": "объединение двух счетов",
}
