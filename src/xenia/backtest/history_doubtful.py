"""Purchases of which some row is not surely good, and what comes back: read one by one.

What is wrong with them is said by `purchase_rows` and `events.read`, and by nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa

from xenia.backtest.history import ATTRIBUTE
from xenia.backtest.history_files import Table
from xenia.backtest.history_mapping import RETURN_OF, UNSAID, Terms
from xenia.backtest.history_purchases import Doubts
from xenia.backtest.history_reading import REFERENCE
from xenia.backtest.history_typing import AMOUNTS, with_offset
from xenia.events.conventions import Conventions
from xenia.events.errors import EventError, Unreadable
from xenia.events.model import Line, Purchase, Return, member_name
from xenia.events.parts import UNNAMED, EventKey, LineBack
from xenia.events.read import read_event
from xenia.events.wire import LINES
from xenia.services.importing import reasons
from xenia.services.problems import different_content
from xenia.services.purchase_rows import OF_IT, Found, Group, Read, Row, Wrong

_AT_ONCE = 20_000  # rows that are in memory as texts, or those of one purchase
_SIGNED = ("quantity", *AMOUNTS)


class Taken(NamedTuple):
    """An event, and the rows in which it stood."""

    event: Purchase | Return
    file: int
    rows: Sequence[Row]


class Known(NamedTuple):
    """A purchase that was told before, with the same content."""

    event: str


Said = Taken | Known | tuple[int, Wrong]  # what is wrong, with its file


class Reader:
    """Reads doubtful purchases of files."""

    def __init__(
        self, tables: Sequence[Table], terms: Terms, attributes: Mapping[str, str]
    ) -> None:
        self._tables, self._terms = tables, terms
        self._conventions: Conventions = terms.conventions(attributes)

    def read(self, rows: pa.Table, bounds: Sequence[int], doubts: Doubts) -> Iterator[Said]:
        """What comes of the purchases that begin at `bounds` among the rows."""
        start = 0
        while start + 1 < len(bounds):
            end = start + 1
            while end + 1 < len(bounds) and bounds[end + 1] - bounds[start] <= _AT_ONCE:
                end += 1
            some = rows.slice(bounds[start], bounds[end] - bounds[start])
            yield from self._some(
                some, [at - bounds[start] for at in bounds[start : end + 1]], doubts
            )
            start = end

    def _some(self, rows: pa.Table, bounds: Sequence[int], doubts: Doubts) -> Iterator[Said]:
        """As `read`, of so many as may be in memory."""
        places = {name: rows.column(name).to_pylist() for name in ("id", "source", "file")}
        where = list(zip(*(rows.column(name).to_pylist() for name in REFERENCE), strict=True))
        read = self._fetched(places["file"], where)
        for first, last in pairwise(bounds):
            key = (places["source"][first], places["id"][first])
            taken: Taken | None = None
            for file, part in groupby(range(first, last), places["file"].__getitem__):
                own = [(where[one][0], read[file, where[one][0]]) for one in part]
                for said in self._of_file(key, file, own, doubts.get(file, {})):
                    if not isinstance(said, Taken) or taken is None:
                        yield said
                    elif said.event == taken.event:
                        yield Known(said.event.id)
                    else:
                        yield from self._different(said)
                    taken = said if isinstance(said, Taken) and taken is None else taken

    def _fetched(
        self, files: Sequence[int], where: Sequence[tuple[int, ...]]
    ) -> dict[tuple[int, int], Read]:
        """The rows at some places, by file and place."""
        found = {}
        ordered = sorted(zip(files, where, strict=True))
        for file, part in groupby(ordered, itemgetter(0)):
            places = [place for _, place in part]
            for place, read in zip(places, self._tables[file].rows(places), strict=True):
                found[file, place[0]] = self.row(file, read)
        return found

    def row(self, file: int, read: Read) -> Read:
        """A row with its texts as the contract has them."""
        table, written = self._tables[file], self._terms.written
        there = {field for field in table.mapped.fields if field}
        unsaid = {name: value for name, value in UNSAID.items() if name not in there}
        cells = {**unsaid, **written.always, **read.cells}
        if written.decimals == ",":
            for name in _SIGNED:
                if name in cells:
                    cells[name] = cells[name].replace(".", "").replace(",", ".")
        if self._terms.timezone is not None and "occurred_at" in cells:
            cells["occurred_at"] = with_offset(cells["occurred_at"], self._terms.timezone)
        return read._replace(cells=cells)

    def _of_file(
        self,
        key: tuple[str, str],
        file: int,
        own: Sequence[tuple[int, Read]],
        doubts: Mapping[int, int],
    ) -> Iterator[Said]:
        """What comes of the rows of one purchase in one file, each with its place there."""
        places, read = [place for place, _ in own], [one for _, one in own]
        runs = _runs(places)
        groups = [
            Group(key, _doubt(places[start], places[end - 1], doubts), read[start:end])
            for start, end in runs
        ]
        if any(group.spoilt() for group in groups):
            yield from ((file, wrong) for wrong in _spoilt(groups))
            return
        if len(runs) > 1:
            told = [[one.cells for one in group.read] for group in groups]
            if all(one == told[0] for one in told):
                for _ in runs[1:]:
                    yield Known(key[1])
                read = groups[0].read
        of = read[0].cells.get(RETURN_OF)
        for found in Group(key, None, read, len(read) > LINES).told():
            if isinstance(found, Wrong):
                yield file, found
            else:
                yield from self._event(found, file, key[1], of)

    def _event(self, found: Found, file: int, name: str, of: str | None) -> Iterator[Said]:
        assert isinstance(found.event, Mapping), "it was put together from rows"
        written = {**found.event, "id": name}
        cells: Sequence[dict[str, Any]] = written["lines"]
        back = of is not None or all(_below_0(line) for line in cells)
        if back:
            written["lines"] = [_without_sign(line) for line in cells]
        event = read_event(msgspec.json.encode(written), self._conventions)
        if isinstance(event, Unreadable):
            yield from ((file, one) for one in reasons(found, event.errors, event.id))
            return
        assert isinstance(event, Purchase), "it was written as one"
        if back:
            named = [line.get("id") for line in cells]
            event = _return(event, of, named)
        yield Taken(event, file, found.rows)

    def _different(self, taken: Taken) -> Iterator[Said]:
        problem = different_content(taken.event.source, taken.event.id)
        found = Found(taken.rows, {})
        error = EventError(problem.code, "", problem.detail)
        yield from ((taken.file, one) for one in reasons(found, [error], taken.event.id))


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Where rows that follow each other begin and end."""
    cuts = [0, *(at + 1 for at, (one, two) in enumerate(pairwise(places)) if two != one + 1)]
    return list(pairwise([*cuts, len(places)]))


def _doubt(first: int, last: int, doubts: Mapping[int, int]) -> Row | None:
    """The row of no known purchase that is beside a run: behind it, else before it."""
    for beside in (last + 1, first - 1):
        if beside in doubts:
            return Row(doubts[beside], "")
    return None


def _spoilt(runs: Sequence[Group]) -> Iterator[Wrong]:
    """Why the rows of a purchase are left out of which some run is spoilt: of each run what spoils
    it; of one with which nothing is wrong what spoils another, best for sure."""
    found = [spoilt for run in runs if (spoilt := run.spoilt())]
    sure = [spoilt for spoilt in found if spoilt.whose == OF_IT]
    elsewhere = sure[0] if sure else found[0]._replace(whose=", perhaps of the same purchase,")
    for run in runs:
        if len(run.read) > LINES:
            yield from run.too_long()
        else:
            yield from run.left_out(run.spoilt() or elsewhere)


def _below_0(line: Mapping[str, Any]) -> bool:
    return any(str(line.get(name, "")).startswith("-") for name in ("quantity", "amount"))


def _without_sign(line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.removeprefix("-") if name in _SIGNED else value for name, value in line.items()
    }


def _return(sale: Purchase, of: str | None, named: Sequence[str | None]) -> Return:
    """What comes back, where the rows of it were read as if they had been bought."""
    return Return(
        id=sale.id,
        source=sale.source,
        member=sale.member,
        occurred_at=sale.occurred_at,
        channel=sale.channel,
        location=sale.location,
        partner=sale.partner,
        cashier=sale.cashier,
        terminal=sale.terminal,
        attributes=sale.attributes,
        of=UNNAMED if of is None else EventKey(of, sale.source),
        without_receipt=of is None,
        lines=tuple(
            _back(line, name if of is not None else None)
            for line, name in zip(sale.lines, named, strict=True)
        ),
    )


def _back(line: Line, name: str | None) -> LineBack:
    quantity = line.quantity or None  # 0: all that is left
    return LineBack(name, None, quantity) if name else LineBack(None, line.sku, quantity)


def row_of(taken: Taken) -> dict[str, Any]:
    """An event as a row of `found_schema`."""
    event = taken.event
    row: dict[str, Any] = {
        name: getattr(event, name) for name in ("source", "id", "occurred_at", *_PLACES)
    }
    row |= {ATTRIBUTE + name: value for name, value in event.attributes.items()}
    row |= {"member": member_name(event.member), "file": taken.file, "number": taken.rows[0].number}
    row |= {name: [] for name in ("lines", "payments", "charges", "spend", "vouchers", "back")}
    row["all"] = False
    if isinstance(event, Return):
        row |= {"type": "return", "prices": "gross"}
        row["back"] = [_whole(LineBack, line) for line in event.lines]
        if not event.without_receipt:
            row |= {"of_source": event.of.source, "of_id": event.of.id}
        row |= {"all": event.all, "amount": event.amount}
        row["told"] = msgspec.json.encode([tuple(one) for one in taken.rows]).decode()
        return row
    row |= {"type": "purchase", "prices": event.prices, "currency": event.currency}
    row |= {"receipt": event.receipt, "vouchers": list(event.vouchers)}
    return row | bought(event)


def bought(purchase: Purchase) -> dict[str, Any]:
    """What a row says of what was bought, and how it was paid."""
    return {
        "lines": [_whole(Line, line) | {"tags": list(line.tags)} for line in purchase.lines],
        "payments": [_whole(type(one), one) for one in purchase.payments],
        "charges": [_whole(type(one), one) for one in purchase.charges],
        "spend": [{"currency": name, "units": units} for name, units in purchase.spend.items()],
        "prices": purchase.prices,
    }


_PLACES = ("channel", "location", "partner", "cashier", "terminal")


def _whole(kind: type[Any], value: Any) -> dict[str, Any]:
    """All fields of a part."""
    return {name: getattr(value, name) for name in kind.__struct_fields__}
