"""What members are told where a programme has no text of its own for it: a file a language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module


@cache
def words_of(language: str) -> Mapping[str, str]:
    """The sentences of a language that terms are written in, by their names."""
    found: Mapping[str, str] = import_module(f"{__name__}.{language}").WORDS
    return found
