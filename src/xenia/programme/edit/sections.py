"""The sections of a document whose parts stand under ids of their own, each with its shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.programme.scalars import Named
from xenia.programme.shapes import Entries, Shape
from xenia.programme.surface import PROGRAMME

# By their keys, in the order of a document: what one part of each is.
SECTIONS: Final[Mapping[str, Shape]] = {
    slot.key: slot.shape.shape
    for slot in PROGRAMME.slots
    if isinstance(slot.shape, Entries) and isinstance(slot.shape.keys, Named)
}
