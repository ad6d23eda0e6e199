"""What a level brings, as a document has it: a list of benefits, or how often each can be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from xenia.programme import nodes
from xenia.programme.nodes import Node
from xenia.programme.numbers import Whole
from xenia.programme.scalars import Named
from xenia.programme.shapes import At, Bare, Book, Entries, Fault, Items, Schema, Tree, wrong_kind

ALWAYS: Final = "always"  # of a benefit that is not counted, beside one that is
_NUMBER: Final = Whole(least=1, most=1_000, what=f"a whole number, or `{ALWAYS}`")
_LISTED: Final = Items(Named(of="benefits"), most=100)


@dataclass(frozen=True, slots=True)
class Times:
    """How often: a whole number, None for a benefit that is not counted."""

    @property
    def what(self) -> str:
        """See `Shape`."""
        return _NUMBER.what

    def read(self, node: Node, at: At) -> object:
        """See `Shape`."""
        if isinstance(node, nodes.Scalar) and node.text == ALWAYS:
            return None
        return _NUMBER.read(node, at)

    def write(self, value: Any) -> Tree:
        """See `Shape`."""
        return _NUMBER.write(value) if value else Bare(ALWAYS)

    def schema(self, book: Book) -> Schema:
        """See `Shape`."""
        return {"anyOf": [_NUMBER.schema(book), {"const": ALWAYS}]}


COUNTED: Final = Entries(Named(example="lounge-visit", of="benefits"), Times(), most=100)


@dataclass(frozen=True, slots=True)
class Brought:
    """Benefits by id; a list of those of which none is counted."""

    @property
    def what(self) -> str:
        """See `Shape`."""
        return "a list of benefits, or a mapping of them to how often they can be used"

    def read(self, node: Node, at: At) -> object:
        """See `Shape`."""
        if isinstance(node, nodes.Mapping):
            return COUNTED.read(node, at)
        if not isinstance(node, nodes.Sequence):
            return wrong_kind(node, at, self.what, "write [a, b], or {a: 4} for 4 times")
        found = _LISTED.read(node, at)
        return found if isinstance(found, Fault) else dict.fromkeys(found)  # type: ignore[call-overload]

    def write(self, value: Any) -> Tree:
        """See `Shape`."""
        return COUNTED.write(value) if any(value.values()) else _LISTED.write(list(value))

    def schema(self, book: Book) -> Schema:
        """See `Shape`."""
        return {"anyOf": [_LISTED.schema(book), COUNTED.schema(book)]}
