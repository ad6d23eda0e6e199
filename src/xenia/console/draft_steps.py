"""Back and forth in a draft: what would be undone, and done again, in words; and doing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from xenia.client import ProblemError, shapes
from xenia.console.draft_tabs import tab_path
from xenia.console.places import DRAFT
from xenia.pages.answering import Flash, Gone, Page
from xenia.pages.asking import Asked
from xenia.pages.browsers import ours
from xenia.pages.rooms import Route, sent_to
from xenia.pages.words import marked

UNDO: Final = f"{DRAFT}/undo"
REDO: Final = f"{DRAFT}/redo"
_PARTS: Final[Mapping[str, str]] = {  # by section
    "currencies": marked("currency “%(part)s”"),
    "metrics": marked("metric “%(part)s”"),
    "tiers": marked("ladder “%(part)s”"),
    "benefits": marked("benefit “%(part)s”"),
    "rules": marked("rule “%(part)s”"),
    "rewards": marked("reward “%(part)s”"),
    "badges": marked("badge “%(part)s”"),
    "groups": marked("group “%(part)s”"),
    "texts": marked("text “%(part)s”"),
    "lists": marked("list “%(part)s”"),
    "exclusions": marked("exclusion “%(part)s”"),
    "locations": marked("location “%(part)s”"),
    "acts": marked("act “%(part)s”"),
}
_UNDO: Final[Mapping[str, str]] = {
    "added": marked("Undo: %(what)s added"),
    "changed": marked("Undo: %(what)s changed"),
    "removed": marked("Undo: %(what)s taken away"),
    "moved": marked("Undo: %(what)s moved"),
}
_REDO: Final[Mapping[str, str]] = {
    "added": marked("Redo: %(what)s added"),
    "changed": marked("Redo: %(what)s changed"),
    "removed": marked("Redo: %(what)s taken away"),
    "moved": marked("Redo: %(what)s moved"),
}
_REFUSALS: Final[Mapping[str, str]] = {
    "changed-meanwhile": marked(
        "Somebody changed this draft meanwhile. Look at it, and do it again."
    ),
    "draft-is-published": marked("This draft is published by now"),
    "nothing-to-undo": marked("There is nothing left to undo."),
    "nothing-to-redo": marked("There is nothing left to do again."),
}


class Turn(NamedTuple):
    """A button: what it does in words; or only its name, while there is nothing to do."""

    path: str
    said: str
    is_there: bool
    is_theirs: bool  # somebody else has changed it


def turns(asked: Asked, draft: shapes.WholeDraft) -> Sequence[Turn]:
    """What stands above a draft that whoever asks can change."""
    name = draft.draft
    return (
        _turn(asked, draft.undo, tab_path(UNDO, name), asked.say("Undo"), _UNDO),
        _turn(asked, draft.redo, tab_path(REDO, name), asked.say("Redo"), _REDO),
    )


def _turn(
    asked: Asked,
    step: shapes.DraftStep | None,
    path: str,
    name: str,
    sentences: Mapping[str, str],
) -> Turn:
    if step is None:
        return Turn(path, name, is_there=False, is_theirs=False)
    done = {one.do for one in step.parts}
    sentence = sentences[done.pop() if len(done) == 1 else "changed"]
    said = asked.say(sentence, what=_what(asked, step))
    return Turn(path, said, is_there=True, is_theirs=step.by != f"staff/{asked.staff}")


def _what(asked: Asked, step: shapes.DraftStep) -> str:
    """What was changed: the part, the first of several, or something in the text."""
    if not step.parts:
        return asked.say("the text")
    first = step.parts[0]
    known = _PARTS.get(first.section)
    if known is not None and first.part is not None:
        what = asked.say(known, part=first.part)
    else:
        what = " › ".join(filter(None, (first.section, first.part)))
    if step.count == 1:
        return what
    number = asked.formats.number(step.count - 1).striptags()
    return asked.say("%(what)s and %(number)s more", what=what, number=number)


def _turned_at(path: str, said: str, work: Callable[[Asked, str, str], object]) -> Route:
    """What takes one of the buttons; one stays on the page where it is pressed."""

    def answer(asked: Asked) -> Page:
        name = asked.places["draft"]
        to = ours(asked.form.one("next"), tab_path(DRAFT, name))
        try:
            work(asked, name, f'"{asked.form.one("revision")}"')
        except ProblemError as error:
            refusal = _REFUSALS.get(error.problem.code)
            if refusal is None:
                raise
            return Gone(to, Flash(refusal, kind="failed"))
        return Gone(to, Flash(said))

    return sent_to(path)(answer)


undone = _turned_at(
    UNDO,
    marked("It is undone."),
    lambda asked, name, tag: asked.client.undone_draft(
        name, if_match=tag, idempotency_key=asked.once
    ),
)
redone = _turned_at(
    REDO,
    marked("It is done again."),
    lambda asked, name, tag: asked.client.redone_draft(
        name, if_match=tag, idempotency_key=asked.once
    ),
)

ROUTES = (undone, redone)
