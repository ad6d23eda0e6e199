"""How it is told in Armenian when units end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "expires-latest": "{currency}՝ ուժի մեջ ամենաշատը {duration}՝ վաստակելու օրվանից հետո",
    "entry-reinstated": "Վերականգնվել է՝ {units}",
}
