"""How a value of the model stands in a document: each shape reads it, writes it and describes it.

A shape reads a node into a value, or makes findings and gives `FAULT`; writes a value as a tree of
plain Python lists, dicts and texts, in its one canonical form; and gives its JSON Schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from xenia.programme import nodes
from xenia.programme.findings import FINDINGS_MAX, Finding, Path, Place
from xenia.programme.nodes import Node, Places


class Fault:
    """What is read where findings have been made instead of a value."""


FAULT: Final = Fault()


class EnoughError(Exception):
    """There are so many findings that reading stops."""


@dataclass(frozen=True, slots=True)
class Bare:
    """A text written without quotes: a number, a date, true or false."""

    text: str


Tree = Bare | str | list[Any] | dict[str, Any]
Schema = dict[str, Any]


@dataclass(slots=True)
class Desk:
    """What reading needs from outside, and the findings it makes."""

    places: Places
    zones: frozenset[str]
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class At:
    """Where reading is: the keys so far, and where the last of them stands."""

    desk: Desk
    path: Path = ()
    place: Place = field(default_factory=lambda: Place(1, 1))

    @property
    def name(self) -> str:
        """The last key, as a sentence names it."""
        if not self.path:
            return "The document"
        last = self.path[-1]
        return f"Item {int(last) + 1} of `{self.path[-2]}`" if last.isdecimal() else f"`{last}`"

    def below(self, holder: nodes.Mapping | nodes.Sequence, key: str, place: Place) -> At:
        """A step further, unless the key is not in the file."""
        return self if holder.implied else At(self.desk, (*self.path, key), place)

    def refuse(self, place: Place, code: str, sentence: str, remedy: str) -> Fault:
        """Makes an error.  Raises EnoughError when there are as many as one can bear to read."""
        found, places = self.desk.findings, self.desk.places
        if len(found) >= FINDINGS_MAX:
            raise EnoughError
        found.append(places.finding("error", code, self.path, sentence, remedy, place=place))
        return FAULT


class Shape(Protocol):
    """`what` names it in a sentence: "a number"."""

    @property
    def what(self) -> str: ...

    def read(self, node: Node, at: At) -> object: ...

    def write(self, value: Any) -> Tree: ...

    def schema(self, book: Book, /) -> Schema: ...


Book = dict[str, Schema]  # the named definitions of a JSON Schema


def wrong_kind(node: Node, at: At, what: str, remedy: str) -> Fault:
    """Refuses a node because it is no such thing."""
    if isinstance(node, nodes.Unreadable):
        return FAULT
    if isinstance(node, nodes.Scalar) and node.null:
        return at.refuse(
            node.place if node.text else at.place,
            "no-value",
            f"{at.name} has no value",
            f"give {what}, or take the key away",
        )
    written = {nodes.Mapping: "a mapping", nodes.Sequence: "a list"}.get(type(node), "one value")
    sentence = f"{at.name} is {written}, but must be {what}"
    return at.refuse(node.place, "wrong-kind", sentence, remedy)


def plain(tree: Tree) -> Any:
    """A written tree as JSON has it (whole numbers, true and false; texts for all else)."""
    if isinstance(tree, dict):
        return {key: plain(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [plain(value) for value in tree]
    if isinstance(tree, str):
        return tree
    if tree.text in ("true", "false"):
        return tree.text == "true"
    return int(tree.text) if tree.text.isdecimal() else tree.text


# ---- collections ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping of the author's own keys.  `ordered`: their order counts."""

    keys: Key
    shape: Shape
    least: int = 0
    most: int = 1_000
    ordered: bool = False

    @property
    def what(self) -> str:
        return f"a mapping of {self.keys.plural} to values"

    def read(self, node: Node, at: At) -> object:
        if not isinstance(node, nodes.Mapping):
            remedy = f"write `{self.keys.example}: …` below it, or {{}} for none"
            return wrong_kind(node, at, self.what, remedy)
        if not _counted(len(node.entries), self.least, self.most, node, at):
            return FAULT
        found: dict[str, object] = {}
        sound = True
        for entry in node.entries:
            key = entry.key.text
            here = at.below(node, key, entry.key.place)
            if node.implied or not isinstance(self.keys.read(entry.key, here), Fault):
                found[key] = self.shape.read(entry.value, here)
                sound = sound and not isinstance(found[key], Fault)
            else:
                sound = False
        return found if sound else FAULT

    def write(self, value: Any) -> Tree:
        keys = list(value) if self.ordered else sorted(value)
        return {key: self.shape.write(value[key]) for key in keys}

    def schema(self, book: Book) -> Schema:
        schema: Schema = {
            "type": "object",
            "propertyNames": self.keys.schema(),
            "additionalProperties": self.shape.schema(book),
            "maxProperties": self.most,
        }
        return schema | ({"minProperties": self.least} if self.least else {})


class Key(Protocol):
    """The rule for the author's own keys."""

    @property
    def plural(self) -> str: ...

    @property
    def example(self) -> str: ...

    def read(self, key: nodes.Scalar, at: At) -> object: ...

    def schema(self) -> Schema: ...


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `unique`: no item is there twice."""

    shape: Shape
    least: int = 0
    most: int = 1_000
    unique: bool = True
    order: Callable[[Iterable[Any]], Sequence[Any]] | None = None  # where it does not count

    @property
    def what(self) -> str:
        return f"a list, each item {self.shape.what}"

    def read(self, node: Node, at: At) -> object:
        if not isinstance(node, nodes.Sequence):
            return wrong_kind(node, at, self.what, "write [a, b], or [] for none")
        if not _counted(len(node.items), self.least, self.most, node, at):
            return FAULT
        found: list[object] = []
        sound = True
        for index, item in enumerate(node.items):
            here = at.below(node, str(index), item.place)
            value = self.shape.read(item, here)
            if self.unique and not isinstance(value, Fault) and value in found:
                sentence = f"{here.name} is in the list already"
                value = here.refuse(item.place, "repeated", sentence, "take it away")
            found.append(value)
            sound = sound and not isinstance(value, Fault)
        if not sound:
            return FAULT
        return tuple(found if self.order is None else self.order(found))

    def write(self, value: Any) -> Tree:
        return [self.shape.write(item) for item in value]

    def schema(self, book: Book) -> Schema:
        schema: Schema = {
            "type": "array",
            "items": self.shape.schema(book),
            "maxItems": self.most,
        }
        if self.least:
            schema["minItems"] = self.least
        if self.unique:
            schema["uniqueItems"] = True
        return schema


def _counted(count: int, least: int, most: int, node: Node, at: At) -> bool:
    if count < least:
        few = "one" if least == 1 else str(least)
        at.refuse(node.place, "too-few", f"{at.name} has nothing in it", f"name at least {few}")
    elif count > most:
        limit = "one is" if most == 1 else f"{most:,} are"
        sentence = f"{at.name} has {count:,} entries; {limit} the most"
        at.refuse(node.place, "too-many", sentence, "merge some or take some away")
    return least <= count <= most


# ---- shapes around shapes ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A dataclass with a single field that does not show in the document."""

    cls: Callable[[Any], object]
    name: str
    shape: Shape

    @property
    def what(self) -> str:
        return self.shape.what

    def read(self, node: Node, at: At) -> object:
        inner = self.shape.read(node, at)
        return inner if isinstance(inner, Fault) else self.cls(inner)

    def write(self, value: Any) -> Tree:
        return self.shape.write(getattr(value, self.name))

    def schema(self, book: Book) -> Schema:
        return self.shape.schema(book)


@dataclass(frozen=True, slots=True)
class Shared:
    """A shape that many keys have; the schema names it once."""

    name: str
    shape: Shape

    @property
    def what(self) -> str:
        return self.shape.what

    def read(self, node: Node, at: At) -> object:
        return self.shape.read(node, at)

    def write(self, value: Any) -> Tree:
        return self.shape.write(value)

    def schema(self, book: Book) -> Schema:
        if self.name not in book:
            book[self.name] = self.shape.schema(book)
        return {"$ref": f"#/$defs/{self.name}"}


@dataclass(frozen=True, slots=True)
class Short:
    """A shape that may be written shorter.

    `expand` gives the long node that a short one stands for (a long one as it is); `fold` shortens
    a written tree where that is possible; `brief` is the schema of the short form, if it has one.
    """

    shape: Shape
    expand: Callable[[Node], Node]
    fold: Callable[[Tree], Tree]
    brief: Callable[[Book], Schema] | None
    what: str

    def read(self, node: Node, at: At) -> object:
        if isinstance(node, nodes.Scalar) and node.null:
            return wrong_kind(node, at, self.what, "write a value")
        return self.shape.read(self.expand(node), at)

    def write(self, value: Any) -> Tree:
        return self.fold(self.shape.write(value))

    def schema(self, book: Book) -> Schema:
        long = self.shape.schema(book)
        return long if self.brief is None else {"anyOf": [self.brief(book), long]}


def one_or_many(items: Items) -> Short:
    """A list, or its only item without brackets."""

    def expand(node: Node) -> Node:
        if isinstance(node, nodes.Sequence | nodes.Unreadable):
            return node
        return nodes.Sequence((node,), node.place, implied=True)

    def fold(tree: Tree) -> Tree:
        return tree[0] if isinstance(tree, list) and len(tree) == 1 else tree

    what = f"{items.shape.what}, or a list of such"
    return Short(items, expand, fold, items.shape.schema, what)


def key_for(node: Node, key: str) -> nodes.Mapping:
    """The mapping `{key: node}` that a short form stands for."""
    return nodes.Mapping((nodes.Entry(nodes.Scalar(key, node.place), node),), node.place, True)


def short_for(shape: Shape, key: str, brief: Shape) -> Short:
    """A mapping of which only `key` is written, without its braces, if that is one value."""

    def expand(node: Node) -> Node:
        return key_for(node, key) if isinstance(node, nodes.Scalar) else node

    def fold(tree: Tree) -> Tree:
        return tree[key] if isinstance(tree, dict) and set(tree) == {key} else tree

    return Short(shape, expand, fold, brief.schema, f"{brief.what}, or {shape.what}")
