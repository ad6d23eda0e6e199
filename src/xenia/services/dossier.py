"""Everything that is held about a person, for them: as it is told, and as it is kept."""

from __future__ import annotations

from xenia.services import persons
from xenia.services.answers import Json
from xenia.services.persons import Reads
from xenia.services.published import Space
from xenia.services.statements import statement
from xenia.services.times import utc_text
from xenia.store import held, merges
from xenia.store.posting import Scope


def dossier(reads: Reads, space: Space, member: str, now: int) -> Json:
    """All that is known of a member at an instant (microseconds), from one moment of the database.

    `kept` are the rows of all tables in which something is held about them; the rest says the same
    as it is told elsewhere.
    """
    programmes = []
    for one in space.programmes.values():
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
