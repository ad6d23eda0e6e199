"""What can be done to a document by parts: to set a value, to take it away, to move it, to copy it.

Each change leaves every other character of the text as it is, and is checked: what is read of the
text afterwards is what was read before, with this one difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher

from xenia.programme.document import SURROGATES, parse
from xenia.programme.edit.layout import order_at
from xenia.programme.edit.pieces import Text
from xenia.programme.edit.spans import CannotEditError, Path, Plain, Row, Span, Table, found, plain


@dataclass(frozen=True, slots=True)
class Set:
    """The value at `at` is this one.  What of it is there already stays as it is written; keys that
    it has not are taken away.  The place behind the last item of a list adds one.  None: nothing
    is to stand there, nor at a key within."""

    at: Path
    value: Plain


@dataclass(frozen=True, slots=True)
class Remove:
    """There is nothing at `at` any more, nor any key that held nothing else."""

    at: Path


@dataclass(frozen=True, slots=True)
class Move:
    """The key at `at` stands before another of its mapping; None: behind all of them."""

    at: Path
    before: str | None


@dataclass(frozen=True, slots=True)
class Copy:
    """What stands at `at` is there once more, behind it, under another key."""

    at: Path
    key: str


@dataclass(frozen=True, slots=True)
class _Insert:
    """An item stands before the one at `at`; behind the last where there is none."""

    at: Path
    value: Plain


Change = Set | Remove | Move | Copy
_Step = Set | Remove | _Insert


def changed(text: str, change: Change) -> str:
    """The text after a change.  Raises CannotEditError."""
    before = _sound(text)
    if isinstance(change, Set) and change.value is None:
        there = found(before.root, change.at)
        return text if there is None else changed(text, Remove(change.at))
    after, wanted = _done(before, change)
    if not _alike(plain(after.root), wanted) or not _is_in_order(change, before, after):
        raise CannotEditError(
            "This place is written in a way that only its text can be changed",
            "change it in the text",
        )
    return after.text


def _sound(text: str) -> Text:
    """A text of which every part is what it seems to be."""
    as_is = Text(text)
    wrong = parse(text, json=as_is.json).findings
    if wrong or (as_is.json and SURROGATES.search(text)):
        line = f"Line {wrong[0].place.line}" if wrong and wrong[0].place else "A line"
        raise CannotEditError(f"{line} of the text cannot be read", "mend it in the text first")
    return as_is


def _said(value: Plain) -> Plain:
    """The value without keys of which nothing is said."""
    if isinstance(value, list):
        return [_said(item) for item in value]
    if isinstance(value, dict):
        return {key: _said(one) for key, one in value.items() if one is not None}
    return value


def _done(before: Text, change: Change) -> tuple[Text, Plain]:
    """The text after a change, and what is to be read of it."""
    at, old = change.at, plain(before.root)
    if isinstance(change, Set):
        value = _said(change.value)
        return _set(before, at, value), _with(old, at, value)
    if isinstance(change, Remove):
        return _removed(before, at), _without(old, at)
    if isinstance(change, Move):
        return _moved(before, at, change.before), old
    copy = (*at[:-1], change.key)
    return _copied(before, at, change.key), _with(old, copy, plain(_there(before.root, at)))


def _is_in_order(change: Change, before: Text, after: Text) -> bool:
    """Whether what was to be moved stands where it was to, and all else as it did."""
    if not isinstance(change, Move):
        return True
    old, new = (list(plain(found(one.root, change.at[:-1])) or {}) for one in (before, after))  # type: ignore[arg-type]
    if change.before != change.at[-1]:
        old.remove(change.at[-1])
        old.insert(len(old) if change.before is None else old.index(change.before), change.at[-1])
    return old == new


# ---- setting -------------------------------------------------------------------------------------


def _set(text: Text, at: Path, value: Plain) -> Text:
    there = found(text.root, at)
    if there is None:
        return text.added(*_new(text.root, at, _ordered(value, at)))
    for change in _differences(there, value, at):
        if isinstance(change, Remove):
            text = text.removed(change.at)
        elif isinstance(change, _Insert):
            text = text.inserted(change.at, _ordered(change.value, change.at))
        elif found(text.root, change.at) is None:
            text = text.added(change.at, _ordered(change.value, change.at))
        else:
            text = text.replaced(change.at, _ordered(change.value, change.at))
    return text


def _new(root: Span, at: Path, value: Plain) -> tuple[Path, Plain]:
    """The path of the first key of a path that is missing, and all that is below it."""
    for length in range(len(at)):
        holder = found(root, at[: length + 1])
        if holder is None or (length + 1 < len(at) and plain(holder) is None):
            for step in reversed(at[length + 1 :]):
                value = {step: value}
            return at[: length + 1], value
    return at, value


def _differences(span: Span, value: Plain, at: Path) -> Iterator[_Step]:
    if isinstance(span, Table) and isinstance(value, dict) and value:
        gone = [pair.key.text for pair in span.pairs if pair.key.text not in value]
        kept = [pair for pair in span.pairs if pair.key.text in value]
        if not kept:
            yield Set(at, value)
            return
        for pair in kept:
            key = pair.key.text
            yield from _differences(pair.value, value[key], (*at, key))
        for key, one in value.items():
            if span.pair(key) is None:
                yield Set((*at, key), one)
        yield from (Remove((*at, key)) for key in gone)
    elif isinstance(span, Row) and isinstance(value, list) and value and span.items:
        yield from _item_differences(span, value, at)
    elif not _alike(plain(span), value):
        yield Set(at, value)


def _item_differences(span: Row, value: list[Plain], at: Path) -> Iterator[_Step]:
    """From the last to the first, so that the places before stay what they are."""
    items = span.items
    old, new = tuple(_meant(plain(one)) for one in items), tuple(map(_meant, value))
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for what, first, last, start, end in reversed(steps):
        if what == "equal":
            continue
        both = min(last - first, end - start)
        for index in reversed(range(first + both, last)):
            yield Remove((*at, str(index)))
        for index in reversed(range(start + both, end)):
            yield _Insert((*at, str(first + both)), value[index])
        for offset in reversed(range(both)):
            place = (*at, str(first + offset))
            yield from _differences(items[first + offset], value[start + offset], place)


def _alike(one: Plain, other: Plain) -> bool:
    """Whether two values mean the same, however they are written."""
    return _meant(one) == _meant(other)


def _meant(value: Plain) -> object:
    """What a value means: the same for whatever means the same."""
    if isinstance(value, dict):
        return frozenset((key, _meant(one)) for key, one in value.items())
    if isinstance(value, list):
        return tuple(map(_meant, value))
    if isinstance(value, str):
        text = value.rstrip("\n")
        number = _number(text)
        return text if number is None else number
    return type(value), value


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() and text.strip() == text else None


def _ordered(value: Plain, at: Path) -> Plain:
    """The value with its keys in the order in which they are written."""
    if isinstance(value, list):
        return [_ordered(item, (*at, str(index))) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    known = order_at(at)
    keys = [*(key for key in known if key in value), *(key for key in value if key not in known)]
    return {key: _ordered(value[key], (*at, key)) for key in keys}


# ---- the others ----------------------------------------------------------------------------------


def _there(root: Span, at: Path) -> Span:
    span = found(root, at)
    if span is None or not at:
        raise CannotEditError("There is nothing at this place", "read the draft again")
    return span


def _removed(text: Text, at: Path) -> Text:
    _there(text.root, at)
    return text.removed(_emptied(text.root, at))


def _emptied(root: Span, at: Path) -> Path:
    """The path up to where something else is held too."""
    holder = found(root, at[:-1])
    held = holder.pairs if isinstance(holder, Table) else holder.items if holder else ()  # type: ignore[union-attr]
    return _emptied(root, at[:-1]) if len(held) == 1 and len(at) > 1 else at


def _moved(text: Text, at: Path, before: str | None) -> Text:
    _there(text.root, at)
    holder = found(text.root, at[:-1])
    if not isinstance(holder, Table):
        raise CannotEditError("Only what has a key can be moved", "move it in the text")
    if before == at[-1]:
        return text
    if before is not None and holder.pair(before) is None:
        raise CannotEditError(f"There is no `{before}` to stand before", "read the draft again")
    return text.moved(at, before)


def _copied(text: Text, at: Path, key: str) -> Text:
    _there(text.root, at)
    holder = found(text.root, at[:-1])
    if not isinstance(holder, Table):
        raise CannotEditError("Only what has a key can be copied", "copy it in the text")
    if holder.pair(key) is not None:
        raise CannotEditError(f"There is a `{key}` already", "choose another id")
    return text.copied(at, key)


# ---- what is to be read afterwards ---------------------------------------------------------------


def _with(value: Plain, at: Sequence[str], new: Plain) -> Plain:
    if not at:
        return new
    step, rest = at[0], at[1:]
    if isinstance(value, list):
        index = int(step) if step.isdecimal() else -1
        if not 0 <= index <= len(value):
            raise CannotEditError("The list has no such place", "read the draft again")
        below = value[index] if index < len(value) else None
        return [*value[:index], _with(below, rest, new), *value[index + 1 :]]
    if value is not None and not isinstance(value, dict):
        raise CannotEditError(
            f"`{step}` cannot stand below a single value", "set the whole value instead"
        )
    return {**(value or {}), step: _with((value or {}).get(step), rest, new)}


def _without(value: Plain, at: Sequence[str]) -> Plain:
    step, rest = at[0], at[1:]
    if isinstance(value, list):
        below = [] if not rest else _kept(_without(value[int(step)], rest))
        return [*value[: int(step)], *below, *value[int(step) + 1 :]]
    assert isinstance(value, dict), "something stands there"
    if rest and (kept := _kept(_without(value[step], rest))):
        return {**value, step: kept[0]}
    return {key: one for key, one in value.items() if key != step}


def _kept(value: Plain) -> list[Plain]:
    return [value] if value else []
