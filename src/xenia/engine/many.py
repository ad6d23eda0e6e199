"""Asks the conditions of many rules: of an event, only those that can hold for it at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from xenia.engine.operators import COLUMNS
from xenia.engine.plan import TypePlan
from xenia.language import emit_python
from xenia.language.emit_python import Leaves
from xenia.language.index import Index

MANY = 200  # conditions; to ask fewer one after the other is quicker than to find out which

Test = Callable[[Any, Any], bool]  # of an event and its context


class Conditions:
    """The columns of one type of event that say whether a condition holds, where there are many;
    `columns` are their places, none where there are few."""

    def __init__(self, part: TypePlan, *, many: int | None = None) -> None:
        nodes = {
            place: column.node
            for place, column in enumerate(part.columns)
            if column.how == "truth" and column.node is not None
        }
        least = MANY if many is None else many
        self._nodes = nodes if len(nodes) >= least else {}
        self.columns = tuple(self._nodes)
        self._index = Index(tuple(self._nodes.values()))
        self._asked: Callable[[Any, Any], Sequence[object]] | None = None
        self._holds: Sequence[Test] = ()

    def source(self, leaves: Leaves) -> list[str]:
        """holds_N(e, c): a condition; asked(e, c): the values that tell which of them can hold."""
        lines = []
        for place, node in self._nodes.items():
            lines.append(f"def holds_{place}(e, c):")
            lines.append(f"    return {emit_python.is_true(node, leaves)}")
        return [*lines, "def asked(e, c):", f"    return {self._index.source(leaves)}", ""]

    def bind(self, names: Mapping[str, Callable[..., Any]]) -> None:
        """Take the functions that came of the source."""
        self._asked = names["asked"]
        self._holds = [names[f"holds_{place}"] for place in self.columns]

    def ask(self, numbers: list[int], event: object, context: object) -> None:
        """Put 1 into the columns of the conditions that hold; all of them come as 0."""
        assert self._asked is not None, "the source was executed"
        for place in self._index.candidates(self._asked(event, context)):
            if self._holds[place](event, context):
                numbers[COLUMNS + self.columns[place]] = 1
