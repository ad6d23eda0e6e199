"""Makes endpoints to which messages are sent, changes them, and has messages sent again."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.connectors.addresses import AddressError, Resolve, allowed_hosts, reachable, target_of
from xenia.events.errors import did_you_mean
from xenia.services import happenings, signing
from xenia.services.changing import Changing, Done
from xenia.services.problems import (
    Problem,
    Reason,
    too_many_webhooks,
    unknown_webhook,
    unknown_webhook_delivery,
    unreadable_body,
)
from xenia.services.published import Space
from xenia.services.times import utc_text
from xenia.store import deliveries
from xenia.store import webhooks as store
from xenia.store.deliveries import AttemptRow, DeliveryRow, New
from xenia.store.webhooks import WebhookRow

MOST = 50  # endpoints of a space
AGAIN = 10_000  # deliveries that one request has sent again
OVERLAP_HOURS = 24
_HOUR = 3_600_000_000  # microseconds
_ID_BYTES = 12
_EVER = 2**62  # microseconds
_ENDED = ("delivered", "dead", "dropped")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An endpoint that somebody wants; `types` empty: everything."""

    url: str
    types: Sequence[str] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Patch:
    """What is to be changed; None: it stays."""

    url: str | None = None
    types: Sequence[str] | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """Deliveries that were made in [since, until), in microseconds, of some states."""

    since: int
    until: int
    states: Sequence[str]


# ---- what can be wrong with one ------------------------------------------------------------------


def unfit(
    url: str | None, types: Sequence[str] | None, resolve: Resolve | None = None
) -> Problem | None:
    """Why an address or types cannot be taken.  Asks what the name stands for, so takes a while."""
    reasons = [*_unfit_types(types or ())]
    if url is not None:
        try:
            allowed = allowed_hosts()
            reachable(target_of(url, allowed), allowed, resolve)
        except AddressError as error:
            reasons.insert(0, Reason("/url", "unfit-address", str(error)))
    return unreadable_body(reasons) if reasons else None


def _unfit_types(types: Sequence[str]) -> list[Reason]:
    groups = {f"{name.partition('.')[0]}.*" for name in happenings.TYPES}
    found = []
    for place, name in enumerate(types):
        if name not in happenings.TYPES and name not in groups:
            hint = did_you_mean(name, [*happenings.TYPES, *sorted(groups)])
            sentence = (
                f'"{name[:60]}" is no type{hint or ": there are " + ", ".join(sorted(groups))}'
            )
            found.append(Reason(f"/types/{place}", "unknown-webhook-type", sentence))
    return found


# ---- endpoints -----------------------------------------------------------------------------------


def make(changing: Changing, space: Space, wanted: Wanted) -> Done | Problem:
    """A new endpoint; its secret is shown once."""
    if len(store.listed(changing.connection, changing.space_id)) >= MOST:
        return too_many_webhooks(MOST)
    row = WebhookRow(
        webhook_id=f"whk_{secrets.token_hex(_ID_BYTES)}",
        url=wanted.url,
        types=sorted(set(wanted.types)),
        description=wanted.description,
        generation=1,
        overlap_until=None,
        disabled_at=None,
        disabled_because=None,
        failing_since=None,
        created_at=changing.now,
        created_by=changing.actor.name,
    )
    store.add(changing.connection, changing.space_id, row)
    _note(changing, "made", None, row)
    return Done(shown(row), 201, once={"secret": _secret(space, row)})


def change(changing: Changing, webhook: str, patch: Patch) -> Done | Problem:
    """Another address, other types, another description; what waits goes to the new address."""
    before = _held(changing, webhook)
    if isinstance(before, Problem):
        return before
    row = replace(
        before,
        url=before.url if patch.url is None else patch.url,
        types=before.types if patch.types is None else sorted(set(patch.types)),
        description=before.description if patch.description is None else patch.description,
        failing_since=before.failing_since if patch.url in (None, before.url) else None,
    )
    return _put(changing, "changed", before, row)


def remove(changing: Changing, webhook: str) -> Done | Problem:
    """Delete an endpoint: nothing more is sent to it."""
    before = _held(changing, webhook)
    if isinstance(before, Problem):
        return before
    store.remove(changing.connection, changing.space_id, webhook)
    _note(changing, "removed", before, None)
    return Done({"webhook": webhook, "removed": True})


def rotate(
    changing: Changing, space: Space, webhook: str, overlap_hours: int = OVERLAP_HOURS
) -> Done | Problem:
    """Another secret, shown once; for some hours the one before signs, too."""
    before = _held(changing, webhook)
    if isinstance(before, Problem):
        return before
    until = changing.now + overlap_hours * _HOUR if overlap_hours else None
    row = replace(before, generation=before.generation + 1, overlap_until=until)
    store.put(changing.connection, changing.space_id, row)
    changing.note(
        "webhook.secret-rotated",
        f"webhook/{webhook}",
        after={"overlap_until": None if until is None else utc_text(until)},
    )
    return Done(shown(row), once={"secret": _secret(space, row)})


def disable(changing: Changing, webhook: str) -> Done | Problem:
    """Send nothing for now; what happens meanwhile is kept for it."""
    before = _held(changing, webhook)
    if isinstance(before, Problem):
        return before
    if before.disabled_at is not None:
        return Done(shown(before))
    row = replace(before, disabled_at=changing.now, disabled_because="somebody has disabled it")
    return _put(changing, "disabled", before, row)


def enable(changing: Changing, webhook: str, *, drop: bool = False) -> Done | Problem:
    """Send again, beginning with what was kept; with `drop` that is not sent."""
    before = _held(changing, webhook)
    if isinstance(before, Problem):
        return before
    if drop:
        deliveries.drop_waiting(changing.connection, changing.space_id, webhook)
    row = replace(before, disabled_at=None, disabled_because=None, failing_since=None)
    return _put(changing, "enabled", before, row)


def send_test(changing: Changing, webhook: str) -> Done | Problem:
    """Have something sent that says it is a test, to see that it arrives."""
    if isinstance(held := _held(changing, webhook), Problem):
        return held
    body = happenings.test_body(changing.now, webhook)
    name = f"msg_{secrets.token_hex(16)}"
    new = New(name, webhook, happenings.TEST, None, body)
    deliveries.add(changing.connection, changing.space_id, [new], changing.now)
    return Done({"delivery": name, "type": happenings.TEST, "state": "waiting"}, 202)


# ---- deliveries ----------------------------------------------------------------------------------


def send_again(changing: Changing, webhook: str, delivery: str) -> Done | Problem:
    """Have one delivery sent again, under the same id."""
    if isinstance(held := _held(changing, webhook), Problem):
        return held
    number = deliveries.again(
        changing.connection,
        changing.space_id,
        webhook,
        delivery=delivery,
        now=changing.now,
        states=(*_ENDED, "waiting"),
        since=0,
        until=_EVER,
        limit=1,
    )
    if not number:
        return unknown_webhook_delivery(delivery)
    changing.note("webhook.replayed", f"webhook/{webhook}", after={"delivery": delivery})
    return Done({"replayed": number, "has_more": False}, 202)


def send_range_again(changing: Changing, webhook: str, wanted: Range) -> Done | Problem:
    """Have all of a time sent again, the oldest first, under their ids."""
    if isinstance(held := _held(changing, webhook), Problem):
        return held
    number = deliveries.again(
        changing.connection,
        changing.space_id,
        webhook,
        now=changing.now,
        states=wanted.states,
        since=wanted.since,
        until=wanted.until,
        limit=AGAIN,
    )
    after = {"since": utc_text(wanted.since), "until": utc_text(wanted.until), "number": number}
    changing.note("webhook.replayed", f"webhook/{webhook}", after=after)
    return Done({"replayed": number, "has_more": number == AGAIN}, 202)


# ---- reading -------------------------------------------------------------------------------------


def listed(connection: Connection[TupleRow], space: int) -> list[dict[str, Any]]:
    """The endpoints of a space, the oldest first."""
    return [shown(row) for row in store.listed(connection, space)]


def found(connection: Connection[TupleRow], space: int, webhook: str) -> dict[str, Any] | Problem:
    """An endpoint, with how much waits for it and how much was given up."""
    row = store.one(connection, space, webhook)
    if row is None:
        return unknown_webhook(webhook)
    waiting, dead = store.counts(connection, space, webhook)
    return {**shown(row), "waiting": waiting, "dead": dead}


def found_delivery(
    connection: Connection[TupleRow], space: int, webhook: str, delivery: str
) -> dict[str, Any] | Problem:
    """A delivery, with its body and every attempt."""
    rows = deliveries.listed(connection, space, webhook, limit=1, delivery=delivery)
    if not rows:
        return unknown_webhook_delivery(delivery)
    tried = deliveries.attempts(connection, space, delivery)
    return {
        **shown_delivery(rows[0]),
        "body": rows[0].body,
        "attempts": [_shown_attempt(one) for one in tried],
    }


def shown(row: WebhookRow) -> dict[str, Any]:
    """An endpoint as it is shown: without its secret."""
    return {
        "webhook": row.webhook_id,
        "url": row.url,
        "types": list(row.types),
        "description": row.description,
        "enabled": row.disabled_at is None,
        "disabled_because": row.disabled_because,
        "failing_since": _time(row.failing_since),
        "overlap_until": _time(row.overlap_until),
        "created_at": utc_text(row.created_at),
        "created_by": row.created_by,
    }


def shown_delivery(row: DeliveryRow) -> dict[str, Any]:
    """A delivery as lists show it."""
    return {
        "delivery": row.delivery_id,
        "type": row.type,
        "member": row.member_id,
        "state": row.state,
        "tried": row.attempts,
        "made_at": utc_text(row.made_at),
        "next_at": utc_text(row.next_at) if row.state == "waiting" else None,
    }


def _shown_attempt(row: AttemptRow) -> dict[str, Any]:
    return {
        "at": utc_text(row.at),
        "milliseconds": row.milliseconds,
        "status": row.status,
        "error": row.error,
        "response": row.response,
    }


def _time(instant: int | None) -> str | None:
    return None if instant is None else utc_text(instant)


def _held(changing: Changing, webhook: str) -> WebhookRow | Problem:
    row = store.one(changing.connection, changing.space_id, webhook, lock=True)
    return unknown_webhook(webhook) if row is None else row


def _put(changing: Changing, what: str, before: WebhookRow, row: WebhookRow) -> Done:
    store.put(changing.connection, changing.space_id, row)
    _note(changing, what, before, row)
    return Done(shown(row))


def _note(
    changing: Changing, what: str, before: WebhookRow | None, after: WebhookRow | None
) -> None:
    old, new = (None if one is None else _noted(one) for one in (before, after))
    if old is not None and new is not None:
        differ = [name for name in old if old[name] != new[name]]
        old, new = ({name: one[name] for name in differ} for one in (old, new))
    name = after or before
    assert name is not None, "one of them is there"
    changing.note(f"webhook.{what}", f"webhook/{name.webhook_id}", before=old, after=new)


def _noted(row: WebhookRow) -> dict[str, Any]:
    return {
        "url": row.url,
        "types": list(row.types),
        "description": row.description,
        "enabled": row.disabled_at is None,
    }


def _secret(space: Space, row: WebhookRow) -> str:
    return signing.shown(signing.secret_of(space.secret, row.webhook_id, row.generation))
