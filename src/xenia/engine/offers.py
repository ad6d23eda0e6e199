"""Which offers an event is about: those that hold, and those that were posted of it before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from xenia.engine.link import functions
from xenia.engine.plan import Offers, TypePlan
from xenia.engine.row_leaves import RowLeaves
from xenia.language import emit_python
from xenia.language.index import Index
from xenia.language.ir import Field, Node, Ref, walk

_ENTRY = 2  # an offer's place in the table, so many times; and 1 more where it holds
_HOLDS = 1

Test = Callable[[Any, Any], bool]  # of an event and its context


class OfferReader:
    """Finds the offers of an event among those of its type.

    Few of them are ever candidates, so that a condition becomes code when it is first asked.
    """

    def __init__(self, offers: Offers, leaves: RowLeaves, names: Mapping[str, object]) -> None:
        self._column = offers.column
        places: dict[Node, list[int]] = {}
        self._always: list[int] = []
        for place, offer in enumerate(offers.rows):
            if offer.condition is None:
                self._always.append(_ENTRY * place + _HOLDS)
            else:
                places.setdefault(offer.condition, []).append(_ENTRY * place + _HOLDS)
        self._entries = list(places.values())
        self._nodes = list(places)
        self._tests: list[Test | None] = [None for _ in places]
        self._index = Index(self._nodes)
        self._names = dict(names)
        for node in self._nodes:
            _ask(leaves, node)
        source = f"def asked(e, c):\n    return {self._index.source(leaves)}\n"
        self._asked: Callable[[Any, Any], Sequence[object]]
        self._asked = functions(source, self._names, "offers")["asked"]

    def add(self, numbers: list[int], event: object, context: object) -> None:
        """Put the offers that hold at the end of an event's numbers, in their order."""
        found = self._always[:]
        for place in self._index.candidates(self._asked(event, context)):
            test = self._tests[place] or self._compiled(place)
            if test(event, context):
                found += self._entries[place]
        if found:
            found.sort()
            numbers[self._column] = len(numbers)
            numbers.append(len(found))
            numbers += found

    def _compiled(self, place: int) -> Test:
        source = emit_python.is_true(self._nodes[place], RowLeaves())
        test = functions(f"def holds(e, c):\n    return {source}\n", self._names, "offer")["holds"]
        self._tests[place] = test
        return test


def _ask(leaves: RowLeaves, node: Node) -> None:
    """Note what of the context a condition will ask for."""
    for part in walk(node):
        if isinstance(part, Ref):
            leaves.ref(part)
        elif isinstance(part, Field):
            leaves.field(part)


def listed(part: TypePlan, numbers: Sequence[int]) -> Sequence[int]:
    """The places in the table of the offers that an event's numbers list, in their order."""
    if part.offers is None or len(numbers) <= part.offers.column:
        return ()
    at = numbers[part.offers.column]
    if at == 0:
        return ()
    return [entry // _ENTRY for entry in numbers[at + 1 : at + 1 + numbers[at]]]


def with_posted(part: TypePlan, numbers: list[int], posted: Iterable[int]) -> None:
    """List also what was posted before: `posted` are places in a decision.

    Nothing stands behind the offers yet.
    """
    if part.offers is None:
        return
    column, known = part.offers.column, part.offers.places
    numbers += [0] * (column + 1 - len(numbers))  # where nothing is left, there are no columns
    at = numbers[column]
    holding = numbers[at + 1 :] if at else []
    entries = {entry // _ENTRY: entry for entry in holding}
    for place in posted:
        if place in known:
            entries.setdefault(known[place], _ENTRY * known[place])
    if not entries:
        return
    if at:
        del numbers[at:]
    numbers[column] = len(numbers)
    numbers += (len(entries), *[entries[place] for place in sorted(entries)])
