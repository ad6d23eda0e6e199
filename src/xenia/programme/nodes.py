"""The tree that a document is, and where in the file each value and expression stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from xenia.programme.findings import START, Finding, Path, Place, Severity, printable, told

SOURCE_MAX = 160  # characters of a line that a finding shows

_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what PyYAML counts as one
_LONG_ESCAPES = {"x": 4, "u": 6, "U": 10}
_BLANK_ESCAPES = "ntrvf NLP_"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Scalar:
    """`style` as in YAML: empty for plain, else `'`, `"`, `|` or `>`."""

    text: str
    place: Place
    style: str = ""
    end: Place = START

    @property
    def quoted(self) -> bool:
        """Whether the author said that it is a text."""
        return self.style != ""

    @property
    def null(self) -> bool:
        """Whether nothing was written, or a plain `null`."""
        return not self.quoted and self.text in _NULLS


@dataclass(frozen=True, slots=True)
class Sequence:
    """`implied`: it stands for a short form; its positions are not in the file."""

    items: tuple[Node, ...]
    place: Place
    implied: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys differ.  `implied`: it stands for a short form; its keys are not in the file."""

    entries: tuple[Entry, ...]
    place: Place
    implied: bool = False

    def entry(self, key: str) -> Entry | None:
        """The entry of that key, if there is one."""
        return next((entry for entry in self.entries if entry.key.text == key), None)

    def get(self, key: str) -> Node | None:
        """The value of that key, if there is one."""
        entry = self.entry(key)
        return None if entry is None else entry.value


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Where a value should be, and a finding has already been made."""

    place: Place


Node = Scalar | Sequence | Mapping | Unreadable


def lines_of(text: str) -> tuple[str, ...]:
    """The lines as places count them."""
    return tuple(_LINE_END.split(text))


@dataclass(frozen=True, slots=True)
class Places:
    """Where each value of a document stands.

    Paths are keys as written; a sequence's items are "0", "1" …  A path that goes further than the
    document (the long form of what was written short, a default) stands where the document ends.
    """

    lines: tuple[str, ...]
    root: Node | None = None

    def value(self, path: Path) -> Place:
        """Where the value begins."""
        node = self._walk(path)[0]
        return START if node is None else node.place

    def key(self, path: Path) -> Place:
        """Where the key begins that holds the value; of an item of a sequence, the item."""
        return self._walk(path)[1]

    def has(self, path: Path) -> bool:
        """Whether the document itself has that path."""
        return self._walk(path)[2]

    def expression_place(self, path: Path, offset: int) -> Place:
        """Where the character at `offset` of a text stands, be it quoted or over many lines."""
        node = self._walk(path)[0]
        if not isinstance(node, Scalar):
            return self.value(path)
        return _place_in(node, offset, self.lines)

    def finding(
        self,
        severity: Severity,
        code: str,
        path: Path,
        sentence: str,
        remedy: str,
        *,
        place: Place | None = None,
    ) -> Finding:
        """A finding at `place`, else where the value begins, with its line and caret."""
        where = place or self.value(path)
        source, caret = self.shown(where)
        return Finding(severity, code, path, where, told(sentence), told(remedy), source, caret)

    def shown(self, place: Place) -> tuple[str | None, int | None]:
        """The line of a place, or a stretch of it if it is long, and the offset in that."""
        if not 1 <= place.line <= len(self.lines):
            return None, None
        line, at = printable(self.lines[place.line - 1].replace("\t", " ")), place.column - 1
        if len(line) <= SOURCE_MAX:
            return line, min(at, len(line))
        start = max(0, min(at - SOURCE_MAX // 2, len(line) - SOURCE_MAX))
        return line[start : start + SOURCE_MAX], at - start

    def _walk(self, path: Path) -> tuple[Node | None, Place, bool]:
        node, key = self.root, START if self.root is None else self.root.place
        for step in path:
            if isinstance(node, Mapping) and (entry := node.entry(step)) is not None:
                node, key = entry.value, entry.key.place
            elif isinstance(node, Sequence) and step.isdecimal() and int(step) < len(node.items):
                node = node.items[int(step)]
                key = node.place
            elif step != "0":  # `0` of a single value that stands for a sequence of one
                return node, key, False
        return node, key, True


def _place_in(node: Scalar, offset: int, lines: tuple[str, ...]) -> Place:
    """Follows the text through the file by its visible characters."""
    first = node.place.column - 1
    if node.style in ("", "'", '"') and node.place.line == node.end.line:
        body = lines[node.place.line - 1][first + len(node.style) : node.end.column - 1]
        if body.startswith(node.text):
            return Place(node.place.line, first + len(node.style) + offset + 1)
    wanted = sum(not char.isspace() for char in node.text[:offset])
    place = node.place
    for place in _visible(node, lines):
        if wanted == 0:
            return place
        wanted -= 1
    return Place(place.line, place.column + 1)


def _visible(node: Scalar, lines: tuple[str, ...]) -> Iterator[Place]:
    """The place of each visible character of the text, an escape counting as one."""
    last = min(node.end.line, len(lines))
    for number in range(node.place.line, last + 1):
        line = lines[number - 1]
        start = node.place.column - 1 + len(node.style) if number == node.place.line else 0
        if number == node.place.line and node.style in ("|", ">"):
            continue
        end = node.end.column - 1 if number == node.end.line else len(line)
        at = start
        while at < end:
            char = line[at]
            length = _escape(node.style, line[at : at + 2])
            if not _blank(line[at : at + length], char):
                yield Place(number, at + 1)
            at += length


def _blank(written: str, first: str) -> bool:
    """Whether one character of the text, as it is written, is white space."""
    if len(written) > 2:
        return chr(int(written[2:], 16)).isspace()
    return first.isspace() or (len(written) == 2 and written[1] in _BLANK_ESCAPES and first == "\\")


def _escape(style: str, pair: str) -> int:
    """How many characters of the file stand for one of the text."""
    if style == '"' and pair[:1] == "\\":
        return _LONG_ESCAPES.get(pair[1:], 2)
    return 2 if style == "'" and pair == "''" else 1
