"""Who may do what: scopes, and the keys that carry them."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Literal

from xenia.store.programmes import Mode


class Scope(StrEnum):
    """One kind of thing that somebody may do."""

    EVENTS = "events:write"
    STAFF = "staff:write"
    MEMBERS = "members:read"
    ENROLLING = "members:write"
    PRIVACY = "privacy:write"
    PROGRAMMES = "programmes:read"
    DRAFTS = "drafts:write"
    APPROVAL = "drafts:approve"
    PUBLISHING = "programmes:write"
    REWARDS = "rewards:write"
    KEYS = "keys:write"
    CONNECTIONS = "connections:write"
    ACCOUNTS = "accounts:write"
    WEBHOOKS = "webhooks:write"
    MESSAGES = "messages:read"
    MESSAGING = "messages:write"
    SAFETY = "safety:write"
    REPORTS = "reports:read"
    BOOKS = "finance:read"
    CLOSING = "finance:write"
    BACKTESTS = "backtests:write"
    BACKTEST_REPORTS = "backtests:read"
    AUDIT = "audit:read"
    OPERATIONS = "operations:read"
    TILLS = "till:read"
    OWN = "own:write"


MEANT = {
    Scope.EVENTS: "record what has happened: purchases, returns, enrolments and the like",
    Scope.STAFF: "record what staff does: adjustments, grants, holds and releases",
    Scope.MEMBERS: "read what is known of members, and what they hold",
    Scope.ENROLLING: "enrol members, change profiles, consents and cards",
    Scope.PRIVACY: "export all that is held about a person, and erase it",
    Scope.PROGRAMMES: "read what is published, and drafts of it",
    Scope.DRAFTS: "write drafts of programmes",
    Scope.APPROVAL: "approve drafts that others have written",
    Scope.PUBLISHING: "publish what is approved, and withdraw it before it takes effect",
    Scope.REWARDS: "say how many more there are of a reward, or fewer",
    Scope.KEYS: "make keys, see them and take them back",
    Scope.CONNECTIONS: "connect shops, and see what they sent that could not be used",
    Scope.ACCOUNTS: "invite staff, and say what each may do, and whether one alone may approve",
    Scope.WEBHOOKS: "make webhooks, see what is sent to them, and have it sent again",
    Scope.MESSAGES: "read which messages members were sent, and why others were not",
    Scope.MESSAGING: "have messages tried again that members could not be sent",
    Scope.SAFETY: "limit how much members may spend, and say which member a cashier is",
    Scope.REPORTS: "read what staff did for which cards, and what was refused for safety",
    Scope.BOOKS: "read the books: what was issued, spent and is still owed, by month",
    Scope.CLOSING: "close months, and say what a unit is worth in the books",
    Scope.BACKTESTS: "run programmes over past purchases, and cancel such runs",
    Scope.BACKTEST_REPORTS: "read what such runs have found, and which past purchases there are",
    Scope.AUDIT: "read who has changed what",
    Scope.OPERATIONS: "read the service's own numbers",
    Scope.TILLS: "recognise whoever stands at a till, and look at purchases by their receipts",
    Scope.OWN: "see and do what a member may who has signed in: of use to nobody else",
}
# What only staff does; everything else that is sent has happened.
STAFF_TYPES = frozenset({"adjustment", "grant", "hold", "release"})

COMMAND_LINE = "command-line"  # whoever has the machine, as the trail names them
_PREFIX = {"live": "xen_live_", "test": "xen_test_"}
SESSION, _INVITATION = "xen_session_", "xen_invite_"
MEMBER_SESSION = "xen_member_"
_RANDOM_BYTES = 24
_SHOWN = 6  # characters behind the prefix


@dataclass(frozen=True, slots=True)
class Secret:
    """A key as it is made: `text` is shown once, and kept by whoever asked for it."""

    text: str
    digest: bytes
    shown: str


@dataclass(frozen=True, slots=True)
class Key:
    """A key that is in use; `per_minute` None: as many requests as come.

    Of a person who has signed in it is a session's: `kind` is staff, `key_id` the account's id, and
    it opens nothing from `until` on (microseconds).  Of a member who has, `key_id` is their id.
    """

    space_id: int
    key_id: str
    scopes: frozenset[str]
    per_minute: int | None
    kind: Literal["key", "staff", "member"] = "key"
    until: int | None = None

    @property
    def name(self) -> str:
        """By which the trail names who holds it."""
        return f"{self.kind}/{self.key_id}"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, in which space.  `key` None: nobody has a key yet, and all of this machine may."""

    space_id: int
    name: str
    key: Key | None = None

    def may(self, scope: Scope) -> bool:
        """Whether it may do this kind of thing."""
        return self.key is None or scope in self.key.scopes

    @property
    def member(self) -> str | None:
        """The id of the member who asks, where it is one."""
        is_member = self.key is not None and self.key.kind == "member"
        return self.key.key_id if self.key is not None and is_member else None


def new_secret(mode: Mode) -> Secret:
    """A key that nobody can guess."""
    text = _PREFIX[mode] + secrets.token_urlsafe(_RANDOM_BYTES)
    return Secret(text, digest_of(text), text[: len(_PREFIX[mode]) + _SHOWN])


def new_session() -> Secret:
    """A token for whoever has signed in."""
    return _random(SESSION)


def new_member_session() -> Secret:
    """A token for a member who has signed in."""
    return _random(MEMBER_SESSION)


def new_invitation() -> Secret:
    """What somebody is given, to come in for the first time."""
    return _random(_INVITATION)


def _random(prefix: str) -> Secret:
    text = prefix + secrets.token_urlsafe(_RANDOM_BYTES)
    return Secret(text, digest_of(text), prefix)


def digest_of(text: str) -> bytes:
    """What of a key is stored: it is random, so that a plain hash cannot be turned round."""
    return sha256(text.encode()).digest()


def looks_like_a_key(text: str) -> bool:
    """Whether it could be one of ours, so that nothing else is looked up."""
    return text.startswith((*_PREFIX.values(), SESSION, MEMBER_SESSION)) and len(text) <= 100


def known_scopes(names: Collection[str]) -> frozenset[str] | str:
    """The scopes of these names, or a name that is none."""
    for name in names:
        if name not in set(Scope):
            return name
    return frozenset(names)
