"""Reads what a till says that it really took off the lines of a purchase."""

from __future__ import annotations

from collections.abc import Sequence

from xenia.events.errors import did_you_mean
from xenia.events.model import Line
from xenia.events.parts import Off
from xenia.events.values import Reader
from xenia.events.wire import OffShape

# What an answer has under these names is of claims, which a purchase makes in fields of their own.
_OF_CLAIMS = {"spend": "spend", "voucher": "vouchers"}


def given(shapes: Sequence[OffShape], lines: Sequence[Line], reader: Reader) -> tuple[Off, ...]:
    """What was taken off each line in the name of each rule, in their order; nothing is left out
    of it but what is 0."""
    decimals = reader.conventions.money_decimals
    left = {line.id: line.amount for line in lines}
    found: dict[tuple[str, str], int] = {}
    for place, shape in enumerate(shapes):
        amount = reader.decimal(shape.amount, decimals, ("given", place, "amount")) or 0
        if shape.rule in _OF_CLAIMS:
            field = _OF_CLAIMS[shape.rule]
            sentence = f"what a claim takes off is no rule's: it is told by `{field}`"
            reader.fail("not-a-rule", ("given", place, "rule"), sentence)
        elif shape.line not in left:
            hint = did_you_mean(shape.line, left)
            sentence = f'the purchase has no line "{shape.line}"{hint}'
            reader.fail("unknown-line", ("given", place, "line"), sentence)
        elif (shape.rule, shape.line) in found:
            sentence = f'"{shape.rule}" is said twice of line "{shape.line}": say the sum'
            reader.fail("given-twice", ("given", place, "line"), sentence)
        elif amount > left[shape.line] and not reader.errors:
            sentence = f'more than line "{shape.line}" costs is taken off it'
            reader.fail("more-than-the-line", ("given", place, "amount"), sentence)
        else:
            left[shape.line] -= amount
            found[shape.rule, shape.line] = amount
    return tuple([Off(rule, line, amount) for (rule, line), amount in found.items() if amount])
