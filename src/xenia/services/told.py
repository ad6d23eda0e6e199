"""Records an event in the transaction of a write: what is changed of a member is a fact as well."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from xenia.events.errors import Unreadable
from xenia.services.changing import Changing
from xenia.services.member_problems import PUBLISHED_MEANWHILE
from xenia.services.posted import OutdatedError
from xenia.services.posting import post
from xenia.services.problems import Problem, different_content, in_the_future, unreadable
from xenia.services.published import Space
from xenia.services.taking import take

SOURCE = "members"  # of what is written about members, rather than sent as an event
AHEAD = 5  # minutes that the clock of the sender may be ahead of ours

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def tell(
    changing: Changing, space: Space, key: str, kind: str, about: Mapping[str, Any]
) -> dict[str, Any] | Problem:
    """Record an event of a kind that says so much; its answer.

    It happened now, if it does not say when.  `key` is that of the write: the same write is the
    same event, for ever.
    """
    now = (_EPOCH + timedelta(microseconds=changing.now)).isoformat()
    told = {name: value for name, value in about.items() if value is not None}
    event = {"occurred_at": now, **told, "type": kind, "source": SOURCE}
    event["id"] = name_of(space, changing.actor.name, key)
    taken = take(space, event)
    if isinstance(taken, Unreadable):
        return unreadable(taken)
    if taken.event.occurred_at > changing.now + AHEAD * 60_000_000:
        return in_the_future(AHEAD)
    published = space.programmes[taken.programme]
    try:
        (posted,) = post(changing.connection, space, published, [taken], changing.now, within=True)
    except OutdatedError:
        return PUBLISHED_MEANWHILE
    if posted.answer is None:
        return different_content(posted.source, posted.event)
    answer: dict[str, Any] = msgspec.json.decode(posted.answer)
    return answer


def name_of(space: Space, actor: str, key: str) -> str:
    """The id of the event that a write is: it says nothing of its sender."""
    return hmac.digest(space.secret, f"{actor}\0{key}".encode(), "sha256").hex()[:32]
