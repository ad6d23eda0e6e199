"""Whether a form was sent from a page of ours, by whoever was shown it."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

VISIT = "xenia-visit"  # the cookie of whoever has not signed in
FIELD = "form"  # of every form
_PURPOSE = b"a form of the pages"


def new_visit() -> str:
    """What only this browser has, as long as nobody has signed in with it."""
    return secrets.token_urlsafe(24)


def proof(secret: str) -> str:
    """What a form carries: only who has the cookie can know it, and no script can read that."""
    return hmac.new(secret.encode(), _PURPOSE, "sha256").hexdigest()


def is_proof(said: str, secret: str | None) -> bool:
    """Whether a form carries what it must."""
    return secret is not None and hmac.compare_digest(said.encode(), proof(secret).encode())


def from_here(head: Mapping[str, str], public_host: str | None) -> bool:
    """Whether the browser says that a page of the same origin has sent a request.

    Browsers of today say so on every connection that is safe; on others, and older ones, the origin
    must be the host that was asked, or the one by which the service is known.
    """
    site = head.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin, host = head.get("origin"), head.get("host")
    if origin is None or host is None:
        return False
    return urlsplit(origin).netloc in {host, public_host}
