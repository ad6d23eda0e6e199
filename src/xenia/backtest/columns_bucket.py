"""The tables of a bucket: its purchases, and what returns leave of them, in DuckDB."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xenia.backtest.columns_leaves import MEMBER, Told, quoted
from xenia.backtest.history import ATTRIBUTE
from xenia.backtest.tables import Vector
from xenia.language.emit_sql import MACROS, text

BOUGHT, LEFT = "bought", "left_over"
_BASKET = ("lines", "payments", "charges", "prices")  # of a return: what is left of its purchase
_AT_ONCE = 20_000  # rows that are handed to Python together
_KINDS = {"large_string": "string"}


@dataclass(frozen=True, eq=False)
class Frame:
    """What there is of each event of a bucket, before any is read.

    `first`: of each member, the end last; `back`: whether it is a return; `of`: where the purchase
    of a return is, -1 of one that is not there, and of every purchase.
    """

    members: pa.Array
    first: Vector
    back: Any
    of: Vector


class Bucket:
    """A bucket, and what is known of its members; of those only the attributes that are `asked`.

    Its tables are `file`, `BOUGHT` (the purchases, in order) and, after `leave`, `LEFT`.
    """

    def __init__(self, path: Path, members: Path | None, asked: Collection[str]) -> None:
        # With several threads, DuckDB 2.0.0 unnests in no order.  Buckets can be read side by side.
        self._database = duckdb.connect(config={"threads": 1, "autoload_known_extensions": False})
        self._database.execute(MACROS)
        self.file = f"read_parquet({text(str(path))}, file_row_number = true)"
        self._members = None if members is None else f"read_parquet({text(str(members))})"
        of_member = {} if members is None else _of_members(members, asked)
        bought = f"select * from {self.file} where type = 'purchase'"
        if of_member:
            named = ", ".join(
                f"known.{quoted(ATTRIBUTE + name)} as {quoted(MEMBER + name)}" for name in of_member
            )
            bought = (
                f"select bought.*, {named} from ({bought}) bought left join {self._members} known "
                "on known.member = bought.member order by file_row_number"
            )
        self._database.execute(f"create temp view {BOUGHT} as {bought}")
        own = {
            field.name: _kind(field.type)
            for field in pq.read_schema(path)
            if field.name.startswith(ATTRIBUTE)
        }
        first, last = self._database.sql(
            f"select coalesce(min(occurred_at), 0), coalesce(max(occurred_at), 0) from {self.file}"
        ).fetchall()[0]
        of_members = {MEMBER + name: kind for name, kind in of_member.items()}
        self.told = Told({**own, **of_members}, first, last)

    def __enter__(self) -> Bucket:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def frame(self) -> Frame:
        """What there is of each event."""
        found = self.table(
            "select member, (type = 'return')::tinyint as back, coalesce(left_of, -1)::bigint "
            f"as of from {self.file}"
        )
        names, back = _whole(found["member"]), vector(found["back"]).astype(bool)
        place, of = np.arange(len(back)), vector(found["of"])
        first = place[:0]
        if len(place):
            new = pc.not_equal(names.slice(1), names.slice(0, len(names) - 1))
            first = np.concatenate(([0], np.flatnonzero(new.to_numpy(zero_copy_only=False)) + 1))
        begin = np.repeat(first, np.diff(np.append(first, len(place))))
        of = np.where(back & (of >= 0), begin + of, -1)
        return Frame(names.take(pa.array(first)), np.append(first, len(place)), back, of)

    def leave(self, place: Vector, of: Vector) -> Vector:
        """Make the table of what the returns at these places leave, of the purchases at those: a
        purchase's own word, with what is left of its basket.  Which of the places have a line."""
        self._database.register("pairs", pa.table({"place": place, "of": of}))
        those = ", ".join(map(quoted, _BASKET))
        left = ", ".join(f"back.{quoted(name)} as {quoted(name)}" for name in _BASKET)
        self._database.execute(
            f"create temp table {LEFT} as select bought.* replace ({left}), pairs.place "
            f"from pairs join (select file_row_number, {those} from {self.file} "
            "where type = 'return' and len(lines) > 0) back on back.file_row_number = pairs.place "
            f"join {BOUGHT} bought on bought.file_row_number = pairs.of order by pairs.place"
        )
        return self.numbers(f"select place from {LEFT}")

    def known(self, names: pa.Array) -> Any:
        """Which of these members something is known of."""
        if self._members is None:
            return np.zeros(len(names), bool)
        those = self.table(f"select member from {self._members}")["member"]
        return pc.is_in(names, value_set=those).to_numpy(zero_copy_only=False)

    # ---- answers ----

    def table(self, statement: str) -> pa.Table:
        """What a statement comes to."""
        return self._database.sql(statement).to_arrow_table()

    def numbers(self, statement: str) -> Vector:
        """The only column of what a statement comes to."""
        found: Vector = vector(self.table(statement).column(0)).astype(np.int64)
        return found

    def rows(self, statement: str) -> Iterator[Mapping[str, Any]]:
        """The same, one by one."""
        for batch in self._database.sql(statement).to_arrow_reader(_AT_ONCE):
            yield from batch.to_pylist()


def vector(column: pa.ChunkedArray) -> Any:
    """Whole numbers, all of them known, as an array."""
    assert column.null_count == 0, "what may be unknown is 0, or -1"
    return column.to_numpy()


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _kind(kind: pa.DataType) -> str:
    return _KINDS.get(str(kind), str(kind))


def _of_members(path: Path, asked: Collection[str]) -> dict[str, str]:
    """The kinds of those attributes that are known of members."""
    return {
        name: _kind(field.type)
        for field in pq.read_schema(path)
        if (name := field.name.removeprefix(ATTRIBUTE)) in asked and name != field.name
    }
