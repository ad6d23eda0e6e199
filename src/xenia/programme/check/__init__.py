"""Whether a programme makes sense: errors, and advice on what its author may not have meant."""

from __future__ import annotations

from xenia.programme.check import (
    activities,
    bounds,
    combinations,
    economy,
    expressions,
    holdings,
    ladders,
    names,
    referrals,
    returns,
    rules,
    telling,
)
from xenia.programme.check.subject import Check, Subject, placed
from xenia.programme.findings import Finding, in_order
from xenia.programme.formulas import analyse
from xenia.programme.read import Reading

CHECKS: tuple[Check, ...] = (
    *names.CHECKS,
    *expressions.CHECKS,
    *rules.CHECKS,
    *combinations.CHECKS,
    *ladders.CHECKS,
    *holdings.CHECKS,
    *bounds.CHECKS,
    *economy.CHECKS,
    *activities.CHECKS,
    *returns.CHECKS,
    *referrals.CHECKS,
)
# What can only be asked of a programme in which there is no error.
SOUND_CHECKS: tuple[Check, ...] = telling.CHECKS


def check(reading: Reading) -> tuple[Finding, ...]:
    """Everything there is to say about a document, listed by place, its form included.

    A document whose form is wrong has no programme, and only that is said.
    """
    if reading.programme is None:
        return reading.findings
    subject = Subject(reading.programme, analyse(reading.programme))
    found = [found for run in CHECKS for found in run(subject)]
    severities = {item.severity for item in reading.findings} | {item.severity for item in found}
    if "error" not in severities:
        found += [found for run in SOUND_CHECKS for found in run(subject)]
    placed_ = [placed(item, reading.places) for item in found]
    return in_order(dict.fromkeys([*reading.findings, *placed_]))
