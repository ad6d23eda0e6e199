"""What each scope lets somebody do, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from xenia.pages.asking import Asked
from xenia.pages.words import marked

MEANT: Final[Mapping[str, str]] = {
    "events:write": marked("Record what happens: purchases, returns, enrolments"),
    "staff:write": marked("Record what staff does: adjustments, grants, holds"),
    "members:read": marked("Read members and what they hold"),
    "members:write": marked("Enrol members, change profiles, consents and cards"),
    "privacy:write": marked("Export and erase what is held about a person"),
    "programmes:read": marked("Read programmes and drafts"),
    "drafts:write": marked("Write drafts"),
    "drafts:approve": marked("Approve the drafts of others"),
    "programmes:write": marked("Publish what is approved"),
    "rewards:write": marked("Change the stock of rewards"),
    "keys:write": marked("Make keys and take them back"),
    "connections:write": marked("Connect shops"),
    "accounts:write": marked("Invite staff and give roles"),
    "webhooks:write": marked("Make webhooks and send messages again"),
    "messages:read": marked("Read which messages members were sent"),
    "messages:write": marked("Send messages again, and test ones"),
    "safety:write": marked("Limit how much members may spend"),
    "reports:read": marked("Read reports on staff and refusals"),
    "backtests:write": marked("Run backtests"),
    "backtests:read": marked("Read what backtests have found"),
    "finance:read": marked("Read the books, and what is owed"),
    "finance:write": marked("Close months, and say what a unit is worth"),
    "audit:read": marked("Read who has changed what"),
    "operations:read": marked("Read the service's own numbers"),
    "till:read": marked("Recognise members at a till, and find purchases by receipts"),
    "own:write": marked("See and do what a member may who has signed in"),
}


def explained(asked: Asked, scopes: Iterable[str]) -> list[tuple[str, str]]:
    """Scopes in the order in which they are told of, each with what it means."""
    wanted = set(scopes)
    known = [name for name in MEANT if name in wanted]
    others = sorted(wanted - MEANT.keys())
    return [*((name, asked.say(MEANT[name])) for name in known), *((one, one) for one in others)]
