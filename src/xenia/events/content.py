"""Tells whether two events say the same, however each was written."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b

import msgspec

from xenia.events.model import Event

_SIZE = 32
_encoder = msgspec.json.Encoder(order="deterministic")


def fingerprint(event: Event, secret: bytes = b"") -> bytes:
    """32 bytes that are equal for events of equal content: "4.5" and "4.50", `payment` and a list
    of one payment, a field left out and its default are the same.

    They are of all that was sent, personal values and what the member was named by included;
    without the secret (up to 64 bytes) nobody can find out what by trying.
    """
    hashed = _begun(secret).copy()
    hashed.update(_encoder.encode(event))
    return hashed.digest()


@cache
def _begun(secret: bytes) -> blake2b:
    return blake2b(digest_size=_SIZE, key=secret)
