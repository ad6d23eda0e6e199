"""The short form of tiers: `levels: {basic: 0, gold: 30}` counts the metric that `by` names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xenia.programme import nodes
from xenia.programme.nodes import Entry, Node, Scalar
from xenia.programme.numbers import NUMBER
from xenia.programme.records import Record
from xenia.programme.shapes import At, Bare, Book, Schema, Shape, Tree, key_for


def expand_ladder(node: Node) -> Node:
    """Every short level as the level that it stands for."""
    if not isinstance(node, nodes.Mapping):
        return node
    by, levels = node.get("by"), node.get("levels")
    if not isinstance(by, Scalar) or not isinstance(levels, nodes.Mapping):
        return node
    rungs = nodes.Mapping(
        tuple(Entry(entry.key, _expanded(entry.value, by)) for entry in levels.entries),
        levels.place,
        levels.implied,
    )
    return nodes.Mapping(
        tuple(
            Entry(entry.key, rungs if entry.key.text == "levels" else entry.value)
            for entry in node.entries
        ),
        node.place,
        node.implied,
    )


def _expanded(level: Node, by: Scalar) -> Node:
    if not isinstance(level, Scalar) or level.null:
        return level
    number = None if level.quoted else re.fullmatch(NUMBER, level.text, re.ASCII)
    if number is not None and Decimal(number[0]) == 0:
        return nodes.Mapping((), level.place, implied=True)
    return key_for(key_for(level, by.text), "any")


def fold_ladder(tree: Tree) -> Tree:
    """The other way round, in a written tree."""
    if not isinstance(tree, dict) or "by" not in tree or "levels" not in tree:
        return tree
    levels = {name: _folded(level, tree["by"]) for name, level in tree["levels"].items()}
    return tree | {"levels": levels}


def _folded(level: Any, by: str) -> Tree:
    if level == {}:
        return Bare("0")
    if set(level) == {"any"} and set(level["any"]) == {by}:
        threshold: Tree = level["any"][by]
        return threshold
    whole: Tree = level
    return whole


@dataclass(frozen=True, slots=True)
class Rung:
    """A level; a short one comes here only where the ladder has no `by`."""

    record: Record
    threshold: Shape

    @property
    def what(self) -> str:
        return self.record.what

    def read(self, node: Node, at: At) -> object:
        if not isinstance(node, Scalar) or node.null:
            return self.record.read(node, at)
        return at.refuse(
            node.place,
            "missing-key",
            f"{at.name} is short for a threshold, but the ladder has no `by`",
            f"add `by: a-metric` to the ladder, or write {{any: {{a-metric: {node.text[:20]}}}}}",
        )

    def write(self, value: Any) -> Tree:
        return self.record.write(value)

    def schema(self, book: Book) -> Schema:
        return {"anyOf": [self.threshold.schema(book), self.record.schema(book)]}
