"""How it is told in English that members bring others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "brought": "if another member brought you",
    "refer": "this counts for whoever brought you, too",
    "on-referral": "for each friend whom you have brought, once they buy",
    "metric-referrals": "the number of friends who have bought because you brought them {window}",
    "event-referral": "a friend's purchase",
}
