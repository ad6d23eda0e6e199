"""What the log says of lots, and the order of their keys, as a currency has them."""

from __future__ import annotations

from xenia.effects import Kind
from xenia.engine.plan import Code
from xenia.programme.model import Currency, SpendFirst


def swapped(currency: Currency) -> bool:
    """Whether its lots are kept in order of earning."""
    return currency.spend_first is SpendFirst.FIRST_EARNED


def lot_code(
    kind: Kind, key: str, currency: Currency, *, taken: bool = False, held: bool = False
) -> Code:
    """The meaning of a log line about a lot."""
    return Code(kind, currency=key, swapped=swapped(currency), taken=taken, held=held)


def fill_code(key: str, currency: Currency) -> Code:
    """The meaning of a log line about a lot that fills a deficit."""
    return lot_code(Kind.FILL, key, currency)


def lot_keys(currency: Currency, day: str = "day") -> str:
    """The keys of a lot that ends on `ends` and was earned on a day, in spending order."""
    return f"{day}, ends" if swapped(currency) else f"ends, {day}"
