"""How it is told in Greek that members bring others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "brought": "αν σας έφερε άλλο μέλος",
    "refer": "αυτό μετρά και για όποιον σας έφερε",
    "on-referral": "για κάθε φίλο που φέρατε, μόλις αγοράσει",
    "metric-referrals": "ο αριθμός των φίλων που φέρατε και αγόρασαν {window}",
    "event-referral": "αγορά ενός φίλου",
}
