"""Random values of settings that were thought of after random programmes had been, from a source of
chance of their own, so that what else is drawn stays as it was."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from xenia.programme.check import check
from xenia.programme.model import Programme
from xenia.programme.read import read
from xenia.programme.render import render
from xenia.programme.settings import (
    MultiplyRound,
    NewTerms,
    RefundOf,
    ReturnInputs,
    RoundPer,
    UsedVoucher,
)


def with_later_settings(programme: Programme, seed: int, zones: frozenset[str]) -> Programme:
    """The same programme with these settings."""
    random = Random(f"later settings {seed}")
    settings = replace(
        programme.settings,
        round_per=random.choice(list(RoundPer)),
        multiply_round=random.choice(list(MultiplyRound)),
        return_inputs=random.choice(list(ReturnInputs)),
        used_voucher=random.choice(list(UsedVoucher)),
        new_terms=Random(f"new terms {seed}").choice(list(NewTerms)),
    )
    refund = random.choice(list(RefundOf))
    changed = replace(programme, settings=replace(settings, refund=refund))
    if any(each.severity == "error" for each in check(read(render(changed), zones=zones))):
        return replace(programme, settings=settings)
    return changed
