"""Sends messages to members: in their language, to their address, if they agree to it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from psycopg import Connection

from xenia.amounts import format_decimal
from xenia.events.moments import parse_time
from xenia.notifiers import Letter, Notifier, UnsentError
from xenia.services import member_signing
from xenia.services.alarms import Alarms
from xenia.services.changing import Changing, Done
from xenia.services.delivering import LEASE, SECOND, next_attempt
from xenia.services.letters import (
    CODE,
    EXPIRING,
    PUBLISHED,
    SIGN_IN,
    letter_id,
    may_be_sent,
    purpose_of,
)
from xenia.services.notifying import Notifying
from xenia.services.one_time_codes import digits_of
from xenia.services.problems import Problem, unknown_message
from xenia.services.published import DEFAULT, Space
from xenia.services.publishing import NOBODY
from xenia.services.telling import look
from xenia.services.times import utc_text
from xenia.services.wording import voice_of, worded
from xenia.store import member_sessions, merges, one_time_codes
from xenia.store import messages as store
from xenia.store.member_sessions import UntoldCode
from xenia.store.messages import Announcing, Claimed, MessageRow, New
from xenia.store.one_time_codes import Untold

_log = logging.getLogger(__name__)

_AT_ONCE = 4  # messages that are taken together: each may take 15 seconds of two minutes
_CODES = 100  # that are made messages of at once
_MEMBERS = 1_000  # who are told of a version in one transaction
_KEPT = 90 * 86_400 * SECOND
_FORGOTTEN = 1_000


@dataclass(slots=True)
class Messaging:
    """Works on a connection that commits by itself; `clock` says the time in microseconds."""

    connection: Connection[Any]
    notifiers: Sequence[Notifier]
    clock: Callable[[], int]
    public_url: str | None = None  # by which browsers know the service; None: no links are sent
    sent: int = 0
    _known: dict[int, Space] = field(default_factory=dict)
    _notifying: Notifying = field(init=False)

    def __post_init__(self) -> None:
        """One beside it says how the notifiers are doing."""
        self._notifying = Notifying(self.connection, self.notifiers, self.clock)

    def step(self) -> int:
        """Send some of what is due: how many; or spread a version over some members: how many.

        Raises what psycopg raises.
        """
        if not self.notifiers:
            return 0
        alarms = Alarms(self.connection, self.notifiers, self.clock)
        spread = self._codes() + self._spread() + alarms.step() + self._notifying.step()
        now = self.clock()
        store.forget(self.connection, now - _KEPT, _FORGOTTEN)
        by_name = {one.name: one for one in self.notifiers}
        taken = store.claim(self.connection, [*by_name], now=now, until=now + LEASE, limit=_AT_ONCE)
        for claimed in taken:
            self._send(claimed, by_name[claimed.notifier])
        return len(taken) + spread

    def run(self) -> int:
        """All that is due: how many messages were sent."""
        while self.step():
            pass
        return self.sent

    # ---- one message -----------------------------------------------------------------------------

    def _send(self, claimed: Claimed, notifier: Notifier) -> None:
        letter = self._letter(claimed, notifier)
        if isinstance(letter, str):
            store.ended(self.connection, claimed, "unsent", letter, now=self.clock())
            return
        try:
            notifier.send(letter)
        except UnsentError as error:
            self._failed(claimed, str(error), for_good=error.for_good)
        except Exception as fault:  # noqa: BLE001 - a notifier may be anybody's; others go on
            _log.exception("a message could not be sent")
            self._failed(claimed, f"a fault of the notifier: {type(fault).__name__}")
        else:
            store.ended(self.connection, claimed, "sent", None, now=self.clock())
            self._notifying.took(claimed.space_id, claimed.notifier, None)
            self.sent += 1

    def _failed(self, claimed: Claimed, why: str, *, for_good: bool = False) -> None:
        now = self.clock()
        again = None
        if not for_good:
            again = next_attempt(claimed.message_id, claimed.attempts + 1, now)
        state = "dead" if again is None else "waiting"
        store.ended(self.connection, claimed, state, why, now=now, next_at=again)
        self._notifying.took(claimed.space_id, claimed.notifier, why)

    def _letter(self, claimed: Claimed, notifier: Notifier) -> Letter | str:
        """What is sent, or why nothing is."""
        space, member = claimed.space_id, claimed.member_id
        asked_for = claimed.type in (CODE, SIGN_IN)
        whose = [member] if asked_for else self._one_person(space, member)
        member = whose[-1]
        # An address that somebody else has added takes over nothing.
        first = claimed.type == SIGN_IN
        person = store.person(self.connection, space, member, notifier.kind, first=first)
        if person is None or person.erased:
            return "nobody is known under this id any more"
        effect = msgspec.json.decode(claimed.effect)
        if asked_for:
            if parse_time(effect["until"]) <= self.clock():
                return "the code has ended before it could be sent"
        else:
            if claimed.type == EXPIRING and parse_time(effect["expires"]) <= self.clock():
                return "what it tells of had ended before it could be sent"
            purpose = purpose_of(claimed.type)
            for who in whose:
                said = store.consents(self.connection, space, claimed.programme_id, who)
                if not may_be_sent(said, purpose, notifier.name):
                    return f"no consent to {purpose} by {notifier.name}"
        to = member if notifier.kind is None else person.address
        if to is None:
            return f"no address: no identifier of the kind {notifier.kind}"
        published = look(self.connection, self._known, space)[claimed.programme_id]
        version = published.versions.get(claimed.version)
        if version is None:
            return "the version of the programme that it tells of has been withdrawn"
        voice = voice_of(version.plan.programme, person.locale)
        if claimed.type == CODE:
            effect["digits"] = digits_of(self._known[space].secret, effect["code"])
        if claimed.type == SIGN_IN:
            effect |= self._way_in(self._known[space], effect["code"])
        subject, text = worded(voice, claimed.type, effect)
        return Letter(claimed.message_id, to, voice.locale.language, subject, text)

    def _one_person(self, space: int, member: str) -> list[str]:
        """A member with those into whom they are merged, who stays the last: what led to the first
        leads there."""
        found = [member]
        while lead := merges.leads(self.connection, space, [member]).get(member):
            member = lead[0]
            found.append(member)
        return found

    # ---- codes ---------------------------------------------------------------------------------

    def _codes(self) -> int:
        """Make messages of codes that members are to be sent; how many codes."""
        with self.connection.transaction():
            found = one_time_codes.untold(self.connection, _CODES)
            for one in found:
                store.add(self.connection, one.space, [*self._of_code(one)], self.clock())
            asked = member_sessions.untold(self.connection, _CODES)
            for code in asked:
                store.add(self.connection, code.space, [*self._of_sign_in(code)], self.clock())
        return len(found) + len(asked)

    def _of_sign_in(self, one: UntoldCode) -> Iterator[New]:
        published = look(self.connection, self._known, one.space)[one.programme]
        version = published.timeline.at(self.clock()).version
        effect = msgspec.json.encode({"code": one.code, "until": utc_text(one.until)}).decode()
        for notifier in self.notifiers:
            name = letter_id(notifier.name, f"sign-in\0{one.code}")
            at = (name, one.programme, version, notifier.name)
            yield New(*at, one.member, SIGN_IN, effect)

    def _way_in(self, space: Space, code: str) -> dict[str, str]:
        """The digits of a code, and the link that does without them."""
        found = {"digits": member_signing.digits_of(space.secret, code), "link": ""}
        if self.public_url is not None:
            text = member_signing.link_of(space.secret, code)
            where = f"{self.public_url.rstrip('/')}/my/link/{code}/{text}"
            found["link"] = where if space.name == DEFAULT else f"{where}?space={space.name}"
        return found

    def _of_code(self, one: Untold) -> Iterator[New]:
        published = look(self.connection, self._known, one.space)[one.programme]
        version = published.timeline.at(self.clock()).version
        decimals = published.versions[version].writer.currencies
        units = {
            key: format_decimal(number, decimals[key])
            for key, number in msgspec.json.decode(one.units).items()
        }
        told = {"code": one.code, "units": units, "until": utc_text(one.until)}
        effect = msgspec.json.encode(told).decode()
        for notifier in self.notifiers:
            name = letter_id(notifier.name, f"code\0{one.code}")
            yield New(name, one.programme, version, notifier.name, one.member, CODE, effect)

    # ---- a version -------------------------------------------------------------------------------

    def _spread(self) -> int:
        with self.connection.transaction():
            version = store.announcing(self.connection)
            if version is None:
                return 0
            found = store.joined(
                self.connection,
                version,
                place=NOBODY.place,
                nobody=NOBODY.content,
                limit=_MEMBERS,
            )
            if found and version.announcement is not None:
                new = [
                    self._announcement(version, member, notifier)
                    for member in found
                    for notifier in version.notifiers
                ]
                store.add(self.connection, version.space_id, new, self.clock())
            store.spread(self.connection, version, found[-1] if found else None)
        return max(1, len(found))

    def _announcement(self, of: Announcing, member: str, notifier: str) -> New:
        key = f"version\0{of.programme_id}\0{of.version}\0{member}"
        at = (letter_id(notifier, key), of.programme_id, of.version, notifier)
        return New(*at, member, PUBLISHED, of.announcement or "")


def send_again(changing: Changing, message: str) -> Done | Problem:
    """Have a message that was not sent tried again, with the words of that moment."""
    member = store.again(changing.connection, changing.space_id, message, changing.now)
    if member is None:
        return unknown_message(message)
    changing.note("message.again", f"message/{message}", after={"member": member})
    return Done({"message": message, "state": "waiting"}, 202)


def shown(row: MessageRow) -> dict[str, Any]:
    """A message as the log shows it: not what it said, nor to which address."""
    return {
        "message": row.message_id,
        "member": row.member_id,
        "by": row.notifier,
        "type": row.type,
        "state": row.state,
        "reason": row.reason,
        "tried": row.attempts,
        "made_at": utc_text(row.made_at),
        "next_at": utc_text(row.next_at) if row.state == "waiting" else None,
        "sent_at": None if row.sent_at is None else utc_text(row.sent_at),
    }
