"""Writes members' events as a history, for tests: as plainly as can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from xenia.backtest.history import (
    ATTRIBUTE,
    PART,
    SAID,
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
from xenia.events.model import AttributeValue, Purchase, Return
from xenia.programme.model import Programme

Histories = Mapping[str, Sequence[Purchase | Return]]  # by member, in order of occurrence
_KINDS = {str: "text", bool: "boolean", int: "decimal"}


def in_order(events: Iterable[Purchase | Return]) -> list[Purchase | Return]:
    """As a history has them."""
    return sorted(events, key=lambda event: (event.occurred_at, event.source, event.id))


def write(folder: Path, programme: Programme, histories: Histories, buckets: int = 3) -> History:
    """A history of these events and no others, which it gives back as they were."""
    told = [event for events in histories.values() for event in events]
    bought = [event for event in told if isinstance(event, Purchase)]
    kinds = _attributes([event.attributes for event in told])
    schema = event_schema(kinds)
    rows: dict[int, list[dict[str, Any]]] = {bucket: [] for bucket in range(buckets)}
    for member in sorted(histories):
        rows[bucket_of(member, buckets)] += [_row(event, kinds) for event in histories[member]]
    for bucket, those in rows.items():
        path = folder / folder_of(bucket) / PART
        path.parent.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(those, schema=schema), path, compression="zstd")
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
    assert {member: [*events] for member, events in found} == histories, "nothing is lost"
    return history


def _attributes(said: Sequence[Mapping[str, AttributeValue]]) -> dict[str, str]:
    return {name: _KINDS[type(value)] for values in said for name, value in values.items()}


def source_of(history: History) -> StoredSource:
    """The same, to be read in this process."""
    told = history.told
    return StoredSource(
        history.events, told.buckets, told.of_members, told.of_guests, redeems=False
    )


def _row(event: Purchase | Return, attributes: Mapping[str, str]) -> dict[str, Any]:
    names = ("member", "source", "id", "occurred_at", *SAID[:5])
    row = {name: getattr(event, name) for name in names}
    row |= {ATTRIBUTE + name: event.attributes.get(name) for name in attributes}
    row |= dict.fromkeys(("lines", "payments", "charges", "spend", "vouchers", "back"), ())
    if isinstance(event, Purchase):
        row |= {name: [*map(_fields, getattr(event, name))] for name in ("lines", "payments")}
        row["charges"] = [*map(_fields, event.charges)]
        row["spend"] = [{"currency": key, "units": units} for key, units in event.spend.items()]
        row |= {name: getattr(event, name) for name in (*SAID[5:], "prices", "vouchers")}
        return row | {"type": "purchase"}
    row |= {"of_source": event.of.source, "of_id": event.of.id, "all": event.all}
    return row | {"type": "return", "amount": event.amount, "back": [*map(_fields, event.lines)]}


def _fields(part: msgspec.Struct) -> dict[str, Any]:
    return msgspec.structs.asdict(part)
