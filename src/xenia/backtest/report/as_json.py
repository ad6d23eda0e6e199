"""A report for programs: stable JSON, and the schema that says what is in it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import msgspec

from xenia.backtest.report.amount import Amount, grouped
from xenia.backtest.report.shape import Report

SHARE_DECIMALS: Final = 6

_AMOUNT = {
    "type": "string",
    "pattern": r"^-?[0-9]+(\.[0-9]+)?$",
    "description": "Money or units in whole units, with all their decimals; rounded only here.",
}
_SHARE = {
    "type": "string",
    "pattern": rf"^-?[0-9]+\.[0-9]{{{SHARE_DECIMALS}}}$",
    "description": f"A share of 1 with {SHARE_DECIMALS} decimals: 0.166667 is 16.67 %.",
}


def plain(report: Report) -> Any:
    """The report as mappings, lists, texts and numbers."""
    return msgspec.json.decode(msgspec.json.encode(report, enc_hook=written))


def schema() -> dict[str, Any]:
    """The JSON Schema of what `plain` makes."""
    found = msgspec.json.schema(Report, schema_hook=_described)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Report of a backtest",
        **found,
    }


def written(value: Any) -> str:
    """An amount with all its decimals; a share with six."""
    if isinstance(value, Amount):
        return value.text
    if isinstance(value, Fraction):
        digits = grouped(value * 10**SHARE_DECIMALS, SHARE_DECIMALS)
        return digits.replace(",", "").replace("−", "-")
    raise NotImplementedError(f"nothing says how a {type(value).__name__} is written")


def _described(kind: type) -> dict[str, Any]:
    if kind is Amount:
        return _AMOUNT
    if kind is Fraction:
        return _SHARE
    raise NotImplementedError(f"nothing describes {kind!r}")
