"""The pages by which a space is run: for developers, and its settings."""

from __future__ import annotations

from typing import Final

from xenia.console import (
    brand,
    keys,
    notifiers,
    reference,
    requests,
    shops,
    space,
    spending,
    staff,
    webhook,
    webhooks,
)
from xenia.console.places import (
    BRAND,
    KEYS,
    NOTIFIERS,
    REFERENCE,
    REQUESTS,
    SHOPS,
    SPACE,
    SPENDING,
    STAFF,
    WEBHOOKS,
)
from xenia.pages.rooms import Section
from xenia.pages.words import marked

_DEVELOPERS: Final = marked("Developers")
_SETTINGS: Final = marked("Settings")
SECTIONS: Final = (
    Section(marked("Keys"), "key-round", KEYS, "keys:write", _DEVELOPERS),
    Section(marked("Webhooks"), "webhook", WEBHOOKS, "webhooks:write", _DEVELOPERS),
    Section(marked("Shops"), "store", SHOPS, "connections:write", _DEVELOPERS),
    Section(marked("Requests"), "scroll-text", REQUESTS, "keys:write", _DEVELOPERS),
    Section(marked("Reference"), "book-open", REFERENCE, None, _DEVELOPERS),
    Section(marked("Space"), "settings", SPACE, None, _SETTINGS),
    Section(marked("Staff"), "user-plus", STAFF, "accounts:write", _SETTINGS),
    Section(marked("Members' pages"), "palette", BRAND, brand.SCOPE, _SETTINGS),
    Section(marked("Notifiers"), "send", NOTIFIERS, "messages:read", _SETTINGS),
    Section(marked("Limits of spending"), "shield", SPENDING, "safety:write", _SETTINGS),
)
ROUTES: Final = (
    *keys.ROUTES,
    *webhooks.ROUTES,
    *webhook.ROUTES,
    *shops.ROUTES,
    *requests.ROUTES,
    *reference.ROUTES,
    *space.ROUTES,
    *staff.ROUTES,
    *brand.ROUTES,
    *notifiers.ROUTES,
    *spending.ROUTES,
)
