"""The texts of a table's rows become values, by SQL; what it cannot vouch for is left to a reader.

A row is `good` where its values are surely what `events.read` would make of it.  Any other row is
read again by that, so that there is one place that says what is wrong, and what is only unusual.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from duckdb import DuckDBPyConnection

from xenia.backtest.history import ATTRIBUTE, SAID
from xenia.backtest.history_mapping import RETURN_OF, UNSAID, Terms, of_members
from xenia.backtest.history_reading import REFERENCE, STRANGE, Numbers
from xenia.backtest.history_sql import asked, quoted
from xenia.engine.zones import zone

SECOND = 1_000_000  # microseconds
DAY = 86_400 * SECOND
API = "api"  # the source of who names none
LINE_TEXTS = ("line", "sku", "category", "unit", "brand", "seller")
AMOUNTS = ("amount", "regular_amount", "tax")
HEADER_TEXTS = ("member", *SAID, "prices", "payment")
_FIRST, _END = (
    (datetime(year, 1, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).days
    for year in (1990, 2060)
)
_METHODS = ("cash", "bank-card", "card-balance", "gift-card", "reward", "other")
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
_WITH_OFFSET = rf"\d{{4}}-\d\d-\d\d[T ]{_CLOCK}:[0-5]\d(\.\d{{1,6}})?(Z|[+-](0\d|1[0-4]):[0-5]\d)"
_WITHOUT = rf"\d{{4}}-\d\d-\d\d([T ]{_CLOCK}(:[0-5]\d(\.\d{{1,6}})?)?)?"
_PLAIN_CLOCK = re.compile(_WITHOUT, re.ASCII)
_WHOLE_DIGITS = 11
_SIGNED = {"integer": 0, "decimal": 6}


def staged_schema(attributes: Mapping[str, str]) -> pa.Schema:
    """The columns of typed rows.  `said` and `content` are hashes: of those texts of the purchase
    whose value alone does not tell how they were written, and of the whole row.  An `id` that is
    null is of a row of which nobody knows to which purchase it belongs."""
    text, whole = pa.string(), pa.int64()
    return pa.schema(
        [
            ("id", text), ("source", text), ("file", pa.int16()),
            *((name, whole) for name in REFERENCE), ("good", pa.bool_()), ("said", whole),
            ("content", whole), ("occurred_at", whole), *((name, text) for name in HEADER_TEXTS),
            *((ATTRIBUTE + name, _arrow(kind)) for name, kind in attributes.items()),
            *((name, text) for name in LINE_TEXTS), ("quantity", whole),
            *((name, whole) for name in AMOUNTS), ("tags", pa.list_(text)),
        ]
    )  # fmt: skip


def _arrow(kind: str) -> pa.DataType:
    match kind:
        case "text" | "timezone":
            return pa.string()
        case "boolean":
            return pa.bool_()
    return pa.int64()


class Typing:
    """Types the rows of files with the same terms."""

    def __init__(
        self, database: DuckDBPyConnection, terms: Terms, attributes: Mapping[str, str]
    ) -> None:
        self._database, self._terms = database, terms
        self.schema = staged_schema(attributes)
        self._attributes = attributes

    def rows(self, texts: pa.Table, file: int, *, exact: bool) -> pa.Table:
        """Typed rows of texts; `exact`: that there are no characters in them which have to be
        looked at is known already."""
        if texts.num_rows == 0:
            return self.schema.empty_table()
        fields = [name for name in texts.column_names if name not in REFERENCE]
        query = _Query(self._terms, self._attributes, fields, self.schema, exact=exact)
        found = asked(self._database, query.text(file), texts)
        return self._in_time(found).select(self.schema.names).cast(self.schema)

    def _in_time(self, rows: pa.Table) -> pa.Table:
        """Times without an offset get that of the zone; a time of other years is not good."""
        known = rows.column("occurred_at").is_valid().to_numpy()
        times = rows.column("occurred_at").fill_null(0).to_numpy()
        local = rows.column("local").to_numpy()
        if self._terms.timezone is not None and local.any():
            times = np.where(local, times - ahead(self._terms.timezone, times), times)
        inside = (times >= _FIRST * DAY) & (times < _END * DAY)
        good = rows.column("good").to_numpy() & (inside | ~known)
        rows = rows.set_column(
            rows.column_names.index("occurred_at"), "occurred_at", pa.array(times, mask=~known)
        )
        return rows.set_column(rows.column_names.index("good"), "good", pa.array(good))


class _Query:
    """One SELECT over the texts."""

    def __init__(
        self,
        terms: Terms,
        attributes: Mapping[str, str],
        fields: Sequence[str],
        schema: pa.Schema,
        *,
        exact: bool,
    ) -> None:
        self._terms, self._attributes, self._schema = terms, attributes, schema
        self._fields, self._exact = fields, exact
        self._tests: list[str] = []

    def text(self, file: int) -> str:
        """The whole of it."""
        cells = ", ".join(
            f"nullif(trim({quoted(name)}), '') as {quoted('c ' + name)}" for name in self._fields
        )
        values = {name: self._value(name) for name in self._schema.names}
        values |= {name: quoted(name) for name in REFERENCE}
        values["file"] = f"{file}"
        values["id"], values["source"] = self._id(), f"coalesce({self._cell('source')}, '')"
        values["said"], values["content"] = self._said(), self._content()
        local = self._time(values)
        values["good"] = f"coalesce({' and '.join(self._tests)}, false)"
        listed = ",\n".join(f"{value} as {quoted(name)}" for name, value in values.items())
        columns = f"{', '.join(map(quoted, REFERENCE))}, {cells}"
        return f"select {listed}, {local} as local from (select {columns} from given)"

    # ---- cells -----------------------------------------------------------------------------------

    def _cell(self, name: str) -> str:
        """The text of a field, null where there is none."""
        always = self._terms.written.always
        if name in self._fields:
            return quoted(f"c {name}")
        if name in always:
            return f"{_text(always[name])}::varchar"
        if name in UNSAID:
            return f"{_text(UNSAID[name])}::varchar"
        return "null::varchar"

    def _is_there(self, name: str) -> bool:
        return name in self._fields or name in self._terms.written.always

    def _value(self, name: str) -> str:
        cell = self._cell(name)
        if name == "member":
            return self._member()
        if name in HEADER_TEXTS or name in LINE_TEXTS:
            if self._is_there(name):
                self._tests.append(self._test_of_text(name, cell))
            if name in ("sku", "category"):
                self._tests.append(f"{cell} is not null")
            return cell
        if name in AMOUNTS or name == "quantity":
            decimals = 3 if name == "quantity" else self._terms.decimals
            if name in ("amount", "quantity"):
                self._tests.append(f"{cell} is not null")
            return self._decimal(self._plain(cell), decimals, there=self._is_there(name))
        if name == "tags":
            return self._tags(cell)
        if name.startswith(ATTRIBUTE):
            return self._attribute(name, cell)
        return "null"

    def _test_of_text(self, name: str, cell: str) -> str:
        """That a text is one that its field can have, or not there."""
        match name:
            case "prices":
                test = f"{cell} in ('gross', 'net')"
            case "payment":
                test = f"{cell} in ({', '.join(map(_text, _METHODS))})"
            case "currency":
                test = f"{cell} = {_text(self._terms.money)}"
            case _:
                test = f"strlen({cell}) <= 200"
        return f"coalesce({test}, {cell} is null)"

    def _member(self) -> str:
        names = of_members((*self._fields, *self._terms.written.always))
        if not names:
            return "null::varchar"
        for name in names:
            self._tests.append(f"coalesce(strlen({self._cell(name)}) <= 200, true)")
        if len(names) > 1:
            there = " + ".join(f"({self._cell(name)} is not null)::int" for name in names)
            self._tests.append(f"{there} <= 1")
        said = [
            self._cell(name) if name == "member" else f"({_text(name + ':')} || {self._cell(name)})"
            for name in names
        ]
        return f"coalesce({', '.join(said)})"

    def _plain(self, cell: str) -> str:
        if self._terms.written.decimals == ",":
            return f"replace(replace({cell}, '.', ''), ',', '.')"
        return cell

    def _decimal(self, cell: str, decimals: int, *, there: bool, signed: bool = False) -> str:
        if there:
            fraction = rf"(\.[0-9]{{1,{decimals}}})?" if decimals else ""
            minus = "-?" if signed else ""
            pattern = f"{minus}[0-9]{{1,{_WHOLE_DIGITS}}}{fraction}"
            self._tests.append(f"coalesce(regexp_full_match({cell}, '{pattern}'), {cell} is null)")
        digits = _WHOLE_DIGITS + decimals
        # DuckDB multiplies decimals of 18 digits and fewer in 64 bits, whatever they come to.
        width = digits if digits + decimals <= 18 else 38
        number = f"try_cast({cell} as decimal({width}, {decimals}))"
        return f"({number} * {10**decimals})::bigint"

    def _tags(self, cell: str) -> str:
        if not self._is_there("tags"):
            return "[]::varchar[]"
        tags = (
            f"list_filter(list_transform(string_split({cell}, '|'), lambda t: trim(t)),"
            " lambda t: t <> '')"
        )
        # So short that neither one of them nor their number can be too large.
        self._tests.append(f"coalesce(strlen({cell}) <= 200, true)")
        return f"coalesce({tags}, []::varchar[])"

    def _attribute(self, name: str, cell: str) -> str:
        kind = self._attributes[name.removeprefix(ATTRIBUTE)]
        if not self._is_there(name):
            return "null"
        match kind:
            case "integer" | "decimal":
                return self._decimal(cell, _SIGNED[kind], there=True, signed=True)
            case "boolean":
                self._tests.append(f"coalesce({cell} in ('true', 'false'), {cell} is null)")
                return f"({cell} = 'true')"
            case "date":
                date = f"try_cast({cell} as date)"
                test = rf"regexp_full_match({cell}, '\d{{4}}-\d\d-\d\d') and {date} is not null"
                self._tests.append(f"coalesce({test}, {cell} is null)")
                return f"({date} - date '1970-01-01')::bigint"
        self._tests.append(f"coalesce(strlen({cell}) <= 200, true)")
        return cell

    # ---- of the whole row ------------------------------------------------------------------------

    def _id(self) -> str:
        """The id; of a return, with the purchase that it is of."""
        name = self._cell("id")
        self._tests += [f"{name} is not null", f"strlen({name}) <= 200"]
        self._tests.append(f"coalesce(strlen({self._cell('source')}) <= 200, true)")
        self._tests.append(f"coalesce({self._cell('source')} <> 'xenia', true)")
        if not self._exact:
            texts = ", ".join(quoted(f"c {one}") for one in self._fields)
            odd = f"'[\\x00-\\x1f\\x7f]|{STRANGE}'"
            self._tests.append(f"not regexp_matches(concat_ws(' ', {texts}), {odd})")
        if RETURN_OF not in self._fields:
            return name
        of = self._cell(RETURN_OF)
        self._tests.append(f"{of} is null")
        return f"case when {of} is null then {name} else {name} || ':' || {of} end"

    def _time(self, values: dict[str, str]) -> str:
        """Sets the instant; whether it is that of a clock whose zone is to be seen."""
        cell = self._cell("occurred_at")
        exact = f"regexp_full_match({cell}, '{_WITH_OFFSET}')"
        value = f"when {exact} then epoch_us(try_cast({cell} as timestamptz))"
        local = "false"
        if self._terms.timezone is not None:
            local = f"coalesce(regexp_full_match({cell}, '{_WITHOUT}'), false)"
            value += f" when {local} then epoch_us(try_cast({cell} as timestamp))"
        values["occurred_at"] = f"(case {value} end)::bigint"
        self._tests.append(f"({values['occurred_at']} is not null or {cell} is null)")
        return local

    def _said(self) -> str:
        members = of_members((*self._fields, *self._terms.written.always))
        names = [name for name in members if name != "member"]
        names += [
            name
            for name in self._fields
            if name == "occurred_at"
            or (name.startswith(ATTRIBUTE) and self._attributes[name[len(ATTRIBUTE) :]] != "text")
        ]
        if not names:
            return "null"
        cells = [self._cell(name) for name in names]
        return f"case when coalesce({', '.join(cells)}) is not null then {_hash(cells)} end"

    def _content(self) -> str:
        return _hash([self._cell(name) for name in self._fields])


def _hash(cells: Sequence[str]) -> str:
    return f"(hash({', '.join(cells)}) >> 1)::bigint"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


# ---- times without an offset ---------------------------------------------------------------------


def ahead(name: str, clock: Numbers) -> Numbers:
    """Microseconds that a zone is ahead of UTC when its clocks show these times (microseconds since
    1970-01-01, as if that were UTC).  Of an hour that comes twice, the first."""
    before, change, after = _days(name)
    day = np.clip(clock // DAY - (_FIRST - 2), 0, len(before) - 1)
    return np.where(clock >= change[day], after[day], before[day])


@cache
def _days(name: str) -> tuple[Numbers, Numbers, Numbers]:
    """Of each day: what the zone is ahead at first, from which clock on not any more, and then."""
    info = zone(name).info
    rows = list(_offsets(info))
    return tuple(np.array(column, np.int64) for column in zip(*rows, strict=True))  # type: ignore[return-value]


def _offsets(info: ZoneInfo) -> Iterator[tuple[int, int, int]]:
    start = datetime(1970, 1, 1)  # noqa: DTZ001 - what clocks show
    at = start + timedelta(_FIRST - 2)
    now = _ahead(info, at)
    for _ in range(_FIRST - 2, _END + 2):
        behind = at + timedelta(1)
        then, change = _ahead(info, behind), behind
        if then != now:
            low, high = 0, 1440  # minutes
            while low < high:
                middle = (low + high) // 2
                if _ahead(info, at + timedelta(minutes=middle)) == then:
                    high = middle
                else:
                    low = middle + 1
            change = at + timedelta(minutes=low)
        yield now, (change - start) // timedelta(microseconds=1), then
        at, now = behind, then


def _ahead(info: ZoneInfo, clock: datetime) -> int:
    offset: Any = clock.replace(tzinfo=info).utcoffset()
    return int(offset // timedelta(microseconds=1))


def with_offset(written: str, name: str) -> str:
    """A time as it is written, with the offset of a zone where it has none."""
    if _PLAIN_CLOCK.fullmatch(written) is None:
        return written
    try:
        clock = datetime.fromisoformat(written)
    except ValueError:  # not on the calendar, which is told by who reads it
        return written
    seconds = _ahead(zone(name).info, clock) // SECOND
    sign, minutes = ("-", -seconds // 60) if seconds < 0 else ("+", seconds // 60)
    shown = clock.isoformat()
    return f"{shown}{sign}{minutes // 60:02d}:{minutes % 60:02d}"
