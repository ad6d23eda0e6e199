"""Signs what is sent to webhooks, as Standard Webhooks 1.0.0 says.

A secret is derived from the space's own and stored nowhere: what is kept of an endpoint is only how
often its secret was changed.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Sequence

_PREFIX = "whsec_"


def secret_of(space_secret: bytes, webhook: str, generation: int) -> bytes:
    """The secret of an endpoint (32 bytes) after so many changes."""
    named = f"webhook-secret\0{webhook}\0{generation}"
    return hmac.digest(space_secret, named.encode(), "sha256")


def shown(secret: bytes) -> str:
    """A secret as its holder gets it."""
    return _PREFIX + b64encode(secret).decode()


def signature(secrets: Sequence[bytes], message: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature` of a message sent at a time (seconds): one for each secret."""
    signed = f"{message}.{timestamp}.".encode() + body
    found = [b64encode(hmac.digest(secret, signed, "sha256")).decode() for secret in secrets]
    return " ".join(f"v1,{one}" for one in found)
