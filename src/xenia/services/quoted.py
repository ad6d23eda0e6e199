"""The quotes that purchases name: whether their prices are kept, each for one purchase."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

import msgspec
from msgspec import structs

from xenia.effects import Given, Quoted
from xenia.engine.account import Account, outside
from xenia.engine.claims import closed
from xenia.engine.giving import UNKNOWN, basket
from xenia.engine.plan import Plan
from xenia.events.model import Event, Purchase
from xenia.events.parts import Off
from xenia.store.quotes import QuoteRow

_offs = msgspec.json.Decoder(tuple[Off, ...])


@dataclass(slots=True)
class Quotes:
    """Quotes as they stand; those that are `taken` now, with source and id of the purchase."""

    taken: dict[str, tuple[str, str]] = field(default_factory=dict)
    _rows: dict[str, QuoteRow] = field(default_factory=dict)

    def read(
        self, read: Callable[[Collection[str]], list[QuoteRow]], events: Iterable[Event]
    ) -> None:
        """Read the quotes that events name."""
        names = {
            event.quote
            for event in events
            if isinstance(event, Purchase) and event.quote is not None
        }
        if names:
            self._rows = {row.quote: row for row in read(names)}

    def given(self, event: Event, given: Given, plan: Plan, account: Account) -> Given:
        """What an event is given, with what its quote says; it has the quote from now on, unless it
        decides nothing: then all its claims are refused."""
        if not isinstance(event, Purchase) or event.quote is None or event.member is None:
            return given
        if given.blocked or outside(plan, account, event):
            return given
        code = self._refused(event, plan)
        if code:
            return structs.replace(given, quote=Quoted(code))
        self.taken[event.quote] = event.source, event.id
        row = self._rows[event.quote]
        return structs.replace(given, quote=Quoted(given=_offs.decode(row.given)))

    def _refused(self, event: Purchase, plan: Plan) -> str:
        row = self._rows.get(event.quote or "")
        if closed(plan, event) is not None:
            return "programme-closed"
        if row is None:
            return UNKNOWN
        if row.member != event.member:
            return "not-yours"
        if row.used or row.quote in self.taken:
            return "already-used"
        if event.occurred_at >= row.until:
            return "quote-expired"
        return "" if row.basket == basket(event) else "different-basket"
