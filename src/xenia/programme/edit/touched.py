"""Which parts of a document are otherwise in another text of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from xenia.programme import nodes
from xenia.programme.edit.sections import SECTIONS

Doing = Literal["added", "changed", "removed", "moved"]
_Held = Mapping[str, nodes.Node]


@dataclass(frozen=True, slots=True)
class Touched:
    """What was done to one part; `part` None: to the whole section, or to a key beside them."""

    do: Doing
    section: str
    part: str | None = None


def touched(before: nodes.Node | None, after: nodes.Node | None) -> tuple[Touched, ...]:
    """What differs, in the order of the text after, and behind it what is gone.

    None where only layout and comments differ, or where one of them is no mapping.
    """
    if not isinstance(before, nodes.Mapping) or not isinstance(after, nodes.Mapping):
        return ()
    return tuple(_sections(_held(before), _held(after)))


def _sections(old: _Held, new: _Held) -> Iterator[Touched]:
    for section in _all(old, new):
        was, now = (_parts(one.get(section)) for one in (old, new))
        if section in SECTIONS and was is not None and now is not None:
            yield from _differences(section, was, now)
        elif not _alike(old.get(section), new.get(section)):
            yield Touched(_done(section, old, new), section)


def _differences(section: str, old: _Held, new: _Held) -> Iterator[Touched]:
    for part in _all(old, new):
        if not _alike(old.get(part), new.get(part)):
            yield Touched(_done(part, old, new), section, part)
    was, now = ([key for key in one if key in old and key in new] for one in (old, new))
    if was != now:
        yield Touched("moved", section, _moved(was, now))


def _all(old: _Held, new: _Held) -> Sequence[str]:
    return [*new, *(key for key in old if key not in new)]


def _done(key: str, old: _Held, new: _Held) -> Doing:
    return "added" if key not in old else "removed" if key not in new else "changed"


def _moved(was: Sequence[str], now: Sequence[str]) -> str | None:
    """The one key that stands elsewhere, up rather than down; None where several do."""
    first = next(place for place, key in enumerate(was) if key != now[place])
    for candidate in (now[first], was[first]):
        if [key for key in was if key != candidate] == [key for key in now if key != candidate]:
            return candidate
    return None


def _parts(node: nodes.Node | None) -> _Held | None:
    """What stands under ids; None where it cannot be told apart."""
    if node is None or (isinstance(node, nodes.Scalar) and node.null):
        return {}
    return _held(node) if isinstance(node, nodes.Mapping) else None


def _held(node: nodes.Mapping) -> _Held:
    return {entry.key.text: entry.value for entry in node.entries}


def _alike(one: nodes.Node | None, other: nodes.Node | None) -> bool:
    return (one is None) == (other is None) and _said(one) == _said(other)


def _said(node: nodes.Node | None) -> Any:
    """What is written, wherever it stands; keys in another order are something else."""
    if isinstance(node, nodes.Mapping):
        return [(entry.key.text, _said(entry.value)) for entry in node.entries]
    if isinstance(node, nodes.Sequence):
        return tuple(_said(item) for item in node.items)
    return (node.text, node.quoted) if isinstance(node, nodes.Scalar) else None
