"""A member whom nobody knows, with what they are imagined to hold: read as an import reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec

from xenia.engine.zones import EPOCH
from xenia.events.content import fingerprint
from xenia.events.errors import child
from xenia.events.facts import split
from xenia.events.model import Opening
from xenia.services.opening_events import RowOf, Terms, brought
from xenia.services.opening_tables import LOTS, MEMBERS, METRICS, TIERS, Mapped
from xenia.services.problems import Problem, Reason, unreadable_body
from xenia.services.published import Published
from xenia.services.taking import Taken

_GRANTED = 366  # days for which a level is held that otherwise is what has been earned


@dataclass(frozen=True, slots=True)
class Imagined:
    """What is imagined of a member, as an import would bring it: `joined` is a day, `balances` and
    `metrics` are decimals; the rest goes by the names that the programme has."""

    joined: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    balances: Mapping[str, str] = field(default_factory=dict)
    tiers: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, str] = field(default_factory=dict)


def imagined(published: Published, what: Imagined, name: str, at: int) -> Taken | Problem:
    """What brings such a member about, just before an instant (microseconds)."""
    version = published.versions[published.timeline.at(at).version]
    terms = Terms(version, Mapped(), at - 1)
    rows = [*_rows(terms, what, name)]
    found = brought(terms, name, [row for _, row in rows])
    if found.opening is None:
        places = {row.number: place for place, row in rows}
        reasons = [
            Reason(f"/member{places[row.number]}", flaw.code, flaw.text)
            for row, flaw in found.flaws
        ]
        return unreadable_body(reasons)
    opening = msgspec.structs.replace(found.opening, programme=published.name)
    return _taken(published, opening, terms)


def _taken(published: Published, opening: Opening, terms: Terms) -> Taken:
    facts, personal = split(opening, terms.version.conventions)
    return Taken(
        event=opening,
        programme=published.name,
        facts=facts.decode(),
        personal=None if personal is None else personal.decode(),
        fingerprint=fingerprint(opening),
    )


def _rows(terms: Terms, what: Imagined, name: str) -> Iterator[tuple[str, RowOf]]:
    """Rows of tables, each with its place among what is imagined."""
    own = {f"attributes.{key}": value for key, value in what.attributes.items()}
    if what.joined is not None:
        own["joined"] = what.joined
    told: list[tuple[str, str, dict[str, str]]] = [("", MEMBERS, own)]
    for key, units in what.balances.items():
        if units.strip().strip("0.") or not units.strip():  # nothing is no lot
            lot = {"currency": key, "units": units, "earned": _written(terms.day)}
            told.append((child("/balances", key), LOTS, lot))
    for key, level in what.tiers.items():
        told.append(
            (child("/tiers", key), TIERS, {"tier": key, "level": level, **_end(terms, key)})
        )
    for key, value in what.metrics.items():
        told.append((child("/metrics", key), METRICS, {"metric": key, "value": value}))
    for number, (place, kind, values) in enumerate(told):
        yield place, RowOf(kind, 0, number, {"member": name, **values})


def _end(terms: Terms, key: str) -> dict[str, str]:
    """Until when a level is held that nothing else holds."""
    tier = terms.programme.tiers.get(key)
    if tier is None or tier.holds is not None:
        return {}
    return {"until": _written(terms.day + _GRANTED)}


def _written(day: int) -> str:
    return (EPOCH + timedelta(day)).isoformat()
