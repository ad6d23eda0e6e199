"""Keeps secrets that must be read again, so that a copy of the database alone does not give them.

The standard library has no cipher, but has HMAC: its output for a nonce and a counter is what the
secret is mixed with, and another HMAC over all of it shows what was changed or moved.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

_VARIABLE = "XENIA_SECRET_KEY"
_KEY_BYTES = 32
_NONCE_BYTES = 16
_TAG_BYTES = 32
_HEAD_BYTES = 2  # the number of the key


class CannotSeal(Exception):  # noqa: N818 - it is named after what it says
    """There is no key, or not the one it was sealed with; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """Keys by their numbers: the last one seals, all of them open."""

    keys: Mapping[int, bytes]

    @staticmethod
    def of_environment() -> Sealing:
        """The keys of XENIA_SECRET_KEY: `NUMBER:BASE64`, several with commas between.

        Raises CannotSeal where it is not written so.
        """
        written = os.environ.get(_VARIABLE, "")
        found: dict[int, bytes] = {}
        for part in filter(None, (one.strip() for one in written.split(","))):
            number, _, text = part.partition(":")
            try:
                key = base64.b64decode(text, validate=True)
            except binascii.Error:
                key = b""
            known = number.isascii() and number.isdigit() and 0 < int(number) < 2**16
            if not known or len(key) < _KEY_BYTES:
                raise CannotSeal(
                    f"{_VARIABLE}: write NUMBER:KEY, the key as {_KEY_BYTES} random bytes in "
                    "base64 (`openssl rand -base64 32`), several with commas between"
                )
            found[int(number)] = key
        return Sealing(found)

    def seal(self, text: str, about: str) -> bytes:
        """A text that only `about` (what it belongs to) opens again.  Raises CannotSeal."""
        if not self.keys:
            raise CannotSeal(
                f"the service has no key to keep secrets with: set {_VARIABLE} to 1:KEY, the key "
                "from `openssl rand -base64 32`, keep it apart from the database, and start again"
            )
        number = max(self.keys)
        nonce, plain = secrets.token_bytes(_NONCE_BYTES), text.encode()
        head = number.to_bytes(_HEAD_BYTES, "big") + nonce
        mixed = _mixed(self.keys[number], nonce, plain)
        return head + mixed + _tag(self.keys[number], about, head + mixed)

    def opened(self, sealed: bytes, about: str) -> str:
        """The text again.  Raises CannotSeal."""
        number = int.from_bytes(sealed[:_HEAD_BYTES], "big")
        key = self.keys.get(number)
        if key is None:
            raise CannotSeal(
                f"a secret was sealed with key {number}, which {_VARIABLE} does not have: add it"
            )
        body, tag = sealed[:-_TAG_BYTES], sealed[-_TAG_BYTES:]
        if not hmac.compare_digest(tag, _tag(key, about, body)):
            raise CannotSeal(f"a secret does not fit key {number} of {_VARIABLE}: set it anew")
        nonce = body[_HEAD_BYTES : _HEAD_BYTES + _NONCE_BYTES]
        return _mixed(key, nonce, body[_HEAD_BYTES + _NONCE_BYTES :]).decode()


def _mixed(key: bytes, nonce: bytes, text: bytes) -> bytes:
    """The text, or what it was mixed to, mixed with the stream of a nonce."""
    own = hmac.digest(key, b"mix", sha256)
    stream = b"".join(
        hmac.digest(own, nonce + block.to_bytes(8, "big"), sha256)
        for block in range(-(-len(text) // sha256().digest_size))
    )
    return bytes(one ^ other for one, other in zip(text, stream, strict=False))


def _tag(key: bytes, about: str, body: bytes) -> bytes:
    own = hmac.digest(key, b"prove", sha256)
    return hmac.digest(own, len(body).to_bytes(8, "big") + body + about.encode(), sha256)
