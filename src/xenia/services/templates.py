"""The catalogue's programmes as something to begin with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from xenia.programme.explain.voice import Voice
from xenia.programme.model import Programme
from xenia.services.catalogue import catalogue
from xenia.services.problems import Problem
from xenia.services.programme_problems import unknown_template
from xenia.services.programmes import sound_programme

_PROGRAMME = re.compile(r"^programme:[^\n#]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Template:
    """A programme of the catalogue: `document` is its text, and `notes` say what it is like."""

    template: str
    title: str
    notes: str
    document: str


def templates(locale: str) -> tuple[Template, ...]:
    """All of them by name, in the words of a locale.

    Raises words.NoPhrases, which names the languages that there are.
    """
    return tuple(_told(name, programme, locale) for name, programme in _known().items())


def template(name: str, locale: str) -> Template | Problem:
    """One of them.  Raises as `templates` does."""
    found = _known().get(name)
    return unknown_template(name, _known()) if found is None else _told(name, found, locale)


def document_of(name: str, programme: str | None) -> str | Problem:
    """The text of a template, as of a programme of another name, if one is given."""
    if name not in _known():
        return unknown_template(name, _known())
    text = (catalogue() / f"{name}.yaml").read_text("utf-8")
    return text if programme is None else _PROGRAMME.sub(f"programme: {programme}", text, count=1)


@cache
def _known() -> dict[str, Programme]:
    files = sorted(
        path for path in catalogue().glob("*.yaml") if not path.name.endswith(".scenario.yaml")
    )
    return {path.stem: sound_programme(path) for path in files}


def _told(name: str, programme: Programme, locale: str) -> Template:
    voice = Voice(programme, locale)
    title, notes = voice.text(programme.title, name), voice.text(programme.notes, "")
    text = (catalogue() / f"{name}.yaml").read_text("utf-8")
    return Template(name, title, " ".join(notes.split()), text)
