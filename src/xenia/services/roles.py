"""Roles: what the people of an operator may do, as sets of scopes with a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.services.access import Actor, Key, Scope
from xenia.store.staff import SessionRow

OWNER: Final = "owner"  # there is always one

_OF_OWNERS: Final = {
    *(Scope.KEYS, Scope.ACCOUNTS, Scope.OPERATIONS),
    *(Scope.CONNECTIONS, Scope.WEBHOOKS),  # where data goes to, and comes from
    Scope.CLOSING,  # and of finance
}
_OF_MEMBERS: Final = {Scope.OWN}  # who have signed in, and no one else
ROLES: Final[Mapping[str, frozenset[Scope]]] = {
    OWNER: frozenset(Scope) - _OF_MEMBERS,
    "manager": frozenset(Scope) - _OF_OWNERS - _OF_MEMBERS,
    "support": frozenset(
        {
            *(Scope.EVENTS, Scope.STAFF, Scope.MEMBERS, Scope.ENROLLING),
            *(Scope.PRIVACY, Scope.MESSAGES, Scope.MESSAGING, Scope.PROGRAMMES, Scope.TILLS),
        }
    ),
    "finance": frozenset(
        {
            *(Scope.PROGRAMMES, Scope.MEMBERS, Scope.REPORTS),
            *(Scope.BOOKS, Scope.CLOSING, Scope.BACKTEST_REPORTS, Scope.AUDIT),
        }
    ),
    "privacy-officer": frozenset(
        {*(Scope.MEMBERS, Scope.PRIVACY, Scope.MESSAGES), *(Scope.PROGRAMMES, Scope.AUDIT)}
    ),
    "read-only": frozenset(
        {
            *(Scope.PROGRAMMES, Scope.MEMBERS, Scope.MESSAGES, Scope.REPORTS),
            *(Scope.BOOKS, Scope.BACKTEST_REPORTS, Scope.AUDIT, Scope.OPERATIONS),
        }
    ),
    "till": frozenset({Scope.EVENTS, Scope.ENROLLING, Scope.PROGRAMMES, Scope.TILLS}),
    "analyst": frozenset(
        {*(Scope.PROGRAMMES, Scope.OPERATIONS), *(Scope.BACKTESTS, Scope.BACKTEST_REPORTS)}
    ),
}
MEANT: Final[Mapping[str, str]] = {
    OWNER: "everything, also who else may do what",
    "manager": "programmes from draft to publication, rewards, members, and what staff does",
    "support": "members, what they hold, and what staff gives and takes",
    "finance": "what was issued, spent and is still owed, and who has changed what",
    "privacy-officer": "exports what is held about a person, erases it, and reads the trail",
    "read-only": "reads all that may be read, and changes nothing",
    "till": "records what happens, recognises and enrols members, and reads what is published",
    "analyst": "reads what is published and the service's own numbers, and runs backtests",
}


def session_key(row: SessionRow) -> Key:
    """What a session opens: what the role of whose it is may."""
    scopes = frozenset[str](ROLES.get(row.role, frozenset()))
    return Key(row.space_id, row.staff_id, scopes, None, "staff", row.until)


def beyond(actor: Actor, role: str) -> Scope | None:
    """The first thing that a role may and somebody may not; None: nobody is given more than the
    giver has."""
    return next((scope for scope in Scope if scope in ROLES[role] and not actor.may(scope)), None)
