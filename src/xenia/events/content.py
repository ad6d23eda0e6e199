"""Tells whether two events say the same, however each was written."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from xenia.events.model import TYPE_NAMES, Event


def fingerprint(event: Event) -> bytes:
    """32 bytes that are equal for events of equal content: "4.5" and "4.50", `payment` and a list
    of one payment, a field left out and its default are the same."""
    content = (TYPE_NAMES[type(event)], event)
    return sha256(msgspec.json.encode(content, order="deterministic")).digest()
