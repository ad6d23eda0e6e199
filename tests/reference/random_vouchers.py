"""Names the vouchers of a random history, which has only their numbers, by their codes."""

from __future__ import annotations

from msgspec import structs

from xenia.engine.account import Account
from xenia.events.model import Event, Purchase


def numbered(event: Event, account: Account) -> Event:
    """The event with other words for the numbers of vouchers that the member does not have yet."""
    if not isinstance(event, Purchase):
        return event
    there = {f"#{n}" for n in range(len(account.vouchers))}
    named = tuple(code if code in there else code.replace("#", "no") for code in event.vouchers)
    return structs.replace(event, vouchers=named)


def coded(event: Event, account: Account) -> Event:
    """The same with the codes of the member's vouchers in place of their numbers."""
    event = numbered(event, account)
    if not isinstance(event, Purchase):
        return event
    codes = {f"#{n}": voucher.code for n, voucher in enumerate(account.vouchers)}
    return structs.replace(event, vouchers=tuple(codes.get(code, code) for code in event.vouchers))
