"""Which programme a page is about, where there are several, and in which language it is told of."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from xenia.client import ProblemError, shapes
from xenia.pages.asking import Asked
from xenia.pages.words import SOURCE
from xenia.programme.words import languages

T = TypeVar("T")


def spoken_by(asked: Asked) -> str:
    """The language of who asks, where programmes are told of in it; else the source's."""
    return asked.words.code if asked.words.code in languages() else SOURCE


def wished(asked: Asked) -> str | None:
    """The programme that the form or the address names; None: none."""
    return asked.form.one("programme") or asked.query.one("programme") or None


def chosen(asked: Asked) -> tuple[tuple[shapes.Listed, ...], str]:
    """All that there are, and the one that is wished for; else the first that runs, and "" where
    there is none."""
    all_ = asked.client.programmes().data
    names = [one.programme for one in all_]
    wish = wished(asked)
    if wish in names:
        return all_, wish
    running = [one.programme for one in all_ if any(v.state == "running" for v in one.versions)]
    return all_, next(iter(running or names), "")


def in_programme(asked: Asked, call: Callable[[str | None], T]) -> T | None:
    """What is answered of the programme that is chosen, as `chosen` does: `call` gets its name, or
    None where nothing has to be chosen.  None: there is no programme yet."""
    try:
        return call(wished(asked))
    except ProblemError as error:
        if not any(one.pointer == "?programme" for one in error.problem.errors):
            raise
    _, name = chosen(asked)
    return call(name) if name else None
