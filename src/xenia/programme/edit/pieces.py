"""A text that is changed piece by piece: characters are put in, taken out, and put elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from textwrap import dedent

from xenia.programme.edit import writing
from xenia.programme.edit.layout import order_at
from xenia.programme.edit.spans import (
    CannotEditError,
    Leaf,
    Pair,
    Path,
    Plain,
    Row,
    Span,
    Table,
    found,
    spans_of,
)

_LEFT = "only its text can be changed"


class Text:
    """A document's text with its stretches; each step gives a new one.

    One that begins with a brace is JSON: what is put into it is, too.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.json = text.lstrip("\ufeff \t\r\n").startswith("{")
        self._end = "\r\n" if "\r\n" in text else "\n"

    @cached_property
    def root(self) -> Span:
        """The whole document.  Raises CannotEditError."""
        return spans_of(self.text.replace("\t", " ") if self.json else self.text)

    def _cut(self, start: int, end: int, new: str = "") -> Text:
        return Text(self.text[:start] + new + self.text[end:])

    # ---- places in lines -------------------------------------------------------------------------

    def _line(self, at: int) -> int:
        """Where the line begins."""
        return self.text.rfind("\n", 0, at) + 1

    def _next_line(self, at: int) -> int:
        """Where the next line begins; where this one is begun, it is this one."""
        if at and self.text[at - 1] == "\n":
            return at
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found + 1

    def _column(self, at: int) -> int:
        return at - self._line(at)

    def _begins_line(self, at: int) -> bool:
        return not self.text[self._line(at) : at].strip(" ")

    def _commented(self, at: int) -> int:
        """Where the comments begin that stand right above a line, as far in as it."""
        start, column = self._line(at), self._column(at)
        while start:
            above = self._line(start - 1)
            line = self.text[above:start]
            if not line[column:].startswith("#") or line[:column].strip(" "):
                break
            start = above
        return start

    def _joined(self, lines: Sequence[str]) -> str:
        return self._end.join(lines)

    def _is_flow(self, path: Path) -> bool:
        """Whether what stands at a path stands in braces or brackets."""
        steps = [found(self.root, path[:length]) for length in range(len(path))]
        return any(isinstance(span, Table | Row) and span.flow for span in steps)

    def lines_at(self, path: Path) -> str:
        """A key and its value as they are written, with the comments right above; empty: there is
        none."""
        holder = found(self.root, path[:-1])
        pair = holder.pair(path[-1]) if isinstance(holder, Table) else None
        if pair is None:
            return ""
        end = max(pair.key.end, pair.value.end)
        if not self._begins_line(pair.key.start):
            return self.text[pair.key.start : end]
        whole = self.text[self._commented(pair.key.start) : self._next_line(end)]
        return dedent(whole.replace("\r\n", "\n")).rstrip("\n")

    # ---- putting in ------------------------------------------------------------------------------

    def added(self, path: Path, value: Plain) -> Text:
        """With a key, or an item behind the last, that is not there yet."""
        holder, step = found(self.root, path[:-1]), path[-1]
        match holder:
            case Table(pairs=(_, *_)) if holder.flow:
                return self._added_in_braces(holder, path, value)
            case Table(pairs=(_, *_)):
                return self._added_in_lines(holder, path, value)
            case Row(items=(_, *_)):
                return self._added_item(holder, value)
            case Table() | Leaf(text="", style=""):
                return self.replaced(path[:-1], {step: value})
            case Row():
                return self.replaced(path[:-1], [value])
        raise CannotEditError(f"`{step}` cannot stand below a single value", _LEFT)

    def _before(self, table: Table, path: Path) -> Pair | None:
        """The pair behind which a new key stands; None: before all of them."""
        order = order_at(path[:-1])
        if path[-1] not in order:
            return table.pairs[-1]
        earlier = order[: order.index(path[-1])]
        return next((pair for pair in reversed(table.pairs) if pair.key.text in earlier), None)

    def _added_in_braces(self, table: Table, path: Path, value: Plain) -> Text:
        pair = self._before(table, path)
        new = writing.flow({path[-1]: value}, json=self.json)[1:-1]
        if pair is None:
            return self._cut(table.start + 1, table.start + 1, f"{new}, ")
        at = max(pair.key.end, pair.value.end)
        if self._column(at) + len(new) + 3 > writing.WIDTH and not self.json:
            indent = " " * (self._column(table.start) + 1)
            return self._cut(at, at, f",{self._end}{indent}{new}")
        return self._cut(at, at, f", {new}")

    def _added_in_lines(self, table: Table, path: Path, value: Plain) -> Text:
        pair = self._before(table, path)
        indent = self._column(table.pairs[0].key.start)
        new = self._joined(writing.entry(path[-1], value, indent))
        if pair is None:
            first = table.pairs[0].key.start
            return self._cut(first, first, f"{new}{self._end}{' ' * indent}")
        return self._below(max(pair.key.end, pair.value.end), f"{' ' * indent}{new}")

    def _below(self, at: int, new: str) -> Text:
        """With lines below the one in which something ends."""
        start = self._next_line(at)
        if start and self.text[start - 1] != "\n":
            return self._cut(start, start, f"{self._end}{new}")
        return self._cut(start, start, f"{new}{self._end}")

    def _added_item(self, row: Row, value: Plain) -> Text:
        last = row.items[-1]
        if row.flow:
            return self._cut(last.end, last.end, f", {writing.flow(value, json=self.json)}")
        indent = self._column(row.start)
        new = self._joined(writing.item(value, indent))
        return self._below(last.end, f"{' ' * indent}{new}")

    def inserted(self, path: Path, value: Plain) -> Text:
        """With an item before the one at a place, and the comments above that; behind the last
        where there is none."""
        row, place = found(self.root, path[:-1]), int(path[-1])
        assert isinstance(row, Row), "it has items"
        if place >= len(row.items):
            return self.added(path, value)
        item = row.items[place]
        if row.flow:
            return self._cut(item.start, item.start, f"{writing.flow(value, json=self.json)}, ")
        dash, indent = self._dash(row, item), self._column(row.start)
        new = self._joined(writing.item(value, indent))
        if not self._begins_line(dash):
            return self._cut(dash, dash, f"{new}{self._end}{' ' * indent}")
        at = self._commented(dash)
        return self._cut(at, at, f"{' ' * indent}{new}{self._end}")

    # ---- replacing -------------------------------------------------------------------------------

    def replaced(self, path: Path, value: Plain) -> Text:
        """With another value where there is one."""
        span, flow = found(self.root, path), self._is_flow(path)
        assert span is not None, "there is one"
        single = value is None or isinstance(value, str | bool)
        if isinstance(span, Leaf) and single and span.start < span.end:
            return self._cut(span.start, span.end, self._single(span, value, flow=flow))
        if flow or self.json:
            gap = " " if span.start == span.end else ""
            return self._cut(span.start, span.end, gap + writing.flow(value, json=self.json))
        is_block = isinstance(span, Table | Row) and not span.flow
        if is_block and value and not single:
            lines = writing.block(value, self._column(span.start))
            return self._cut(span.start, span.end, self._joined(lines))
        return self._headed(path, span, value)

    def _single(self, leaf: Leaf, value: Plain, *, flow: bool) -> str:
        assert value is None or isinstance(value, str | bool), "a single value"
        if isinstance(value, str) and value.isprintable() and not self.json:
            if leaf.style == "'":
                doubled = value.replace("'", "''")
                return f"'{doubled}'"
            if leaf.style == '"':
                escaped = value.replace("\\", "\\\\").replace('"', '\\"')
                return f'"{escaped}"'
        return writing.scalar(value, flow=flow, json=self.json)

    def _headed(self, path: Path, span: Span, value: Plain) -> Text:
        """With another value beside or below its key or dash, and the comment that stands there."""
        holder = found(self.root, path[:-1])
        if isinstance(holder, Table):
            pair = holder.pair(path[-1])
            assert pair is not None, "it has a value"
            head = self.text.index(":", pair.key.end) + 1
            indent = self._column(pair.key.start)
        elif isinstance(holder, Row):
            head = self.text.rindex("-", 0, max(span.start, holder.start + 1)) + 1
            indent = self._column(holder.start)
        else:
            raise CannotEditError("The document as a whole cannot be set", "write it in the text")
        first, *rest = writing.item(value, indent)
        comment = self.text[head : span.start].rstrip() if head < span.start else ""
        lines = [first.removeprefix("-") + comment, *rest]
        return self._cut(head, max(span.end, head), self._joined(lines))

    # ---- taking out ------------------------------------------------------------------------------

    def removed(self, path: Path) -> Text:
        """Without a key or item, and the comments right above it."""
        holder, step = found(self.root, path[:-1]), path[-1]
        if isinstance(holder, Table):
            pairs = holder.pairs
            index = next(i for i, pair in enumerate(pairs) if pair.key.text == step)
            parts = [(pair.key.start, max(pair.key.end, pair.value.end)) for pair in pairs]
        elif isinstance(holder, Row):
            index = int(step)
            parts = [(self._dash(holder, item), item.end) for item in holder.items]
        else:
            raise CannotEditError("There is nothing at this place", _LEFT)
        if len(parts) == 1:
            return self.replaced(path[:-1], {} if isinstance(holder, Table) else [])
        if holder.flow:
            return self._removed_in_braces(parts, index)
        start, end = parts[index]
        if self._begins_line(start):
            return self._cut(self._commented(start), self._next_line(end))
        return self._cut(start, parts[index + 1][0])

    def _dash(self, row: Row, item: Span) -> int:
        if row.flow:
            return item.start
        return self.text.rindex("-", 0, max(item.start, row.start + 1))

    def _removed_in_braces(self, parts: Sequence[tuple[int, int]], index: int) -> Text:
        start, end = parts[index]
        if index + 1 < len(parts) and "#" not in self.text[end : parts[index + 1][0]]:
            return self._cut(start, parts[index + 1][0])
        if index and "#" not in self.text[parts[index - 1][1] : start]:
            return self._cut(parts[index - 1][1], end)
        raise CannotEditError("There is a comment between braces here", _LEFT)

    # ---- elsewhere -------------------------------------------------------------------------------

    def _stretch(self, pair: Pair) -> tuple[int, int]:
        """The lines of a pair, with the comments right above."""
        if not self._begins_line(pair.key.start):
            raise CannotEditError("This stands on one line with something else", _LEFT)
        return self._commented(pair.key.start), self._next_line(max(pair.key.end, pair.value.end))

    def moved(self, path: Path, before: str | None) -> Text:
        """With a key elsewhere in its mapping."""
        table = found(self.root, path[:-1])
        assert isinstance(table, Table), "it has keys"
        pair, other = table.pair(path[-1]), table.pair(before) if before is not None else None
        assert pair is not None, "it is there"
        if len(table.pairs) == 1:
            return self
        if table.flow:
            text = self.text[pair.key.start : max(pair.key.end, pair.value.end)]
            return self.removed(path).put_in_braces(path[:-1], text, before)
        start, end = self._stretch(pair)
        own = self.text[start:end]
        if not own.endswith("\n"):
            own += self._end
        last = table.pairs[-1]
        place = self._stretch(last)[1] if other is None else self._stretch(other)[0]
        if start <= place <= end:
            return self
        if place == len(self.text) and not self.text.endswith("\n"):
            own = f"{self._end}{own.removesuffix(self._end)}"
        if place < start:
            return Text(self.text[:place] + own + self.text[place:start] + self.text[end:])
        return Text(self.text[:start] + self.text[end:place] + own + self.text[place:])

    def put_in_braces(self, path: Path, text: str, before: str | None) -> Text:
        """With a key and its value, as they are written, before another key or behind all."""
        table = found(self.root, path)
        assert isinstance(table, Table), "it has other keys"
        other = table.pair(before) if before is not None else None
        if other is not None:
            return self._cut(other.key.start, other.key.start, f"{text}, ")
        at = max(table.pairs[-1].key.end, table.pairs[-1].value.end)
        return self._cut(at, at, f", {text}")

    def copied(self, path: Path, key: str) -> Text:
        """With what stands under a key under another one, too."""
        table = found(self.root, path[:-1])
        assert isinstance(table, Table), "it has keys"
        pair = table.pair(path[-1])
        assert pair is not None, "it is there"
        end = max(pair.key.end, pair.value.end)
        name = writing.flow({key: None}, json=self.json)[1:].rpartition(":")[0]
        own = name + self.text[pair.key.end : end]
        if table.flow:
            return self._cut(end, end, f", {own}")
        if not self._begins_line(pair.key.start):
            raise CannotEditError("This stands on one line with something else", _LEFT)
        tail = self.text[end : self._next_line(end)].rstrip("\r\n")
        return self._below(end, f"{' ' * self._column(pair.key.start)}{own}{tail}".rstrip("\r\n"))
