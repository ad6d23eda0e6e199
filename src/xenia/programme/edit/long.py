"""Values in full, as a form shows them, and again as their author writes them.

What a document may say shorter (`title: Ours`, `gold: 30`) has one full form: mappings whose keys
are all there, lists whose items are.  A value in full is brought back in the manner of what stood
there before: what is the same stays as it was written, and what was short stays short.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xenia.programme import nodes
from xenia.programme.brought import ALWAYS, Brought
from xenia.programme.edit.spans import Plain
from xenia.programme.findings import START
from xenia.programme.ladder import Rung
from xenia.programme.nodes import Node
from xenia.programme.records import Record, Slot, Variants
from xenia.programme.scalars import Choice, Flag, Line, Locale
from xenia.programme.shapes import Bare, Entries, Items, Shape, Shared, Short, Tree, Wrapped

_WORDS = ("true", "false", "", "~", "null", "Null", "NULL")  # that mean no text without quotes


def inner(shape: Shape) -> Shape:
    """The shape of what is written in full."""
    while isinstance(shape, Wrapped | Shared | Short | Rung):
        shape = shape.record if isinstance(shape, Rung) else shape.shape
    return shape


def listed(shape: Shape) -> bool:
    """Whether it is a list of texts of the author's own."""
    return isinstance(shape, Items) and isinstance(inner(shape.shape), Line)


def picked(shape: Shape) -> tuple[str, ...]:
    """The words of which some are chosen, if it is a list of such."""
    held = inner(shape.shape) if isinstance(shape, Items) and shape.unique else shape
    return tuple(held.values) if isinstance(held, Choice) and held is not shape else ()


# ---- in full -------------------------------------------------------------------------------------


def opened(shape: Shape, value: Plain) -> Plain:
    """The value in full; what is no such value stays as it is."""
    match shape:
        case Short():
            return opened(shape.shape, _expanded(shape, value))
        case Wrapped() | Shared():
            return opened(shape.shape, value)
        case Rung():
            return opened(shape.record, value)
        case Record() if isinstance(value, dict):
            slots = {slot.key: slot.shape for slot in shape.slots}
            return {
                key: opened(slots[key], one) if key in slots else one for key, one in value.items()
            }
        case Variants() if isinstance(value, dict) and len(chosen := shape.matching(value)) == 1:
            return opened(chosen[0][1], value)
        case Entries() if isinstance(value, dict):
            return {key: opened(shape.shape, one) for key, one in value.items()}
        case Items() if isinstance(value, list):
            return [opened(shape.shape, one) for one in value]
        case Brought() if isinstance(value, list):
            listed = [one for one in value if isinstance(one, str)]
            return dict.fromkeys(listed, ALWAYS) if listed == value else value
    return value


def fits(shape: Shape, value: Plain) -> bool:
    """Whether a value in full has the build of its shape, so that a form has room for it."""
    shape = inner(shape)
    match shape:
        case Record():
            known = {slot.key: slot.shape for slot in shape.slots}
            return isinstance(value, dict) and all(
                fits(known[key], one) for key, one in value.items() if key in known
            )
        case Variants():
            chosen = shape.matching(value) if isinstance(value, dict) else []
            return len(chosen) == 1 and fits(chosen[0][1], value)
        case Entries():
            return isinstance(value, dict) and all(
                _is_said(key, one) if isinstance(shape.keys, Locale) else fits(shape.shape, one)
                for key, one in value.items()
            )
        case Items():
            return isinstance(value, list) and all(_item_fits(shape, one) for one in value)
        case Brought():
            return isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
        case Flag():
            return isinstance(value, bool)
    return isinstance(value, str)


def _is_said(locale: str, forms: Plain) -> bool:
    """Whether it is a language with the forms of a text in it."""
    is_locale = locale.replace("-", "").isalnum() and locale.isascii()
    return is_locale and isinstance(forms, list) and all(isinstance(one, str) for one in forms)


def _item_fits(shape: Items, one: Plain) -> bool:
    if listed(shape):  # each on a line of its own
        return isinstance(one, str) and one.strip() == one != "" and "\n" not in one
    return one in picked(shape) if picked(shape) else fits(shape.shape, one)


def _expanded(shape: Short, value: Plain) -> Plain:
    return _plain(shape.expand(_node(value)))


def _node(value: Plain) -> Node:
    match value:
        case dict():
            entries = (nodes.Entry(nodes.Scalar(key, START), _node(v)) for key, v in value.items())
            return nodes.Mapping(tuple(entries), START)
        case list():
            return nodes.Sequence(tuple(map(_node, value)), START)
        case None:
            return nodes.Scalar("", START)
        case bool():
            return nodes.Scalar("true" if value else "false", START)
    return nodes.Scalar(value, START, "'" if value in _WORDS else "")


def _plain(node: Node) -> Plain:
    match node:
        case nodes.Mapping():
            return {entry.key.text: _plain(entry.value) for entry in node.entries}
        case nodes.Sequence():
            return [_plain(item) for item in node.items]
        case nodes.Scalar():
            if node.null:
                return None
            return node.text if node.quoted or node.text not in _WORDS else node.text == "true"
    return None


# ---- as it is written ----------------------------------------------------------------------------


def written(shape: Shape, value: Plain, before: Plain) -> Plain:
    """A value in full as it is written where `before` stands (None: nothing); None: it says
    nothing.  Keys that the language does not know stay."""
    if value is None or (before is not None and opened(shape, before) == value):
        return None if value is None else before
    match shape:
        case Short():
            return _shortened(shape, value, before)
        case Wrapped() | Shared():
            return written(shape.shape, value, before)
        case Rung():
            return written(shape.record, value, before)
        case Record() if isinstance(value, dict):
            return _record(shape, value, before if isinstance(before, dict) else {})
        case Variants() if isinstance(value, dict):
            return _variant(shape, value, before)
        case Entries() if isinstance(value, dict):
            old = before if isinstance(before, dict) else {}
            return {
                key: said
                for key, one in value.items()
                if (said := written(shape.shape, one, old.get(key))) is not None
            } or None
        case Items() if isinstance(value, list):
            return _items(shape, value, before if isinstance(before, list) else []) or None
        case Brought() if isinstance(value, dict):
            is_list = not isinstance(before, dict) and set(value.values()) <= {ALWAYS}
            return (list(value) if is_list else value) or None
    return value


def _shortened(shape: Short, value: Plain, before: Plain) -> Plain:
    """In the short form, unless what was there could have it and has it not."""
    long = None if before is None else _expanded(shape, before)
    said = written(shape.shape, value, long)
    if said is None or (before is not None and long == before):
        return said
    return _kept(_said(shape.fold(_tree(said))), said, before, long)


def _kept(short: Plain, said: Plain, before: Plain, long: Plain) -> Plain:
    """The short form, with each part that is what it was as it was written."""
    if said == long:
        return before
    if not (isinstance(short, dict) and isinstance(said, dict)):
        return short
    old, full = (one if isinstance(one, dict) else {} for one in (before, long))
    return {
        key: _kept(one, said[key], old[key], full[key])
        if key in said and key in old and key in full
        else one
        for key, one in short.items()
    }


def _record(shape: Record, value: Mapping[str, Plain], before: Mapping[str, Plain]) -> Plain:
    known = {slot.key for slot in shape.slots if not slot.notation}
    found = {key: one for key, one in before.items() if key not in known}
    for slot in shape.slots:
        if slot.notation:
            continue
        said = written(slot.shape, value.get(slot.key), before.get(slot.key))
        if said is not None and (slot.key in before or said != usual(slot)):
            found[slot.key] = said
    return found


def usual(slot: Slot) -> Plain:
    """What holds where a key is not written; None: nothing."""
    if slot.required or slot.default in (None, (), {}):
        return None
    return _said(slot.shape.write(slot.default))


def _variant(shape: Variants, value: dict[str, Plain], before: Plain) -> Plain:
    chosen = shape.matching(value)
    if len(chosen) != 1:
        return value
    key, record = chosen[0]
    old = before if isinstance(before, dict) else {}
    same = [one for one, _ in shape.matching(old)] == [key]
    return written(record, value, old if same else None)


def _items(shape: Items, value: list[Plain], before: list[Plain]) -> list[Plain]:
    """Each item as it was written, wherever it stood; else in the manner of what stood there."""
    there = [(opened(shape.shape, one), one) for one in before]
    found: list[Plain] = []
    for index, item in enumerate(value):
        same = next((old for long, old in there if long == item), None)
        old = same if same is not None else before[index] if index < len(before) else None
        said = written(shape.shape, item, old)
        if said is not None:
            found.append(said)
    return found


def _tree(value: Plain) -> Tree:
    """A value as shapes write it; a text without quotes is one, too."""
    tree: Any = value
    return tree  # type: ignore[no-any-return]


def _said(tree: Tree) -> Plain:
    """What a written tree says."""
    match tree:
        case dict():
            return {key: _said(one) for key, one in tree.items()}
        case list():
            return [_said(one) for one in tree]
        case Bare(text):
            return text == "true" if text in ("true", "false") else text
    return tree
