"""How it is told in Armenian what members bring along from another system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "entry-brought": "Նախորդ ծրագրից՝ {units}",
    "event-opening": "տեղափոխում նախորդ ծրագրից",
}
