"""A programme told in a language: what it says, and what would change of what is in force."""

from __future__ import annotations

from typing import Any

from xenia.programme.announce import told
from xenia.programme.compare import changes
from xenia.programme.explain import Explanation, explain
from xenia.programme.formulas import analyse
from xenia.programme.model import Programme
from xenia.programme.words import languages

Json = dict[str, Any]


def explained(programme: Programme, locale: str) -> Json:
    """A programme as a customer is told it.  Raises words.NoPhrases."""
    return fields(explain(programme, analyse(programme), locale))


def in_all_languages(programme: Programme) -> Json:
    """The same in each language that there are phrases in, by its code."""
    formulas = analyse(programme)
    return {code: fields(explain(programme, formulas, code)) for code in languages()}


def difference(old: Programme | None, new: Programme, locale: str) -> Json:
    """What changes, what members are told no longer, and what they are told now.  Raises
    words.NoPhrases."""
    if old is None:
        said = explain(new, analyse(new), locale).sentences
        return {"changes": [], "told": {"no_longer": [], "now": list(said)}}
    found = told(old, new, locale)
    return {
        "changes": [
            {"path": list(change.path), "kind": change.kind.name.lower(), "text": change.text}
            for change in changes(old, new)
        ],
        "told": {"no_longer": list(found.no_longer), "now": list(found.now)},
    }


def fields(found: Explanation) -> Json:
    """An explanation as it is told to programs."""
    return {
        "title": found.title,
        "sentences": list(found.sentences),
        "tables": [
            {
                "tier": table.tier,
                "title": table.title,
                "levels": [{"id": key, "title": title} for key, title in table.levels],
                "rows": [
                    {"what": row.what, "id": row.id, "title": row.title, "cells": list(row.cells)}
                    for row in table.rows
                ],
            }
            for table in found.tables
        ],
        "reading": found.reading,
        "reasons": list(found.reasons),
        "grade": found.simplicity.grade,
        "things": found.simplicity.things,
        "riddles": [
            {"path": list(riddle.path), "sentence": riddle.sentence}
            for riddle in found.simplicity.riddles
        ],
        "unsaid": [{"path": list(part.path), "title": part.title} for part in found.unsaid],
    }
