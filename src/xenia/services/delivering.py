"""Sends what is due to webhooks, many at a time, and keeps what became of it.

At least once: who dies in the middle has not said what became of it, and it is sent again, under
the same id.  Each endpoint has its own few of the threads, so that one that is slow holds up no
other.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol

from psycopg import Connection

from xenia.connectors.sending import Reply
from xenia.services import signing
from xenia.services.times import utc_text
from xenia.store import changes, deliveries, webhooks
from xenia.store.deliveries import ORDERED_FOR, AttemptRow, Claimed, Endpoint

_log = logging.getLogger(__name__)

SECOND = 1_000_000  # microseconds
_MINUTE, _HOUR = 60, 3600  # seconds
# Until the first attempt, and after each that has failed until the next; then it is given up.
SCHEDULE = (
    *(0, 5, 5 * _MINUTE, 30 * _MINUTE),
    *(2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR),
)
PATIENCE = 5 * 24 * _HOUR * SECOND  # with an endpoint that takes nothing
LEASE = 120 * SECOND  # after which one of whom nothing is heard is taken to have died
THREADS = 32
_EACH = 4  # of the threads, for one endpoint; one alone while it fails
_GONE = 410
_USER_AGENT = "Xenia-Webhooks/1"
_BY = "xenia"  # who disables an endpoint


class Posts(Protocol):
    """What sends: `connectors.sending.Sender`, or what stands for it in a test."""

    def post(self, url: str, head: Mapping[str, str], body: bytes) -> Reply:
        """Post a body; whatever goes wrong is told in the reply."""


@dataclass(frozen=True, slots=True)
class _Sent:
    endpoint: Endpoint
    claimed: Claimed
    at: int


@dataclass(slots=True)
class Delivering:
    """Works on a connection that commits by itself; `clock` says the time in microseconds.

    `stopped` ends it between two deliveries.
    """

    connection: Connection[Any]
    sender: Posts
    clock: Callable[[], int]
    stopped: Callable[[], bool] = lambda: False
    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(THREADS, thread_name_prefix="webhook")
    )
    _going: dict[Future[Reply], _Sent] = field(default_factory=dict)

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return bool(self._going)

    def step(self, seconds: float | None) -> int:
        """Begin to send what is due: how many; and keep what has become of what was under way.

        Waits for the first of that, but no longer than so many seconds, so that what falls due
        meanwhile is not held up by who is slow.  Raises what psycopg raises.
        """
        begun = 0 if self.stopped() else self._begin()
        if self._going:
            self._hear(wait(self._going, seconds, FIRST_COMPLETED).done)
        return begun

    def run(self) -> int:
        """Send all that is due, and wait until it is known what became of it: how many."""
        number = 0
        while True:
            waited = self.busy  # for what is over now: it may have made room for more
            begun = self.step(None)
            number += begun
            if not begun and not waited:
                return number

    def finish(self) -> None:
        """Wait for what is under way, and keep what becomes of it."""
        while self._going:
            self._hear(wait(self._going, None, FIRST_COMPLETED).done)

    def close(self) -> None:
        """Give the threads back; what is still under way comes to its end unheard of."""
        self._pool.shutdown()

    def _begin(self) -> int:
        """Take what is due and begin to send it; how many."""
        begun, busy = 0, Counter(one.endpoint.webhook_id for one in self._going.values())
        for endpoint in deliveries.due_endpoints(self.connection, self.clock()):
            most = 1 if endpoint.failing else _EACH
            room = min(most - busy[endpoint.webhook_id], THREADS - len(self._going))
            if room <= 0:
                continue
            now = self.clock()
            for claimed in deliveries.claim(
                self.connection, endpoint, now=now, until=now + LEASE, limit=room
            ):
                going = self._pool.submit(_send, self.sender, endpoint, claimed, now)
                self._going[going] = _Sent(endpoint, claimed, now)
                begun += 1
        return begun

    def _hear(self, done: set[Future[Reply]]) -> None:
        for one in done:
            sent = self._going.pop(one)
            with self.connection.transaction():
                self._keep(sent, _reply(one))

    def _keep(self, sent: _Sent, reply: Reply) -> None:
        space, claimed = sent.endpoint.space_id, sent.claimed
        ended = (reply.milliseconds, reply.status, reply.error, reply.text)
        attempt = AttemptRow(claimed.n, sent.at, *ended)
        deliveries.keep_attempt(self.connection, space, claimed.delivery_id, attempt)
        if reply.good:
            deliveries.delivered(self.connection, space, claimed.delivery_id)
        else:
            attempts, now = claimed.attempts + 1, self.clock()
            next_at = next_attempt(claimed.delivery_id, attempts, now, reply.retry_after)
            deliveries.failed(self.connection, space, claimed, next_at, hold=attempts < ORDERED_FOR)
        if not reply.good or sent.endpoint.failing:
            self._judge(sent, reply)

    def _judge(self, sent: _Sent, reply: Reply) -> None:
        """Since when an endpoint fails, and whether it is asked any more."""
        space, now = sent.endpoint.space_id, self.clock()
        row = webhooks.one(self.connection, space, sent.endpoint.webhook_id, lock=True)
        if row is None or row.url != sent.endpoint.url:
            return  # it has moved meanwhile, and what it said does not count
        values = {name: getattr(row, name) for name in row.__slots__}
        if reply.good:
            webhooks.put(self.connection, space, type(row)(**{**values, "failing_since": None}))
            return
        values["failing_since"] = since = row.failing_since or sent.at
        because = None
        if reply.status == _GONE:
            because = "it answered 410: nobody is there any more"
        elif now - since > PATIENCE:
            because = f"it has taken nothing since {utc_text(since)}"
        if because is not None and row.disabled_at is None:
            values |= {"disabled_at": now, "disabled_because": because}
            after = {"disabled": True, "because": because}
            about = f"webhook/{row.webhook_id}"
            changes.note(
                self.connection, space, _BY, "webhook.disabled", about, now=now, after=after
            )
        webhooks.put(self.connection, space, type(row)(**values))
        if because is not None and row.disabled_at is None:
            webhooks.tell(self.connection, space, row.webhook_id, now)


def _reply(done: Future[Reply]) -> Reply:
    """What came back; a fault of our own is told as one, and holds up nothing else."""
    try:
        return done.result()
    except Exception as fault:  # noqa: BLE001 - it is logged, and tried again as all that fails
        _log.exception("a webhook could not be sent")
        return Reply(None, f"a fault of this service: {type(fault).__name__}", "", 0)


def _send(sender: Posts, endpoint: Endpoint, claimed: Claimed, now: int) -> Reply:
    body, seconds = claimed.body.encode(), now // SECOND
    generations = [endpoint.generation]
    if endpoint.overlap_until is not None and now < endpoint.overlap_until:
        generations.append(endpoint.generation - 1)
    secrets = [
        signing.secret_of(endpoint.secret, endpoint.webhook_id, number) for number in generations
    ]
    head = {
        "Content-Type": "application/json",
        "User-Agent": _USER_AGENT,
        "webhook-id": claimed.delivery_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": signing.signature(secrets, claimed.delivery_id, seconds, body),
    }
    return sender.post(endpoint.url, head, body)


def next_attempt(delivery: str, attempts: int, now: int, wanted: int | None = None) -> int | None:
    """When a delivery of which so many attempts have failed is sent again; None: no more.

    Up to a tenth later than the schedule says, by a hash of what it is, so that not all that has
    failed together comes together again.  `wanted`: in how many seconds the endpoint wants it.
    """
    if attempts >= len(SCHEDULE):
        return None
    delay = SCHEDULE[attempts] * SECOND
    digest = sha256(f"{delivery}\0{attempts}".encode()).digest()
    jitter = delay * int.from_bytes(digest[:2], "big") // (10 << 16)
    return now + max(delay + jitter, (wanted or 0) * SECOND)
