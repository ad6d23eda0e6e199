"""`xenia backtest`: what a programme would have cost, and given, over past purchases."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from xenia.cli.backtest_sums import show_sums
from xenia.cli.output import WRONG, Format, FormatOption

if TYPE_CHECKING:
    from xenia.backtest.policies import Policy
    from xenia.backtest.report.purchases import Purchases
    from xenia.backtest.report.shape import Report
    from xenia.backtest.report.sides import Ran
    from xenia.backtest.report.stated import Stated
    from xenia.backtest.sources import EventSource, Source
    from xenia.backtest.spark import Spark
    from xenia.backtest.variants import Variants, Wish
    from xenia.events.conventions import Conventions
    from xenia.programme.model import Programme


PastEvents = Annotated[
    Path,
    typer.Argument(
        help="The folder of a history (see `xenia history`); or past events: CSV with a row"
        " for each line of a purchase, or JSON Lines.",
        metavar="PURCHASES",
    ),
]
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


Enrolled = Annotated[
    str | None,
    typer.Option(
        help="Take whoever has no enrolment as enrolled: first-purchase, right before that.",
        metavar="WHEN",
    ),
]


class Engine(StrEnum):
    LOCAL = "local"
    SPARK = "spark"


OnEngine = Annotated[
    Engine,
    typer.Option(help="What runs it: this process, or a cluster (the folder of a history)."),
]
SumsAlone = Annotated[
    bool, typer.Option("--sums", help="Print plain sums by month, without a report.")
]


def backtest(
    programme: Annotated[Path, typer.Argument(help="A programme file.", metavar="PROGRAMME")],
    purchases: PastEvents,
    *,
    against: Against = None,
    redeem: Redeem = None,
    enrolled: Enrolled = None,
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
    sums: SumsAlone = False,
    engine: OnEngine = Engine.LOCAL,
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
    from xenia.backtest.enrolled import assumes
    from xenia.backtest.report.stated import stated_of
    from xenia.backtest.stored import beside

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
    candidate, other = _both(programme, against)
    both = candidate, beside(candidate, other)
    past = _past(purchases, both, engine, assumes=assumes(enrolled))
    if sums:
        found = past.run([(each, wanted) for each in (both if against else both[:1])])
        show_sums([one.result for one in found], format)
    else:
        asked = _variants(programme, candidate, sweep, also_redeem or ())
        report = _report(past, both, wanted, asked, stated, document=other)
        show(report, page, format)
    if past.wrong:
        raise typer.Exit(WRONG)


def _both(programme: Path, against: Path | None) -> tuple[Programme, Programme]:
    """The programmes, as they are written: a candidate and another, which is none if it is not
    named."""
    from xenia.services.catalogue import catalogue
    from xenia.services.programmes import sound_programme

    other = against or catalogue() / "apple-none.yaml"
    return sound_programme(programme), sound_programme(other)


def _report(
    past: _Past,
    both: tuple[Programme, Programme],
    wanted: Policy | None,
    asked: Variants,
    stated: Stated,
    *,
    document: Programme,
) -> Report:
    """A candidate held against another, which is as its `document` says but for its money, with
    what else was asked for."""
    from xenia.backtest.report.build import report_of

    wishes = [(both[0], wanted), *asked.wishes(wanted), (both[1], wanted)]
    candidate, *others, other = past.run(wishes)
    return report_of(
        *(candidate, other, stated, past.bought(candidate)),
        document=document,
        sweep=asked.sweep(others),
        policies=asked.redeemed(others),
    )


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


def _past(path: Path, programmes: Sequence[Programme], engine: Engine, *, assumes: bool) -> _Past:
    """What is in a file, or in the folder of a history."""
    from xenia.services.inputs import UnusableError

    if path.is_dir():
        return _Stored(path, programmes, engine, assumes=assumes)
    if engine is Engine.SPARK:
        remedy = "make a history of it first: `xenia history import FILE --into FOLDER`"
        raise UnusableError(f"--engine spark: {path} is no folder of a history: {remedy}")
    return _File(path, assumes=assumes)


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

    def __init__(
        self, folder: Path, programmes: Sequence[Programme], engine: Engine, *, assumes: bool
    ) -> None:
        from xenia.backtest.spark import Spark
        from xenia.backtest.stored import history_for

        self._source = history_for(folder, programmes, assumes=assumes)
        if engine is Engine.SPARK:
            self.cluster = Spark(self._source.history, assumes=assumes)

    def source(self, _programme: Programme) -> Source:
        return self._source

    def bought(self, ran: Ran) -> Purchases:
        from xenia.backtest.report.purchases import purchases_of

        return purchases_of(self._source.history.folder, ran.result.members.names)


class _File(_Past):
    """Those in a file."""

    def __init__(self, path: Path, *, assumes: bool) -> None:
        self.path, self.assumes = path, assumes
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
        source = replace(source, assumes=self.assumes)
        self._read.append((conventions, source))
        return source


_FEW = 20  # steps of which each is told; of more, tenths


def _told(step: str, done: int, of: int) -> None:
    """Say what takes long."""
    if step == "compile" and done == 0:
        print("The programme has a new structure: compiling it takes seconds.", file=sys.stderr)
    elif step != "compile" and of > 2 and (of <= _FEW or 10 * done // of != 10 * (done - 1) // of):
        print(f"{step}: {done} of {of}", file=sys.stderr)
