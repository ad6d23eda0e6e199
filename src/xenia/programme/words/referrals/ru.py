"""How it is told in Russian that members bring others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "brought": "если вас привёл другой участник",
    "refer": "это засчитывается и тому, кто вас привёл",
    "on-referral": "за каждого друга, которого вы привели, когда он сделает покупку",
    "metric-referrals": "число приведённых вами друзей, сделавших покупку {window}",
    "event-referral": "покупка друга",
}
