"""Buckets of a history, written from events; and the rows that `RowReader` reads of the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import structs, to_builtins

from xenia.backtest.history import ATTRIBUTE, EVENT, MEMBER, SAID, enrolment
from xenia.effects import NOTHING, Refusal
from xenia.engine import remains as rest
from xenia.engine.account import told as known_by
from xenia.engine.chance import drawn
from xenia.engine.claims import Asked, asked
from xenia.engine.entering import enters
from xenia.engine.operators import (
    AGAIN,
    COLUMNS,
    EVENT_DAY,
    FIXED,
    KIND,
    NONE_LEFT,
    SLICES_AT,
    SOME_LEFT,
    STRIDE,
    TODAY,
)
from xenia.engine.plan import Plan
from xenia.engine.returnable import too_late
from xenia.engine.rows import RowReader
from xenia.events.model import AttributeValue, Enrolment, Event, Purchase, Return

KEY = b"chance" * 6
Attributes = Mapping[str, AttributeValue]


@dataclass(frozen=True)
class Back:
    """A return, what it leaves of its purchase, and which of the member's events that is."""

    event: Return
    purchase: Purchase
    left: Purchase
    place: int


@dataclass(frozen=True)
class Member:
    """What happened to one member, in the order of a bucket."""

    name: str
    events: list[Purchase | Back | Enrolment]


def member(
    name: str,
    events: Sequence[Event],
    attributes: Attributes | None = None,
    *,
    joined: int | None = None,
) -> Member:
    """Of what happened, purchases and those returns of them that come after and are possible; and
    that they enrolled, at an instant, with these attributes."""
    own = [each for each in events if isinstance(each, Purchase | Return)]
    told: list[Purchase | Return | Enrolment] = [structs.replace(each, member=name) for each in own]
    if joined is not None:
        told.append(enrolment(name, joined, attributes))
    told.sort(key=lambda each: (each.occurred_at, each.source, each.id))
    found: list[Purchase | Back | Enrolment] = []
    places: dict[str, int] = {}
    remains: dict[str, Any] = {}
    for each in told:
        if isinstance(each, Purchase):
            places[each.id] = len(found)
            remains[each.id] = rest.whole(each, 0, b"")
            # What a till took off, or what had been quoted, is not told in a history.
            found.append(structs.replace(each, given=None, quote=None))
        elif isinstance(each, Enrolment):
            found.append(each)
        elif each.of.id in places:
            purchase = found[places[each.of.id]]
            assert isinstance(purchase, Purchase)
            after = rest.without(remains[purchase.id], purchase, each)
            if not isinstance(after, Refusal):
                remains[purchase.id] = after
                left = rest.left_of(purchase, after)
                found.append(Back(each, purchase, left, places[purchase.id]))
    return Member(name, found)


# ---- as a history has it -------------------------------------------------------------------------


def write(
    folder: Path,
    members: Sequence[Member],
    kinds: Mapping[str, pa.DataType],
    of_members: Mapping[str, pa.DataType] | None = None,
) -> Path:
    """The file of a bucket of these members; `kinds` are those of the events' attributes."""
    rows = [row_of(one.name, event) for one in members for event in one.events]
    own = [pa.field(ATTRIBUTE + name, kind) for name, kind in kinds.items()]
    own += [pa.field(MEMBER + name, kind) for name, kind in (of_members or {}).items()]
    path = folder / "part.parquet"
    schema = pa.schema([*EVENT, *own])
    table = pa.Table.from_pylist(rows, schema)
    # So small that several processors read them, and could mix them up.
    pq.write_table(table, path, compression="zstd", row_group_size=max(1, len(rows) // 7))
    return path


def row_of(name: str, event: Purchase | Back | Enrolment) -> dict[str, Any]:
    """What stands in a bucket of an event."""
    if isinstance(event, Enrolment):
        nothing: dict[str, Any] = {
            key: [] for key in ("lines", "payments", "charges", "spend", "vouchers", "back")
        }
        said = {key: getattr(event, key) for key in ("source", "id", "occurred_at")}
        own_words = {MEMBER + key: value for key, value in event.attributes.items()}
        return {"member": name, "type": "enrolment", **said, **own_words, **nothing}
    own = event.event if isinstance(event, Back) else event
    basket = event.left if isinstance(event, Back) else event
    row: dict[str, Any] = {
        "member": name,
        "source": own.source,
        "id": own.id,
        "occurred_at": own.occurred_at,
        "prices": basket.prices,
        **{key: getattr(own, key, None) for key in SAID},
        **{ATTRIBUTE + key: value for key, value in own.attributes.items()},
    }
    row["lines"] = [
        {name: getattr(line, name) for name in line.__struct_fields__} for line in basket.lines
    ]
    for key in ("payments", "charges"):
        row[key] = [
            {name: getattr(one, name) for name in one.__struct_fields__}
            for one in getattr(basket, key)
        ]
    if isinstance(event, Back):
        return row | {
            "type": "return",
            "spend": [],
            "vouchers": [],
            "of_source": event.event.of.source,
            "of_id": event.event.of.id,
            "back": to_builtins(event.event.lines),
            "all": event.event.all,
            "amount": event.event.amount,
            "left_of": event.place,
        }
    spend = [{"currency": key, "units": units} for key, units in event.spend.items()]
    return row | {"type": "purchase", "spend": spend, "vouchers": list(event.vouchers)}


# ---- as `RowReader` reads it ---------------------------------------------------------------------


def expected(plan: Plan, members: Sequence[Member]) -> list[list[list[int]]]:
    """The rows of each member."""
    return [_rows(plan, one) for one in members]


def _rows(plan: Plan, one: Member) -> list[list[int]]:
    parts = plan.types["purchase"], plan.types["enrolment"]
    reader, joining = (RowReader(plan, part) for part in parts)
    attributes: Attributes = {}
    found: list[list[int]] = []
    joined: set[str] = set()
    inside = False
    for event in one.events:
        if isinstance(event, Enrolment):
            inside, attributes = True, known_by(attributes, event)
            given = structs.replace(NOTHING, drawn=drawn(plan, parts[1], event, KEY))
            found.append(joining.read(event, attributes, asked(plan, event), given).numbers)
        elif isinstance(event, Purchase):
            inside = inside or enters(plan.programme, event)
            if inside:
                joined.add(event.id)
                given = structs.replace(NOTHING, drawn=drawn(plan, parts[0], event, KEY))
                row = reader.read(event, attributes, asked(plan, event), given)
                found.append(row.numbers)
        elif event.purchase.id in joined and not too_late(plan, event.purchase, event.event):
            found.append(_back(plan, reader, event, attributes))
    return found


def _back(plan: Plan, reader: RowReader, back: Back, attributes: Attributes) -> list[int]:
    """As `returning` reads it, before it is known what is still spent."""
    if back.left.lines:
        numbers = reader.read(back.left, attributes, Asked()).numbers
        numbers[AGAIN] = SOME_LEFT
    else:
        numbers = [0] * COLUMNS
        numbers[KIND] = plan.types["purchase"].number
        numbers[EVENT_DAY] = plan.zone.day_of(back.purchase.occurred_at)
        numbers[SLICES_AT], numbers[STRIDE], numbers[AGAIN] = COLUMNS, FIXED, NONE_LEFT
    numbers[TODAY] = plan.zone.day_of(back.event.occurred_at)
    return numbers
