"""A file of purchases that are nobody's: made of whole numbers, the same for the same seed.

Each row is a line; purchases come in order of time, and of some a line comes back within weeks.
Members are many, and few of them buy much: the place of a purchase's member among all is a random
share to the power of three halves.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xenia.backtest.history import PART, TOLD, History, folder_of

MEMORY = "2GB"  # that DuckDB may take to make it
PER_MEMBER = 50  # purchases
BACK = 3  # of a hundred purchases
CATEGORIES = (
    "GROCERY", "DRUG", "PRODUCE", "COSMETICS", "NUTRITION", "MEAT", "DELI", "PASTRY", "FLORAL",
    "MISC", "SEAFOOD", "SALAD BAR", "TRAVEL", "COFFEE", "GIFT CARD", "GARDEN CENTER", "TOYS",
    "HOUSE", "PERFUME", "PHOTO", "BOOKS", "BAKERY", "DAIRY", "FROZEN", "WINE", "PAPER", "PETS",
    "BABY", "SHOES", "CHEF SHOPPE",
)  # fmt: skip
_MAKE = """
copy (
    with bought as (
        select p, 'p' || p as id, 'm' || floor({members} * pow(
                (hash(p, {seed}) % 1000003) / 1000003.0, 1.5))::bigint as member,
            1704067200000000 + ({span} * p // {purchases} + hash(p, {seed}, 1) % 86400)::bigint
                * 1000000 as moment,
            1 + (hash(p, {seed}, 2) % {most})::bigint as many
        from range({purchases}) made(p)
    ), lines as (select *, unnest(range(many)) as l from bought),
    filled as (
        select *, hash(p, l, {seed}, 3) as h, 1 + (hash(p, l, {seed}, 4) % 3)::bigint as quantity
        from lines
    )
    select id, make_timestamptz(moment) as occurred_at, member,
        'store-' || hash(p, 5) % 50 as location, 'cash' as payment, (l + 1)::varchar as line,
        'sku-' || h % 20000 as sku,
        ([{categories}])[1 + (h % {kinds})::bigint] as category, quantity,
        (quantity * (99 + hash(p, l, 6) % 2400)::bigint / 100)::decimal(12, 2) as amount,
        case when h % 20 = 0 then 'triple' else '' end as tags, null::varchar as return_of
    from filled
    union all
    select 'r' || p, make_timestamptz(moment + (1 + hash(p, 7) % 20)::bigint * 86400000000), member,
        null, null, '1', 'sku-' || h % 20000, ([{categories}])[1 + (h % {kinds})::bigint],
        quantity, 0::decimal(12, 2), '', id
    from filled where l = 0 and hash(p, {seed}, 8) % 100 < {back}
) to '{path}' (format parquet, compression zstd)
"""


@dataclass(frozen=True, slots=True)
class Made:
    """How much there is: so many `purchases`, each of up to `most` lines, all being as often."""

    purchases: int
    most: int = 9
    seed: int = 1
    years: int = 2

    @property
    def members(self) -> int:
        """How many buy, at most."""
        return max(1, self.purchases // PER_MEMBER)

    def write(self, path: Path) -> None:
        """The file, as Parquet, in bounded memory."""
        values = {
            "purchases": self.purchases, "members": self.members, "most": self.most,
            "seed": self.seed, "span": self.years * 365 * 86400, "back": BACK,
            "kinds": len(CATEGORIES), "categories": ", ".join(f"'{one}'" for one in CATEGORIES),
            "path": path,
        }  # fmt: skip
        with duckdb.connect(config={"threads": 2, "memory_limit": MEMORY}) as database:
            database.execute(_MAKE.format(**values))


def repeated(history: History, folder: Path, times: int) -> History:
    """The same history so many times over, each time of other members: bucket by bucket."""
    told = history.told
    for turn in range(times):
        for number, path in enumerate(history.paths()):
            to = folder / folder_of(turn * told.buckets + number) / PART
            to.parent.mkdir(parents=True)
            if turn == 0:
                to.hardlink_to(path)
                continue
            with pq.ParquetFile(path) as file, pq.ParquetWriter(to, file.schema_arrow) as out:
                for batch in file.iter_batches(2**16):
                    out.write_batch(_renamed(batch, turn))
    sums = told.of_members
    larger = {name: times * getattr(sums, name) for name in ("purchases", "returns", "lines")}
    about = msgspec.structs.replace(
        told,
        buckets=times * told.buckets,
        members=times * told.members,
        of_members=msgspec.structs.replace(sums, amount=times * sums.amount, **larger),
    )
    (folder / TOLD).write_bytes(msgspec.json.encode(about))
    return History.open(folder)


def _renamed(batch: pa.RecordBatch, turn: int) -> pa.RecordBatch:
    names = pc.binary_join_element_wise(batch.column("member"), f"-{turn}", "")
    return batch.set_column(batch.schema.get_field_index("member"), "member", names)
