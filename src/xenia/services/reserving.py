"""Reservations: what an event is about to take is kept for it, until it is committed, released, or
its time is over."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
from psycopg import Connection

from xenia.amounts import format_decimal
from xenia.effects import Outcome, Refusal
from xenia.engine.budgets import touched
from xenia.events.model import TYPE_NAMES, Purchase, Redemption, Use
from xenia.services.books import Books, Used
from xenia.services.changing import Changing, Done
from xenia.services.looking import Looking
from xenia.services.opened import Decided
from xenia.services.posted import OutdatedError
from xenia.services.posting import Batch
from xenia.services.problems import (
    Problem,
    Reason,
    different_content,
    not_of_the_reservation,
    not_reservable,
    reservation_over,
    unknown_reservation,
)
from xenia.services.published import Published, Space, load_space
from xenia.services.quoting import weighed
from xenia.services.refused_spends import refused_spend
from xenia.services.taking import Taken
from xenia.services.times import utc_text
from xenia.store import posting, reservations
from xenia.store.members import RANDOM, uuid7
from xenia.store.posting import Scope, StoredAccount
from xenia.store.refused_spends import RefusedRow
from xenia.store.reservations import Reservation
from xenia.store.together import Together

RESERVED, COMMITTED, RELEASED, EXPIRED = "reserved", "committed", "released", "expired"
SECONDS = 900  # that a reservation lives where nothing else is said
SECONDS_MOST = 86_400
_TAKES = Purchase | Redemption | Use

Json = dict[str, Any]

_CODE = "one_time_code"
_parts = msgspec.json.Decoder(dict[str, msgspec.Raw])


class _Locking(Looking):
    """What a reservation is decided on: as of an event that is posted, but nothing is written."""

    holds, sees_codes, counts_before = False, True, True

    def __init__(self, together: Together, scope: Scope, published: Published, now: int) -> None:
        super().__init__(together.connection, scope, published, now)
        self._locks = together

    def locked(self, names: Collection[str]) -> dict[str, StoredAccount]:
        """The accounts of members, locked as they stand."""
        return posting.lock_accounts(self._locks, self.scope, names)

    def opened(self, names: Collection[str]) -> dict[str, StoredAccount]:
        """Who has no account is nobody yet: nothing would tell that something is kept for them."""
        self.strangers.update(names)
        return super().opened(names)

    def vouchers(self, codes: Collection[str]) -> list[tuple[Any, ...]]:
        """Vouchers, locked as they stand."""
        return posting.lock_vouchers(self._locks, self.scope, codes)

    def budgets(self, names: Collection[tuple[str, int]]) -> tuple[Used, Used]:
        """Budgets, locked as they stand, and what is reserved of them."""
        return self._with_reserved(posting.lock_budgets(self._locks, self.scope, names))


@dataclass(frozen=True, slots=True)
class Reserving:
    """Reservations of one space, within a write; its transaction has begun.

    What was `refused` is for whoever ends it to keep: a refusal takes back all that is done."""

    changing: Changing
    space: Space
    refused: list[tuple[Scope, RefusedRow]] = field(default_factory=list)  # for safety

    @property
    def _connection(self) -> Connection[Any]:
        return self.changing.connection

    # ---- reserve -------------------------------------------------------------------------------

    def reserve(self, taken: Taken, seconds: int, sent: bytes) -> Done | Problem:
        """Keep what an event would take, for so many seconds, or say why it cannot be had.

        `sent` is the event as JSON.
        """
        if not isinstance(taken.event, _TAKES):
            kind = TYPE_NAMES[type(taken.event)]
            text = (
                f"nothing can be reserved for a {kind}: it takes a purchase, a redemption or a use"
            )
            return not_reservable([Reason("/event/type", "nothing-to-reserve", text)])
        published, one, answer = self._decided(taken)
        if not isinstance(one.event.member, str):
            text = "nothing is known of the member yet: there is nothing to be kept"
            return not_reservable([Reason("/event/member", "unknown-member", text)])
        plan = published.versions[one.outcome.version].plan
        found = [*_refused(one.outcome), *_by_itself(published, one)]
        if found:
            row = refused_spend(one.event, one.outcome, one.given, reserving=True)
            if row is not None:
                self.refused.append((Scope(self.space.space_id, published.programme_id), row))
            return not_reservable(found)
        periods = dict(touched(plan, one.event))
        made = Reservation(
            uuid7(self.changing.now, secrets.token_bytes(RANDOM)),
            published.programme_id,
            one.event.member,
            RESERVED,
            self.changing.now,
            self.changing.now + seconds * 1_000_000,
            _units(one.outcome),
            [voucher.code for voucher in one.outcome.changed],
            [
                (name, periods[name], units)
                for name, units in sorted(one.outcome.used.items())
                if units > 0
            ],
            location=one.event.location,
            terminal=one.event.terminal,
            sent=without_code(sent),
        )
        reservations.add(self._connection, self.space.space_id, made)
        shown = self.shown(made)
        self.changing.note("reservation.made", f"reservation/{made.id}", after=shown)
        return Done({**shown, "answer": msgspec.Raw(answer.encode())}, 201)

    def _decided(self, taken: Taken) -> tuple[Published, Decided, str]:
        """What would come of it, with all that it would take locked."""
        space, connection = self.space, self._connection
        for _ in range(2):
            published = space.programmes[taken.programme]
            scope = Scope(space.space_id, published.programme_id)
            try:
                with Together(connection, within=True) as together:
                    locking = _Locking(together, scope, published, self.changing.now)
                    found = weighed(locking, space, published, [taken])[0]
            except OutdatedError:
                space = load_space(connection, space.name, known=space)
                continue
            assert found.decided is not None, "it is decided anew"
            return published, found.decided, found.posted.answer or ""
        raise OutdatedError

    # ---- commit and release --------------------------------------------------------------------

    def commit(self, name: str, taken: Taken) -> Done | Problem:
        """Post the event for which it was reserved; what it leaves is free again."""
        it = reservations.one(self._connection, self.space.space_id, name, lock=True)
        if it is None:
            return unknown_reservation(name)
        again = it.state == COMMITTED and taken.key == (it.source, it.event)
        if not again and not it.holds(self.changing.now):
            return reservation_over(name, self._state(it))
        programme = self.space.programmes[taken.programme]
        if programme.programme_id != it.programme:
            return not_of_the_reservation("programme")
        posted = self._posted(taken, it)
        if isinstance(posted, Problem):
            return posted
        if not again:
            now = self.changing.now
            reservations.end(self._connection, self.space.space_id, it, (COMMITTED, now), taken.key)
            source, event = taken.key
            after = {"state": COMMITTED, "source": source, "event": event}
            before = {"state": RESERVED}
            about = f"reservation/{name}"
            self.changing.note("reservation.committed", about, before=before, after=after)
        return Done(msgspec.Raw(posted.encode()))

    def again(self, name: str, body: bytes) -> Done | Problem:
        """What was made of the event by which a reservation was committed, whose event is not kept
        any more; where the `body` says something of it, nobody can tell whether it is the same."""
        it = reservations.one(self._connection, self.space.space_id, name, lock=True)
        if it is None:
            return unknown_reservation(name)
        said = bool(_parts.decode(body or b"{}"))
        if said or it.state != COMMITTED or it.source is None or it.event is None:
            return reservation_over(name, self._state(it))
        scope, key = Scope(self.space.space_id, it.programme), (it.source, it.event)
        answer = posting.stored(self._connection, scope, [key])[key].answer
        assert answer is not None, "it was answered as it was committed"
        return Done(msgspec.Raw(answer.encode()))

    def _posted(self, taken: Taken, it: Reservation) -> str | Problem:
        space, connection = self.space, self._connection
        for _ in range(2):
            published = space.programmes[taken.programme]
            try:
                with connection.transaction(), Together(connection, within=True) as together:
                    books = Books(together, space, published, self.changing.now, it)
                    batch = Batch(books, space, published)
                    posted = batch.run([taken])[0]
                    if posted.answer is None:
                        return different_content(posted.source, posted.event)
                    told = msgspec.json.decode(posted.answer)
                    if told["member"] != it.member:
                        raise _OfAnother
                    return posted.answer
            except OutdatedError:
                space = load_space(connection, space.name, known=space)
            except _OfAnother:
                return not_of_the_reservation("member")
        raise OutdatedError

    def release(self, name: str) -> Done | Problem:
        """Keep nothing any more; of what is over already, nothing is changed."""
        it = reservations.one(self._connection, self.space.space_id, name, lock=True)
        if it is None:
            return unknown_reservation(name)
        if it.state == COMMITTED:
            return reservation_over(name, COMMITTED)
        if it.state == RESERVED:
            now = self.changing.now
            state = RELEASED if it.holds(now) else EXPIRED
            reservations.end(self._connection, self.space.space_id, it, (state, now))
            about = f"reservation/{name}"
            told = ({"state": RESERVED}, {"state": state})
            self.changing.note("reservation.released", about, before=told[0], after=told[1])
            it = reservations.one(self._connection, self.space.space_id, name)
            assert it is not None, "it is there"
        return Done(self.shown(it))

    def shown(self, it: Reservation) -> Json:
        """A reservation as it is told."""
        return shown(self.space, it, self.changing.now)

    def _state(self, it: Reservation) -> str:
        return state_of(it, self.changing.now)


class _OfAnother(Exception):  # noqa: N818 - not an error: it takes back what was posted
    """The event is another member's."""


def state_of(it: Reservation, now: int) -> str:
    """What a reservation is at an instant, also where nobody has cleared it away."""
    return EXPIRED if it.state == RESERVED and not it.holds(now) else it.state


def shown(space: Space, it: Reservation, now: int) -> Json:
    """A reservation as it is told at an instant."""
    published = next(one for one in space.programmes.values() if one.programme_id == it.programme)
    decimals: dict[str, int] = {}
    for version in published.versions.values():
        decimals |= version.writer.currencies
    return {
        "reservation": it.id,
        "state": state_of(it, now),
        "programme": published.name,
        "member": it.member,
        "made_at": utc_text(it.made_at),
        "until": utc_text(it.until),
        "units": {key: format_decimal(units, decimals[key]) for key, units in it.units.items()},
        "vouchers": list(it.vouchers),
        "budgets": {name: units for name, _, units in it.budgets},
        "source": it.source,
        "event": it.event,
    }


def without_code(sent: bytes) -> str:
    """An event as it is kept: a one-time code is kept nowhere."""
    parts = _parts.decode(sent)
    return msgspec.json.encode({key: parts[key] for key in parts if key != _CODE}).decode()


def is_whole(body: bytes) -> bool:
    """Whether what is sent to commit a reservation is an event, and not only what is otherwise than
    in the one that was reserved for."""
    try:
        return "type" in _parts.decode(body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return True  # whoever reads it as an event says what is wrong


def completed(it: Reservation, body: bytes) -> bytes | None:
    """The event that was reserved for, but for what is said of it now; None: it is not kept."""
    if it.sent is None:
        return None
    return msgspec.json.encode({**_parts.decode(it.sent), **_parts.decode(body or b"{}")})


def found(connection: Connection[Any], space: Space, name: str, now: int) -> Json | Problem:
    """A reservation of a space, as it is told at an instant."""
    it = reservations.one(connection, space.space_id, name)
    return unknown_reservation(name) if it is None else shown(space, it, now)


def _units(outcome: Outcome) -> dict[str, int]:
    units: dict[str, int] = {}
    for currency, _, _, spent in outcome.spent:
        units[currency] = units.get(currency, 0) + spent
    return units


def _refused(outcome: Outcome) -> Iterator[Reason]:
    for refusal in outcome.refusals:
        yield Reason(_pointer(refusal), refusal.code, refusal.text)


def _pointer(refusal: Refusal) -> str:
    return f"/event/{refusal.claim}" if refusal.claim not in ("redemption", "use") else "/event"


def _by_itself(published: Published, one: Decided) -> Iterator[Reason]:
    """Units with which rewards are bought by themselves cannot be kept from that."""
    rewards = published.versions[one.outcome.version].plan.programme.rewards.values()
    taken = {key for reward in rewards if reward.automatic for key in reward.price}
    for key in sorted(_units(one.outcome).keys() & taken):
        text = f"rewards are bought with {key} by themselves, so that none can be reserved"
        yield Reason(f"/event/spend/{key}", "bought-by-itself", text)


# ---- what is over --------------------------------------------------------------------------------

_CHUNK = 200


def clear_away(connection: Connection[Any], space: int, now: int) -> int:
    """End those that are over, so that nobody looks for them any more; how many they were.

    The connection is in no transaction.
    """
    cleared = 0
    while True:
        with connection.transaction():
            some = reservations.expired(connection, space, now, _CHUNK)
            for it in some:
                reservations.end(connection, space, it, (EXPIRED, now))
        cleared += len(some)
        if len(some) < _CHUNK:
            return cleared
