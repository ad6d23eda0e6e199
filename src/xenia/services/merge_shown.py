"""How merges are told, and who is another member by now."""

from __future__ import annotations

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.services.answers import Json
from xenia.services.merge_problems import merge_rests, merged_member
from xenia.services.problems import Problem
from xenia.services.times import utc_text
from xenia.store import merges
from xenia.store.merges import MergeRow

_MOST = 100  # merges that are told with a member


def shown(row: MergeRow) -> Json:
    """A merge as it is told."""
    ended = {"done_at": row.done_at, "undone_at": row.undone_at}
    state = "merged" if row.rests else "undone" if row.undone_at is not None else "final"
    return {
        "merge": row.name,
        "from": row.whom,
        "into": row.into,
        "state": state,
        "made_at": utc_text(row.made_at),
        "until": utc_text(row.until),
        **{name: None if at is None else utc_text(at) for name, at in ended.items()},
    }


def of_member(connection: Connection[TupleRow], space: int, member: str) -> Json:
    """Into whom somebody is merged, and who is into them, as it is told with a member."""
    found = merges.page(connection, space, member=member, before=None, limit=_MOST)
    standing = [row for row in found if row.undone_at is None]
    into = next((row for row in standing if row.whom == member), None)
    return {
        "merged_into": None if into is None else {**shown(into)},
        "merged": [shown(row) for row in standing if row.into == member],
    }


def refused_of(connection: Connection[TupleRow], space: int, member: str) -> Problem | None:
    """Why nothing is written about a member by their own id: they are another one by now."""
    lead = merges.leads(connection, space, [member]).get(member)
    return None if lead is None else merged_member(member, lead[0])


def not_to_erase(connection: Connection[TupleRow], space: int, member: str) -> Problem | None:
    """Why somebody is not erased by their own id, or not yet: what led to them leads to another."""
    problem = refused_of(connection, space, member)
    resting = merges.resting(connection, space, member)
    return problem if resting is None else merge_rests(member, resting.name)
