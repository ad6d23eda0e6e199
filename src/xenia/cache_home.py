"""Where that is kept on disk which can be made again: compiled plans, translated templates."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def cache_home() -> Path:
    """XENIA_CACHE, or the folder `xenia` in the platform's folder for caches.

    Raises RuntimeError where nobody knows where the home is.
    """
    if chosen := os.environ.get("XENIA_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
        return Path(local) / "xenia" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "xenia"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "xenia"
