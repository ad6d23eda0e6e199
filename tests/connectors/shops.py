"""What shops send, from the fixtures, with single fields changed; and how they sign it."""

from __future__ import annotations

import base64
import hmac
import json
from pathlib import Path
from typing import Any

from xenia.connectors.inbound import Fetched, Read, Refused, Shop, ShopOptions, Skipped, Told
from xenia.connectors.shops import CONNECTORS

FOLDER = Path(__file__).parent / "fixtures"
Json = dict[str, Any]


def sent(name: str, **changes: Any) -> Json:
    """A fixture, with other values for some of its fields."""
    found: Json = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return {**found, **changes} if changes else found


def shop(kind: str, *, asks: bool = False, **options: Any) -> Shop:
    """A connection of this kind."""
    return Shop(kind, "main", ShopOptions(**options), asks=asks)


def read(where: Shop, body: Any, topic: str = "", fetched: dict[str, Any] | None = None) -> Read:
    """What comes of a delivery."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    known: Fetched = {
        path: None if one is None else json.dumps(one).encode()
        for path, one in (fetched or {}).items()
    }
    return CONNECTORS[where.kind].read(topic, data, where, known)


def told(found: Read) -> list[Json]:
    """The events, where there are some."""
    assert isinstance(found, Told), found
    return list(found.events)


def skipped(found: Read) -> str:
    assert isinstance(found, Skipped), found
    return found.why


def refused(found: Read) -> tuple[str, str]:
    """The place and the code."""
    assert isinstance(found, Refused), found
    assert found.text
    return found.pointer, found.code


def signature(secret: str, *parts: bytes) -> str:
    """HMAC-SHA256 in base64, as it is documented by Shopify, WooCommerce and Square."""
    return base64.b64encode(hmac.digest(secret.encode(), b"".join(parts), "sha256")).decode()
