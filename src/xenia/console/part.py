"""One part of a draft as a form, made of what the language declares of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from xenia.client import ProblemError, shapes
from xenia.console.draft_tabs import tab_path
from xenia.console.part_words import FORMS, KEYS, label, plainly
from xenia.console.parts import PART, PARTS, Elsewhere, elsewhere, part_values, parts_path, tried
from xenia.console.places import DRAFT
from xenia.console.rules import may_change, pointer, refusal_flash, sent_changes
from xenia.pages.answering import Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.choosing import spoken_by
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.words import LANGUAGES, marked
from xenia.programme.edit.drawn import Node, Rows, below, lacking, moves, place_of, value_of
from xenia.programme.edit.fields import ROOT, acted, flat, tree
from xenia.programme.edit.long import fits, inner, listed, opened, written
from xenia.programme.edit.sections import SECTIONS
from xenia.programme.edit.spans import Plain
from xenia.programme.records import Record
from xenia.programme.words import languages

_ID: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
_ID_MOST: Final = 64
_LANGUAGES: Final = tuple(one.code for one in LANGUAGES if one.code in languages())


@dataclass(slots=True)
class _Form:
    """The form as it stands: `part` is empty for a new one, whose id is `id`."""

    section: str
    part: str
    id: str
    revision: int
    before: Plain  # as it is written
    fields: Mapping[str, str]
    root: Node
    wrong: dict[str, str] = field(default_factory=dict)  # at fields, in the reader's words
    told: dict[str, str] = field(default_factory=dict)  # at fields, in the interface's
    elsewhere: Sequence[Elsewhere] = ()
    conflict: bool = False
    focus: str = ""  # where one goes on after a button was pressed

    @property
    def full(self) -> Plain:
        """What was there before, in full."""
        return _full(self.section, self.before)


def _full(section: str, value: Plain) -> Plain:
    if value is None:
        return [] if listed(SECTIONS[section]) else {}
    return opened(SECTIONS[section], value)


# ---- looking -------------------------------------------------------------------------------------


@shown_at(PART)
def part(asked: Asked) -> Page:
    """A part by its id; without one, a new part."""
    draft, section = asked.client.draft(asked.places["draft"]), asked.places["section"]
    name = asked.query.one("id")
    if section not in FORMS:
        return Gone(tab_path(DRAFT, draft.draft))
    whole = None
    if name:
        whole = asked.client.draft_part(draft.draft, section, name, locale=spoken_by(asked))
    value: Plain = None if whole is None else whole.value
    full = _full(section, value)
    if whole is not None and not (whole.editable and fits(SECTIONS[section], full)):
        return _only_text(asked, draft, whole)
    if not may_change(asked, draft):
        return Gone(parts_path(PARTS, draft.draft, section))
    filled = flat(SECTIONS[section], full)
    root = tree(SECTIONS[section], filled, full, _LANGUAGES)
    form = _Form(section, name, name, draft.revision, value, filled, root)
    done = None if whole is None else _tried(asked, draft, form)
    return _shown(asked, draft, form, done)


def _only_text(asked: Asked, draft: shapes.WholeDraft, whole: shapes.WholePart) -> Page:
    values = {**part_values(asked, draft, whole.section), "part": whole}
    return Shown("console/parts/only_text.html", values)


# ---- filling in ----------------------------------------------------------------------------------


@sent_to(PART)
def changed_part(asked: Asked) -> Page:
    """Something was filled in: shown anew, tried, or saved."""
    draft, section = asked.client.draft(asked.places["draft"]), asked.places["section"]
    if not may_change(asked, draft) or section not in FORMS:
        return Gone(tab_path(DRAFT, draft.draft))
    form, act = _sent(asked, draft, section), asked.form.one("act")
    if not act.startswith("save"):
        form.fields, form.focus = acted(form.root, form.fields, act)
        form.root = tree(SECTIONS[section], form.fields, form.full, _LANGUAGES)
        return _shown(asked, draft, form, _tried(asked, draft, form))
    _check(asked, draft, form)
    done = None if form.wrong else _tried(asked, draft, form)
    has_errors = bool(form.told or form.elsewhere)
    if form.wrong or form.conflict or (act == "save" and has_errors) or "" in form.told:
        return _shown(asked, draft, form, done, status=422)
    to = parts_path(PARTS, draft.draft, section)
    problem = sent_changes(asked, draft.draft, _changes(form))
    if problem is not None:
        return Gone(to, refusal_flash(problem))
    return Gone(f"{to}#part-{form.id}", Flash(marked("“%(part)s” is saved."), {"part": form.id}))


def _sent(asked: Asked, draft: shapes.WholeDraft, section: str) -> _Form:
    sent = asked.form
    name, revision = sent.one("part"), sent.one("revision")
    value: Plain = None
    if name:
        value = asked.client.draft_part(draft.draft, section, name, locale=spoken_by(asked)).value
    own = (f"{ROOT}.", f"{ROOT}:")
    fields = {
        key: one.replace("\r\n", "\n")
        for key, one in sent.items()
        if key == ROOT or key.startswith(own)
    }
    return _Form(
        section=section,
        part=name,
        id=name or sent.one("id"),
        revision=int(revision) if revision.isdecimal() else 0,
        before=value,
        fields=fields,
        root=tree(SECTIONS[section], fields, _full(section, value), _LANGUAGES),
        conflict=revision != str(draft.revision),
    )


def _check(asked: Asked, draft: shapes.WholeDraft, form: _Form) -> None:
    """What is wrong before the interface is asked."""
    if not form.part:
        if not _is_id(form.id):
            form.wrong["id"] = asked.say("Small letters, digits and hyphens: extra-points.")
        elif _is_taken(asked, draft.draft, form):
            form.wrong["id"] = asked.say("This id is taken already.")
    said = {"blank": asked.say("Fill this in, or take the row away."),
            "twice": asked.say("There is a row for this already."),
            "none": asked.say("Choose at least one.")}  # fmt: skip
    for name, why in lacking(form.root):
        form.wrong[name] = said[why]
    for node in below(form.root):
        for row in node.rows if isinstance(node, Rows) and node.keyed and not node.of else ():
            if row.new and row.key and not _is_id(row.key):
                wrong = asked.say("Small letters, digits and hyphens: extra-points.")
                form.wrong.setdefault(f"{row.name}:key", wrong)
    if not form.wrong and _written(form) is None:
        form.wrong[""] = asked.say("Fill something in first.")


def _is_id(text: str) -> bool:
    return len(text) <= _ID_MOST and _ID.fullmatch(text) is not None


def _is_taken(asked: Asked, draft: str, form: _Form) -> bool:
    try:
        asked.client.draft_part(draft, form.section, form.id)
    except ProblemError as error:
        if error.problem.code == "unknown-part":
            return False
        raise
    return True


def _written(form: _Form) -> Plain:
    """The part as it is to be written."""
    return written(SECTIONS[form.section], value_of(form.root), form.before)


def _changes(form: _Form) -> list[shapes.PartChange]:
    """What makes the part what the form says."""
    at = (form.section, form.id)
    changes = [shapes.PartChange(do="set", at=pointer(*at), value=_written(form))]
    for move in moves(form.root, form.full):
        to = pointer(*at, *move.at)
        changes.append(shapes.PartChange(do="move", at=to, before=move.before))
    return changes


def _tried(asked: Asked, draft: shapes.WholeDraft, form: _Form) -> shapes.DraftPart | None:
    """The part in words and in the text as it would be; None: it cannot be told."""
    if not _is_id(form.id) or form.conflict or _written(form) is None:
        return None
    done = tried(asked, draft, _changes(form), form.revision)
    if isinstance(done, shapes.Problem):
        form.told[""] = done.detail
        return None
    found = next((one for one in done.parts if one.id == form.id), None)
    for finding in found.findings if found is not None else ():
        if finding.severity == "error":
            steps = finding.pointer.removeprefix(pointer(form.section, form.id)).split("/")[1:]
            name = place_of(form.root, tuple(steps))
            form.told.setdefault(name, f"{finding.text} ({finding.remedy})")
    form.elsewhere = elsewhere(draft, done.findings, (form.section, form.id))
    return found


# ---- drawing -------------------------------------------------------------------------------------


def _shown(
    asked: Asked,
    draft: shapes.WholeDraft,
    form: _Form,
    done: shapes.DraftPart | None,
    status: int = 200,
) -> Page:
    titles = asked.client.draft_titles(draft.draft, locale=spoken_by(asked))
    values: dict[str, Any] = {
        **part_values(asked, draft, form.section),
        "form": form,
        "form_path": parts_path(PART, draft.draft, form.section),
        "root": form.root,
        "done": done,
        "ids": {one.section: [(each.id, each.title) for each in one.parts] for one in titles.data},
        "keys": {key: asked.say(one) for key, one in KEYS.items()},
        "label": lambda key: asked.say(label(key, form.section)),
        "labelled": lambda keys: [(key, asked.say(label(key, form.section))) for key in keys],
        "plainly": lambda sentence: plainly(asked, sentence),
        "language_names": {one.code: one.name for one in LANGUAGES},
        "kept": _kept(form),
        "errors": any(one.severity == "error" for one in draft.findings),
    }
    fragments = frozenset({"editing", "preview"})
    return Shown("console/parts/one.html", values, status, fragments=fragments)


def _kept(form: _Form) -> list[str]:
    """The keys of what stands there that no field is for."""
    shape = inner(SECTIONS[form.section])
    if not isinstance(shape, Record) or not isinstance(form.before, dict):
        return []
    return sorted(set(form.before) - {slot.key for slot in shape.slots if not slot.notation})


ROUTES = (part, changed_part)
