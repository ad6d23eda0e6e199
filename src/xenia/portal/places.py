"""The addresses of members' pages."""

from __future__ import annotations

from typing import Final

BEFORE: Final = "/my"
COOKIE: Final = "xenia-member"
CARD: Final = f"{BEFORE}/"
SIGN_IN: Final = f"{BEFORE}/sign-in"
CODE: Final = f"{BEFORE}/code"
REWARDS: Final = f"{BEFORE}/rewards"
VOUCHERS: Final = f"{BEFORE}/vouchers"
HISTORY: Final = f"{BEFORE}/history"
PROFILE: Final = f"{BEFORE}/profile"
GIVE: Final = f"{BEFORE}/give"
