"""The language in which the interface tells of programmes, as near as it has one."""

from __future__ import annotations

from xenia.pages.asking import Asked
from xenia.pages.words import SOURCE
from xenia.programme.words import languages


def spoken_by(asked: Asked) -> str:
    """That of who asks, where sentences are written in it; else the source's."""
    return asked.words.code if asked.words.code in languages() else SOURCE
