"""The reference of the interface: every call with its parameters, shapes and examples."""

from __future__ import annotations

from typing import Final

from xenia.console.described import Description, Operation, description, in_curl, in_python
from xenia.console.nothing import nothing_there
from xenia.console.places import REFERENCE
from xenia.console.scopes import explained
from xenia.pages.answering import Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.rooms import shown_at

_LONGEST: Final = 100  # characters that can be looked for


@shown_at(REFERENCE)
def reference(asked: Asked) -> Page:
    """All calls by their groups, or those in which all words of `q` are."""
    text = asked.query.one("q")[:_LONGEST]
    words = text.lower().split()
    groups: dict[str, list[Operation]] = {}
    for one in _described(asked).operations.values():
        said = f"{one.method} {one.path} {one.title} {one.said} {one.name}".lower()
        if all(word in said for word in words):
            groups.setdefault(one.group, []).append(one)
    values = {
        "groups": sorted(groups.items()),
        "count": sum(len(found) for found in groups.values()),
        "text": text,
        "reference_path": REFERENCE,
    }
    return Shown("console/developers/reference.html", values, fragments=frozenset({"results"}))


def _described(asked: Asked) -> Description:
    return description(asked.client.description())


@shown_at(f"{REFERENCE}/{{operation:str}}")
def operation(asked: Asked) -> Page:
    """One call: what is sent, what is answered, and how it is written."""
    found = _described(asked)
    one = found.operations.get(asked.places["operation"])
    if one is None:
        return nothing_there(asked)
    values = {
        "one": one,
        "takes": explained(asked, one.scopes),
        "shapes": found.used_by(one),
        "sent_shapes": {shape.name for shape in found.reached(one.body)},
        "ways": [("curl", in_curl), ("xenia.client", in_python)],
        "reference_path": REFERENCE,
    }
    return Shown("console/developers/operation.html", values)


ROUTES = (reference, operation)
