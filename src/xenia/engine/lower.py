"""Cuts a typed expression in two: what the event alone says becomes columns, the rest stays for the
step, with its numbers moved to the parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, replace

from xenia.engine.operators import COLUMNS
from xenia.engine.plan import Column
from xenia.language import emit_python
from xenia.language.ir import All, Base, Constant, Field, Fold, Node, Ref, walk
from xenia.language.types import Bool, Date, Number, Origin
from xenia.programme.offers import of_event

_PARAM, _COLUMN, _PAID = "$param", "$column", "$paid"


class Source:
    """The text of a generated module, its parameters, and the places of an event's columns."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.params: list[int] = []

    def say(self, depth: int, text: str) -> None:
        """Add a line."""
        self.lines.append("    " * depth + text)

    def param(self, value: int) -> str:
        """The source of a number that another version may change without compiling anything."""
        self.params.append(value)
        return f"params[{len(self.params) - 1}]"

    def text(self) -> str:
        """The whole module."""
        return "\n".join(self.lines) + "\n"


def _of_member(column: Column) -> bool:
    return column.node is not None and any(
        isinstance(part, Ref) and part.name.startswith("member.") for part in walk(column.node)
    )


def conjuncts(node: Node | None) -> tuple[Node, ...]:
    """What must all hold for the node to hold."""
    if node is None:
        return ()
    return node.items if isinstance(node, All) else (node,)


def conjunction(nodes: Iterable[Node]) -> Node | None:
    """The node that holds where all do; None of none."""
    items = tuple(nodes)
    if len(items) < 2:
        return items[0] if items else None
    return All(type=Bool(), nullable=any(item.nullable for item in items), items=items)


class Lowering:
    """The columns and line predicates of one type of event, as its expressions ask for them."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._columns: dict[Column, int] = {}
        self._bits: dict[Node, int] = {}
        self.names: dict[str, tuple[str, str | None]] = {}
        self.remember: Callable[[str, str], str] | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """What has been asked of the event, in order of column."""
        return tuple(self._columns)

    @property
    def predicates(self) -> tuple[Node, ...]:
        """What has been asked of lines, in order of bit."""
        return tuple(self._bits)

    def bit(self, predicate: Node) -> int:
        """The bit of a slice's mask that says that a predicate holds for its lines."""
        return 4 << self._bits.setdefault(predicate, len(self._bits))

    def place(self, column: Column) -> int:
        """Which of an event's columns it is."""
        return self._columns.setdefault(column, len(self._columns))

    def column(self, column: Column) -> str:
        """Source of a column of the event's row."""
        at = self.place(column)
        source = f"event[{COLUMNS + at}]"
        if self.remember is None or not _of_member(column):
            return source
        # The member may be another by the time of a return.
        return self.remember(f"column.{at}", source)

    def condition(self, nodes: Iterable[Node]) -> str | None:
        """Source that is true where all nodes definitely are; None where nothing is asked."""
        known: list[Node] = []
        asked: list[Node] = []
        for node in nodes:
            (known if of_event(node) else asked).append(node)
        parts = []
        event = conjunction(known)
        if event is not None:
            parts.append(f"{self.column(Column('truth', event))} == 1")
        parts += [emit_python.is_true(self.lower(node), self) for node in asked]
        return " and ".join(parts) if parts else None

    def number(self, node: Node) -> str:
        """Source of a number, 0 where it is unknown or below 0."""
        value, known = emit_python.value(self.lower(node), self)
        value = f"max(0, {value})"
        return value if known is None else f"({value} if {known} else 0)"

    def lower(self, node: Node) -> Node:
        """The node with columns and parameters in place of what the event and the author say."""
        if isinstance(node, Constant):
            if isinstance(node.type, Number | Date) and isinstance(node.value, int):
                return self._named(node, self._source.param(node.value), _PARAM, None)
            return node
        if of_event(node):
            return self._as_column(node)
        if isinstance(node, Fold):
            return self._paid(node)
        return rebuilt(node, self.lower)

    def ref(self, node: Ref) -> tuple[str, str | None]:
        """See emit_python.Leaves."""
        name = node.name if node.read == "now" else f"{node.read}({node.name})"
        return self.names[name]

    def field(self, node: Field) -> tuple[str, str | None]:
        """See emit_python.Leaves."""
        raise AssertionError(f"l.{node.name} stands outside a macro")

    def records(self, name: str) -> tuple[str, str]:
        """See emit_python.Leaves."""
        raise AssertionError(f"the step has no {name}")

    def _as_column(self, node: Node) -> Node:
        if isinstance(node.type, Bool):
            if not node.nullable:
                return self._named(
                    node, f"({self.column(Column('truth', node))} == 1)", _COLUMN, None
                )
            column = self.column(Column("three", node))
            return self._named(node, f"({column} == 1)", _COLUMN, f"{column} != 2")
        known = f"{self.column(Column('known', node))} == 1" if node.nullable else None
        return self._named(node, self.column(Column("value", node)), _COLUMN, known)

    def _paid(self, node: Fold) -> Node:
        """A sum of l.paid, perhaps times a constant, over the slices that `where` tells apart."""
        bits = self.bit(node.where) if node.where is not None else 0
        source = f"total(event, memory, LEFT, {bits})"
        paid = self._named(node, source, _PAID, None)
        value = node.value
        if value is None or isinstance(value, Field):
            return paid
        field = next(part for part in walk(value) if isinstance(part, Field))
        paid = replace(paid, type=field.type)
        whole = rebuilt(value, lambda part: paid if part == field else part)
        return rebuilt(whole, lambda part: part if part is paid else self.lower(part))

    def _named(self, node: Node, source: str, prefix: str, known: str | None) -> Ref:
        name = f"{prefix} {source}"
        self.names[name] = (source, known)
        return Ref(
            type=node.type,
            nullable=known is not None,
            bound=node.bound,
            name=name,
            origin=Origin.STATE,
        )


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """The node with each of its children changed."""
    changed: dict[str, object] = {}
    for slot in fields(node):
        value = getattr(node, slot.name)
        if isinstance(value, Base):
            changed[slot.name] = change(value)  # type: ignore[arg-type]
        elif isinstance(value, tuple) and value and isinstance(value[0], Base):
            changed[slot.name] = tuple(change(item) for item in value)
    return replace(node, **changed)  # type: ignore[arg-type]
