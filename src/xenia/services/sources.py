"""Where a programme is taken from that is to be run: a document, a version, a draft, a template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.services import versions
from xenia.services.problems import Problem
from xenia.services.programme_problems import unknown_draft, unknown_programme, unknown_version
from xenia.services.published import Space
from xenia.services.templates import document_of
from xenia.store import drafts, programmes

Json = dict[str, Any]
_UNKNOWN: Json = {"version": None, "draft": None, "revision": None, "template": None}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a programme is taken from: just one of `document` (its text), `published` (its name;
    `version` None: what is in force), `draft` (its id) and `template` (of the catalogue)."""

    document: str | None = None
    published: str | None = None
    version: int | None = None
    draft: str | None = None
    template: str | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """A programme as it is run, and as it is told which one that is."""

    document: str
    shown: Json


def found_of(
    connection: Connection[TupleRow], space: Space, source: Source, *, at: int
) -> Side | Problem:
    """The programme of a source, as it stands at an instant (microseconds); it may have errors."""
    if source.document is not None:
        return Side(source.document, {**_UNKNOWN})
    if source.template is not None:
        text = document_of(source.template, None)
        shown = {**_UNKNOWN, "template": source.template}
        return text if isinstance(text, Problem) else Side(text, shown)
    if source.draft is not None:
        draft = drafts.draft(connection, space.space_id, source.draft)
        if draft is None:
            return unknown_draft(source.draft)
        told = {"draft": source.draft, "revision": draft.revision}
        return Side(draft.document, {**_UNKNOWN, **told})
    assert source.published is not None, "one of the four"
    return _version(connection, space, source, at)


def _version(
    connection: Connection[TupleRow], space: Space, source: Source, at: int
) -> Side | Problem:
    name, version = source.published or "", source.version
    row = versions.chosen(connection, space.space_id, name, at=at, version=version)
    if row is not None:
        return Side(row.document, {**_UNKNOWN, "version": row.version})
    published = [one.name for one in programmes.programmes(connection, space.space_id)]
    if version is not None and name in published:
        return unknown_version(name, version)
    return unknown_programme(name, published)
