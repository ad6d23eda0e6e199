"""A history: past purchases and returns of many members, in a folder that every backtest reads.

In the folder: `history.json` (`Told`) says what there is; `bucket=NNN/part.parquet` has the events
of the members whose ids fall into that bucket, one row each (`event_schema`), ordered by member,
instant, source and id; `guests/*.parquet` have, in the same shape, what was bought by nobody
known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from xenia.events.model import AttributeValue, Enrolment, Line, Payment, Purchase, Return
from xenia.events.parts import UNNAMED, Charge, EventKey, LineBack
from xenia.services.inputs import UnusableError, opening

SCHEMA = 2
Happened = Purchase | Return | Enrolment
TOLD, PART, GUESTS = "history.json", "part.parquet", "guests"
# What the column of an attribute begins with: of an event, and of a member.
ATTRIBUTE, MEMBER = "attributes.", "member."
# The source of enrolments, which say none.  It is before all others: who enrolled at the till, at
# the instant of a purchase, is a member when it is decided.
ENROLLING = ""
_AT_ONCE = 20_000  # rows that become events together

_TEXT, _WHOLE = pa.string(), pa.int64()
LINE = pa.struct(
    [
        ("id", _TEXT), ("sku", _TEXT), ("category", _TEXT),
        ("quantity", _WHOLE),  # thousandths
        ("amount", _WHOLE), ("unit", _TEXT), ("regular_amount", _WHOLE), ("tax", _WHOLE),
        ("tags", pa.list_(_TEXT)), ("brand", _TEXT), ("seller", _TEXT),
    ]
)  # fmt: skip
PAYMENT = pa.struct([("method", _TEXT), ("amount", _WHOLE), ("card", _TEXT)])
CHARGE = pa.struct([("kind", _TEXT), ("amount", _WHOLE), ("tax", _WHOLE)])
SPEND = pa.struct([("currency", _TEXT), ("units", _TEXT)])
BACK = pa.struct([("line", _TEXT), ("sku", _TEXT), ("quantity", _WHOLE)])

# What a purchase says of itself, and nothing of its lines.  Null: not said.
SAID = ("channel", "location", "partner", "cashier", "terminal", "receipt", "currency")

# Money is in smallest units, instants in microseconds since 1970-01-01 UTC.  Of a return, `lines`,
# `payments` and `charges` are those of its purchase as left after it, and so is `prices`; what it
# says itself are the fields from `of_source` on.  `left_of` is the place of its purchase among the
# rows of its member, from 0.  Lists are never null, a line's `tags` neither.  An enrolment has the
# member's attributes in columns of their own, and nothing of a basket.
EVENT = pa.schema(
    [
        ("member", _TEXT), ("type", _TEXT), ("source", _TEXT), ("id", _TEXT),
        ("occurred_at", _WHOLE), *((name, _TEXT) for name in SAID), ("prices", _TEXT),
        ("lines", pa.list_(LINE)), ("payments", pa.list_(PAYMENT)), ("charges", pa.list_(CHARGE)),
        ("spend", pa.list_(SPEND)), ("vouchers", pa.list_(_TEXT)),
        ("of_source", _TEXT), ("of_id", _TEXT), ("back", pa.list_(BACK)), ("all", pa.bool_()),
        ("amount", _WHOLE), ("left_of", pa.int32()),
    ]
)  # fmt: skip
_ARROW = {"text": _TEXT, "timezone": _TEXT, "boolean": pa.bool_()}


def event_schema(
    attributes: Mapping[str, str], of_members: Mapping[str, str] | None = None
) -> pa.Schema:
    """The columns of a bucket; `attributes` gives the type of each of the events' attributes, as a
    programme names it, and `of_members` those of members'.  A decimal is in 10**-6, a date is its
    day number."""
    kinds = {ATTRIBUTE + name: kind for name, kind in attributes.items()}
    kinds |= {MEMBER + name: kind for name, kind in (of_members or {}).items()}
    columns = [pa.field(name, _ARROW.get(kind, _WHOLE)) for name, kind in kinds.items()]
    return pa.schema([*EVENT, *columns])


def bucket_of(member: str, buckets: int) -> int:
    """Into which bucket a member falls, on every machine and for ever."""
    return int.from_bytes(md5(member.encode(), usedforsecurity=False).digest()[:4]) % buckets


def folder_of(bucket: int) -> str:
    """The name of a bucket's folder."""
    return f"bucket={bucket:03d}"


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was imported."""

    name: str
    size: int  # bytes
    sha256: str


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """How much there is of something; `amount`: of the lines of purchases.  `first` is the
    instant of the first that was bought or came back, `enrolled` that of the first enrolment, and
    `last` the last of all."""

    purchases: int = 0
    returns: int = 0
    enrolments: int = 0
    lines: int = 0
    amount: int = 0
    first: int | None = None
    last: int | None = None
    enrolled: int | None = None

    @property
    def begins(self) -> int | None:
        """The first instant of all."""
        known = [each for each in (self.first, self.enrolled) if each is not None]
        return min(known, default=None)


class Bad(msgspec.Struct, frozen=True, kw_only=True):
    """What was left out, and the file beside an imported one that says why."""

    rows: int = 0
    known: int = 0  # purchases that were there already, with the same content
    later: int = 0  # who enrolled after the last purchase
    files: tuple[str, ...] = ()


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What `history.json` says.  `lacks` counts purchases that do not say a thing."""

    schema: int
    complete: bool
    money: str
    money_decimals: int
    timezone: str | None  # of times that were written without one
    buckets: int
    members: int
    of_members: Sums
    of_guests: Sums
    lacks: dict[str, int]
    attributes: dict[str, str]
    sources: tuple[Source, ...]
    bad: Bad = Bad()
    member_attributes: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class History:
    """A history that is there, whole and of a schema that is known."""

    folder: Path
    told: Told

    @classmethod
    def open(cls, folder: Path) -> History:
        """The history in a folder.  Raises UnusableError."""
        path = folder / TOLD
        with opening(folder):
            if not folder.is_dir():
                raise FileNotFoundError
        if not path.is_file():
            remedy = "make one with `xenia history import FILE --into FOLDER`"
            raise UnusableError(f"{folder}: this is no history, or not whole: {remedy}")
        with opening(path):
            data = path.read_bytes()
        try:
            told = msgspec.json.decode(data, type=Told)
        except msgspec.DecodeError as error:
            raise UnusableError(f"{path}: this says no history: {error}: import it anew") from None
        if told.schema != SCHEMA:
            raise UnusableError(f"{path}: made by another version of xenia: import it anew")
        found = cls(folder, told)
        missing = [path for path in found.paths() if not path.is_file()]
        if missing or not told.complete:
            what = f"{missing[0]} is missing" if missing else "the import did not end"
            raise UnusableError(f"{folder}: {what}: import it anew")
        return found

    def paths(self) -> list[Path]:
        """The file of each bucket, by its number."""
        return [self.folder / folder_of(each) / PART for each in range(self.told.buckets)]

    @property
    def guests(self) -> list[Path]:
        """The files of what guests did, of one purchase in one file."""
        return sorted((self.folder / GUESTS).glob("*.parquet"))

    @property
    def schema(self) -> pa.Schema:
        """The columns of every bucket."""
        return event_schema(self.told.attributes, self.told.member_attributes)

    def events(self, bucket: int | None = None, *, member: str | None = None) -> Iterator[Happened]:
        """The events of a bucket, or of a member, or of all, one by one: member by member, each's
        in the order in which they occurred, of one instant by source and id."""
        if member is not None:
            bucket = bucket_of(member, self.told.buckets)
        paths = self.paths()
        if member is not None and bucket is not None:
            whose = pq.read_table(
                paths[bucket], filters=[("member", "=", member)], partitioning=None
            )
            yield from map(event_of, whose.to_pylist())
            return
        for path in paths if bucket is None else [paths[bucket]]:
            yield from _events(path)

    def guest_events(self) -> Iterator[Happened]:
        """What guests did, in no order but that returns are behind their purchases."""
        for path in self.guests:
            yield from _events(path)


def _events(path: Path) -> Iterator[Happened]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_AT_ONCE):
            yield from map(event_of, batch.to_pylist())


def event_of(row: Mapping[str, Any]) -> Happened:
    """The event of a row: a return as it was told, without what it leaves of its purchase."""
    if row["type"] == "enrolment":
        return enrolment(row["member"], row["occurred_at"], _named(row, MEMBER))
    fields: dict[str, Any] = {"id": row["id"], "occurred_at": row["occurred_at"]}
    fields |= {name: row[name] for name in ("member", *SAID[:5]) if row[name] is not None}
    # What is not said must not be: whoever writes events down looks whether it is.
    if row["source"] != UNNAMED.source:
        fields["source"] = row["source"]
    if own := _named(row, ATTRIBUTE):
        fields["attributes"] = own
    if row["type"] == "return":
        return Return(
            **fields,
            of=UNNAMED if row["of_id"] is None else EventKey(row["of_id"], row["of_source"]),
            without_receipt=row["of_id"] is None,
            lines=tuple(LineBack(**back) for back in row["back"]),
            all=bool(row["all"]),
            amount=row["amount"],
        )
    if row["prices"] != "gross":
        fields["prices"] = row["prices"]
    return Purchase(
        **fields,
        lines=tuple(_line(line) for line in row["lines"]),
        payments=tuple(Payment(**payment) for payment in row["payments"]),
        charges=tuple(Charge(**charge) for charge in row["charges"]),
        currency=row["currency"],
        receipt=row["receipt"],
        vouchers=tuple(row["vouchers"]),
        spend={spend["currency"]: spend["units"] for spend in row["spend"]},
    )


def enrolment(
    member: str, at: int, attributes: Mapping[str, AttributeValue] | None = None
) -> Enrolment:
    """A member's, at an instant (microseconds)."""
    return Enrolment(
        id=member, source=ENROLLING, member=member, occurred_at=at, attributes=attributes or {}
    )


def _named(row: Mapping[str, Any], start: str) -> dict[str, AttributeValue]:
    """The attributes in the columns that begin with that."""
    return {
        name.removeprefix(start): value
        for name, value in row.items()
        if name.startswith(start) and value is not None
    }


def _line(row: Mapping[str, Any]) -> Line:
    return Line(**{**row, "tags": tuple(row["tags"])})
