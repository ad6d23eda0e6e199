"""How a measure says whether what was to be reached is, and whether what is stored is right."""

from __future__ import annotations

from collections.abc import Sequence

from xenia.services.verifying import verifying
from xenia.store.database import Database


def reached(good: bool) -> str:
    """What a measure came to, in a word."""
    return "reached" if good else "NOT REACHED"


def exact(same: bool) -> str:
    """Whether numbers agree that must, in a word."""
    return "exact" if same else "NOT EXACT"


def verified(database: Database, members: Sequence[str]) -> bool:
    """Whether members' accounts are what their events come to; says so."""
    steps, differences = 0, []
    for member in members:
        with verifying(database, member=member) as proof:
            for checked in proof.run():
                steps += checked.steps
                differences += checked.discrepancies
    print(f"    {len(members)} members folded again, {steps:,} steps: {exact(not differences)}")
    for difference in differences[:5]:
        print(f"      {difference}")
    return not differences
