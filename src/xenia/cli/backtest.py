"""`xenia backtest`: what a programme would have cost, and given, over past purchases."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xenia.cli.backtest_report import (
    AlsoRedeem,
    Margins,
    PageFile,
    Replaced,
    Responses,
    RewardCost,
    RewardValues,
    Running,
    SweepOption,
    UnitValues,
    show,
)
from xenia.cli.output import WRONG, Format, FormatOption, print_json

if TYPE_CHECKING:
    from xenia.backtest.policies import Policy
    from xenia.backtest.report.purchases import Purchases
    from xenia.backtest.report.shape import Report
    from xenia.backtest.report.sides import Ran
    from xenia.backtest.report.stated import Stated
    from xenia.backtest.result import Result
    from xenia.backtest.sources import EventSource, Source
    from xenia.backtest.spark import Spark
    from xenia.backtest.variants import Variants, Wish
    from xenia.events.conventions import Conventions
    from xenia.programme.model import Programme


Against = Annotated[
    Path | None,
    typer.Option(
        help="Another programme, over the same events; else none (apple-none).",
        metavar="PROGRAMME",
    ),
]
Redeem = Annotated[
    str | None,
    typer.Option(
        help="How members redeem: history, eager, never, fitted, threshold:N or share:P%;"
        " else as the history says, or eagerly where it says nothing.",
        metavar="POLICY",
    ),
]


class Engine(StrEnum):
    LOCAL = "local"
    SPARK = "spark"


def backtest(
    programme: Annotated[Path, typer.Argument(help="A programme file.", metavar="PROGRAMME")],
    purchases: Annotated[
        Path,
        typer.Argument(
            help="The folder of a history (see `xenia history`); or past events: CSV with a row"
            " for each line of a purchase, or JSON Lines.",
            metavar="PURCHASES",
        ),
    ],
    *,
    against: Against = None,
    redeem: Redeem = None,
    margin: Margins = None,
    unit_value: UnitValues = None,
    reward_value: RewardValues = None,
    reward_cost: RewardCost = "100%",
    replaced: Replaced = "0%",
    running: Running = "0%",
    responses: Responses = None,
    sweep: SweepOption = None,
    also_redeem: AlsoRedeem = None,
    page: PageFile = None,
    sums: Annotated[
        bool, typer.Option("--sums", help="Print plain sums by month, without a report.")
    ] = False,
    engine: Annotated[
        Engine,
        typer.Option(help="What runs it: this process, or a cluster (the folder of a history)."),
    ] = Engine.LOCAL,
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Run past purchases through a programme, and report what it gives, costs and must bring.

    What the past does not say, such as the margin, is never guessed: it is to be stated.
    What cannot be replayed is listed with how it was treated. Rows that cannot be read are left
    out, and then the exit code is 2.
    """
    from xenia.services.inputs import UnusableError

    try:
        from xenia.backtest.policies import policy
    except ModuleNotFoundError as error:  # the extra is not installed: it says which
        raise UnusableError(str(error)) from None
    from xenia.backtest.report.stated import stated_of

    stated = stated_of(
        margin=margin or (),
        unit_value=unit_value or (),
        reward_value=reward_value or (),
        reward_cost=reward_cost,
        replaced=replaced,
        running=running,
        responses=responses or (),
    )
    wanted = None if redeem is None else policy(redeem)
    both = _both(programme, against)
    past = _past(purchases, both, engine)
    if sums:
        found = past.run([(each, wanted) for each in (both if against else both[:1])])
        _sums([one.result for one in found], format)
    else:
        asked = _variants(programme, both[0], sweep, also_redeem or ())
        show(_report(past, both, wanted, asked, stated), page, format)
    if past.wrong:
        raise typer.Exit(WRONG)


def _both(programme: Path, against: Path | None) -> tuple[Programme, Programme]:
    """The programmes to run: a candidate and another, which is none if it is not named."""
    from xenia.backtest.stored import beside
    from xenia.services.catalogue import catalogue
    from xenia.services.programmes import sound_programme

    candidate = sound_programme(programme)
    other = sound_programme(against or catalogue() / "apple-none.yaml")
    return candidate, beside(candidate, other)


def _report(
    past: _Past,
    both: tuple[Programme, Programme],
    wanted: Policy | None,
    asked: Variants,
    stated: Stated,
) -> Report:
    """A candidate held against another, with what else was asked for."""
    from xenia.backtest.report.build import report_of

    wishes = [(both[0], wanted), *asked.wishes(wanted), (both[1], wanted)]
    candidate, *others, other = past.run(wishes)
    bought, swept = past.bought(candidate), asked.sweep(others)
    otherwise = asked.redeemed(others)
    return report_of(candidate, other, stated, bought, sweep=swept, policies=otherwise)


def _variants(
    file: Path, programme: Programme, sweep: str | None, policies: Sequence[str]
) -> Variants:
    """The same programme with other values of a number, and with other ways of redeeming."""
    from xenia.backtest.variants import Variants
    from xenia.services.inputs import read_text
    from xenia.services.varying import Place
    from xenia.services.varying import sweep as written

    wanted = None if sweep is None else written(sweep)
    place = None
    if wanted is not None:
        json = file.suffix.lower() == ".json"
        place = Place.of(read_text(file), wanted.path, json=json)
    return Variants.of(programme, place, wanted, policies)


def _sums(results: Sequence[Result], format_: Format) -> None:
    if format_ is Format.JSON:
        print_json([_json(one) for one in results])
        return
    for one in results:
        _print(one)


def _past(path: Path, programmes: Sequence[Programme], engine: Engine) -> _Past:
    """What is in a file, or in the folder of a history."""
    from xenia.services.inputs import UnusableError

    if path.is_dir():
        return _Stored(path, programmes, engine)
    if engine is Engine.SPARK:
        remedy = "make a history of it first: `xenia history import FILE --into FOLDER`"
        raise UnusableError(f"--engine spark: {path} is no folder of a history: {remedy}")
    return _File(path)


class _Past(ABC):
    """Past events, which are read once for all programmes that read them alike."""

    wrong = 0  # rows that cannot be read, of whichever programme has most
    cluster: Spark | None = None

    def run(self, wishes: Sequence[Wish]) -> list[Ran]:
        """Programmes over the events, side by side; of the first and the last, members by name."""
        from xenia.backtest.policies import HISTORY, policy
        from xenia.backtest.report.sides import Ran
        from xenia.backtest.together import Side, run_together

        found: dict[int, Ran] = {}
        by_source: dict[int, tuple[Source, list[int]]] = {}
        for at, (programme, _) in enumerate(wishes):
            source = self.source(programme)
            by_source.setdefault(id(source), (source, []))[1].append(at)
        ends = (0, len(wishes) - 1)
        for source, places in by_source.values():
            usual = HISTORY if source.redeems else policy("eager")
            sides = [
                Side(wishes[at][0], wishes[at][1] or usual, members=at in ends) for at in places
            ]
            results = run_together(sides, source, progress=_told, cluster=self.cluster)
            for at, side, result in zip(places, sides, results, strict=True):
                found[at] = Ran(side.programme, result)
        return [found[at] for at in range(len(wishes))]

    @abstractmethod
    def source(self, programme: Programme) -> Source:
        """As a programme reads them."""

    def bought(self, _ran: Ran) -> Purchases | None:
        """What they say whatever the programme, of the members of a result."""
        return None


class _Stored(_Past):
    """A history that was made of them."""

    def __init__(self, folder: Path, programmes: Sequence[Programme], engine: Engine) -> None:
        from xenia.backtest.spark import Spark
        from xenia.backtest.stored import history_for

        self._source = history_for(folder, programmes)
        if engine is Engine.SPARK:
            self.cluster = Spark(self._source.history)

    def source(self, _programme: Programme) -> Source:
        return self._source

    def bought(self, ran: Ran) -> Purchases:
        from xenia.backtest.report.purchases import purchases_of

        return purchases_of(self._source.history.folder, ran.result.members.names)


class _File(_Past):
    """Those in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: list[tuple[Conventions, EventSource]] = []

    def source(self, programme: Programme) -> EventSource:
        from xenia.backtest.event_file import event_source
        from xenia.cli.progress import opened
        from xenia.services.conventions import conventions_of
        from xenia.services.inputs import UnusableError, opening

        conventions = conventions_of(programme)
        for known, source in self._read:
            if known == conventions:
                return source
        with opening(self.path), opened(self.path) as stream:
            source, unread = event_source(self.path, stream, programme)
        if unread.count > self.wrong:
            self.wrong = unread.count
            for sentence in unread.sentences:
                print(sentence, file=sys.stderr)
        if not source.members:
            sentence = "there is no member's event in it that can be read"
            raise UnusableError(f"{self.path}: {sentence}")
        self._read.append((conventions, source))
        return source


_FEW = 20  # steps of which each is told; of more, tenths


def _told(step: str, done: int, of: int) -> None:
    """Say what takes long."""
    if step == "compile" and done == 0:
        print("The programme has a new structure: compiling it takes seconds.", file=sys.stderr)
    elif step != "compile" and of > 2 and (of <= _FEW or 10 * done // of != 10 * (done - 1) // of):
        print(f"{step}: {done} of {of}", file=sys.stderr)


# ---- how it is shown -----------------------------------------------------------------------------

_UNITS = ("issued", "spent", "expired", "given_back", "taken_back", "reinstated", "adjusted")
_MONEY = ("sales", "returned", "discounts", "discounts_back", "spent", "spent_back")
_COUNTS = ("purchases", "returns", "active", "enrolled")


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
