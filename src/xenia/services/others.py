"""What the events of a batch mean to other members than their own: what is given, who brought
whom, and who has claimed a guest's purchase before it came."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator
from typing import Any

from xenia.effects import Given, Outcome
from xenia.engine.account import Account
from xenia.engine.emit_refer import REFERRAL
from xenia.events.model import OWN, Event, OfEarlier, Transfer
from xenia.services.awaiting import Awaiting
from xenia.services.books import Books
from xenia.services.giving import Giving, recipients, survivors
from xenia.services.published import Published
from xenia.services.referring import Referring
from xenia.services.taken_back import Recorded
from xenia.services.waiting_over import WaitingOver


class Others:
    """The other members of a batch, and the events of their own that come behind its events."""

    def __init__(self, published: Published, secret: bytes) -> None:
        self._giving = Giving(published, secret)
        self._referring = Referring(published, secret)
        self.awaiting = Awaiting(published, secret)
        self.over = WaitingOver(published, secret)
        self._versions = published.timeline.versions
        self._refers = published.timeline.refers
        self.names: set[str] = set()
        self.needed: set[str] = set()  # those among them who have an account, or get one

    @property
    def reads_personal(self) -> bool:
        """Whether what may come to others goes by what is personal."""
        if self.awaiting.names:
            return True
        plans = [item.plan.types for item in self._versions]
        return bool(self.names) and any(
            REFERRAL in types and types[REFERRAL].reads_personal for types in plans
        )

    @property
    def facts(self) -> list[tuple[Any, ...]]:
        """What came behind, as rows of facts."""
        own = (self._giving, self._referring, self.awaiting, self.over)
        return [row for one in own for row in one.facts]

    def read(self, books: Books, events: Collection[Event]) -> set[str]:
        """Who has to be locked beside the members of the events, as far as they have accounts."""
        self.needed = survivors(events)
        self.names = recipients(events) | self.needed
        self._giving.vouchers = books.vouchers_of
        self.over.waiting_of, self.over.owners = books.waiting_of, books.owners
        if self._refers:
            self.names |= self._referring.read(books, events)
            self.needed |= self._referring.needed
        self.names |= self.awaiting.read(books, events)
        return self.names

    def check(
        self, books: Books, account: Callable[[str], Account | None], names: Iterable[str]
    ) -> None:
        """Raise OutdatedError where somebody is not among the accounts who should be."""
        if self._refers:
            self._referring.check(books, account, names)

    def behind(
        self, events: Iterable[tuple[int, Event]], there: Container[str]
    ) -> Iterator[tuple[int, Event]]:
        """Events, by place, each before what may come of it to one of those that are `there`."""
        given = self.over.with_waited(self._giving.with_received(events, there))
        told = self._referring.with_referrals(given, there) if self._refers else given
        return self.awaiting.behind(told, there) if self.awaiting.on else told

    def about_earlier(self, events: Iterable[Event], there: Container[str]) -> list[Event]:
        """What may have to be cancelled, claimed, or taken back at last, behind events."""
        self.over.read(events)
        if not self._refers and not self.awaiting.on and not self.over.any:
            return []
        behind = [event for _, event in self.behind(enumerate(events), there)]
        return [one for one in behind if one.source == OWN and isinstance(one, OfEarlier)]

    def given(
        self,
        event: Event,
        given: Given,
        account: Callable[[str], Account | None],
        recorded: Recorded,
    ) -> Given | None:
        """What an event is given; None of what does not happen after all."""
        if not self.awaiting.happens(event):
            return None
        to = event.to if isinstance(event, Transfer) and isinstance(event.to, str) else None
        handed = self._giving.given(event, given, None if to is None else account(to))
        handed = None if handed is None else self.over.given(event, handed)
        if handed is None or not self._refers:
            return handed
        return self._referring.given(event, handed, account, recorded)

    def keep(self, event: Event, outcome: Outcome, seq: int) -> None:
        """Note what came of an event, which is this step of its member."""
        self._giving.keep(event, outcome)
        self.over.keep(event, seq)
        self.awaiting.keep(event, outcome)
        if self._refers:
            self._referring.keep(event, outcome)
