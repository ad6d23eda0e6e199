"""From when on a version of a programme is in force, in microseconds since 1970-01-01 UTC."""

from __future__ import annotations

from typing import Final

ALWAYS: Final = -(2**63)  # the first one
