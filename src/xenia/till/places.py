"""The addresses of the till, and what it keeps in a browser."""

from __future__ import annotations

from typing import Final

BEFORE: Final = "/till"
COOKIE: Final = "xenia-till-session"
THIS_TILL: Final = "xenia-till"  # the cookie of what a till is: programme, terminal, location
SOURCE: Final = "till"  # of all events
HOME: Final = f"{BEFORE}/"
SIGN_IN: Final = f"{BEFORE}/sign-in"
GLANCE: Final = f"{BEFORE}/glance"
PAY: Final = f"{BEFORE}/pay"
CODE: Final = f"{PAY}/code"
SALES: Final = f"{BEFORE}/sales"
RECEIPT: Final = f"{BEFORE}/receipts/{{receipt:str}}"
RETURNS: Final = f"{BEFORE}/returns"
ENROL: Final = f"{BEFORE}/enrol"
SETTINGS: Final = f"{BEFORE}/settings"
ARRIVED: Final = f"{BEFORE}/arrived"
HERE: Final = f"{BEFORE}/here"
WORKER: Final = f"{BEFORE}/worker.js"
