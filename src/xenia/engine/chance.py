"""On which rules chance falls for an event: a keyed hash of it, the same whenever it is asked."""

from __future__ import annotations

import hmac

from xenia.engine.plan import Plan, TypePlan
from xenia.events.model import Event

_BYTES = 16  # of a draw


def drawn(plan: Plan, part: TypePlan, event: Event, key: bytes) -> tuple[str, ...]:
    """The rules on which chance falls for an event, by id; `key` is the version's own."""
    programme = plan.programme
    return tuple(
        rule
        for rule in part.chances
        if (chance := programme.rules[rule].chance) is not None
        and draw(key, programme.id, event, rule) * chance.of < chance.wins << 8 * _BYTES
    )


def draw(key: bytes, programme: str, event: Event, rule: str) -> int:
    """A number from 0 to 2**128 - 1 that nobody knows without the key, and that a replay finds
    again.  Whose event it is has no part in it."""
    about = "\0".join(("chance", programme, event.source, event.id, rule))
    return int.from_bytes(hmac.digest(key, about.encode(), "sha256")[:_BYTES])
