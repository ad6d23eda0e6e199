"""The addresses of the console that several of its pages lead to."""

from __future__ import annotations

from typing import Final

BEFORE: Final = "/console"
COOKIE: Final = "xenia-session"
HOME: Final = f"{BEFORE}/"
SIGN_IN: Final = f"{BEFORE}/sign-in"
MEMBERS: Final = f"{BEFORE}/members"
LEDGER: Final = f"{BEFORE}/ledger"
FINANCE: Final = f"{BEFORE}/finance"
AUDIT: Final = f"{BEFORE}/audit"
REWARDS: Final = f"{BEFORE}/rewards"
VOUCHERS: Final = f"{BEFORE}/vouchers"
MESSAGES: Final = f"{BEFORE}/messages"
PROGRAMMES: Final = f"{BEFORE}/programmes"
DRAFT: Final = f"{PROGRAMMES}/drafts/{{draft:str}}"  # and below it what is done with one
SIMULATE: Final = f"{BEFORE}/simulate"
BACKTESTS: Final = f"{BEFORE}/backtests"
WIZARDS: Final = f"{BEFORE}/wizards"
ENROL: Final = f"{BEFORE}/enrol"
DEVELOPERS: Final = f"{BEFORE}/developers"
KEYS: Final = f"{DEVELOPERS}/keys"
WEBHOOKS: Final = f"{DEVELOPERS}/webhooks"
SHOPS: Final = f"{DEVELOPERS}/shops"
REQUESTS: Final = f"{DEVELOPERS}/requests"
REFERENCE: Final = f"{DEVELOPERS}/reference"
SETTINGS: Final = f"{BEFORE}/settings"
SPACE: Final = f"{SETTINGS}/space"
STAFF: Final = f"{SETTINGS}/staff"
SPENDING: Final = f"{SETTINGS}/spending"
BRAND: Final = f"{SETTINGS}/brand"
