"""Random chances for a programme that has none."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from xenia.programme.chances import Chance
from xenia.programme.model import Programme

CHANCES = (Chance(1, 2), Chance(1, 3), Chance(2, 3), Chance(9, 10), Chance(333, 1_000_000))


def with_chances(programme: Programme, seed: int) -> Programme:
    """The same programme; chance decides on about every sixth rule of every other one."""
    random = Random(f"chances {seed}")
    if random.random() < 0.5:
        return programme
    rules = {
        key: replace(rule, chance=random.choice(CHANCES)) if random.random() < 0.3 else rule
        for key, rule in sorted(programme.rules.items())
    }
    return replace(programme, rules=rules)
