"""What a checked expression probably does not mean: negation over a value that may be missing."""

from __future__ import annotations

from collections.abc import Iterator

from xenia.language.errors import Note
from xenia.language.ir import Compare, Field, Known, Node, Not, Ref, walk


def advice(node: Node) -> tuple[Note, ...]:
    """Notes on the expression, in the order of the text, one for each name."""
    parts = tuple(walk(node))
    said = {name for part in parts if isinstance(part, Known) for name in _names(part.item)}
    notes: list[Note] = []
    for part in sorted(filter(_negates, parts), key=lambda part: part.at):
        name = next(filter(lambda name: name not in said, _missing(part)), None)
        if name is not None:
            said.add(name)
            notes.append(_note(part, name))
    return tuple(notes)


def _negates(node: Node) -> bool:
    return isinstance(node, Not) or (isinstance(node, Compare) and node.op == "!=")


def _names(node: Node) -> Iterator[str]:
    """The name that a node is, if it is one."""
    if isinstance(node, Ref):
        yield node.name
    if isinstance(node, Field):
        yield f"l.{node.name}"


def _missing(node: Node) -> Iterator[str]:
    """The names because of which a negation may be unknown."""
    if node.nullable:
        for part in walk(node):
            if part.nullable:
                yield from _names(part)


def _note(node: Node, name: str) -> Note:
    width = 2 if isinstance(node, Compare) else 1
    return Note(
        f"where `{name}` is missing, this does not hold either",
        node.at,
        node.at + width,
        f"add has({name}) &&, or give a default: coalesce({name}, …)",
    )
