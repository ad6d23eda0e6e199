"""What a backtest has found, as it is shown: a sentence, figures, and charts with their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from xenia.console.charts import Chart, Series, chart
from xenia.pages.asking import Asked

Json = Mapping[str, Any]
_MOST: Final = 5  # colours
REPORT: Final = "xenia-backtest-report-1"


def shown(asked: Asked, report: Json) -> dict[str, Any]:
    """The values of the template, of the report's JSON."""
    candidate, against = report["candidate"], report["against"]
    deciles = report["deciles"]
    return {
        "facts": report["facts"],
        "cost": candidate["cost"],
        "other_cost": against["cost"],
        "better": sum(one["better"] for one in deciles),
        "worse": sum(one["worse"] for one in deciles),
        "same": sum(one["same"] for one in deciles),
        "needed": report["break_even"]["growing"],
        "titles": (candidate["programme"]["title"], against["programme"]["title"]),
        "given": _given(asked, candidate),
        "currencies": [*_currencies(asked, candidate["currencies"])],
        "ladders": [*_ladders(candidate)],
        "tenths": _tenths(report),
        "decile_rows": deciles,
        "by_margin": report["break_even"]["by_margin"],
        "assumptions": report["assumptions"],
        "to_state": report["to_state"],
        "treated": candidate["treated"],
    }


def rows(report: Json) -> Iterator[Sequence[object]]:
    """The months as a table for other programs: one line for each, of both programmes."""
    pairs = zip(report["candidate"]["months"], report["against"]["months"], strict=False)
    for one, other in pairs:
        yield (
            *(one["month"], one["purchases"], one["sales"], one["discounts"], one["redeemed"]),
            *(one["vouchers"], one["given"], other["given"], one["active"], one["enrolled"]),
        )


def _given(asked: Asked, candidate: Json) -> Chart:
    """What is given away by month."""
    months = candidate["months"]
    named = (
        (asked.say("Discounts"), "discounts"),
        (asked.say("Redeemed"), "redeemed"),
        (asked.say("Vouchers"), "vouchers"),
    )
    series = [
        _series(name, [one[key] for one in months], tone)
        for tone, (name, key) in enumerate(named, start=1)
    ]
    return chart("given", _places(months), series, stacked=True)


def _currencies(asked: Asked, currencies: Sequence[Json]) -> Iterator[tuple[Json, Chart]]:
    for at, one in enumerate(currencies):
        named = (
            (asked.say("Issued"), "issued"),
            (asked.say("Spent"), "spent"),
            (asked.say("Expired"), "expired"),
        )
        series = [
            _series(name, [month[key] for month in one["months"]], tone)
            for tone, (name, key) in enumerate(named, start=1)
        ]
        yield one, chart(f"units-{at}", _places(one["months"]), series)


def _ladders(candidate: Json) -> Iterator[tuple[Json, Chart]]:
    for at, one in enumerate(candidate["ladders"]):
        series = [
            _series(level["title"], [month[number] for month in one["months"]], number % _MOST + 1)
            for number, level in enumerate(one["levels"])
        ]
        places = _places(candidate["months"])[: len(one["months"])]
        yield one, chart(f"tier-{at}", places, series, stacked=True)


def _tenths(report: Json) -> Chart:
    """What each tenth of the members gets, of either programme."""
    deciles = report["deciles"]
    titles = report["candidate"]["programme"]["title"], report["against"]["programme"]["title"]
    series = [
        _series(title, [one[key] for one in deciles], tone)
        for title, key, tone in zip(titles, ("got", "other_got"), (1, 5), strict=True)
    ]
    return chart("tenths", [str(one["decile"]) for one in deciles], series)


def _series(name: str, values: Sequence[object], tone: int) -> Series:
    return Series(name, tuple(Decimal(str(one)) for one in values), tone)


def _places(months: Sequence[Json]) -> list[str]:
    return [str(one["month"]) for one in months]
