"""What is done on a page whose answer is a page, too: something is filled in, and sent."""

from __future__ import annotations

from secrets import token_hex
from typing import Final

from tests.browser.chromium import Tab
from tests.browser.place import HOOK

_SECRET: Final = "[data-secret]"  # what is shown this once


def key(tab: Tab) -> None:
    """A key is made."""
    tab.fill("#f-name", "tills")
    tab.click("[name=scopes]")
    tab.submit("/developers/keys")
    tab.page_has(_SECRET)


def webhook(tab: Tab) -> None:
    """A webhook is made; nothing is sent to it."""
    tab.fill("#f-url", HOOK)
    tab.submit("/developers/webhooks")
    tab.page_has(_SECRET)


def shop(tab: Tab) -> None:
    """A shop is connected."""
    tab.choose("#s-kind", "odoo")
    tab.fill("#f-name", f"shop-{token_hex(4)}")
    tab.submit("/developers/shops")
    tab.page_has(_SECRET)


def invitation(tab: Tab) -> None:
    """Somebody is invited."""
    tab.fill("#f-name", "Nina")
    tab.fill("#f-email", f"nina-{token_hex(4)}@example.org")
    tab.submit("/settings/staff")
    tab.page_has(_SECRET)
