"""The phrases in which programmes are told to customers: a folder a subject, a file a language.

A language is known where the terms themselves are written in it; each subject has its file then.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import import_module

from babel.core import Locale, UnknownLocaleError

from xenia.programme.words import terms

Phrase = str | tuple[str, ...]  # several: the plural forms, in the order of CLDR's categories


class NoPhrases(LookupError):  # noqa: N818 - it is named after what it says
    """A locale in whose language no phrases are written."""


@cache
def languages() -> tuple[str, ...]:
    """The languages that have phrases, by their codes, in alphabetical order."""
    return _found(terms.__path__)


def phrases(locale: str) -> Mapping[str, Phrase]:
    """The phrases of a locale's language (`el`, `el-GR`).  Raises NoPhrases."""
    return _table(locale_of(locale).language)


@lru_cache(maxsize=2**8)  # bounded: whoever asks says the locale
def locale_of(locale: str) -> Locale:
    """A locale by its code, with `-` or `_`.  Raises NoPhrases where it or its phrases lack."""
    try:
        found = Locale.parse(locale, sep="_" if "_" in locale else "-")
    except (UnknownLocaleError, ValueError, TypeError):
        found = None
    if found is None or found.language not in languages():
        known = ", ".join(languages())
        raise NoPhrases(f'there are no phrases for "{locale}"; there are for: {known}')
    return found


@cache
def _table(language: str) -> Mapping[str, Phrase]:
    files = (import_module(f"{__name__}.{subject}.{language}") for subject in _found(__path__))
    return {key: phrase for file in files for key, phrase in file.PHRASES.items()}


def _found(path: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(module.name for module in pkgutil.iter_modules(path)))
