"""A programme document read into the model: every error with its place and a remedy."""

from __future__ import annotations

from dataclasses import dataclass

from xenia.programme.document import parse
from xenia.programme.findings import Finding, in_order
from xenia.programme.model import Programme
from xenia.programme.nodes import Node, Places
from xenia.programme.shapes import At, Desk, EnoughError
from xenia.programme.surface import PROGRAMME

__all__ = ["Places", "Reading", "read"]


@dataclass(frozen=True, slots=True)
class Reading:
    """`programme` is None if there is any error; `findings` are listed by place."""

    programme: Programme | None
    findings: tuple[Finding, ...]
    places: Places


def read(text: str, *, zones: frozenset[str], json: bool = False) -> Reading:
    """Reads a document on its own: its form, not yet whether its names and expressions are known.

    `zones`: the time zones that there are.  `json`: the text is JSON, which may hold tabs.
    """
    document = parse(text, json=json)
    desk = Desk(document.places, zones, list(document.findings))
    programme = None if document.root is None else _programme(document.root, desk)
    found = in_order(desk.findings)
    return Reading(None if found else programme, found, document.places)


def _programme(root: Node, desk: Desk) -> Programme | None:
    try:
        value = PROGRAMME.read(root, At(desk))
    except EnoughError:
        return None
    return value if isinstance(value, Programme) else None
