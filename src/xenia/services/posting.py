"""One batch of events, posted: claimed, decided in their order, written and answered.

All of a batch happens in one transaction.  An event that is there already gets its stored answer,
whatever became of the connection that recorded it; so a batch may always be tried again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from psycopg import Connection

from xenia.effects import NOTHING, Outcome
from xenia.engine import account as engine
from xenia.engine.account import Account
from xenia.engine.giving import as_given
from xenia.engine.reserving import shown
from xenia.engine.versions import TimelineVersion
from xenia.events.facts import FACTS
from xenia.events.model import (
    TYPE_NAMES,
    Event,
    Moment,
    OfEarlier,
    OfMember,
    Purchase,
    TakingBack,
)
from xenia.services import merged
from xenia.services.apart import Apart
from xenia.services.books import Books
from xenia.services.coming import Coming, event_row
from xenia.services.guarding import guarding
from xenia.services.kept import Rows, account_row, decided_with
from xenia.services.naming import member_of, members_of
from xenia.services.opened import Decided, Opened
from xenia.services.others import Others
from xenia.services.pooled import Pooled
from xenia.services.posted import OutdatedError, Posted, attempt
from xenia.services.profiles import Profiles
from xenia.services.published import Published, Space
from xenia.services.quoted import Quotes
from xenia.services.rooms import Rooms
from xenia.services.taken_back import with_found
from xenia.services.taking import Taken
from xenia.store import sweeping
from xenia.store.personal import Said, personal_of
from xenia.store.posting import Key, Stored, StoredAccount, Written
from xenia.store.together import Together

_json = msgspec.json.Encoder()
_PHASE = 32  # events


def post(
    connection: Connection[Any],
    space: Space,
    published: Published,
    taken: Sequence[Taken],
    now: int,
    *,
    within: bool = False,
) -> list[Posted]:
    """Record events of one programme, in their order; one answer each, in the same order.

    `now` is in microseconds.  Raises OutdatedError, PoisonedError and what psycopg raises; then
    nothing is written.  With `within`, whoever has begun a transaction writes, or does not.
    """
    with Together(connection, within=within) as together:
        return Batch(Books(together, space, published, now), space, published).run(taken)


def record_moments(
    connection: Connection[Any],
    space: Space,
    published: Published,
    names: Collection[str],
    *,
    until: int,
    now: int,
) -> int:
    """Record the moments of members up to an instant; how many.  Instants are in microseconds.

    Raises as `post` does; then nothing is written.
    """
    with Together(connection) as together:
        books = Books(together, space, published, now)
        return Batch(books, space, published).record_moments(names, until)


class Batch:
    """Events of one programme, decided in their order over some books."""

    def __init__(self, books: Books, space: Space, published: Published) -> None:
        self._books, self._space, self._published = books, space, published
        self._timeline = published.timeline
        self._open: dict[str, Opened] = {}
        self._rooms = Rooms(self._timeline)
        self._apart = Apart()
        self._personal: dict[str, str] = {}
        self._profiles = Profiles(books)
        self._rows = Rows(reserved=self._apart.vouchers)
        self._quotes = Quotes()
        self._earlier = books.earlier()
        self._others = Others(published, space.secret)
        self._pasts = books.pasts()
        self._identifying = books.identifying()
        self._guarding = guarding(books, published, space.secret)
        self._pooled: Pooled | None = None

    def run(self, taken: Sequence[Taken]) -> list[Posted]:
        """Claim, lock, decide, write."""
        events, taken, self._identifying.blocked, self._pooled = self._books.resolved(taken)
        first: dict[Key, int] = {}
        for place, event in enumerate(events):
            first.setdefault((event.source, event.id), place)
        claimed, accounts = self._claim(events, taken, first)
        known = first.keys() - claimed
        before = self._books.recorded(known) if known else {}
        mine = [place for key, place in first.items() if key in claimed]
        mine.sort()
        new = [events[place] for place in mine]
        self._lock(new, accounts)
        persons = {} if self._pooled is None else self._pooled.persons
        if self._guarding is not None:
            typed = {item.key: item.code for item in taken if item.code is not None}
            self._guarding.read(new, self._apart.kept, typed, persons)
        self._identifying.note(new)
        self._earlier.unstaffed = {taken[place].key for place in mine if not taken[place].staff}
        about = [*new, *self._others.about_earlier(new, self._open)]
        self._earlier.read(about, {name for name, one in accounts.items() if one.waiting})
        deciding = self._with_moments([(place, events[place]) for place in mine])
        named = [event for _, event in deciding]
        self._rows.lock_vouchers(self._books.vouchers, named, self._earlier.recorded)
        self._quotes.read(self._books.quotes, named)
        self._rooms.lock(self._books, self._earlier, named)
        said = [
            Said(*key, persons.get(key, member_of(events[place])), text)
            for key, place in [(taken[place].key, place) for place in mine]
            if (text := taken[place].personal) is not None
        ]
        if said:
            self._books.say(said)
        answers = self._decided([(place, event, taken[place].trace) for place, event in deciding])
        self._write()
        return self._answers(events, taken, first, answers, before)

    def record_moments(self, names: Collection[str], until: int) -> int:
        """Lock, decide, write what comes of itself."""
        self._books.begin()
        held = sweeping.revision(self._books.connection, self._books.scope)
        if held != self._published.revision:
            raise OutdatedError
        accounts = self._books.locked(names)
        self._read_personal(names)
        self._open_all(accounts)
        coming = self._coming()
        moments = self._record_moments(
            [moment for name in sorted(self._open) for moment in coming.until(name, until)]
        )
        self._rooms.lock(self._books, self._earlier, moments)
        self._decided([(place, moment, False) for place, moment in enumerate(moments)])
        self._write()
        return len(moments)

    # ---- who, and what is new ---------------------------------------------------------------

    def _claim(
        self, events: Sequence[Event], taken: Sequence[Taken], first: Mapping[Key, int]
    ) -> tuple[set[Key], dict[str, StoredAccount]]:
        """The keys that are new, and the accounts of the events' members as far as there are."""
        rows = []
        for key, place in first.items():
            event, item = events[place], taken[place]
            known = (item.type, member_of(event), event.occurred_at)
            rows.append((*key, *known, item.facts, item.fingerprint))
        names = members_of(events) | self._others.read(self._books, events)
        claimed, revision, accounts = self._books.claim(rows, names)
        if revision not in (None, self._published.revision):
            raise OutdatedError
        return claimed, accounts

    def _answers(
        self,
        events: Sequence[Event],
        taken: Sequence[Taken],
        first: Mapping[Key, int],
        answers: Mapping[Key, str],
        before: Mapping[Key, Stored],
    ) -> list[Posted]:
        found = []
        for place, event in enumerate(events):
            key = (event.source, event.id)
            new = key in answers and first[key] == place
            same = taken[first[key]].fingerprint if key in answers else before[key].fingerprint
            answer = answers[key] if key in answers else before[key].answer
            if same != taken[place].fingerprint:
                answer = None
            found.append(Posted(answer, event.id, event.source, new))
        return found

    # ---- what is locked ------------------------------------------------------------------------

    def _lock(self, events: Sequence[Event], accounts: dict[str, StoredAccount]) -> None:
        names = members_of(events)
        if not names | (self._others.names & accounts.keys()):
            return
        if missing := (names | self._others.needed) - accounts.keys():
            accounts |= self._books.opened(missing)
        own = sorted(names)
        names |= self._others.names & accounts.keys()
        personal_too = self._others.reads_personal or self._reads_personal(events)
        if "birthday" in self._timeline.moments or personal_too:
            self._read_personal(names)
        self._open_all({name: accounts[name] for name in names})
        merged.check(self._books, (one.account for one in self._open.values()), events)
        if self._pooled is not None:
            self._pooled.check()
        self._others.check(self._books, self._account, own)

    def _with_moments(self, events: Sequence[tuple[int, Event]]) -> list[tuple[int, Event]]:
        """The events, each after the moments of its member that come before it, and before what
        another member gets of it; by its place."""
        told = [*self._others.behind(events, self._open)]
        if self._guarding is not None:
            told = [*self._guarding.with_holds(told, self._open)]
        if not self._timeline.moments:
            return told
        found = self._coming().before(told, self._identifying.blocked)
        fresh = self._record_moments([one for _, one in found if isinstance(one, Moment)])
        return [(place, one) for place, one in found if not isinstance(one, Moment) or one in fresh]

    def _coming(self) -> Coming:
        return Coming(self._timeline, {name: one.account for name, one in self._open.items()})

    def _record_moments(self, moments: Sequence[Event]) -> list[Event]:
        """Those that nobody has recorded yet, from now on as facts.

        An account remembers the last of a kind, but not through a version that has none.
        """
        if not moments:
            return []
        rows = [event_row(self._published, moment, self._space.secret) for moment in moments]
        claimed = self._books.moments(rows)
        return [moment for moment in moments if (moment.source, moment.id) in claimed]

    def _read_personal(self, names: Collection[str]) -> None:
        books = self._books
        self._personal = personal_of(books.connection, books.scope.space_id, names)

    def _open_all(self, accounts: Mapping[str, StoredAccount]) -> None:
        self._open = {name: self._opened(name, stored) for name, stored in accounts.items()}
        self._apart.read(self._books, accounts)

    def _opened(self, member: str, stored: StoredAccount) -> Opened:
        attributes = {} if stored.attributes == "{}" else msgspec.json.decode(stored.attributes)
        if member in self._personal:
            attributes |= msgspec.json.decode(self._personal[member])
        state = self._books.state(member, stored)
        account = Account(member, state, attributes, version=stored.version)
        return Opened(account, stored.seq, stored.attributes)

    def _version(self, event: Event) -> TimelineVersion:
        return self._timeline.at(event.occurred_at)

    def _reads_personal(self, events: Iterable[Event]) -> bool:
        return any(
            isinstance(event, OfMember | OfEarlier)
            or self._version(event).plan.types[TYPE_NAMES[type(event)]].reads_personal
            for event in events
        )

    # ---- what comes of it ------------------------------------------------------------------------

    def _decided(self, wanted: Sequence[tuple[int, Event, bool]]) -> dict[Key, str]:
        """Decide events, by place, with reasons or without, and note what is to be written; their
        answers."""
        answers: dict[Key, str] = {}
        # Some are decided, then these are answered: by turns, either would find that the other has
        # taken its place in the processor's memory.  That makes a fifth of an answer's time.
        for start in range(0, len(wanted), _PHASE):
            phase = wanted[start : start + _PHASE]
            decided = [
                attempt(place, self._decide, event, trace=trace) for place, event, trace in phase
            ]
            for (place, _, trace), one in zip(phase, decided, strict=True):
                if one is None:
                    continue
                key = (one.event.source, one.event.id)
                answers[key] = attempt(place, self._told, one, trace=trace)
        return answers

    def _decide(self, event: Event, *, trace: bool) -> Decided | None:
        """What it comes to; None of what does not happen after all."""
        deciding = self._version(event)
        if not isinstance(event.member, str):
            return self._decide_of_nobody(event, deciding)
        member, opened = event.member, self._open[event.member]
        recorded = self._earlier.recorded
        event = recorded.chosen(event)
        found = recorded.given(event, NOTHING, deciding.plan)
        version, about = self._earlier.about(event, found)
        budgets = self._rooms.of(version, about)
        # Something is taken back on the room that there was.
        rooms = {} if isinstance(event, TakingBack) else self._rooms.left(about, budgets)
        given = with_found(self._rows.given(event, rooms, recorded), found)
        given = self._identifying.given(event, self._earlier.withheld(event, given))
        handed = self._others.given(event, given, self._account, recorded)
        if handed is None or (self._guarding is not None and self._guarding.is_idle(event)):
            return None
        handed = self._quotes.given(event, handed, deciding.plan, opened.account)
        handed = self._apart.given(member, handed)
        if self._pooled is not None:
            handed = self._pooled.given(event, handed)
        event = as_given(event, handed)
        past, as_if = recorded.past(event), self._pasts.of(member)
        account, outcome = self._timeline.decide(
            opened.account, event, trace=trace, given=handed, past=past, as_if=as_if
        )
        if self._guarding is not None:
            handed = self._guarding.given(event, handed, outcome)
            if handed.guarded is not None:
                account, outcome = self._timeline.decide(
                    opened.account, event, trace=trace, given=handed, past=past, as_if=as_if
                )
        outcome = shown(outcome, handed)
        one = Decided(event, opened.seq + 1, outcome, decided_with(handed, outcome))
        self._pasts.keep(member, event, one.given, outcome.version)
        if isinstance(event, OfMember):
            conventions = self._published.versions[account.version].conventions
            opened.attributes = self._profiles.keep(conventions, event, account)
        opened.account, opened.seq, opened.changed = account, opened.seq + 1, True
        self._rooms.use(budgets, outcome)
        if self._guarding is not None:
            self._guarding.keep(one)
        self._rows.post(member, opened.seq, deciding.plan.zone, event, outcome)
        self._earlier.keep(event, opened.seq, outcome)
        self._others.keep(event, outcome, opened.seq)
        return one

    def _decide_of_nobody(self, event: Event, deciding: TimelineVersion) -> Decided:
        assert isinstance(event, Purchase | TakingBack), "every other event is somebody's"
        given = self._earlier.recorded.given(event, NOTHING, deciding.plan)
        version, _ = self._earlier.about(event, given)
        deciding = deciding if version is None else self._timeline.of(version)
        outcome = engine.guest(deciding.plan, event, given)
        outcome = msgspec.structs.replace(outcome, version=deciding.version)
        self._earlier.keep(event, None, outcome)
        return Decided(event, None, outcome, given)

    def _account(self, name: str) -> Account | None:
        return self._open[name].account if name in self._open else None

    def _told(self, one: Decided, *, trace: bool) -> str:
        """The answer; reasons are told once, and not stored: the record can tell them again."""
        event, outcome = one.event, one.outcome
        stored = msgspec.structs.replace(outcome, trace=()) if trace else outcome
        answer = self._answer(event, stored)
        self._rows.record(event, one.seq, outcome, one.given, answer)
        return self._answer(event, outcome) if trace else answer

    def _answer(self, event: Event, outcome: Outcome) -> str:
        writer = self._published.versions[outcome.version].writer
        return _json.encode(writer.answer(event, outcome)).decode()

    def _write(self) -> None:
        self._profiles.write()
        if self._guarding is not None and (used := self._guarding.used()):
            self._books.keep_codes(used)
        accounts = []
        for member, opened in self._open.items():
            if opened.changed:
                accounts.append(
                    account_row(
                        self._published, member, opened.seq, opened.account, opened.attributes
                    )
                )
        written = Written(
            accounts=accounts,
            records=self._rows.records,
            sweeps=(),
            entries=self._rows.entries,
            vouchers=self._rows.written(),
            budgets=self._rooms.used,
            remains=[*self._earlier.remains()],
            claims=self._earlier.claims,
            waits=[*self._earlier.waits, *self._others.over.waits],
            waited=[*self._earlier.waited, *self._others.over.waited],
            survived=self._others.over.claims,
            received=[*self._others.facts, *(self._guarding.facts if self._guarding else ())],
            spending=self._guarding.rows if self._guarding else (),
            refused=self._rows.refused,
            awaits=[*self._others.awaiting.rows()],
            awaited=self._others.awaiting.over,
            quotes=[(quote, *taken) for quote, taken in self._quotes.taken.items()],
            schema=FACTS,
        )
        self._books.write(self._timeline.zone.day_of(self._books.now), written)
