"""Names and texts of a programme: ids, and what customers read, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

Locale = str
Id = Annotated[str, "id"]


@dataclass(frozen=True, slots=True)
class Texts:
    """One text a language; `forms` are the plural forms in the order of the language's CLDR
    categories (English: one, other; Russian: one, few, many, other), a single one where nothing is
    counted.  Armenian counts in the singular: a form after the two is the name without a number.
    """

    forms: Mapping[Locale, tuple[str, ...]]
