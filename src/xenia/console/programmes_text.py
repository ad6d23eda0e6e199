"""The text of a draft: written, checked as one writes, saved so that nobody's change is lost."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any, Final

from xenia.client import ProblemError, shapes
from xenia.console.draft_steps import turns
from xenia.console.draft_tabs import draft_values, tab_path
from xenia.console.places import DRAFT
from xenia.console.programmes import explained, is_code
from xenia.pages.answering import Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.choosing import spoken_by
from xenia.pages.refusals import Refusal
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.words import marked

CHECK: Final = f"{DRAFT}/check"
_AROUND: Final = 2  # lines that are the same, beside those that differ
_TEMPLATE: Final = "console/programmes/text.html"
_CHECKED: Final = frozenset({"checked"})


@shown_at(DRAFT)
def text(asked: Asked) -> Page:
    """The text as it was saved, with what is to be said of it."""
    draft = asked.client.draft(asked.places["draft"])
    return _text(asked, draft, draft.document)


@sent_to(DRAFT)
def saved(asked: Asked) -> Page:
    """The text, kept as the next revision; or both texts, where somebody saved meanwhile."""
    name, document = asked.places["draft"], _document(asked)
    try:
        done = asked.client.changed_draft(
            name,
            shapes.Document(document=document),
            if_match=f'"{asked.form.one("revision")}"',
            idempotency_key=asked.once,
        )
    except ProblemError as error:
        return _not_saved(asked, error, document)
    wrong = sum(1 for one in done.findings if one.severity == "error")
    said = marked("Saved; there are errors to mend.") if wrong else marked("Saved.")
    return Gone(tab_path(DRAFT, name), Flash(said))


@sent_to(CHECK)
def checked(asked: Asked) -> Page:
    """What is to be said of a text as it stands on the page; nothing is kept."""
    document = _document(asked)
    if asked.fragment == "checked":
        return Shown(_TEMPLATE, _checked(asked, document), fragments=_CHECKED)
    draft = asked.client.draft(asked.places["draft"])
    return _text(asked, draft, document, revision=asked.form.one("revision"))


def _document(asked: Asked) -> str:
    """What was written, with the ends of lines that it had: browsers send others."""
    return asked.form.as_is("document").replace("\r\n", "\n")


def _text(
    asked: Asked,
    draft: shapes.WholeDraft,
    document: str,
    *,
    revision: str = "",
    status: int = 200,
    refusal: Refusal | None = None,
    theirs: Sequence[tuple[str, str]] | None = None,
) -> Page:
    may_write = asked.may("drafts:write") and draft.version is None
    is_saved = document == draft.document
    values = {
        **draft_values(asked, draft),
        **_checked(asked, document),
        "turns": turns(asked, draft) if may_write and is_saved else (),
        "document": document,
        "revision": revision or str(draft.revision),
        "may_write": may_write,
        "own_path": tab_path(DRAFT, draft.draft),
        "refusal": refusal,
        "theirs": theirs,
        "path": tab_path(DRAFT, draft.draft),
    }
    return Shown(_TEMPLATE, values, status)


def _checked(asked: Asked, document: str) -> dict[str, Any]:
    """What is said of a text."""
    try:
        found = explained(asked, document)
    except ProblemError as error:
        if error.problem.status not in (413, 422):
            raise
        return {"findings": (), "told": {}, "unreadable": error.problem.detail,
                "language_told": spoken_by(asked), "errors": 1}  # fmt: skip
    lines = document.split("\n")
    rows = [
        {
            "severity": one.severity,
            "line": one.line,
            "column": one.column,
            "text": one.text,
            "remedy": one.remedy,
            "shown": lines[one.line - 1].strip()[:80] if one.line <= len(lines) else "",
        }
        for one in found.findings
    ]
    return {
        "findings": rows,
        "errors": sum(1 for one in rows if one["severity"] == "error"),
        "told": found.explained or {},
        "unreadable": None,
        "language_told": spoken_by(asked),
    }


def _not_saved(asked: Asked, error: ProblemError, document: str) -> Page:
    """The page with what was written, and why it is not saved."""
    if error.problem.status in (401, 403, 404, 429) or error.problem.status >= 500:
        raise error
    draft, say = asked.client.draft(asked.places["draft"]), asked.say
    if is_code(error, "changed-meanwhile"):
        refusal = Refusal(
            say("Somebody has saved this draft meanwhile"),
            say(
                "Nothing is lost: your text is below, and what differs from theirs stands above "
                "it. Take over what you want to keep, then save."
            ),
        )
        theirs = differing(draft.document, document)
        return _text(asked, draft, document, status=409, refusal=refusal, theirs=theirs)
    if is_code(error, "draft-is-published"):
        refusal = Refusal(
            say("This draft is published by now"),
            say("It stays as it is: begin another one from its version."),
        )
        return _text(asked, draft, document, status=409, refusal=refusal)
    refusal = Refusal(say("This was not saved"), error.problem.detail, "en")
    revision = asked.form.one("revision")
    return _text(asked, draft, document, revision=revision, status=422, refusal=refusal)


def differing(theirs: str, mine: str) -> list[tuple[str, str]]:
    """Lines as (`theirs`, `mine`, `same` or `gap`, the line): what differs, and some around it."""
    old, new = theirs.split("\n"), mine.split("\n")
    rows: list[tuple[str, str]] = []
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_AROUND):
        if rows:
            rows.append(("gap", ""))
        for kind, i1, i2, j1, j2 in group:
            if kind == "equal":
                rows += [("same", line) for line in old[i1:i2]]
            else:
                rows += [("theirs", line) for line in old[i1:i2]]
                rows += [("mine", line) for line in new[j1:j2]]
    return rows


ROUTES = (text, saved, checked)
