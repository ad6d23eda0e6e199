"""What a form draws of a part of a programme: its fields, and the value that they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from xenia.programme.brought import ALWAYS
from xenia.programme.edit.changes import Move
from xenia.programme.edit.spans import Path, Plain

YES: Final = "yes"

Kind = Literal[
    "text",
    "number",
    "times",
    "flag",
    "choice",
    "several",  # of the choices; its text has them with spaces between
    "lines",  # a text on each
    "day",
    "notation",
    "formula",
    "id",
]


@dataclass(frozen=True, slots=True)
class Single:
    """One value: `choices` of a choice, the section `of` which it is an id, an `example`."""

    build: ClassVar = "single"
    name: str
    path: Path
    kind: Kind
    text: str
    choices: tuple[str, ...] = ()
    of: str = ""
    example: str = ""
    required: bool = True
    always: bool = False  # of a flag: only true is ever written


@dataclass(frozen=True, slots=True)
class Filled:
    """A key of a mapping with what stands under it: `says` describes it."""

    build: ClassVar = "filled"
    key: str
    says: str
    node: Node


@dataclass(frozen=True, slots=True)
class Either:
    """Keys of a mapping of which just one is there; its name ends in `:one`."""

    build: ClassVar = "either"
    name: str
    path: Path
    choices: tuple[str, ...]
    chosen: str
    part: Filled | None


@dataclass(frozen=True, slots=True)
class Group:
    """A mapping with known keys; one that is `optional` may be not `there`."""

    build: ClassVar = "group"
    name: str
    path: Path
    parts: tuple[Filled | Either, ...]
    optional: bool
    there: bool


@dataclass(frozen=True, slots=True)
class Kinds:
    """A mapping of one of several kinds, which the `choices` name by their keys."""

    build: ClassVar = "kinds"
    name: str
    path: Path
    choices: tuple[str, ...]
    chosen: str
    group: Group | None
    optional: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row: under a key, or (empty) an item.  `new`: its key can still be chosen."""

    name: str
    key: str
    new: bool
    node: Node


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows under keys (`keyed`: ids of the section `of`, or the author's own), or items."""

    build: ClassVar = "rows"
    name: str
    path: Path
    rows: tuple[Row, ...]
    keyed: bool
    of: str
    ordered: bool
    most: int

    @property
    def blank(self) -> bool:
        """Whether no single value in it says anything."""
        return not any(isinstance(row.node, Single) and row.node.text for row in self.rows)


@dataclass(frozen=True, slots=True)
class Languages:
    """A text in languages: each row's node has its forms, the plural ones in their order."""

    build: ClassVar = "languages"
    name: str
    path: Path
    rows: tuple[Row, ...]


# Each is drawn in a way of its own, which its `build` names.
Node = Single | Group | Kinds | Rows | Languages


# ---- what they come to ---------------------------------------------------------------------------


def value_of(node: Node) -> Plain:
    """The value in full that the fields say; what is blank is not in it, None: nothing is."""
    match node:
        case Single():
            return _single_value(node)
        case Group():
            return dict(_pairs(node)) if node.there else None
        case Kinds():
            return None if node.group is None else value_of(node.group)
        case Rows() if node.keyed:
            pairs = ((row.key, value_of(row.node)) for row in node.rows)
            return {key: one for key, one in pairs if key and one is not None}
        case Rows():
            return [one for row in node.rows if (one := value_of(row.node)) is not None]
    return {row.key: forms for row in node.rows if (forms := value_of(row.node))}


def _single_value(node: Single) -> Plain:
    if node.kind == "flag":
        return True if node.text == YES else None if node.always else False
    if node.kind == "times":
        return node.text or ALWAYS
    if node.kind == "several":
        return list(node.text.split())
    if node.kind == "lines":
        return [line for one in node.text.split("\n") if (line := one.strip())]
    return node.text or None


def _pairs(group: Group) -> Iterator[tuple[str, Plain]]:
    for part in group.parts:
        filled = part.part if isinstance(part, Either) else part
        if filled is not None and (one := value_of(filled.node)) is not None:
            yield filled.key, one


def below(node: Node) -> Iterator[Node]:
    """The node, and all within it."""
    yield node
    match node:
        case Group():
            for part in node.parts:
                filled = part.part if isinstance(part, Either) else part
                if filled is not None:
                    yield from below(filled.node)
        case Kinds() if node.group is not None:
            yield from below(node.group)
        case Rows() | Languages():
            for row in node.rows:
                yield from below(row.node)


def place_of(root: Node, path: Path) -> str:
    """The name of the innermost field within which a path leads."""
    found = root
    for node in below(root):
        here, rest = path[: len(node.path)], path[len(node.path) :]
        has_items = isinstance(node, Rows) and not node.keyed and node.path == here
        if has_items and rest and not rest[0].isdecimal():
            path = (*here, "0", *rest)  # its only item, without brackets
        if len(node.path) > len(found.path) and node.path == path[: len(node.path)]:
            found = node
    return found.name


def lacking(root: Node) -> Iterator[tuple[str, Literal["blank", "twice", "none"]]]:
    """The names of fields of rows that are blank, or have the key of another row; and of those in
    which none is chosen of what cannot do without."""
    for node in below(root):
        if isinstance(node, Single) and node.kind == "several" and node.required and not node.text:
            yield node.name, "none"
        if not isinstance(node, Rows):
            continue
        seen: set[str] = set()
        for row in node.rows:
            if node.keyed and row.key in seen:
                yield f"{row.name}:key", "blank" if not row.key else "twice"
            elif node.keyed and not row.key:
                yield f"{row.name}:key", "blank"
            seen.add(row.key)
            if isinstance(row.node, Single) and row.node.required and not row.node.text:
                yield row.name, "blank"


def moves(root: Node, before: Plain) -> Iterator[Move]:
    """What brings rows whose order counts into that of the form, once their values are set; all
    were there as `before` in full."""
    for node in below(root):
        if isinstance(node, Rows) and node.ordered:
            wanted = [row.key for row in node.rows if row.key and value_of(row.node) is not None]
            old = _keys(before, node.path)
            there = [key for key in old if key in wanted]
            there += [key for key in dict.fromkeys(wanted) if key not in old]
            yield from _moves(node.path, there, list(dict.fromkeys(wanted)))


def _moves(path: Path, there: list[str], wanted: Sequence[str]) -> Iterator[Move]:
    following: str | None = None
    for key in reversed(wanted):
        place = there.index(key)
        if there[place + 1 : place + 2] != ([] if following is None else [following]):
            yield Move((*path, key), following)
            there.remove(key)
            there.insert(len(there) if following is None else there.index(following), key)
        following = key


def _keys(value: Plain, path: Path) -> list[str]:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return list(value) if isinstance(value, dict) else []
