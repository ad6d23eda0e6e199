"""What events of a programme, and imagined members of it, can name: ids with their titles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.events.conventions import BUILT_IN_MEMBER_ATTRIBUTES, AttributeRule
from xenia.programme.attributes import Attribute
from xenia.programme.explain.voice import Voice
from xenia.programme.model import Programme
from xenia.programme.scope import ladder
from xenia.programme.texts import Texts
from xenia.services.drafts import look
from xenia.services.problems import Problem
from xenia.services.programme_problems import with_errors
from xenia.services.published import Space
from xenia.services.sources import Source, found_of

Json = dict[str, Any]


class _Titled(Protocol):
    @property
    def title(self) -> Texts | None: ...


def vocabulary(
    connection: Connection[TupleRow], space: Space, source: Source, locale: str, now: int
) -> Json | Problem:
    """The names of what a programme has, in the order of its document.  Raises words.NoPhrases."""
    side = found_of(connection, space, source, at=now)
    if isinstance(side, Problem):
        return side
    looked = look(side.document)
    if looked.sound is None:
        return with_errors(looked.findings)
    programme = looked.sound.programme
    voice = Voice(programme, locale)
    return {
        "programme": programme.id,
        "title": voice.text(programme.title, programme.id),
        "chosen": {"programme": programme.id, **side.shown},
        "money": programme.money,
        "timezone": programme.timezone,
        "currencies": [*_named(voice, programme.currencies.items())],
        "metrics": [
            {**_name(voice, key, metric), "values": list(metric.values)}
            for key, metric in programme.metrics.items()
        ],
        "tiers": [
            {
                **_name(voice, key, tier),
                "levels": [
                    {"id": level, "title": voice.level(key, level)}
                    if level in tier.levels
                    else {"id": level, "title": level}
                    for level in ladder(tier)
                ],
            }
            for key, tier in programme.tiers.items()
        ],
        "attributes": [*_attributes(programme)],
        "categories": list(programme.categories),
        "locations": [*programme.locations],
    }


def _named(voice: Voice, items: Iterable[tuple[str, _Titled]]) -> Iterable[Json]:
    return (_name(voice, key, item) for key, item in items)


def _name(voice: Voice, key: str, item: _Titled) -> Json:
    return {"id": key, "title": voice.text(item.title, key)}


def _attributes(programme: Programme) -> Iterable[Json]:
    """What can be known of a member; the operator's own after those that everybody may have."""
    own: Mapping[str, AttributeRule | Attribute] = programme.attributes.member
    known = {**BUILT_IN_MEMBER_ATTRIBUTES, **own}
    for name, one in known.items():
        yield {"id": name, "type": one.type, "options": list(one.options)}
