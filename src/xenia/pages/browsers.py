"""What a browser brings along with a request, and what is told it with every answer."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import urlsplit

from xenia.pages.answering import YEAR, Flash

LANGUAGE, THEME, ZONE, FLASH = "xenia-language", "xenia-theme", "xenia-zone", "xenia-flash"
THEMES: Final = ("auto", "light", "dark")

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "manifest-src 'self'",
        "worker-src 'self'",
    )
)
HEAD: Final[Mapping[str, str]] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
FOR_EVER: Final = f"public, max-age={YEAR}, immutable"


def cookies_of(text: str | None) -> dict[str, str]:
    """The cookies of a request; none, where they cannot be read."""
    try:
        return {name: one.value for name, one in SimpleCookie(text or "").items()}
    except CookieError:
        return {}


def theme_of(cookies: Mapping[str, str]) -> str:
    """The theme that somebody has chosen."""
    said = cookies.get(THEME, "")
    return said if said in THEMES else THEMES[0]


def ours(address: str, otherwise: str) -> str:
    """An address to go to, if it is a path of this service; else another."""
    parts = urlsplit(address)
    plain = address.startswith("/") and not address.startswith(("//", "/\\"))
    # A browser leaves out what it takes for nothing, and might read the rest as another host.
    good = plain and not parts.netloc and not parts.scheme and address.isprintable()
    return address if good and "\\" not in address else otherwise


def packed(flash: Flash, secret: str) -> str:
    """What is to be said on the next page, so that nobody else can have it say something."""
    body = json.dumps([flash.kind, flash.sentence, dict(flash.values), flash.undo]).encode()
    return f"{urlsafe_b64encode(body).decode()}.{_seal(body, secret)}"


def unpacked(text: str, secret: str) -> Flash | None:
    """The same, read; None where it is not ours."""
    encoded, _, seal = text.partition(".")
    try:
        body = urlsafe_b64decode(encoded)
        if not hmac.compare_digest(_seal(body, secret), seal):
            return None
        said: Sequence[Any] = json.loads(body)
    except (ValueError, TypeError):
        return None
    kind, sentence, values, undo = said
    return Flash(sentence, values, kind, undo)


def _seal(body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), b"flash" + body, "sha256").hexdigest()
