"""Where somebody who is invited goes."""

from __future__ import annotations

import os


def link(invitation: str, address: str = "") -> str:
    """The page on which they choose a password; where XENIA_PUBLIC_URL does not say how browsers
    come, at `address`."""
    base = os.environ.get("XENIA_PUBLIC_URL") or address
    return f"{base.rstrip('/')}/console/invitation/{invitation}"
