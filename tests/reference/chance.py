"""Chance, as the page says it: an event's draw for a rule."""

from __future__ import annotations

from fractions import Fraction
from hashlib import sha256

from xenia.events.model import Event
from xenia.programme.model import Programme

ALL_DRAWS = 2**128
KEY = bytes(32)


def falls(programme: Programme, event: Event, rule: str, key: bytes = KEY) -> bool:
    """Whether chance falls on a rule that asks for it."""
    chance = programme.rules[rule].chance
    if chance is None:
        return True
    texts = ("chance", programme.id, event.source, event.id, rule)
    about = b"\x00".join(text.encode("utf-8") for text in texts)
    draw = sum(byte * 256**place for place, byte in enumerate(reversed(hmac(key, about)[:16])))
    return Fraction(draw, ALL_DRAWS) < Fraction(chance.wins, chance.of)


def hmac(key: bytes, about: bytes) -> bytes:
    """HMAC-SHA256 by its definition (RFC 2104)."""
    block = (key if len(key) <= 64 else sha256(key).digest()).ljust(64, b"\x00")
    inner, outer = (bytes(byte ^ mask for byte in block) for mask in (0x36, 0x5C))
    return sha256(outer + sha256(inner + about).digest()).digest()
