"""The shapes of answers about drafts and versions, for the description of the interface."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

Time = str


class Finding(Struct, kw_only=True, forbid_unknown_fields=True):
    """An error, or advice; `pointer` leads to its place in the document, lines and columns count
    from 1."""

    severity: str
    code: str
    pointer: str
    line: int
    column: int
    text: str
    remedy: str


class Explained(Struct, kw_only=True, forbid_unknown_fields=True):
    """A programme as a customer is told it, with how simple that is, and what cannot be said."""

    title: str
    sentences: list[str]
    tables: list[dict[str, Any]]
    reading: str
    reasons: list[str]
    grade: str
    things: int
    riddles: list[dict[str, Any]]
    unsaid: list[dict[str, Any]]


class Findings(Struct, kw_only=True, forbid_unknown_fields=True):
    """What there is to say about a document; `sound`: no error is among it. `explained`, where that
    is asked for and nothing is wrong: by language, what customers are told."""

    programme: str | None
    sound: bool
    findings: list[Finding]
    explained: dict[str, Explained] | None


class Draft(Struct, kw_only=True, forbid_unknown_fields=True):
    """A draft: `written`, `submitted` for approval as it stands, `approved` as it stands,
    `sent-back` with a note, or `published` as a version."""

    draft: str
    programme: str | None
    revision: int
    state: str
    authors: list[str]
    created_at: Time
    changed_at: Time
    approved_by: str | None
    approved_at: Time | None
    submitted_by: str | None
    submitted_at: Time | None
    sent_back_by: str | None
    sent_back_at: Time | None
    note: str | None
    version: int | None


class StepPart(Struct, kw_only=True, forbid_unknown_fields=True):
    """A part of a draft that was `added`, `changed`, `removed` or `moved`; null: the whole section,
    or a key beside them."""

    do: str
    section: str
    part: str | None


class DraftStep(Struct, kw_only=True, forbid_unknown_fields=True):
    """A change of a draft, by whom and when; `count`: of so many parts, of which the first are
    named. None: only layout and comments differ, or one of the texts cannot be read."""

    parts: list[StepPart]
    count: int
    by: str
    at: Time


class CheckedDraft(Draft, kw_only=True, forbid_unknown_fields=True):
    """A draft with what is to be said of it, and the changes that would be undone and done again;
    null: there is none."""

    undo: DraftStep | None
    redo: DraftStep | None
    findings: list[Finding]


class WholeDraft(CheckedDraft, kw_only=True, forbid_unknown_fields=True):
    """A draft with its text, as it was written."""

    document: str


class Drafts(Struct, kw_only=True, forbid_unknown_fields=True):
    """A page of drafts."""

    data: list[Draft]
    next_cursor: str | None
    has_more: bool


class Dropped(Struct, kw_only=True, forbid_unknown_fields=True):
    """A draft that is gone."""

    draft: str
    dropped: bool


class Publication(Struct, kw_only=True, forbid_unknown_fields=True):
    """A version that was published; `same`: the document had been this version already, and nothing
    was done.  `announced`: all members are to be told."""

    draft: str
    programme: str
    version: int
    published: bool
    same: bool
    from_: Time | None = field(name="from")
    follows: int | None
    changes: list[str]
    announced: bool
    advice: list[Finding]


class Change(Struct, kw_only=True, forbid_unknown_fields=True):
    """One difference: of structure, of a number, or of words only."""

    path: list[str]
    kind: str
    text: str


class Told(Struct, kw_only=True, forbid_unknown_fields=True):
    """What members are told no longer, and what they are told now."""

    no_longer: list[str]
    now: list[str]


class Difference(Struct, kw_only=True, forbid_unknown_fields=True):
    """How a draft differs from a version; null: nothing is published yet. `timezone`: in which the
    programme's days begin."""

    programme: str
    timezone: str
    version: int | None
    changes: list[Change]
    told: Told


class Version(Struct, kw_only=True, forbid_unknown_fields=True):
    """A version with its document; `since` null: from the beginning."""

    programme: str
    version: int
    since: Time | None
    published_at: Time | None
    title: str | None
    state: str
    document: str


class Withdrawn(Struct, kw_only=True, forbid_unknown_fields=True):
    """Versions that do not come after all; what they would have followed goes on."""

    programme: str
    withdrawn: list[int]
    follows: int
    from_: Time | None = field(name="from")
    announced: bool


class Template(Struct, kw_only=True, forbid_unknown_fields=True):
    """A programme of the catalogue."""

    template: str
    title: str
    notes: str


class WholeTemplate(Template, kw_only=True, forbid_unknown_fields=True):
    """The same with its text."""

    document: str


class Templates(Struct, kw_only=True, forbid_unknown_fields=True):
    """The catalogue, by name."""

    data: list[Template]


class Approval(Struct, kw_only=True, forbid_unknown_fields=True):
    """Whether nobody may approve what they have written."""

    four_eyes: bool
