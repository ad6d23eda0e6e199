"""In which order the keys of a programme are written, wherever in it they stand."""

from __future__ import annotations

from xenia.programme.edit.spans import Path
from xenia.programme.records import Record, Variants
from xenia.programme.shapes import Entries, Items, Shape, Shared, Short, Wrapped
from xenia.programme.surface import PROGRAMME


def order_at(path: Path) -> tuple[str, ...]:
    """The keys that the mapping at a path can have, in their order; none where they are the
    author's own."""
    shape: Shape | None = PROGRAMME
    for step in path:
        shape = None if shape is None else _below(_inner(shape), step)
    inner = None if shape is None else _inner(shape)
    if isinstance(inner, Record):
        fixed = () if inner.fixed is None else (inner.fixed[0],)
        return (*fixed, *(slot.key for slot in inner.slots))
    return ()


def _inner(shape: Shape) -> Shape:
    while isinstance(shape, Wrapped | Shared | Short):
        shape = shape.shape
    return shape


def _below(shape: Shape, step: str) -> Shape | None:
    match shape:
        case Record():
            return next((slot.shape for slot in shape.slots if slot.key == step), None)
        case Entries() | Items():
            return shape.shape
        case Variants():
            found = (_below(record, step) for _, record in shape.records)
            return next((one for one in found if one is not None), None)
    return None
