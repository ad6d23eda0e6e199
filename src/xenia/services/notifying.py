"""How the ways by which people are reached are doing, and test messages of staff to itself."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection

from xenia.notifiers import Letter, Notifier, UnsentError
from xenia.programme.words import languages
from xenia.services.changing import Changing, Done
from xenia.services.letters import letter_id
from xenia.services.message_words import words_of
from xenia.services.problems import Problem
from xenia.services.times import utc_text
from xenia.store import notifiers as store
from xenia.store.notifiers import NotifierRow, TrialRow, Waiting

Json = dict[str, Any]

_log = logging.getLogger(__name__)

_SECOND: Final = 1_000_000  # microseconds
SAID_EVERY: Final = 60 * _SECOND
AWAY_AFTER: Final = 3 * 60 * _SECOND  # since nobody works with it
_KEPT: Final = 30 * 86_400 * _SECOND
_ID_BYTES: Final = 12
_KINDS: Final = ("email", None)  # of notifiers that can reach staff, by an address for e-mail
_FALLBACK: Final = "en"
UNREACHED: Final = "nobody is known by this account any more"


@dataclass(slots=True)
class Notifying:
    """Works on a connection that commits by itself; `clock` says the time in microseconds."""

    connection: Connection[Any]
    notifiers: Sequence[Notifier]
    clock: Callable[[], int]
    said_at: int = 0

    def step(self) -> int:
        """Say which notifiers there are, from time to time, and send a test message, if one waits:
        how many there were.  Raises what psycopg raises."""
        now = self.clock()
        if not now - SAID_EVERY < self.said_at <= now:
            store.seen(self.connection, [(one.name, one.kind) for one in self.notifiers], now)
            self.said_at = now
        by_name = {one.name: one for one in self.notifiers}
        with self.connection.transaction():
            found = store.next_test(self.connection, [*by_name])
            if found is None:
                return 0
            reason = _tried(found, by_name[found.notifier])
            state: store.State = "sent" if reason is None else "failed"
            store.test_ended(self.connection, found, state, reason, self.clock())
            self.took(found.space_id, found.notifier, reason)
        return 1

    def took(self, space: int, notifier: str, reason: str | None) -> None:
        """A notifier has taken a message, or has not for a reason."""
        if reason is None:
            store.sent(self.connection, space, notifier, self.clock())
        else:
            store.failed(self.connection, space, notifier, reason, self.clock())


def _tried(found: Waiting, notifier: Notifier) -> str | None:
    """Why a test message was not sent; None: it was."""
    if found.email is None:
        return UNREACHED
    language = found.locale if found.locale in languages() else _FALLBACK
    words = words_of(language)
    said = words["notifier-test"].format(notifier=found.notifier, space=found.space)
    letter_key = letter_id(notifier.name, f"test\0{found.test}")
    letter = Letter(letter_key, found.email, language, words["notifier-test-subject"], said)
    try:
        notifier.send(letter)
    except UnsentError as error:
        return str(error)
    except Exception as fault:  # noqa: BLE001 - a notifier may be anybody's; others go on
        _log.exception("a test message could not be sent")
        return f"a fault of the notifier: {type(fault).__name__}"
    return None


# ---- what staff sees and asks --------------------------------------------------------------------


def listed(reads: Connection[Any], space: int, staff: str | None, now: int) -> list[Json]:
    """All notifiers of a space at an instant (microseconds), each with the last test of somebody
    of the staff."""
    return [_shown(row, now) for row in store.listed(reads, space, staff)]


def ask_test(changing: Changing, notifier: str, locale: str) -> Done | Problem:
    """Have a test message sent to whoever asks; where one waits still, that is it."""
    key = changing.actor.key
    rows = store.listed(changing.connection, changing.space_id, None, notifier)
    if not rows:
        return _unknown(notifier)
    if key is None or key.kind != "staff" or rows[0].kind not in _KINDS:
        return _no_address(notifier)
    (row,) = store.listed(changing.connection, changing.space_id, key.key_id, notifier)
    if row.test is None or row.test.state != "waiting":
        test = f"tst_{secrets.token_hex(_ID_BYTES)}"
        store.add_test(
            changing.connection,
            changing.space_id,
            test,
            notifier,
            key.key_id,
            locale=locale,
            now=changing.now,
            old=changing.now - _KEPT,
        )
        changing.note("notifier.tested", f"notifier/{notifier}", after={"test": test})
        (row,) = store.listed(changing.connection, changing.space_id, key.key_id, notifier)
    assert row.test is not None, "it was made"
    return Done(_test_shown(row.test), 202)


def _shown(row: NotifierRow, now: int) -> Json:
    return {
        "notifier": row.name,
        "kind": row.kind,
        "working": now - row.seen_at < AWAY_AFTER,
        "seen_at": utc_text(row.seen_at),
        "sent_at": _text(row.sent_at),
        "failing_since": _text(row.failing_since),
        "failures": row.failures,
        "failed_at": _text(row.failed_at),
        "reason": row.reason,
        "reaches_staff": row.kind in _KINDS,
        "test": None if row.test is None else _test_shown(row.test),
    }


def _test_shown(test: TrialRow) -> Json:
    return {
        "test": test.test,
        "notifier": test.notifier,
        "state": test.state,
        "reason": test.reason,
        "made_at": utc_text(test.made_at),
        "ended_at": _text(test.ended_at),
    }


def _text(instant: int | None) -> str | None:
    return None if instant is None else utc_text(instant)


def _unknown(notifier: str) -> Problem:
    sentence = (
        f'there is no notifier "{notifier[:100]}": `GET /v1/notifiers` lists those that '
        "`xenia work` was started with"
    )
    return Problem(status=404, code="unknown-notifier", detail=sentence)


def _no_address(notifier: str) -> Problem:
    sentence = (
        f'a test message goes to whoever asks, by their address, and "{notifier[:100]}" has none '
        "of them: sign in as a person, and take a notifier that sends to addresses"
    )
    return Problem(status=409, code="no-test-address", detail=sentence)
