"""Beginning a programme: from the catalogue, or from a version that there is."""

from __future__ import annotations

from typing import Final

from xenia.client import ProblemError, shapes
from xenia.console.draft_tabs import tab_path
from xenia.console.places import DRAFT, PROGRAMMES
from xenia.console.programmes import BEGIN, explained
from xenia.pages.answering import Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.choosing import spoken_by
from xenia.pages.forms import at_fields
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import address
from xenia.pages.words import marked

_TEMPLATE: Final = f"{PROGRAMMES}/templates/{{template:str}}"


@shown_at(BEGIN)
def begin(asked: Asked) -> Page:
    """The catalogue, and other ways."""
    values = {
        "templates": asked.client.templates(locale=spoken_by(asked)).data,
        "programmes_path": PROGRAMMES,
        "language_told": spoken_by(asked),
    }
    return Shown("console/programmes/begin.html", values)


@shown_at(_TEMPLATE)
def template(asked: Asked) -> Page:
    """A programme of the catalogue: what customers are told, and its text."""
    return _template(asked)


@sent_to(_TEMPLATE)
def begun(asked: Asked) -> Page:
    """A draft of its own, from a template."""
    new = shapes.NewDraft(
        template=asked.places["template"], programme=asked.form.one("programme") or None
    )
    try:
        draft = asked.client.new_draft(new, idempotency_key=asked.once)
    except ProblemError as error:
        if not at_fields(error.problem, {"/programme": "programme"}):
            raise
        wrong = asked.say("Small letters, digits and hyphens, such as corner-cafe.")
        return _template(asked, wrong)
    return Gone(tab_path(DRAFT, draft.draft), Flash(marked("Here is your draft.")))


def _template(asked: Asked, wrong: str | None = None) -> Page:
    name = asked.places["template"]
    shown = asked.client.template(name, locale=spoken_by(asked))
    values = {
        "template": shown,
        "programme": asked.form.one("programme", name),
        "wrong": wrong,
        "told": explained(asked, shown.document).explained or {},
        "language_told": spoken_by(asked),
        "programmes_path": PROGRAMMES,
        "begin_path": BEGIN,
        "own_path": address("/console/programmes/templates/{template}", template=name),
    }
    return Shown("console/programmes/template.html", values, 422 if wrong else 200)


ROUTES = (begin, template, begun)
