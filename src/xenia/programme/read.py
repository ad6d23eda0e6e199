"""A programme document read into the model: every error with its place and a remedy."""

from __future__ import annotations

from dataclasses import dataclass

from xenia.programme.document import parse
from xenia.programme.findings import START, Finding, in_order
from xenia.programme.inline import with_texts
from xenia.programme.model import Programme
from xenia.programme.nodes import Mapping, Node, Places
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
    if document.root is not None and _is_scenario(document.root):
        return Reading(None, (_not_a_programme(document.places),), document.places)
    root = None if document.root is None else with_texts(document.root)
    places = Places(document.places.lines, root)
    desk = Desk(places, zones, list(document.findings))
    programme = None if root is None else _programme(root, desk)
    found = in_order(desk.findings)
    return Reading(None if found else programme, found, places)


def _is_scenario(root: Node) -> bool:
    """Whether what stands there is the other kind of file that lies beside programmes."""
    keys = {entry.key.text for entry in root.entries} if isinstance(root, Mapping) else set()
    return "xenia" not in keys and bool(keys & {"events", "expect"})


def _not_a_programme(places: Places) -> Finding:
    sentence = "This is a scenario, not a programme"
    remedy = "run `xenia scenario` on it, and this command on the programme that it names"
    return places.finding("error", "is-a-scenario", (), sentence, remedy, place=START)


def _programme(root: Node, desk: Desk) -> Programme | None:
    try:
        value = PROGRAMME.read(root, At(desk))
    except EnoughError:
        return None
    return value if isinstance(value, Programme) else None
