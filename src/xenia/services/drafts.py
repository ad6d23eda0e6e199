"""Drafts of programmes: written by some, approved by others, and then published, once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.events.errors import pointer
from xenia.programme.check import check
from xenia.programme.findings import START, Finding
from xenia.programme.nodes import Mapping, Scalar
from xenia.programme.read import Reading, read
from xenia.services.changing import Changing, Done
from xenia.services.draft_steps import ends, keep
from xenia.services.files import zones
from xenia.services.problems import Problem
from xenia.services.programme_problems import (
    NOT_APPROVED,
    OWN_DRAFT,
    changed_meanwhile,
    is_published,
    not_publishable,
    others_published,
    unknown_draft,
    with_errors,
)
from xenia.services.published import Space
from xenia.services.publishing import Draft, NotPublishableError, Publication, Start, publish
from xenia.services.times import utc_text
from xenia.store import draft_steps, programmes
from xenia.store import drafts as store
from xenia.store.drafts import DraftRow, Text

_ID_BYTES = 8
_NAME_MOST = 100  # characters of an id that is shown
_NAMED = Path("draft")  # in what is said of places in it
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Looked:
    """A document as it was read, and all that is to be said about it."""

    document: str
    reading: Reading
    findings: tuple[Finding, ...]

    @property
    def programme(self) -> str | None:
        """The id that it has, as far as it can be read."""
        root = self.reading.places.root
        node = root.get("programme") if isinstance(root, Mapping) else None
        known = isinstance(node, Scalar) and len(node.text) <= _NAME_MOST
        return node.text if known and isinstance(node, Scalar) else None

    @property
    def sound(self) -> Draft | None:
        """The programme, if there is no error in it."""
        programme = self.reading.programme
        if programme is None or any(item.severity == "error" for item in self.findings):
            return None
        return Draft(_NAMED, self.document, programme, self.reading.places)


def look(document: str) -> Looked:
    """Read and check a document, YAML or JSON."""
    reading = read(document, zones=zones())
    if reading.programme is None and document.lstrip()[:1] == "{":
        as_json = read(document, zones=zones(), json=True)  # which may hold tabs
        if as_json.programme is not None or len(as_json.findings) <= len(reading.findings):
            reading = as_json
    return Looked(document, reading, check(reading))


def told(findings: Sequence[Finding]) -> list[Json]:
    """Findings with their places: `pointer` into the document, `line` and `column` from 1."""
    return [
        {
            "severity": item.severity,
            "code": item.code,
            "pointer": pointer(item.path),
            "line": (item.place or START).line,
            "column": (item.place or START).column,
            "text": item.sentence,
            "remedy": item.remedy,
        }
        for item in findings
    ]


def fields(row: DraftRow) -> Json:
    """A draft as it is shown, without its text."""
    approved = row.approved_revision == row.revision
    submitted = row.submitted_revision == row.revision
    return {
        "draft": row.draft_id,
        "programme": row.programme,
        "revision": row.revision,
        "state": _state(row),
        "authors": list(row.authors),
        "created_at": utc_text(row.created_at),
        "changed_at": utc_text(row.changed_at),
        "approved_by": row.approved_by if approved else None,
        "approved_at": utc_text(row.approved_at or 0) if approved else None,
        "submitted_by": row.submitted_by if submitted else None,
        "submitted_at": utc_text(row.submitted_at or 0) if submitted else None,
        "sent_back_by": row.sent_back_by,
        "sent_back_at": None if row.sent_back_at is None else utc_text(row.sent_back_at),
        "note": row.sent_back_note,
        "version": row.published_version,
    }


def _state(row: DraftRow) -> str:
    """How far it has come."""
    if row.published_version is not None:
        return "published"
    if row.approved_revision == row.revision:
        return "approved"
    if row.submitted_revision == row.revision:
        return "submitted"
    return "written" if row.sent_back_at is None else "sent-back"


# ---- writing -------------------------------------------------------------------------------------


def begin(changing: Changing, document: str) -> Done:
    """A new draft; it may have errors."""
    looked, name = look(document), secrets.token_hex(_ID_BYTES)
    text = Text(document, looked.programme, [changing.actor.name])
    store.add(changing.connection, changing.space_id, name, text, changing.now)
    after = {"programme": text.programme, "revision": 1}
    changing.note("draft.begun", f"draft/{name}", after=after)
    return Done(shown(changing, name, looked), 201)


def replace(changing: Changing, name: str, revision: int, document: str) -> Done | Problem:
    """Another text for a draft, of which this revision was read."""
    row = held(changing, name, revision)
    if isinstance(row, Problem):
        return row
    looked = rewritten(changing, row, document, "draft.changed")
    if document != row.document:
        keep(changing, row, looked.reading.places.root)
    return Done(shown(changing, name, looked))


def rewritten(changing: Changing, row: DraftRow, document: str, action: str) -> Looked:
    """Another text for a draft that is held, with its `action` in the trail."""
    looked, by = look(document), changing.actor.name
    authors = [*row.authors] if by in row.authors else [*row.authors, by]
    text = Text(document, looked.programme, authors)
    store.replace(changing.connection, changing.space_id, row.draft_id, text, changing.now)
    changing.note(
        action,
        f"draft/{row.draft_id}",
        before={"programme": row.programme, "revision": row.revision},
        after={"programme": text.programme, "revision": row.revision + 1},
    )
    return looked


def drop(changing: Changing, name: str, revision: int) -> Done | Problem:
    """Delete a draft that was not published."""
    row = held(changing, name, revision)
    if isinstance(row, Problem):
        return row
    store.drop(changing.connection, changing.space_id, name)
    before = {"programme": row.programme, "revision": row.revision}
    changing.note("draft.dropped", f"draft/{name}", before=before)
    return Done({"draft": name, "dropped": True})


def shown(changing: Changing, name: str, looked: Looked) -> Json:
    """A draft as it was just written, with what is to be said of it."""
    row = store.draft(changing.connection, changing.space_id, name)
    assert row is not None, "it was written just now"
    turns = ends(changing.connection, changing.space_id, name)
    return {**fields(row), **turns, "findings": told(looked.findings)}


def held(changing: Changing, name: str, revision: int) -> DraftRow | Problem:
    """A draft that is still one, of the revision that was read, and held."""
    row = store.hold(changing.connection, changing.space_id, name)
    if row is None:
        return unknown_draft(name)
    if row.published_version is not None:
        return is_published(row.published_version)
    return row if row.revision == revision else changed_meanwhile(row.revision)


# ---- approving and publishing --------------------------------------------------------------------


def approve(changing: Changing, name: str, revision: int) -> Done | Problem:
    """Approve a draft as it stands: by somebody who has not written in it, unless the space says
    that one person is enough."""
    connection, space = changing.connection, changing.space_id
    row = held(changing, name, revision)
    if isinstance(row, Problem):
        return row
    looked = look(row.document)
    if looked.sound is None:
        return with_errors(looked.findings)
    if store.four_eyes(connection, space):
        authors = {store.behind(connection, space, author) for author in row.authors}
        if store.behind(connection, space, changing.actor.name) in authors:
            return OWN_DRAFT
    store.approve(
        connection,
        space,
        name,
        by=changing.actor.name,
        versions=_versions(connection, space, looked.sound.programme.id),
        now=changing.now,
    )
    changing.note("draft.approved", f"draft/{name}", after={"revision": row.revision})
    return Done(shown(changing, name, looked))


def _versions(connection: Connection[TupleRow], space: int, programme: str) -> int:
    """What grows with each version of a programme that is published or withdrawn, and with nothing
    else that is said of it: a limit of spending, or a month that is closed, changes no version."""
    found = (row for row in programmes.programmes(connection, space) if row.name == programme)
    ever = (programmes.versions(connection, space, row.programme_id) for row in found)
    return sum(2 if one.withdrawn_at is not None else 1 for one in next(ever, ()))


def publish_draft(
    changing: Changing, space: Space, name: str, revision: int, start: Start
) -> Done | Problem:
    """Let a draft that is approved take effect, as `publishing.publish` has it."""
    row = held(changing, name, revision)
    if isinstance(row, Problem):
        return row
    looked = look(row.document)
    if looked.sound is None or row.approved_revision != row.revision:
        return NOT_APPROVED
    # Whoever publishes the same programme at this moment goes before, or waits.
    programme = looked.sound.programme.id
    programmes.hold(changing.connection, space.space_id, programme)
    if row.approved_versions != _versions(changing.connection, space.space_id, programme):
        return others_published(programme)
    try:
        done = publish(
            changing.connection,
            looked.sound,
            clock=lambda: changing.now,
            start=start,
            space=space.name,
        )
    except NotPublishableError as error:
        return not_publishable(error)
    store.published(changing.connection, space.space_id, name, done.version)
    draft_steps.forget(changing.connection, space.space_id, name)
    note_publication(changing, done, draft=name)
    return Done({"draft": name, **publication_fields(done)})


def note_publication(changing: Changing, done: Publication, *, draft: str | None = None) -> None:
    """Note in the trail what was published."""
    after = {"version": done.version, "from": done.since, "draft": draft}
    before = None if done.follows is None else {"version": done.follows}
    about = f"programme/{done.programme.id}"
    changing.note("programme.published", about, before=before, after=after)


def publication_fields(done: Publication) -> Json:
    """A publication as it is told to programs."""
    return {
        "programme": done.programme.id,
        "version": done.version,
        "published": not done.same,
        "same": done.same,
        "from": done.since,
        "follows": done.follows,
        "changes": list(done.changes),
        "announced": done.announced,
        "advice": told(done.advice),
    }
