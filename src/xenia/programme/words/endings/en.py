"""How it is told in English when units end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "expires-latest": "even so, {currency} will expire "
    "{duration} after the day of earning at the latest",
    "entry-reinstated": "{units} reinstated",
}
