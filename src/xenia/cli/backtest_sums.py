"""Plain sums of a backtest by month, without a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xenia.cli.output import Format, print_json

if TYPE_CHECKING:
    from xenia.backtest.result import Result

_UNITS = ("issued", "spent", "expired", "given_back", "taken_back", "reinstated", "adjusted")
_MONEY = ("sales", "returned", "discounts", "discounts_back", "spent", "spent_back")
_COUNTS = ("purchases", "returns", "active", "enrolled")


def show_sums(results: Sequence[Result], format_: Format) -> None:
    """Print what came of programmes: as tables, or as JSON."""
    if format_ is Format.JSON:
        print_json([_json(one) for one in results])
        return
    for one in results:
        _print(one)


def _json(found: Result) -> dict[str, Any]:
    """A result as JSON: money and units as decimals, by month."""
    money = found.money_months
    return {
        "programme": found.programme,
        "money": found.money,
        "redeem": found.policy,
        "months": [found.month(place) for place in range(found.months)],
        "currencies": {
            each.currency: {
                name: [_decimal(n, each.decimals) for n in getattr(each, name).tolist()]
                for name in (*_UNITS, "outstanding")
            }
            for each in found.currencies
        },
        **{
            name: [_decimal(n, found.money_decimals) for n in getattr(money, name).tolist()]
            for name in _MONEY
        },
        **{name: getattr(money, name).tolist() for name in _COUNTS},
        "tiers": {
            each.tier: dict(zip(each.levels, each.members.tolist(), strict=True))
            for each in found.ladders
        },
        "effects": [
            {
                **{
                    name: value
                    for name in ("kind", "rule", "currency", "reward", "tier", "accrual")
                    if (value := getattr(each, name)) is not None
                },
                "times": each.times.tolist(),
            }
            for each in found.effects
        ],
        "members": len(found.members.names),
        "treatments": [
            {"name": each.name, "count": each.count, "how": each.how} for each in found.treatments
        ],
        "milliseconds": {each.step: each.milliseconds for each in found.timings},
    }


def _print(found: Result) -> None:
    """A result as tables, a row for each month."""
    money = found.money_months
    print(f"{found.programme}: {len(found.members.names):,} members, redeeming: {found.policy}")
    for each in found.currencies:
        names = [n for n in _UNITS if getattr(each, n).any()]
        columns = [(n, getattr(each, n).tolist(), each.decimals) for n in (*names, "outstanding")]
        _table(each.currency, found, columns)
    columns = [(n, getattr(money, n).tolist(), 0) for n in _COUNTS]
    columns[2:2] = [
        (name, getattr(money, name).tolist(), found.money_decimals)
        for name in _MONEY
        if name == "sales" or getattr(money, name).any()
    ]
    _table(f"purchases and {found.money}", found, columns)
    for one in found.treatments:
        print(f"{one.name}: {one.count:,}, {one.how}.")
    seconds = ", ".join(f"{each.step} {each.milliseconds / 1000:.1f} s" for each in found.timings)
    print(f"Took {seconds}.\n")


def _table(title: str, found: Result, columns: list[tuple[str, list[int], int]]) -> None:
    """Numbers by month, right-aligned, with their sums where these mean anything."""
    rows = [["", *(name.replace("_", " ") for name, _, _ in columns)]]
    rows += [
        [found.month(place), *(_decimal(values[place], by) for _, values, by in columns)]
        for place in range(found.months)
    ]
    still = {"outstanding", "active", "enrolled"}
    rows.append(["", *("" if n in still else _decimal(sum(v), by) for n, v, by in columns)])
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    print(f"\n{title}")
    for row in rows:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
    print()


def _decimal(number: int, decimals: int) -> str:
    from xenia.amounts import format_decimal

    return format_decimal(number, decimals)
