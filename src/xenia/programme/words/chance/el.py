"""How it is told in Greek that chance decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "chance-purchase": (
        "σε {number} στις {of} αγορές, στην τύχη",
        "σε {number} στις {of} αγορές, στην τύχη",
    ),
    "chance-time": ("{number} φορά στις {of}, στην τύχη", "{number} φορές στις {of}, στην τύχη"),
}
