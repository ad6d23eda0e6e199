"""Who enrolled when, and what was known of them then: from a file of members beside purchases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from duckdb import DuckDBPyConnection

from xenia.backtest.history import ATTRIBUTE, MEMBER, enrolment
from xenia.backtest.history_files import Table, table
from xenia.backtest.history_mapping import OF_MEMBERS, Terms, of_members
from xenia.backtest.history_reading import Marks
from xenia.backtest.history_typing import with_offset
from xenia.events.errors import Unreadable
from xenia.events.model import Enrolment, member_name
from xenia.events.read import read_event
from xenia.services.inputs import UnusableError
from xenia.services.purchase_rows import Read, Row, Wrong

_LISTS = ("lines", "payments", "charges", "spend", "vouchers", "back")
_rows = msgspec.json.Decoder(list[Row])


@dataclass(frozen=True, slots=True)
class Joined:
    """An enrolment, and the row in which it stood."""

    event: Enrolment
    row: Row


@dataclass(frozen=True, slots=True)
class Members:
    """A file of members, each of whom enrolled; how its columns are read."""

    table: Table
    terms: Terms

    @classmethod
    def of(
        cls, path: Path, said: Sequence[str], terms: Terms, database: DuckDBPyConnection
    ) -> Members:
        """A file by its header.  Raises UnusableError."""
        found = table(path, said, terms, database, OF_MEMBERS)
        if not of_members((*found.mapped.fields, *terms.written.members.always)):
            there = ", ".join(found.mapped.columns) or "none"
            remedy = 'say which it is, as --map-member "COLUMN=member"'
            raise UnusableError(
                f"{path}: no column is known to say who it is (there are {there}): {remedy}"
            )
        return cls(found, terms)

    @property
    def kinds(self) -> Mapping[str, str]:
        """The type of each attribute of members."""
        names = {*self.table.mapped.fields, *self.terms.written.members.always}
        own = [name[len(ATTRIBUTE) :] for name in names if name.startswith(ATTRIBUTE)]
        return self.terms.of_members(own)[0]

    def rows(self) -> Iterator[Joined | Wrong]:
        """All of them in their order, and what cannot be read."""
        kinds, conventions = self.terms.of_members(self.kinds)
        for read in self.table.all():
            if read.wrong is not None:
                yield read.wrong
                continue
            written = self._event(read, kinds)
            if isinstance(written, Wrong):
                yield written
                continue
            event = read_event(msgspec.json.encode(written), conventions)
            if isinstance(event, Unreadable):
                # Of several reasons the first: each row is told of once.
                error = event.errors[0]
                where = error.pointer.removeprefix("/")
                yield Wrong(read.row, error.code, f"{where}: {error.text}", _whose(read.cells))
                continue
            assert isinstance(event, Enrolment), "it was written as one"
            name = member_name(event.member)
            assert name is not None, "it was looked at before"
            yield Joined(enrolment(name, event.occurred_at, event.attributes), read.row)

    def _event(self, read: Read, kinds: Mapping[str, str]) -> dict[str, Any] | Wrong:
        """An enrolment as it is sent."""
        cells = {**self.terms.written.members.always, **read.cells}
        who = of_members(cells)
        if len(who) != 1:
            text = f"{' and '.join(who)} are both there" if who else "whose it is is not said"
            code = "given-twice" if who else "missing-field"
            text = f"{text}: name the member in one column"
            return Wrong(read.row, code, text, _whose(read.cells))
        if "enrolled_at" not in cells:
            text = "when they enrolled is not said: leave out who has not"
            return Wrong(read.row, "missing-field", text, _whose(read.cells))
        at, zone = cells["enrolled_at"], self.terms.timezone
        return {
            "type": "enrolment",
            "id": str(read.row.number),
            "member": cells["member"] if who == ["member"] else {who[0]: cells[who[0]]},
            "occurred_at": at if zone is None else with_offset(at, zone),
            "attributes": {
                name: self._number(cells[ATTRIBUTE + name], kind)
                for name, kind in kinds.items()
                if ATTRIBUTE + name in cells
            },
        }

    def _number(self, written: str, kind: str) -> str:
        if kind in ("integer", "decimal") and self.terms.written.decimals == ",":
            return written.replace(".", "").replace(",", ".")
        return written


def _whose(cells: Mapping[str, str]) -> str | None:
    return next((cells[name] for name in of_members(cells)), None)


def row_of(joined: Joined, file: int) -> dict[str, Any]:
    """An enrolment as a row of `found_schema`."""
    event = joined.event
    row: dict[str, Any] = {"type": "enrolment", "all": False, "file": file}
    row |= {name: getattr(event, name) for name in ("member", "source", "id", "occurred_at")}
    row |= {MEMBER + name: value for name, value in event.attributes.items()}
    row |= {name: [] for name in _LISTS}
    row["number"] = joined.row.number
    row["told"] = msgspec.json.encode([tuple(joined.row)]).decode()
    return row


def once(events: pa.Table, wrong: list[tuple[int, Wrong]]) -> tuple[pa.Table, int]:
    """Events without the enrolments of who stood in the file before: of these, those that say
    something else are `wrong`; how many say the same."""
    joins = np.flatnonzero(pc.equal(events.column("type"), "enrolment").to_numpy())
    names = events.column("member").take(pa.array(joins)).to_pylist()
    several = {name for name, times in Counter(names).items() if times > 1}
    joins = joins[[name in several for name in names]] if several else joins[:0]
    rows = events.take(pa.array(joins)).to_pylist()
    first: dict[str, dict[str, Any]] = {}
    kept: Marks = np.ones(events.num_rows, np.bool_)
    known = 0
    for place, row in sorted(zip(joins, rows, strict=True), key=lambda one: one[1]["number"]):
        before = first.setdefault(row["member"], row)
        if before is row:
            continue
        kept[place] = False
        if _said(before) == _said(row):
            known += 1
            continue
        text = (
            f"the same member stands in row {before['number']} with something else: leave out one"
        )
        wrong.append(
            (row["file"], Wrong(_rows.decode(row["told"])[0], "given-twice", text, row["member"]))
        )
    return (events if kept.all() else events.filter(pa.array(kept))), known


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("number", "told")}
