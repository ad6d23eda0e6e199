"""As much of a document as can be read: what is wrong in one part leaves the others to be shown."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from xenia.programme.document import parse
from xenia.programme.findings import Path
from xenia.programme.inline import with_texts
from xenia.programme.model import Programme
from xenia.programme.nodes import Mapping, Node, Places
from xenia.programme.shapes import At, Desk, EnoughError
from xenia.programme.surface import PROGRAMME

_TRIES = 4


def readable_part(
    text: str, *, zones: frozenset[str], json: bool = False, without: Collection[Path] = ()
) -> Programme | None:
    """The programme without the parts of it in which something is wrong (an entry of a section,
    else the whole section), nor those that are named; None where it has no readable beginning."""
    document = parse(text, json=json)
    root = None if document.root is None else with_texts(document.root)
    for path in without:
        root = _without(root, path)
    for _ in range(_TRIES):
        if not isinstance(root, Mapping):
            return None
        desk = Desk(Places(document.places.lines, root), zones)
        try:
            found = PROGRAMME.read(root, At(desk))
        except EnoughError:
            found = None
        if isinstance(found, Programme):
            return found
        for finding in desk.findings:
            root = _without(root, finding.path[:2])
    return None


def _without(node: Node | None, path: Path) -> Node | None:
    """Without what stands at a path; without its whole section where nothing is at the path."""
    if not isinstance(node, Mapping) or not path:
        return node
    entry = node.entry(path[0])
    if entry is None:
        return node
    below = _without(entry.value, path[1:]) if len(path) > 1 else None
    if below is None or below is entry.value:
        return replace(node, entries=tuple(one for one in node.entries if one is not entry))
    changed = replace(entry, value=below)
    return replace(node, entries=tuple(changed if one is entry else one for one in node.entries))
