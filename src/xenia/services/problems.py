"""What is said where a request is not done: problem details (RFC 9457), each with a code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from xenia.events.errors import Unreadable
from xenia.services.codes.requests import REQUESTS

MEDIA_TYPE = "application/problem+json"

UNREADABLE = "The event cannot be read"  # for all the codes of such events


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason.  `pointer` is a JSON Pointer into what was sent ("" is all of it), or the name of
    a parameter of the address behind a question mark."""

    pointer: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """`status` is the one of HTTP, `detail` says what to do about it, and `retry_after` when it may
    be worth trying again, in seconds."""

    status: int
    code: str
    detail: str
    errors: tuple[Reason, ...] = ()
    retry_after: int | None = None
    allow: str | None = None  # the methods that there are

    @property
    def title(self) -> str:
        """The same few words for every problem of this code."""
        found = REQUESTS.get(self.code)
        return UNREADABLE if found is None else found.title

    def body(self, request_id: str | None = None) -> bytes:
        """The problem as JSON; `request_id` finds it again in the logs."""
        known = {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "errors": [
                {"pointer": item.pointer, "code": item.code, "detail": item.detail}
                for item in self.errors
            ],
        }
        return msgspec.json.encode(
            known if request_id is None else {**known, "request_id": request_id}
        )


# ---- events --------------------------------------------------------------------------------------


def unreadable(found: Unreadable) -> Problem:
    """An event that cannot be read: it is recorded nowhere."""
    reasons = tuple(Reason(item.pointer, item.code, item.text) for item in found.errors)
    return Problem(status=422, code=reasons[0].code, detail=_sentence(reasons), errors=reasons)


def _sentence(reasons: Sequence[Reason]) -> str:
    first, more = reasons[0].detail, len(reasons) - 1
    return f"{first} (and {more} more)" if more else first


def different_content(source: str, event: str) -> Problem:
    """The same source and id were recorded before, with something else."""
    sentence = (
        f'"{event}" of "{source}" is recorded with other content: give a new event an id of its own'
    )
    reason = Reason("/id", "different-content", sentence)
    return Problem(status=422, code="different-content", detail=sentence, errors=(reason,))


def in_the_future(minutes: int) -> Problem:
    """An event later than the clock here allows for; `minutes` is how far that is."""
    sentence = (
        f"occurred_at is more than {minutes} minutes ahead of the clock here: send an event once "
        "it has happened, and compare the clocks and the offset from UTC"
    )
    reason = Reason("/occurred_at", "in-the-future", sentence)
    return Problem(status=422, code="in-the-future", detail=sentence, errors=(reason,))


def too_many_events(most: int) -> Problem:
    """More events in one request than may be."""
    sentence = f"one request brings at most {most:,} events: send them in several"
    return Problem(status=413, code="too-many-events", detail=sentence)


def one_event() -> Problem:
    """Several events where one is asked about."""
    sentence = "this is about one event: send one JSON object, and the next in another request"
    return Problem(status=422, code="one-event", detail=sentence)


# ---- who may do what -----------------------------------------------------------------------------

NO_KEY = Problem(
    status=401,
    code="no-key",
    detail="say who asks: send the header `Authorization: Bearer xen_…` with a key of yours",
)
BAD_KEY = Problem(
    status=401,
    code="bad-key",
    detail="this key is not known, or was taken back: see that all of it was copied, or ask "
    "whoever gave it to you for a new one",
)


def not_allowed(scope: str) -> Problem:
    """What the key has no scope for."""
    sentence = f"this key may not do that: it takes a key with the scope {scope}"
    return Problem(status=403, code="not-allowed", detail=sentence)


def too_many_requests(per_minute: int, seconds: int) -> Problem:
    """More requests than the key may make."""
    sentence = f"this key may make {per_minute:,} requests a minute: wait, and send the rest slower"
    return Problem(status=429, code="too-many-requests", detail=sentence, retry_after=seconds)


def unknown_key(key: str) -> Problem:
    """No key of that id that could still be taken back."""
    sentence = f'there is no key "{key[:100]}" in use: `GET /v1/keys` lists them'
    return Problem(status=404, code="unknown-key", detail=sentence)


# ---- webhooks ------------------------------------------------------------------------------------


def unknown_message(message: str) -> Problem:
    """No message of that id is kept that was not sent."""
    sentence = (
        f'there is no message "{message[:100]}" that was not sent: `GET /v1/messages?only=unsent` '
        "and `?only=dead` list them"
    )
    return Problem(status=404, code="unknown-message", detail=sentence)


def unknown_webhook(webhook: str) -> Problem:
    """No endpoint of that id."""
    sentence = f'there is no webhook "{webhook[:100]}": `GET /v1/webhooks` lists them'
    return Problem(status=404, code="unknown-webhook", detail=sentence)


def unknown_webhook_delivery(delivery: str) -> Problem:
    """No delivery of that id to the endpoint, or none any more."""
    sentence = (
        f'there is no delivery "{delivery[:100]}" to this webhook, or no more: they are kept for '
        "30 days"
    )
    return Problem(status=404, code="unknown-webhook-delivery", detail=sentence)


def too_many_webhooks(most: int) -> Problem:
    """More endpoints than a space may have."""
    sentence = f"a space has at most {most} webhooks: remove one that is not needed any more"
    return Problem(status=409, code="too-many-webhooks", detail=sentence)


# ---- writes --------------------------------------------------------------------------------------

NO_IDEMPOTENCY_KEY = Problem(
    status=400,
    code="idempotency-key",
    detail="give each write a key of its own in the header Idempotency-Key (1 to 255 characters, "
    "such as a UUID), and send the same one when you send the write again",
)


def different_request(key: str) -> Problem:
    """A key under which something else was asked for."""
    sentence = f'"{key[:100]}" was the Idempotency-Key of another request: give this one its own'
    return Problem(status=422, code="different-request", detail=sentence)


def still_running(key: str) -> Problem:
    """A key under which something is being done."""
    sentence = f'the request with the Idempotency-Key "{key[:100]}" is being done: ask again soon'
    return Problem(status=409, code="still-running", detail=sentence, retry_after=1)


def unreadable_body(errors: Sequence[Reason]) -> Problem:
    """The body of a write that is not of the form that it must have."""
    found = tuple(errors)
    return Problem(status=422, code="unreadable-body", detail=_sentence(found), errors=found)


# ---- shops ---------------------------------------------------------------------------------------

BAD_SIGNATURE = Problem(
    status=401,
    code="bad-signature",
    detail="this was not signed with the secret of the connection: see that both sides have the "
    "same one, and that nothing between them changes the body or the address",
)


def unknown_connection(name: str) -> Problem:
    """No shop is connected by that id."""
    sentence = f'there is no connection "{name[:100]}": `GET /v1/connections` lists them'
    return Problem(status=404, code="unknown-connection", detail=sentence)


def connection_taken(kind: str, name: str) -> Problem:
    """Another shop of that kind has the name, which its events are known by."""
    sentence = f'there is a connection "{name}" of the kind {kind} already: take another name'
    return Problem(status=409, code="connection-taken", detail=sentence)


def unknown_delivery(number: str) -> Problem:
    """Nothing of that number is kept."""
    sentence = f'no delivery "{number[:100]}" is kept: what was used or discarded is not'
    return Problem(status=404, code="unknown-delivery", detail=sentence)


def no_secret_key(sentence: str) -> Problem:
    """Secrets can be neither sealed nor opened."""
    return Problem(status=503, code="no-secret-key", detail=sentence)


def not_fetched(sentence: str) -> Problem:
    """What a delivery is about could not be fetched: the shop shall send it again."""
    return Problem(status=503, code="not-fetched", detail=sentence, retry_after=60)


# ---- reservations --------------------------------------------------------------------------------


def not_reservable(errors: Sequence[Reason]) -> Problem:
    """What an event would take cannot be had, or not be kept: nothing is reserved."""
    found = tuple(errors)
    return Problem(status=409, code="not-reservable", detail=_sentence(found), errors=found)


def unknown_reservation(name: str) -> Problem:
    """No reservation of that id."""
    sentence = f'there is no reservation "{name[:100]}": its id is in the answer that made it'
    return Problem(status=404, code="unknown-reservation", detail=sentence)


def reservation_over(name: str, state: str) -> Problem:
    """A reservation that keeps nothing any more, and so cannot be committed or released."""
    sentence = (
        f'the reservation "{name[:100]}" is {state}: send what has happened to POST /v1/events, '
        "which records it with what there is now"
    )
    return Problem(status=409, code="reservation-over", detail=sentence)


def not_of_the_reservation(what: str) -> Problem:
    """The event is not that for which it was reserved."""
    sentence = f"the event is of another {what} than the reservation: commit it with its own"
    reason = Reason(f"/{what}", "not-of-the-reservation", sentence)
    return Problem(status=422, code="not-of-the-reservation", detail=sentence, errors=(reason,))


# ---- requests ------------------------------------------------------------------------------------


def too_large(most: int) -> Problem:
    """A body of more bytes than may be."""
    sentence = f"a request has at most {most:,} bytes: send the events in several"
    return Problem(status=413, code="too-large", detail=sentence)


def slow_request(seconds: int) -> Problem:
    """A body that does not arrive."""
    sentence = f"the body did not arrive within {seconds} seconds: send it again"
    return Problem(status=408, code="slow-request", detail=sentence)


def wrong_parameter(name: str, sentence: str) -> Problem:
    """A parameter of the address that cannot be used."""
    reason = Reason(f"?{name}", "wrong-parameter", sentence)
    return Problem(status=400, code="wrong-parameter", detail=sentence, errors=(reason,))


def unsupported_media_type(sentence: str) -> Problem:
    """A body of a kind that is not read here."""
    return Problem(status=415, code="unsupported-media-type", detail=sentence)


def method_not_allowed(allowed: str) -> Problem:
    """An address that is there, but not for this."""
    sentence = f"here it is {allowed} only"
    return Problem(status=405, code="method-not-allowed", detail=sentence, allow=allowed)


NOT_FOUND = Problem(
    status=404, code="not-found", detail="no such address: /openapi.json lists those there are"
)


def unknown_member(member: str) -> Problem:
    """Nothing has ever happened to a member of that id."""
    sentence = f'nothing is known of a member "{member[:100]}"'
    return Problem(status=404, code="unknown-member", detail=sentence)


def unknown_event(source: str, event: str, member: str) -> Problem:
    """No such event of the member was recorded."""
    sentence = (
        f'no event "{event[:100]}" of "{source[:100]}" is recorded of a member "{member[:100]}": '
        "an event is known by its source and id"
    )
    return Problem(status=404, code="unknown-event", detail=sentence)


def unknown_purchase(source: str, event: str) -> Problem:
    """No such purchase was recorded."""
    sentence = (
        f'no purchase "{event[:100]}" of "{source[:100]}" is recorded: it is known by its source '
        "and id, which its receipt has"
    )
    return Problem(status=404, code="unknown-receipt", detail=sentence)


# ---- the service ---------------------------------------------------------------------------------

QUEUE_FULL = Problem(
    status=503,
    code="queue-full",
    detail="more events are waiting than can be posted soon: nothing of this request is recorded, "
    "send it again later",
    retry_after=1,
)
DATABASE_UNAVAILABLE = Problem(
    status=503,
    code="database-unavailable",
    detail="the database cannot be reached: send the same again; what is recorded already gets the "
    "stored answer",
    retry_after=2,
)
BUSY = Problem(
    status=503,
    code="busy",
    detail="more is being read than can be answered soon: ask again later",
    retry_after=1,
)
INTERNAL_ERROR = Problem(
    status=500,
    code="internal-error",
    detail="a fault of this service, which is in its logs under the request_id",
)


def not_ready(reasons: Sequence[Reason]) -> Problem:
    """What is missing before events can be taken."""
    return Problem(
        status=503,
        code="not-ready",
        detail=_sentence(reasons),
        errors=tuple(reasons),
        retry_after=2,
    )
