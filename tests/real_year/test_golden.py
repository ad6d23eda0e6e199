"""The golden report: `department-points` against `discount-fixed` over the real year.

`XENIA_ACCEPT=1` writes the reports anew; their difference is then what has changed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.backtest.histories import silent
from tests.real_year.files import write
from tests.real_year.sums import EVERYBODY, HERE, by_sql
from xenia.backtest.history import History
from xenia.backtest.history_making import Making
from xenia.backtest.history_mapping import Terms, Written
from xenia.backtest.policies import policy
from xenia.backtest.report.as_json import plain
from xenia.backtest.report.build import report_of
from xenia.backtest.report.purchases import purchases_of
from xenia.backtest.report.sides import Ran
from xenia.backtest.report.stated import stated_of
from xenia.backtest.run import run
from xenia.backtest.stored import beside, history_for
from xenia.cli.app import build
from xenia.connectors.complete_journey import CompleteJourney
from xenia.services.catalogue import catalogue
from xenia.services.programmes import sound_programme

FEW = 25
CANDIDATE, OTHER = (
    catalogue() / f"{name}.yaml" for name in ("department-points", "discount-fixed")
)
MARGIN = "25%"


def made(folder: Path, households: int | None) -> History:
    """A history of the first households, or of all."""
    path = folder / "year.csv"
    write(path, CompleteJourney(households))
    terms = Terms(money="USD", written=Written())
    return Making.of([path], folder / "year", terms, []).make(silent)


def compared(name: str, found: Any) -> None:
    """A report is the golden one, to the last digit."""
    path = HERE / name
    if os.environ.get("XENIA_ACCEPT") == "1":
        path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert found == json.loads(path.read_text("utf-8"))


def by_month(report: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], int]]:
    """What the report says that SQL can say, too: whole units and cents."""
    (points,) = report["candidate"]["currencies"]
    for month in points["months"]:
        yield (month["month"], "earned"), int(month["issued"])
        yield (month["month"], "spend points"), int(month["spent"])
    for month in report["against"]["months"]:
        yield (month["month"], "discount card"), cents(month["discounts"])
    for month in report["candidate"]["months"]:
        yield (month["month"], "sold"), cents(month["sales"])


def cents(written: str) -> int:
    whole, dot, part = written.partition(".")
    assert (dot, len(part)) == (".", 2)
    return int(whole + part)


def check(report: Mapping[str, Any], households: int) -> None:
    """Each month's points, discounts and sales are those of hand-written SQL."""
    known = by_sql("department-points", households) + by_sql("discount-fixed", households)
    known += by_sql("sold", households)
    expected: dict[tuple[str, str], int] = {}
    for (month, what), number in known.items():
        key = month, "earned" if what.startswith("earn ") else what
        if key[1] in {"earned", "spend points", "discount card", "sold"}:
            expected[key] = expected.get(key, 0) + number
    assert {key: number for key, number in by_month(report) if number} == expected
    cards = sum(number for (_, what), number in known.items() if what == "issue gift-card-25")
    assert [one["issued"] for one in report["candidate"]["vouchers"]] == [cards]
    discounts = sum(number for (_, what), number in known.items() if what == "discount card")
    assert cents(report["against"]["cost"]["discounts"]) == discounts
    assert cents(report["candidate"]["cost"]["redeemed"]) == 2500 * cards
    assert sum(one["members"] for one in report["deciles"]) == report["facts"]["members"]


def test_a_few_households(tmp_path: Path) -> None:
    """Not compiled, so that each day's tests can run it."""
    history = made(tmp_path, FEW)
    candidate, other = sound_programme(CANDIDATE), sound_programme(OTHER)
    source = history_for(history.folder, [candidate], assumes=True)
    here, there = (
        Ran(one, run(one, source, policy("eager"), compiles=False))
        for one in (candidate, beside(candidate, other))
    )
    bought = purchases_of(history.folder, here.result.members.names)
    report = plain(report_of(here, there, stated_of(margin=[MARGIN]), bought, document=other))
    check(report, FEW)
    compared("golden-25.json", report)


@pytest.mark.prove
def test_the_whole_year(tmp_path: Path) -> None:
    """As a user asks for it, page and all."""
    history, page = made(tmp_path, None), tmp_path / "report.html"
    asked = ["backtest", CANDIDATE, history.folder, "--against", OTHER, "--margin", MARGIN]
    asked += ["--enrolled", "first-purchase", "--format", "json", "--page", page]
    found = CliRunner().invoke(build("backtest"), [*map(str, asked)])
    assert found.exit_code == 0, found.output
    report = json.loads(found.stdout)
    check(report, EVERYBODY)
    compared("golden.json", report)
    written = page.read_text("utf-8")
    for figure in (report["against"]["cost"]["discounts"], report["candidate"]["cost"]["whole"]):
        assert f"{int(figure.split('.')[0]):,}" in written
