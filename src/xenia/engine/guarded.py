"""What an event takes of its member's by its claims; and what is refused of them where it may take
nothing, whoever is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xenia.effects import Guarded, Outcome, Refusal
from xenia.events.model import Event, Purchase, Redemption, Transfer, Use

TAKES = Purchase | Redemption | Use | Transfer


def taken(event: Event, outcome: Outcome) -> Mapping[str, int] | None:
    """Units by currency that an event took by its claims; empty where it used vouchers alone, and
    None where it took nothing."""
    if not isinstance(event, TAKES):
        return None
    units: dict[str, int] = {}
    for currency, _, _, number in (*outcome.spent, *outcome.handed):
        units[currency] = units.get(currency, 0) + number
    used = any(voucher.code in _codes(event) for voucher in outcome.changed)
    return units if units or used else None


def refusals(event: Event, why: Guarded) -> Iterator[Refusal]:
    """Each claim of an event by which something would be taken."""
    for claim, subject in _claims(event):
        yield Refusal(why.code, claim, why.text, subject=subject, opens=why.opens)


def _codes(event: Event) -> Sequence[str]:
    if isinstance(event, Purchase):
        return event.vouchers
    return (event.voucher,) if isinstance(event, Use) and event.voucher else ()


def _claims(event: Event) -> Iterator[tuple[str, str]]:
    match event:
        case Purchase(spend=spend, vouchers=named):
            yield from (("spend", currency) for currency in sorted(spend))
            yield from (("vouchers", code) for code in named)
        case Use():
            yield "use", event.subject
        case Redemption(reward=reward):
            yield "redemption", reward
        case Transfer(currency=currency):
            yield "transfer", currency
