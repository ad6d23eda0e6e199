"""How often chance is to fall on a rule."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chance:
    """`1 in 20`: so many times (`wins`) in so many (`of`), in lowest terms."""

    wins: int
    of: int
