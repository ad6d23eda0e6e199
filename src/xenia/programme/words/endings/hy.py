"""How it is told in Armenian when units end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "expires-latest": "{currency}՝ ամեն դեպքում ուժի մեջ առավելագույնը {duration} ընթացքում՝ "
    "վաստակելու օրվանից հետո",
    "entry-reinstated": "Վերականգնվել է՝ {units}",
}
