"""Writes members' events as a history, for tests: as plainly as can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tests.backtest.buckets import Back, member, row_of
from xenia.backtest.history import (
    PART,
    SCHEMA,
    TOLD,
    History,
    Sums,
    Told,
    bucket_of,
    event_schema,
    folder_of,
)
from xenia.backtest.sources import StoredSource
from xenia.events.model import AttributeValue, Enrolment, Purchase, Return
from xenia.programme.model import Programme

Histories = Mapping[str, Sequence[Purchase | Return]]  # by member, in order of occurrence
_KINDS = {str: "text", bool: "boolean", int: "decimal"}


def in_order(name: str, events: Iterable[Purchase | Return]) -> list[Purchase | Return]:
    """What a member bought and what of it came back, as a history has it."""
    found = (one.event if isinstance(one, Back) else one for one in member(name, [*events]).events)
    return [one for one in found if not isinstance(one, Enrolment)]


def write(folder: Path, programme: Programme, histories: Histories, buckets: int = 3) -> History:
    """A history of these events and no others, which it gives back as they were."""
    told = [event for events in histories.values() for event in events]
    bought = [event for event in told if isinstance(event, Purchase)]
    kinds = _attributes([event.attributes for event in told])
    schema = event_schema(kinds)
    rows: dict[int, list[dict[str, Any]]] = {bucket: [] for bucket in range(buckets)}
    for name in sorted(histories):
        those = member(name, histories[name]).events
        rows[bucket_of(name, buckets)] += [row_of(name, event) for event in those]
    for bucket, told_there in rows.items():
        path = folder / folder_of(bucket) / PART
        path.parent.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(told_there, schema=schema), path, compression="zstd")
    instants = [event.occurred_at for event in told]
    amounts = [line.amount for event in bought for line in event.lines]
    about = Told(
        schema=SCHEMA,
        complete=True,
        money=programme.money,
        money_decimals=2,
        timezone=None,
        buckets=buckets,
        members=len(histories),
        of_members=Sums(
            purchases=len(bought),
            returns=len(told) - len(bought),
            lines=len(amounts),
            amount=sum(amounts),
            first=min(instants, default=None),
            last=max(instants, default=None),
        ),
        of_guests=Sums(),
        lacks={},
        attributes=kinds,
        sources=(),
    )
    (folder / TOLD).write_bytes(msgspec.json.encode(about))
    history = History.open(folder)
    found = groupby(history.events(), key=attrgetter("member"))
    assert {name: [*events] for name, events in found} == histories, "nothing is lost"
    return history


def shuffled(history: History, seed: int) -> None:
    """Mix the rows of each of its files, as a cluster may: none reads them in their order."""
    for path in history.paths():
        table = pq.ParquetFile(path).read()
        places = [*range(table.num_rows)]
        Random(seed).shuffle(places)
        pq.write_table(table.take(pa.array(places, pa.int64())), path, row_group_size=7)


def _attributes(said: Sequence[Mapping[str, AttributeValue]]) -> dict[str, str]:
    return {name: _KINDS[type(value)] for values in said for name, value in values.items()}


def source_of(history: History) -> StoredSource:
    """The same, to be read in this process."""
    told = history.told
    return StoredSource(
        history.events, told.buckets, told.of_members, told.of_guests, redeems=False
    )
