"""The roles, as people call them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.pages.words import marked

TITLES: Final[Mapping[str, str]] = {
    "owner": marked("Owner"),
    "manager": marked("Manager"),
    "analyst": marked("Analyst"),
    "support": marked("Support"),
    "finance": marked("Finance"),
    "privacy-officer": marked("Privacy officer"),
    "read-only": marked("Read only"),
    "till": marked("Till"),
}
