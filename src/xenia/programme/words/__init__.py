"""The phrases in which programmes are told to customers: one file a language, found by its name."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from babel.core import Locale, UnknownLocaleError

Phrase = str | tuple[str, ...]  # several: the plural forms, in the order of CLDR's categories


class NoPhrases(LookupError):  # noqa: N818 - it is named after what it says
    """A locale in whose language no phrases are written."""


def languages() -> tuple[str, ...]:
    """The languages that have phrases, by their codes, in alphabetical order."""
    modules = pkgutil.iter_modules(__path__)
    return tuple(sorted(module.name for module in modules if not module.ispkg))


def phrases(locale: str) -> Mapping[str, Phrase]:
    """The phrases of a locale's language (`el`, `el-GR`).  Raises NoPhrases."""
    return _table(locale_of(locale).language)


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
    parts = (f"{__name__}.{language}", f"{__name__}.activities.{language}")
    return {key: said for part in parts for key, said in import_module(part).PHRASES.items()}
