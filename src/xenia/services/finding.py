"""Which members staff means by what it writes into a field, and in which order they are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.events.errors import EventError, did_you_mean
from xenia.services.posted import NotPublishedError
from xenia.services.problems import Problem, wrong_parameter
from xenia.services.published import Published, Space
from xenia.store import finding
from xenia.store.finding import Erased, Looked, Order, State, Wanted
from xenia.store.persons import Person

_WORD = re.compile(r"\w+")
_BETWEEN = str.maketrans("", "", " ()-./")  # how people write numbers
_MOST_WORDS = 8
_PLACE = re.compile(r"(\d{1,18}):(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks of the list, as they have written it; `cursor` is of the page before.
    `state` and `level` are those in the programme; of several tiers, `tier` says which."""

    limit: int
    find: str | None = None
    programme: str | None = None
    state: State | None = None
    tier: str | None = None
    level: str | None = None
    erased: Erased = "any"
    order: Order = "id"
    cursor: str | None = None


def listed(
    reads: Connection[TupleRow], space: Space, question: Question
) -> tuple[list[Person], str | None] | Problem:
    """A page of members, and the cursor of the next one, None: it is the last; or what of the
    question cannot be."""
    programme: int | None = None
    level: str | None = None
    if question.programme is not None or question.level is not None:
        published = space.published(question.programme)
        if isinstance(published, EventError):
            raise NotPublishedError(wrong_parameter("programme", published.text))
        programme = published.programme_id
        found = _level(published, question)
        if isinstance(found, Problem):
            return found
        level = found
    after = None
    if question.cursor is not None:
        after = _after(question.order, question.cursor)
        if after is None:
            return wrong_parameter("cursor", "take `next_cursor` of the page before as it is")
    wanted = Wanted(
        question.limit + 1,
        looked_for(question.find or ""),
        programme,
        question.state,
        level,
        question.erased,
        question.order,
        after,
    )
    rows = finding.page(reads, space.space_id, wanted)
    page = rows[: question.limit]
    more = len(rows) > question.limit
    return page, _cursor(question.order, page[-1]) if more else None


def _level(published: Published, question: Question) -> str | Problem | None:
    """The level that is asked for, as it stands beside accounts; of any version: who has done
    nothing since holds what an earlier one has given them."""
    if question.level is None:
        return None
    known: dict[str, set[str]] = {}
    for version in published.versions.values():
        for name, tier in version.plan.programme.tiers.items():
            known.setdefault(name, set()).update(tier.levels)
    tiers = [question.tier] if question.tier is not None else [*known]
    if question.tier is not None and question.tier not in known:
        hint = did_you_mean(question.tier, known)
        return wrong_parameter("tier", f"{published.name} has no tier of this name{hint}")
    found = [tier for tier in tiers if question.level in known[tier]]
    if not found:
        levels = sorted({level for tier in tiers for level in known[tier]})
        hint = did_you_mean(question.level, levels)
        return wrong_parameter("level", f"{published.name} has no level of this name{hint}")
    if len(found) > 1:
        several = ", ".join(sorted(found))
        return wrong_parameter("tier", f"several have this level: say which of {several}")
    return f"{found[0]}={question.level}"


def looked_for(text: str) -> Looked | None:
    """What a text may be: the beginning of an id, of an address, of a number with or without what
    people put between digits, or of the words of a name.  None where nothing is written."""
    text = text.replace("\0", "").strip()
    if not text:
        return None
    compact = text.translate(_BETWEEN)
    starts = {text, text.lower()}
    if compact.removeprefix("+").isdecimal():
        starts.add(compact)
    words = [f"'{word.lower()}':*" for word in _WORD.findall(text)[:_MOST_WORDS]]
    return Looked(sorted(starts), " & ".join(words) or None)


def _cursor(order: Order, last: Person) -> str:
    return last.member if order == "id" else f"{last.since}:{last.member}"


def _after(order: Order, cursor: str) -> Person | None:
    if order == "id":
        return Person(cursor, 0)
    found = _PLACE.fullmatch(cursor)
    return None if found is None else Person(found[2], int(found[1]))
