"""Names the vouchers of a random history, which has only their numbers, by their codes."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs

from xenia.engine.account import Account
from xenia.events.model import Event, Purchase, Use


def numbered(event: Event, account: Account) -> Event:
    """The event with other words for the numbers of vouchers that the member does not have yet."""
    there = range(len(account.vouchers))
    return renamed(event, lambda code: code if number(code) in there else code.replace("#", "no"))


def coded(event: Event, account: Account) -> Event:
    """The same with the codes of the member's vouchers in place of their numbers."""
    codes = {f"#{n}": voucher.code for n, voucher in enumerate(account.vouchers)}
    return renamed(numbered(event, account), lambda code: codes.get(code, code))


def number(code: str) -> int:
    return int(code[1:]) if code.startswith("#") else -1


def renamed(event: Event, name: Callable[[str], str]) -> Event:
    match event:
        case Purchase():
            return structs.replace(event, vouchers=tuple(map(name, event.vouchers)))
        case Use(voucher=code) if code is not None:
            return structs.replace(event, voucher=name(code))
    return event
