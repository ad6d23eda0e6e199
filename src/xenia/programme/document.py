"""YAML or JSON text as a tree of nodes that know their places; no value is interpreted here.

The core of YAML 1.2: plain scalars keep their text, so that no float, date or `no` arises by
itself.  What makes a document mean something other than it says (anchors, aliases, merge keys,
tags, keys given twice) is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import yaml

from xenia.programme.findings import FINDINGS_MAX, START, Finding, Path, Place
from xenia.programme.nodes import (
    Entry,
    Mapping,
    Node,
    Places,
    Scalar,
    Sequence,
    Unreadable,
    lines_of,
)

SIZE_MAX = 4_000_000  # bytes of UTF-8
DEPTH_MAX = 20
VALUES_MAX = 400_000

_UNREADABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
SURROGATES = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)


class Mark(Protocol):
    """A place as PyYAML and libyaml give it, counted from 0."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Document:
    """`root` is None if the text could not be read at all; `findings` says why."""

    root: Node | None
    findings: tuple[Finding, ...]
    places: Places


def parse(text: str, *, json: bool = False) -> Document:
    """Reads one document; errors are findings.  JSON may be indented with tabs."""
    text = text.removeprefix("\ufeff")
    if json:
        text = SURROGATES.sub(_one_character, text.replace("\t", " "))
    lines = lines_of(text)
    builder = _Builder(Places(lines))
    if not builder.acceptable(text):
        return Document(None, tuple(builder.findings), builder.places)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = builder.build(yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as trouble:
        place = _place(trouble.problem_mark or trouble.context_mark)
        builder.refuse(place, "not-yaml", *_explained(trouble.problem or "", json))
        root = None
    except _HopelessError:
        root = None
    return Document(root, tuple(builder.findings), Places(lines, root))


def _one_character(pair: re.Match[str]) -> str:
    """JSON writes a character beyond the first 65,536 as two; YAML as one."""
    high, low = int(pair[2], 16), int(pair[3], 16)
    return f"{pair[1]}\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"


def _place(mark: Mark | None) -> Place:
    return START if mark is None else Place(mark.line + 1, mark.column + 1)


# What PyYAML says, in part, and what an author can do about it.
_QUOTE = "put the text or expression in single quotes"
_INDENT = "indent it like its neighbours; put an expression that has quotes in it in single quotes"
_SAYINGS = (
    (
        "mapping values are not allowed",
        "A colon cannot stand here",
        f"{_QUOTE}, or indent the line",
    ),
    ("cannot start any token", "A text cannot begin with this character", _QUOTE),
    ("could not find expected ':'", "A key is not followed by a colon", "write `key: value`"),
    ("unexpected end of stream", "A quote is not closed", "close the quote"),
    ("expected <block end>", "The line does not belong to what is above it", _INDENT),
    ("did not find expected key", "The line does not belong to what is above it", _INDENT),
    ("',' or '}'", "A `{` is not closed, or a comma is missing", "separate entries by commas"),
    ("',' or ']'", "A `[` is not closed, or a comma is missing", "separate items by commas"),
    ("escape", "In double quotes, a backslash begins an escape, and there is none such", _QUOTE),
)


def _explained(problem: str, json: bool) -> tuple[str, str]:
    for part, sentence, remedy in _SAYINGS:
        if part in problem:
            return sentence, remedy
    return f"This is not {'JSON' if json else 'YAML'}: {problem}", "correct the syntax"


class _HopelessError(Exception):
    """Reading cannot go on; the finding has been made."""


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet."""

    place: Place
    mapping: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    key: Node | None = None


@dataclass(slots=True)
class _Builder:
    """Puts events together and collects what is wrong with them."""

    places: Places
    findings: list[Finding] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    root: Node | None = None
    documents: int = 0
    values: int = 0

    def refuse(self, place: Place, code: str, sentence: str, remedy: str, *keys: str) -> None:
        if len(self.findings) >= FINDINGS_MAX:
            raise _HopelessError
        path = (*self._path(), *keys)
        self.findings.append(
            self.places.finding("error", code, path, sentence, remedy, place=place)
        )

    def _path(self) -> Path:
        keys: list[str] = []
        for frame in self.open:
            if frame.mapping and isinstance(frame.key, Scalar):
                keys.append(frame.key.text)
            elif not frame.mapping:
                keys.append(str(len(frame.items)))
        return tuple(keys)

    def acceptable(self, text: str) -> bool:
        """Whether the text can be given to the parser."""
        if len(text.encode("utf-8", "surrogatepass")) > SIZE_MAX:
            self.refuse(
                START,
                "too-large",
                "The document is larger than 4 MB",
                "take out what is not a rule, such as long lists of members or products",
            )
            return False
        for number, line in enumerate(self.places.lines, start=1):
            if (bad := _UNREADABLE.search(line)) is not None:
                self.refuse(
                    Place(number, bad.start() + 1),
                    "not-text",
                    f"The character U+{ord(bad[0]):04X} cannot stand in a document",
                    "take it away; save the file as UTF-8",
                )
                return False
            if (tab := line.find("\t")) >= 0:
                self.refuse(
                    Place(number, tab + 1),
                    "tab",
                    "There is a tab here",
                    "indent and separate with blanks",
                )
                return False
        return True

    def build(self, events: Iterator[yaml.Event]) -> Node | None:
        """The root; None where the document is empty."""
        for event in events:
            self._take(event)
        if self.root is None or (isinstance(self.root, Scalar) and self.root.null):
            self.refuse(
                START,
                "empty",
                "The document is empty",
                "begin with `xenia: 1` and `programme: my-programme`",
            )
            return None
        return self.root

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents == 2:
                self.refuse(
                    _place(event.start_mark),
                    "several-documents",
                    "A second document begins here",
                    "keep one programme a file and take `---` away",
                )
                raise _HopelessError
        elif isinstance(event, yaml.NodeEvent):
            self._node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            frame = self.open.pop()
            self._put(
                Mapping(tuple(frame.entries.values()), frame.place)
                if frame.mapping
                else Sequence(tuple(frame.items), frame.place)
            )

    def _node(self, event: yaml.NodeEvent) -> None:
        place = _place(event.start_mark)
        self.values += 1
        if self.values > VALUES_MAX:
            self.refuse(
                place,
                "too-large",
                f"The document has more than {VALUES_MAX:,} keys and values",
                "take out what is not a rule, such as long lists of members or products",
            )
            raise _HopelessError
        if isinstance(event, yaml.AliasEvent):
            self.refuse(
                place,
                "alias",
                f"`*{event.anchor}` stands for a value elsewhere",
                "write the value itself, or put the text in single quotes",
            )
            self._put(Unreadable(place))
            return
        if event.anchor is not None:
            self.refuse(
                place,
                "anchor",
                f"`&{event.anchor}` gives the value a name",
                "take it away and write values where they are used",
            )
        if getattr(event, "tag", None) is not None:
            self.refuse(
                place,
                "tag",
                "A word that begins with `!` is a tag in YAML",
                "put an expression that begins with `!` in single quotes",
            )
            if isinstance(event, yaml.ScalarEvent):
                self._put(Unreadable(place))
                return
        if isinstance(event, yaml.ScalarEvent):
            self._put(Scalar(event.value, place, event.style or "", _place(event.end_mark)))
            return
        if len(self.open) == DEPTH_MAX:
            self.refuse(
                place,
                "too-deep",
                f"Values are nested more than {DEPTH_MAX} deep",
                "a programme needs no more than ten levels",
            )
            raise _HopelessError
        self.open.append(_Open(place, isinstance(event, yaml.MappingStartEvent)))

    def _put(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        frame = self.open[-1]
        if not frame.mapping:
            frame.items.append(node)
        elif frame.key is None:
            frame.key = node
        else:
            key, frame.key = frame.key, None
            self._entry(frame, key, node)

    def _entry(self, frame: _Open, key: Node, value: Node) -> None:
        if isinstance(key, Unreadable):
            return
        if not isinstance(key, Scalar):
            self.refuse(key.place, "bad-key", "A key must be a single word", "write `key: value`")
        elif key.text == "<<" and not key.quoted:
            self.refuse(
                key.place,
                "merge-key",
                "`<<` takes in the keys of another mapping",
                "write the keys where they belong",
                key.text,
            )
        elif key.text in frame.entries:
            first = frame.entries[key.text].key.place
            self.refuse(
                key.place,
                "duplicate-key",
                f"`{key.text}` is here twice; the first is on line {first.line}",
                "keep one of them",
                key.text,
            )
        else:
            frame.entries[key.text] = Entry(key, value)
