"""Notes of staff about a member, for one another."""

from __future__ import annotations

from typing import Final

from xenia.client import ProblemError, shapes
from xenia.console import acts
from xenia.console.acts import MEMBER
from xenia.pages.answering import Flash, Gone, Page
from xenia.pages.asking import Asked
from xenia.pages.rooms import sent_to
from xenia.pages.words import marked

_SCOPE: Final = "staff:write"
_LONGEST: Final = 4000  # characters


@sent_to(f"{MEMBER}/notes")
def noted(asked: Asked) -> Page:
    """Something is noted."""
    of = acts.whom(asked, _SCOPE)
    text = asked.form.one("text")[:_LONGEST]
    if not text:
        return Gone(of.page, Flash(marked("Write something to note."), kind="failed"))
    try:
        asked.client.new_note(of.member, shapes.NewNote(text=text), idempotency_key=asked.once)
    except ProblemError as error:
        return acts.failed(of, error)
    return acts.done(of, marked("It is noted."))


@sent_to(f"{MEMBER}/notes/remove")
def unnoted(asked: Asked) -> Page:
    """A note is taken out."""
    of = acts.whom(asked, _SCOPE)
    try:
        asked.client.removed_note(of.member, asked.form.one("note"), idempotency_key=asked.once)
    except ProblemError as error:
        return acts.failed(of, error)
    return acts.done(of, marked("The note is removed."))


ROUTES = (noted, unnoted)
