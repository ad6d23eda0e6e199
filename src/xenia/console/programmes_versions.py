"""A version of a programme: its document, how customers are told it; going back, or withdrawing."""

from __future__ import annotations

from typing import Final

from xenia.client import ProblemError, shapes
from xenia.console.draft_tabs import tab_path
from xenia.console.places import DRAFT, PROGRAMMES
from xenia.console.programmes import PROGRAMME, VERSION_STATES, explained
from xenia.pages.answering import Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.choosing import spoken_by
from xenia.pages.refusals import Refusal, of_status
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import address
from xenia.pages.words import marked

_VERSION: Final = f"{PROGRAMME}/versions/{{version:str}}"
_LONGEST: Final = 9  # digits


@shown_at(_VERSION)
def version(asked: Asked) -> Page:
    """One version, read only."""
    number = _number(asked)
    if number is None:
        return _nothing(asked)
    shown = asked.client.programme_version(asked.places["programme"], version=number)
    said, kind = VERSION_STATES[shown.state]
    values = {
        **_places(asked, number),
        "shown": shown,
        "state": asked.say(said),
        "kind": kind,
        "told": explained(asked, shown.document).explained or {},
        "language_told": spoken_by(asked),
    }
    return Shown("console/programmes/version.html", values)


@sent_to(f"{_VERSION}/draft")
def begun(asked: Asked) -> Page:
    """A draft with the document of a version, to change it or to go back to it."""
    number = _number(asked)
    if number is None:
        return _nothing(asked)
    shown = asked.client.programme_version(asked.places["programme"], version=number)
    new = shapes.NewDraft(document=shown.document)
    draft = asked.client.new_draft(new, idempotency_key=asked.once)
    said = marked("This draft has the text of version %(number)s. Nothing has changed yet.")
    return Gone(tab_path(DRAFT, draft.draft), Flash(said, {"number": str(number)}))


@shown_at(f"{_VERSION}/withdrawal")
def withdrawal(asked: Asked) -> Page:
    """What it would mean to withdraw it, before it is done."""
    number = _number(asked)
    return _nothing(asked) if number is None else _withdrawal(asked, number)


@sent_to(f"{_VERSION}/withdrawal")
def withdrawn(asked: Asked) -> Page:
    """It does not come."""
    number = _number(asked)
    if number is None:
        return _nothing(asked)
    name = asked.places["programme"]
    try:
        asked.client.withdrawn_version(name, str(number), idempotency_key=asked.once)
    except ProblemError as error:
        if error.problem.status != 409:
            raise
        return _withdrawal(asked, number)
    to = address("/console/programmes/published/{programme}", programme=name)
    return Gone(to, Flash(marked("It is withdrawn: what decides now goes on.")))


def _withdrawal(asked: Asked, number: int) -> Page:
    done: shapes.Withdrawn | None = None
    refusal: Refusal | None = None
    try:
        done = asked.client.withdrawn_version(asked.places["programme"], str(number), dry_run=True)
    except ProblemError as error:
        if error.problem.status != 409:
            raise
        refusal = Refusal(
            asked.say("This version cannot be withdrawn"),
            asked.say(
                "It decides already, or another one was published after it: withdraw the last one "
                "first, or publish a version that takes its place."
            ),
        )
    values = {**_places(asked, number), "done": done, "refusal": refusal}
    return Shown("console/programmes/withdrawal.html", values, 409 if refusal else 200)


def _places(asked: Asked, number: int) -> dict[str, object]:
    name = asked.places["programme"]
    programme_path = address("/console/programmes/published/{programme}", programme=name)
    return {
        "name": name,
        "number": number,
        "programmes_path": PROGRAMMES,
        "programme_path": programme_path,
        "own_path": f"{programme_path}/versions/{number}",
    }


def _number(asked: Asked) -> int | None:
    """The version that the address names; None where it names none."""
    text = asked.places["version"]
    known = text.isascii() and text.isdigit() and len(text) <= _LONGEST
    return int(text) or None if known else None


def _nothing(asked: Asked) -> Page:
    values = {"refusal": of_status(404, asked.words), "status": 404}
    return Shown("console/error.html", values, 404)


ROUTES = (version, begun, withdrawal, withdrawn)
