"""What members are told of what was recorded: which messages, and whether one may be sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

import msgspec

from xenia.events.moments import parse_time
from xenia.services.happenings import Happening
from xenia.store.messages import New
from xenia.store.outbox import Row

Json = dict[str, Any]

EXPIRING, UPGRADED, DOWNGRADED = "points.expiring", "tier.upgraded", "tier.downgraded"
NOTIFIED, PUBLISHED = "member.notified", "programme.published"
CODE = "member.code"  # asked for, and told whatever they have said of being told things
SIGN_IN = "member.sign-in"  # so is this
TYPES = (EXPIRING, UPGRADED, DOWNGRADED, NOTIFIED, PUBLISHED)
# What belongs to being a member is told unless they said no; what a rule tells, if they said yes.
SERVICE, MARKETING = "service", "marketing"
_FRESH = 3 * 86_400_000_000  # microseconds: what was recorded later than that is no news
_encode = msgspec.json.Encoder().encode


def letters_of(found: Happening, row: Row, notifiers: Sequence[str]) -> Iterator[New]:
    """The messages by which a member is told, one for each effect and notifier."""
    if found.type not in TYPES or found.member is None:
        return
    version = msgspec.json.decode(found.body)["data"]["version"] if notifiers else 0
    for effect in found.effects:
        if not _is_news(found.type, effect, row.recorded_at):
            continue
        for notifier in notifiers:
            name = letter_id(notifier, f"{found.key}\0{effect['id']}")
            told = _encode(effect).decode()
            yield New(name, row.programme_id, version, notifier, found.member, found.type, told)


def _is_news(kind: str, effect: Json, now: int) -> bool:
    """Whether it is not too late to tell: of an end that is still to come, it never is."""
    if kind == EXPIRING:
        return parse_time(effect["expires"]) > now
    return now - parse_time(effect["occurred_at"]) <= _FRESH


def letter_id(notifier: str, key: str) -> str:
    """The id of a message, the same whenever it is made again."""
    digest = sha256(f"{notifier}\0{key}".encode()).hexdigest()
    return f"let_{digest[:32]}"


def purpose_of(kind: str) -> str:
    """What a member must have consented to, or not refused."""
    return MARKETING if kind == NOTIFIED else SERVICE


def may_be_sent(said: Sequence[str], purpose: str, channel: str) -> bool:
    """Whether a member may be told, by what they have said of consents in its order, as JSON: their
    last word on the purpose, on this channel or on all."""
    last = purpose == SERVICE
    for text in said:
        for one in msgspec.json.decode(text):
            consent: Json = {"purpose": one} if isinstance(one, str) else one
            if consent["purpose"] == purpose and consent.get("channel") in (None, channel):
                last = bool(consent.get("given", True))
    return last
