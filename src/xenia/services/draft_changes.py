"""Changes of a draft by parts: all of them are done to its text, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xenia.language.rows import Form, form_of, text_of
from xenia.programme.document import SIZE_MAX
from xenia.programme.edit.changes import Change, Copy, Set, changed
from xenia.programme.edit.pieces import Text
from xenia.programme.edit.sections import SECTIONS
from xenia.programme.edit.spans import CannotEditError, Path, Plain, found, plain
from xenia.services.changing import Changing, Done
from xenia.services.draft_parts import Json, part_cards, part_ids
from xenia.services.drafts import look, replace
from xenia.services.problems import Problem, Reason
from xenia.services.programme_problems import changed_meanwhile, unknown_draft
from xenia.services.rule_forms import cards
from xenia.store import drafts as store

_RULES = "rules"


@dataclass(frozen=True, slots=True)
class Ask:
    """What the condition at a place is, as rows; without any there is none."""

    at: Path
    form: Form


def change(
    changing: Changing, name: str, revision: int, wanted: Sequence[Change | Ask], locale: str
) -> Done | Problem:
    """Do changes to the text of a draft of which this revision was read, in their order.

    The answer has in words the rules and the other parts that were changed.  Raises
    words.NoPhrases.
    """
    row = store.draft(changing.connection, changing.space_id, name)
    if row is None:
        return unknown_draft(name)
    if row.revision != revision:
        return changed_meanwhile(row.revision)
    text = row.document
    for index, one in enumerate(wanted):
        try:
            text = _done(text, one)
        except CannotEditError as error:
            return _not_done(index, error)
    if len(text.encode()) > SIZE_MAX:
        return _not_done(len(wanted) - 1, CannotEditError("That is too much text", "say less"))
    done = replace(changing, name, revision, text)
    if isinstance(done, Problem):
        return done
    looked = look(text)
    there = [key for key in _parts(wanted, _RULES) if key in part_ids(looked, _RULES)]
    parts: list[Json] = []
    for section in dict.fromkeys(one.at[0] for one in wanted if one.at[0] in SECTIONS):
        if section != _RULES:
            known = part_ids(looked, section)
            own = [key for key in _parts(wanted, section) if key in known]
            parts += part_cards(looked, locale, section, own)
    return Done({**done.body, "rules": cards(looked, locale, there), "parts": parts})


def _parts(wanted: Sequence[Change | Ask], section: str) -> list[str]:
    """The parts of a section that something is done to, once each."""
    found: dict[str, None] = {}
    for one in wanted:
        if one.at[:1] == (section,) and len(one.at) > 1:
            found[one.key if isinstance(one, Copy) and len(one.at) == 2 else one.at[1]] = None
    return list(found)


def _done(text: str, one: Change | Ask) -> str:
    if not isinstance(one, Ask):
        return changed(text, one)
    there = _there(text, one.at)
    if isinstance(there, str) and form_of(there) == one.form:
        return text  # as its author wrote it
    return changed(text, Set(one.at, text_of(one.form) or None))


def _there(text: str, at: Path) -> Plain:
    span = found(Text(text).root, at)
    return None if span is None else plain(span)


def _not_done(index: int, error: CannotEditError) -> Problem:
    reason = Reason(f"/changes/{index}/at", "cannot-change", f"{error.sentence}: {error.remedy}")
    return Problem(status=422, code="cannot-change", detail=reason.detail, errors=(reason,))
