"""What purchases, and what comes back of them, mean to those who brought their members."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import structs

from xenia.effects import Given, Outcome
from xenia.engine.account import Account
from xenia.engine.referrals import behind, people, referral_id, referrer
from xenia.events.conventions import MERGED_INTO
from xenia.events.model import OWN, Cancel, Enrolment, Event, Purchase, Referral, TakingBack
from xenia.events.parts import Identifier
from xenia.services.books import Books
from xenia.services.coming import event_row
from xenia.services.posted import OutdatedError
from xenia.services.published import Published
from xenia.services.taken_back import Recorded
from xenia.services.waiting_over import WAITED
from xenia.store import accounts, members
from xenia.store.members import Named
from xenia.store.posting import Key


@dataclass(slots=True)
class Referring:
    """Each purchase of a member who was brought is followed by a referral, and what comes back of
    it by its cancellation, as events of who brought them; of most, nothing comes."""

    published: Published
    secret: bytes
    facts: list[tuple[Any, ...]] = field(default_factory=list)  # of what came
    needed: set[str] = field(default_factory=set)  # into whom somebody is merged who brought others
    _brought: dict[str, str] = field(default_factory=dict)  # by member: by whom
    _leads: Mapping[str, str] = field(default_factory=dict)  # of who is merged: into whom
    _owners: Mapping[Key, str] = field(
        default_factory=dict
    )  # whose referrals are, where it is asked
    _known: Mapping[Named, str] = field(default_factory=dict)  # members by what names them
    _causes: dict[Key, Key] = field(default_factory=dict)
    _come: dict[Key, int] = field(default_factory=dict)  # what an event was as a referral

    def read(self, books: Books, events: Collection[Event]) -> set[str]:
        """Who may have a part in a batch, beside the members of its events; they are to be locked
        with these."""
        books.begin()
        names = {event.member for event in events if isinstance(event.member, str)}
        by = accounts.referrers(books.connection, books.scope, names)
        part = {who for event in events for who in people(event)}
        self._leads = books.leads({*by.values(), *[who for who in part if isinstance(who, str)]})
        self._brought = {member: self._leads.get(who, who) for member, who in by.items()}
        self.needed = {*self._brought.values()} - {*by.values()}
        named = {(who.kind, who.value) for who in part if isinstance(who, Identifier)}
        self._known = members.known(books.connection, books.scope.space_id, named)
        said = {
            event.referred_by
            for event in events
            if isinstance(event, Enrolment) and isinstance(event.referred_by, str)
        }
        if books.merges:
            said |= self._read_owners(books, events)
        return {*by.values(), *self._brought.values(), *said}

    def _read_owners(self, books: Books, events: Iterable[Event]) -> set[str]:
        """Whose the referrals are of which something comes back: while a merge rests, what comes
        back of them is taken where they lie."""
        backs = {
            (OWN, referral_id(self.published.name, event.of))
            for event in events
            if isinstance(event, TakingBack)
        }
        found = books.owners(backs) if backs else {}
        leads = books.leads({*found.values()}, done=True)
        self._owners = {key: leads.get(who, who) for key, who in found.items()}
        return {*self._owners.values()}

    def check(
        self, books: Books, account: Callable[[str], Account | None], names: Iterable[str]
    ) -> None:
        """Raise OutdatedError where somebody else has enrolled a member meanwhile whose referrer is
        not among the accounts, or whose referrals have come to somebody else: those are to be
        locked again."""
        if books.leads({*self._owners.values()}, done=True):
            raise OutdatedError
        for name in names:
            mine = account(name)
            by = None if mine is None else referrer(mine.attributes)
            if by is None:
                continue
            before, now = account(by), account(self._leads.get(by, by))
            if now is None or before is None or _merged(before) != (by in self._leads):
                raise OutdatedError

    def with_referrals(
        self, events: Iterable[tuple[int, Event]], there: Container[str]
    ) -> Iterator[tuple[int, Event]]:
        """Events, by place, each before what may come of it to one of those that are `there`."""
        brought = dict(self._brought)
        for place, event in events:
            yield place, event
            if isinstance(event, Enrolment) and isinstance(event.referred_by, str):
                brought.setdefault(str(event.member), event.referred_by)
            if not isinstance(event.member, str):
                continue
            by = self._by(event, brought)
            if by is None or by not in there:
                continue
            told = behind(self.published.name, event, event.member, by)
            if told is not None and (isinstance(told, Cancel) or self._counts(event)):
                self._causes[told.source, told.id] = event.source, event.id
                yield place, told

    def _by(self, event: Event, brought: Mapping[str, str]) -> str | None:
        """Who may have a referral by an event, or have had."""
        if isinstance(event, TakingBack) and self._owners:
            key = (OWN, referral_id(self.published.name, event.of))
            if key in self._owners:
                return self._owners[key]
        by = brought.get(str(event.member))
        return None if by == event.member else by

    def _counts(self, event: Event) -> bool:
        return self.published.timeline.at(event.occurred_at).plan.refers

    def given(
        self,
        event: Event,
        given: Given,
        account: Callable[[str], Account | None],
        recorded: Recorded,
    ) -> Given | None:
        """What an event is given, by the accounts as they are by now; None: it does not happen."""
        if not isinstance(event.member, str):
            return given
        if isinstance(event, Referral) or _own(event):
            cause = self._causes.get((event.source, event.id))
            come = 0 if cause is None else self._come.pop(cause, 0)
            if isinstance(event, Cancel):
                return given if come < 0 and event.of in recorded.priors else None
            return given if come > 0 else None
        if isinstance(event, Enrolment) and event.referred_by is not None and self._counts(event):
            by = event.referred_by
            to = account(by) if isinstance(by, str) else None
            known = isinstance(by, str) and (by == event.member or (to and to.enrolled))
            return structs.replace(given, to=by if known else "")
        mine = account(event.member)
        brought_by = None if mine is None else referrer(mine.attributes)
        if brought_by is None:
            return given
        by = self._leads.get(brought_by, brought_by)
        # Nobody brings themselves, be it that they were found to be one later.
        own = by == event.member and isinstance(event, Purchase)
        return structs.replace(given, lent=True) if own or by in self._named(event) else given

    def _named(self, event: Event) -> set[str | None]:
        return {
            self._known.get((who.kind, who.value))
            if isinstance(who, Identifier)
            else self._leads.get(who, who)
            for who in people(event)
        }

    def keep(self, event: Event, outcome: Outcome) -> None:
        """Note what came of an event."""
        if outcome.refers:
            self._come[event.source, event.id] = outcome.refers
        if isinstance(event, Referral) or _own(event):
            self.facts.append(event_row(self.published, event, self.secret))


def _own(event: Event) -> bool:
    """Whether it is the cancellation of a referral, which nobody has sent."""
    return isinstance(event, Cancel) and event.source == OWN and not event.id.startswith(WAITED)


def _merged(account: Account) -> bool:
    return MERGED_INTO in account.attributes
