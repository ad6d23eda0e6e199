"""Everything that is held about a person, for them: as it is told, and as it is kept."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import msgspec

from xenia.services import persons
from xenia.services.answers import Json
from xenia.services.persons import Reads
from xenia.services.published import Space
from xenia.services.statements import statement
from xenia.services.times import utc_text
from xenia.store import held, merges
from xenia.store.posting import Scope

# What names members in rows, events and answers, apart from whom they are about.
_NAMING: Final = frozenset({
    *("member", "member_id", "members", "by", "to", "giver", "referred_by", "from", "into"),
    *("from_member", "into_member", "household", "household_id", "person", "persons"),
})  # fmt: skip
_TEXTS: Final = frozenset({"body", "effect"})  # of deliveries and messages: JSON as it is sent


def dossier(reads: Reads, space: Space, member: str, now: int) -> Json:
    """All that is known of a member at an instant (microseconds), from one moment of the database.

    `kept` are the rows of all tables in which something is held about them; the rest says the same
    as it is told elsewhere.
    """
    programmes = []
    for one in persons.programmes_of(reads, space, member):
        scope = Scope(space.space_id, one.programme_id)
        holds = statement(reads, scope, one, member, now)
        if holds is not None:
            said = persons.attributes(reads, one, scope, member, now)
            programmes.append({**holds, "attributes": said})
    theirs = merges.absorbed(reads, space.space_id, member)
    return {
        **persons.known(reads, space.space_id, member),
        "exported_at": utc_text(now),
        "consents": list(persons.consents(reads, space.space_id, member)),
        "programmes": programmes,
        "kept": held.rows(reads, space.space_id, member),
        "kept_of_merged": {one: held.rows(reads, space.space_id, one) for one in theirs},
    }


def own_dossier(reads: Reads, space: Space, member: str, now: int) -> Json:
    """The same for members themselves: without what names others, which a till would take for
    them."""
    found = dossier(reads, space, member, now)
    known = [one["value"] for one in found["kept"]["identifiers"]]
    return {
        key: _without_others(value, {member, *found["kept_of_merged"], *known})
        for key, value in found.items()
    }


def _without_others(said: Any, own: Collection[str]) -> Any:
    """What is said, without the names of whoever is not one of these."""
    if isinstance(said, list | tuple):
        return [_without_others(one, own) for one in said]
    if not isinstance(said, dict):
        return said
    found = {}
    for key, value in said.items():
        if key in _NAMING and _names_others(value, own):
            continue
        if key in _TEXTS and isinstance(value, str):
            found[key] = _text_without_others(value, own)
        else:  # what they say of themselves has names that are the operator's
            found[key] = value if key == "attributes" else _without_others(value, own)
    return found


def _names_others(value: Any, own: Collection[str]) -> bool:
    if isinstance(value, str):
        return value not in own
    if isinstance(value, list | tuple):
        return any(isinstance(one, str) and one not in own for one in value)
    # An identifier: as it is kept, or as it is sent, of one kind a value.
    if not isinstance(value, dict):
        return False
    kept = value.keys() == {"kind", "value"}
    named = [value["value"]] if kept else [*value.values()] if len(value) == 1 else []
    return any(isinstance(name, str) and name not in own for name in named)


def _text_without_others(text: str, own: Collection[str]) -> str:
    try:
        said = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
    return msgspec.json.encode(_without_others(said, own)).decode()
