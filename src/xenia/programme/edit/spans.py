"""A document's text as a tree of stretches: where each key and value begins and ends.

Offsets count characters of the text from 0.  `programme.document` says what is wrong with a text;
this is read of one in which nothing is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import yaml

Path = tuple[str, ...]


class CannotEditError(Exception):
    """The text cannot be changed by parts: `sentence` says why, `remedy` what helps."""

    def __init__(self, sentence: str, remedy: str) -> None:
        super().__init__(f"{sentence} ({remedy})")
        self.sentence, self.remedy = sentence, remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A single value: its text as it is meant, and how it is written (`style` as in YAML)."""

    start: int
    end: int
    text: str
    style: str

    @property
    def null(self) -> bool:
        """Whether nothing stands there."""
        return not self.style and self.text in ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A key and its value."""

    key: Leaf
    value: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A mapping; `flow`: in braces."""

    start: int
    end: int
    flow: bool
    pairs: tuple[Pair, ...]

    def pair(self, key: str) -> Pair | None:
        """The pair of that key, if there is one."""
        return next((pair for pair in self.pairs if pair.key.text == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A list; `flow`: in brackets."""

    start: int
    end: int
    flow: bool
    items: tuple[Span, ...]


Span = Leaf | Table | Row
Plain = str | bool | None | list["Plain"] | dict[str, "Plain"]


def spans_of(text: str) -> Span:
    """The stretches of a text that can be read.  Raises CannotEditError."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        events = iter(list(yaml.parse(text, Loader=loader)))
    except yaml.MarkedYAMLError as error:
        raise CannotEditError("The text cannot be read", "mend it in the text first") from error
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            return _span(text, event, events)
    raise CannotEditError("The document is empty", "begin it in the text")


def _marks(event: yaml.Event) -> tuple[int, int]:
    """Where an event begins and ends."""
    assert event.start_mark is not None, "every event has its place"
    assert event.end_mark is not None, "every event has its place"
    return event.start_mark.index, event.end_mark.index


def _span(text: str, event: yaml.Event, rest: Iterator[yaml.Event]) -> Span:
    start, end = _marks(event)
    if isinstance(event, yaml.ScalarEvent):
        if event.style in ("|", ">") and "+" not in text[start : text.find("\n", start)]:
            end = start + len(text[start:end].rstrip())
        return Leaf(start=start, end=end, text=event.value, style=event.style or "")
    if isinstance(event, yaml.MappingStartEvent):
        return _table(text, event, rest)
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Span] = []
        while not isinstance(event := next(rest), yaml.SequenceEndEvent):
            items.append(_span(text, event, rest))
        flow = text[start : start + 1] == "["
        return Row(start=start, end=_end(event, flow, items, start), flow=flow, items=tuple(items))
    raise CannotEditError("The text has a name for a value in it", "write the value itself")


def _table(text: str, event: yaml.Event, rest: Iterator[yaml.Event]) -> Table:
    start = _marks(event)[0]
    pairs: list[Pair] = []
    while not isinstance(event := next(rest), yaml.MappingEndEvent):
        key = _span(text, event, rest)
        if not isinstance(key, Leaf):
            raise CannotEditError("A key must be a single word", "write `key: value`")
        value = _span(text, next(rest), rest)
        if isinstance(value, Leaf) and value.start == value.end:  # which has no place of its own
            after = _after_colon(text, key.end)
            value = replace(value, start=after, end=after)
        pairs.append(Pair(key=key, value=value))
    flow = text[start : start + 1] == "{"
    return Table(
        start=start,
        end=_end(event, flow, [pair.value for pair in pairs], start),
        flow=flow,
        pairs=tuple(pairs),
    )


def _after_colon(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\n", "\r"):
        at += 1
    return at + 1 if text[at : at + 1] == ":" else at


def _end(event: yaml.Event, flow: bool, below: list[Span], start: int) -> int:
    """Where the collection ends: its last character, no comment after it."""
    if flow:
        return _marks(event)[1]
    return max((span.end for span in below), default=start)


def plain(span: Span) -> Plain:
    """What is meant, as JSON has it: each single value is its text, but true, false and null."""
    match span:
        case Table():
            return {pair.key.text: plain(pair.value) for pair in span.pairs}
        case Row():
            return [plain(item) for item in span.items]
    if span.null:
        return None
    return span.text == "true" if not span.style and span.text in ("true", "false") else span.text


def found(root: Span, path: Path) -> Span | None:
    """What stands at a path: keys, and the places of items from 0."""
    span = root
    for step in path:
        if isinstance(span, Table) and (pair := span.pair(step)) is not None:
            span = pair.value
        elif isinstance(span, Row) and step.isdecimal() and int(step) < len(span.items):
            span = span.items[int(step)]
        else:
            return None
    return span
