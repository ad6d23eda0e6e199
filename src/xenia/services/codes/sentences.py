"""How the meaning of a code is said."""

from __future__ import annotations

from typing import NamedTuple


class Sentences(NamedTuple):
    """`title` in a few words, what it `means`, and the `remedy`, each without a Markdown block."""

    title: str
    means: str
    remedy: str
