"""Why a name that the language knows cannot be read in one place, and what to do instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from xenia.language.errors import LanguageError
from xenia.language.types import Origin
from xenia.programme.model import Programme
from xenia.programme.scope import (
    ENROLLED_ON,
    EVENT_TYPES,
    Expected,
    Standing,
    every_name,
)

# Code, reason and remedy of a name that exists but is not known yet.
_LATER: Final[Mapping[Origin, tuple[str, str, str]]] = {
    Origin.DISCOUNTED: (
        "not-known-yet",
        "is known only once the discounts are decided",
        "read the price before discounts: basket.amount, l.amount",
    ),
    Origin.EARNED: (
        "not-known-yet",
        "is known only once the accruals are decided",
        "only the formula of a metric may read it",
    ),
}
_CIRCULAR: Final = (
    "circular",
    "is itself counted from events, so a metric that read it would be circular",
    "count from the event's own fields, and compare the two in a rule",
)


def withheld(
    programme: Programme, place: Expected, error: LanguageError
) -> tuple[str, LanguageError] | None:
    """A code and a better sentence where the name in the error exists, but not in that place."""
    name = place.expression.text[error.at : error.end].strip()
    for code, reason, remedy in _reasons(programme, place, name):
        return code, LanguageError(f"`{name}` {reason}", error.at, error.end, remedy)
    return None


def _reasons(programme: Programme, place: Expected, name: str) -> Iterator[tuple[str, str, str]]:
    entry = every_name(programme, place.on, {}).get(name)
    if name.endswith(".paid") and place.standing in (Standing.LINES, Standing.DISCOUNT):
        yield _LATER[Origin.DISCOUNTED]
    if place.standing is Standing.LINES and entry is not None:
        remedy = "move this condition to the rule's `when`"
        yield "not-of-a-line", "is not a field of the line `l`", remedy
    if entry is None:
        homes = [on for on in EVENT_TYPES if name in every_name(programme, on, {})]
        if homes:
            remedy = f"this is read on: {place.on}"
            yield "other-event", f"is known of a {homes[0]} only", remedy
    elif entry.origin is Origin.STATE and place.standing is Standing.METRIC:
        if name != ENROLLED_ON:
            yield _CIRCULAR
    elif entry.origin is Origin.EARNED and place.standing is not Standing.METRIC:
        yield _LATER[Origin.EARNED]
    elif entry.origin is Origin.DISCOUNTED and place.standing is Standing.DISCOUNT:
        yield _LATER[Origin.DISCOUNTED]
