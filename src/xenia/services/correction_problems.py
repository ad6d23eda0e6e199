"""What staff may not give or take alone, and what is said where a correction is not made."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from psycopg import Connection

from xenia.amounts import NotAnAmount, format_decimal, parse_signed
from xenia.events.model import Adjustment, Event, Grant
from xenia.services.problems import Problem, Reason
from xenia.services.published import Published, Space
from xenia.services.taking import Taken
from xenia.store import posting
from xenia.store.posting import Key, Scope

OWN_CORRECTION = Problem(
    status=403,
    code="own-correction",
    detail="you have asked for it, and somebody else confirms it: ask a second person, or decline "
    "it, which takes it back",
)


def takes_two(published: Published, event: Event) -> str | None:
    """Why one person alone may not do this; None: they may."""
    guard = published.guard
    if guard is None:
        return None
    if isinstance(event, Grant) and guard.second_grants:
        return "whatever is granted takes a second person"
    decimals = next(iter(published.versions.values())).writer.currencies
    if not isinstance(event, Adjustment) or event.currency not in guard.second.keys() & decimals:
        return None  # or the programme refuses it, of a currency that it has not
    places, most = decimals[event.currency], guard.second[event.currency]
    try:
        units = parse_signed(event.units, places, what=event.currency)
    except NotAnAmount:
        return None  # the programme refuses it, and says why
    if abs(units) <= most:
        return None
    return f"more than {format_decimal(most, places)} {event.currency} takes a second person"


def needs_second(space: Space, taken: Taken) -> Problem | None:
    """What is said to who tells of it as an event, which nobody else would have confirmed; unless
    it was recorded before that was needed (see `recorded`)."""
    why = takes_two(space.programmes[taken.programme], taken.event)
    if why is None:
        return None
    sentence = f"{why}: ask for it by `POST /v1/corrections`"
    reason = Reason("", "second-person", sentence)
    return Problem(status=409, code="second-person", detail=sentence, errors=(reason,))


def recorded(reads: Connection[Any], space: Space, taken: Collection[Taken]) -> set[Key]:
    """Which of these were recorded before: they have the answer that they had."""
    scope = Scope(space.space_id, 0)  # an event is of its space
    return {*posting.stored(reads, scope, [one.key for one in taken])}


def refused_correction(pointer: str, code: str, text: str) -> Problem:
    """The programme has refused it, so nothing was recorded."""
    reason = Reason(pointer, code, text)
    return Problem(status=409, code="refused-correction", detail=text, errors=(reason,))


def correction_over(name: str, state: str) -> Problem:
    """Somebody has decided it before."""
    sentence = f"nothing is changed of the correction {name[:100]}: it was {state}"
    return Problem(status=409, code="correction-over", detail=sentence)


def unknown_correction(name: str) -> Problem:
    """There is none of that id."""
    sentence = f'there is no correction "{name[:100]}": `GET /v1/corrections` lists them'
    return Problem(status=404, code="unknown-correction", detail=sentence)


def unknown_note(member: str, name: str) -> Problem:
    """There is none of that id about the member."""
    sentence = (
        f'there is no note "{name[:100]}" about "{member[:100]}": '
        "`GET /v1/members/{member}/notes` lists them"
    )
    return Problem(status=404, code="unknown-note", detail=sentence)
