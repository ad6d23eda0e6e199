"""The shapes of a draft's rules and other parts as forms show them, and of changes by parts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from xenia.api.draft_shapes import CheckedDraft, Finding
from xenia.language.rows import Join, Kind, Operator

_MOST = 200  # parts of a condition, rows of a group, changes at once

Words = Annotated[str, Meta(max_length=4000)]
Pointer = Annotated[str, Meta(max_length=2000)]
Id = Annotated[str, Meta(min_length=1, max_length=64)]


class Row(Struct, kw_only=True, forbid_unknown_fields=True):
    """One thing that is asked: a subject, an operator, and the values that it is compared with, all
    of one kind.  With the operator `text` its only value is a condition as it is written."""

    subject: Words = ""
    operator: Operator
    values: Annotated[list[Words], Meta(max_length=1000)] = []
    kind: Kind = "text"


class Part(Struct, kw_only=True, forbid_unknown_fields=True):
    """Rows that are joined, or (`join` null) a single one.  `of` a list (`lines`, `payments`): some
    record of it must be like that, or with `none` no one may be."""

    join: Join | None = None
    of: Annotated[str, Meta(max_length=64)] = ""
    rows: Annotated[list[Row], Meta(max_length=_MOST)]


class Asked(Struct, kw_only=True, forbid_unknown_fields=True):
    """A condition as rows."""

    join: Join = "all"
    parts: Annotated[list[Part], Meta(max_length=_MOST)]


class Condition(Asked, kw_only=True, forbid_unknown_fields=True):
    """The same with its text."""

    text: str


class Rule(Struct, kw_only=True, forbid_unknown_fields=True):
    """A rule in words: `sentences` as a customer is told it, none where it is not `sayable`; `on`
    null: it cannot be read.  `line` is where it begins in the text."""

    rule: str
    title: str
    line: int
    on: str | None
    sentences: list[str]
    sayable: bool
    findings: list[Finding]


class Rules(Struct, kw_only=True, forbid_unknown_fields=True):
    """A page of a draft's rules, in the order of its text."""

    draft: str
    revision: int
    data: list[Rule]
    next_cursor: str | None
    has_more: bool


class WholeRule(Rule, kw_only=True, forbid_unknown_fields=True):
    """A rule with what stands in the text, each single value as the text that it is, and its
    conditions as rows.  `editable`: parts of it can be changed."""

    draft: str
    revision: int
    value: Any
    editable: bool
    when: Condition | None
    lines: Condition | None


class DraftPart(Struct, kw_only=True, forbid_unknown_fields=True):
    """A part of a section in words: `sentences` as a customer is told it by itself, none where it
    is not `sayable`.  `written`: its lines in the text, of which the first is `line`, or the one
    below the comments above it."""

    section: str
    id: str
    title: str
    line: int
    written: str
    sentences: list[str]
    sayable: bool
    findings: list[Finding]


class DraftParts(Struct, kw_only=True, forbid_unknown_fields=True):
    """A page of the parts of a section, in the order of the text."""

    draft: str
    revision: int
    section: str
    data: list[DraftPart]
    next_cursor: str | None
    has_more: bool


class WholePart(DraftPart, kw_only=True, forbid_unknown_fields=True):
    """A part with what stands in the text, each single value as the text that it is.  `editable`:
    parts of it can be changed."""

    draft: str
    revision: int
    value: Any
    editable: bool


class Titled(Struct, kw_only=True, forbid_unknown_fields=True):
    """A part of the programme by its id, and how it is called."""

    id: str
    title: str


class SectionTitles(Struct, kw_only=True, forbid_unknown_fields=True):
    """How the parts of a section are called."""

    section: str
    parts: list[Titled]


class DraftTitles(Struct, kw_only=True, forbid_unknown_fields=True):
    """How everything is called that has an id of its own, by its section."""

    draft: str
    revision: int
    data: list[SectionTitles]


class Subject(Struct, kw_only=True, forbid_unknown_fields=True):
    """What can be asked of: its type, the only texts or levels that it can be, the decimals of a
    number, and whether it can be missing."""

    subject: str
    title: str | None
    type: Literal["number", "text", "level", "texts", "date", "moment", "truth"]
    options: list[str] | None
    decimals: int | None
    missing: bool


class RecordChoices(Struct, kw_only=True, forbid_unknown_fields=True):
    """A list of records, and what can be asked of one of them."""

    of: str
    subjects: list[Subject]


class Choices(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a rule can ask of and name."""

    on: str
    events: list[str]
    money: str
    subjects: list[Subject]
    records: list[RecordChoices]
    lines: list[Subject]
    lists: list[str]
    currencies: list[Titled]
    rewards: list[Titled]
    badges: list[Titled]
    groups: list[Titled]
    texts: list[Titled]


class PartChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """One change of a document, `at` a JSON Pointer into it: `set` a `value`, or a `condition` from
    its rows (what of it stands there already stays as it is written; null takes it away); `remove`
    it; `move` it `before` another key of its mapping, else behind all; `copy` it `to` another key.
    """

    do: Literal["set", "remove", "move", "copy"]
    at: Pointer
    value: Raw | UnsetType = UNSET
    condition: Asked | UnsetType = UNSET
    before: Annotated[str, Meta(max_length=200)] | None = None
    to: Id | None = None


class PartChanges(Struct, kw_only=True, forbid_unknown_fields=True):
    """Changes of a draft, done in their order, all or none."""

    changes: Annotated[list[PartChange], Meta(min_length=1, max_length=_MOST)]


class ChangedDraft(CheckedDraft, kw_only=True, forbid_unknown_fields=True):
    """A draft, what is to be said of it, and the rules and other parts changed, in words."""

    rules: list[Rule]
    parts: list[DraftPart]
