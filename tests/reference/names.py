"""What the names of the programme language stand for while one event is decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING

from tests.reference.days import clock, local_day, maybe_number
from tests.reference.evaluate import Stored
from xenia.events.model import Event, Line, Payment, Purchase, Redemption, Stay
from xenia.events.parts import Charge, FolioLine
from xenia.language.ir import Field, Ref
from xenia.programme.model import Accrual, Location

if TYPE_CHECKING:
    from tests.reference.deciding import Deciding
    from tests.reference.holdings import Member

Record = Line | Payment | Charge | FolioLine


class Names:
    """What one expression may name: that of a rule, of a metric, or at one record of a list."""

    def __init__(
        self,
        deciding: Deciding,
        rule: str | None,
        *,
        kind: Accrual | None = None,
        record: Record | None = None,
        about: Member | None = None,
    ) -> None:
        self.deciding = deciding
        self.about = about or deciding.member  # whose attributes are read
        self.rule = rule
        self.kind = kind  # which accruals `earned` means
        self.record = record

    def at(self, record: Record) -> Names:
        return Names(self.deciding, self.rule, kind=self.kind, record=record, about=self.about)

    def field(self, node: Field) -> Stored:
        """A field of the record; `paid` of a line is what is left of it now."""
        if isinstance(self.record, Line) and node.name == "paid":
            return self.deciding.paid[self.record.id]
        found: Stored | tuple[str, ...] = getattr(self.record, node.name)
        return frozenset(found) if isinstance(found, tuple) else found

    def records(self, name: str) -> Iterator[Names]:
        """These names at each record of a list in turn."""
        event = self.deciding.event
        lists: dict[str, Sequence[Record]] = {
            "lines": self.deciding.lines,
            "payments": self.deciding.payments,
            "charges": self.deciding.charges,
            "folio": event.folio if isinstance(event, Stay) else (),
        }
        return (self.at(record) for record in lists[name])

    def local_time(self) -> datetime:
        """The local day at the event's place, and the hour that a clock shows there."""
        instant = self.deciding.event.occurred_at
        hour = clock(self.zone, instant).hour
        return datetime.combine(local_day(self.zone, instant), time(hour))

    def ref(self, node: Ref) -> Stored:
        """The value of a dotted name."""
        first, _, rest = node.name.partition(".")
        event = self.deciding.event
        match first:
            case "attributes":
                return event.attributes.get(key_of(rest))
            case "member":
                return self.member(rest)
            case "metric":
                return self.deciding.metric(key_of(rest), node.read)
            case "tier":
                return self.deciding.places[key_of(rest)]
            case "balance":
                return self.deciding.balances[key_of(rest)]
            case "earned":
                return self.deciding.units_earned(key_of(rest), self.kind)
            case "basket" | "payment" | "spent" | "receipt":
                return self.purchase(node.name)
            case "location" if rest:
                return getattr(self.location, rest, None)
        return as_it_stands(event, node.name)

    def purchase(self, name: str) -> Stored:
        deciding, event = self.deciding, self.deciding.event
        if not isinstance(event, Purchase):
            raise KeyError(name)
        only = event.payments[0] if len(event.payments) == 1 else None
        match name:
            case "basket.amount":
                return sum(line.amount for line in event.lines)
            case "basket.quantity":
                return sum(line.quantity for line in event.lines)
            case "basket.paid":
                return sum(deciding.paid.values())
            case "payment.method":
                return None if only is None else only.method
            case "payment.amount":
                return None if only is None else only.amount
            case "receipt":
                return event.receipt
            case "spent":
                return deciding.spent(self.rule)
        raise KeyError(name)

    def member(self, name: str) -> Stored:
        member = self.about
        if name == "enrolled_on":
            return maybe_number(member.enrolled)
        return member.attributes.get(key_of(name))

    @property
    def location(self) -> Location | None:
        return self.deciding.book.programme.locations.get(self.deciding.event.location or "")

    @property
    def zone(self) -> str:
        own = self.location.timezone if self.location else None
        return own or self.deciding.book.programme.timezone


def as_it_stands(event: Event, name: str) -> Stored:
    """A plain field of the event."""
    if name in ("reward", "quantity") and not isinstance(event, Redemption):
        raise KeyError(name)
    found: Stored = getattr(event, "from_" if name == "from" else name)
    return found


def key_of(name: str) -> str:
    """The id that an expression writes with underscores."""
    return name.replace("_", "-")
