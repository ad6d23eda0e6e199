"""Who leaves, in the reference: all that they hold ends at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tests.reference.days import maybe_number, number
from tests.reference.holdings import FAR, Member, Tenure, in_order
from tests.reference.rulebook import Rulebook
from tests.reference.standing import places
from xenia.effects import Effect, Kind
from xenia.programme.periods import MembershipYear


def leave(book: Rulebook, member: Member, day: date) -> Iterator[Effect]:
    """What is pending is usable first; then levels and lots go."""
    member.left = True
    for currency, purse in sorted(member.purses.items()):
        for entry in sorted(
            purse.pending, key=lambda each: (each.ready, each.earned, each.end or FAR)
        ):
            purse.put(entry.earned, entry.end, entry.units)
            yield told(Kind.ACTIVATE, day, currency, entry.units, entry.end)
        purse.pending = []
    for key, tier in sorted(book.programme.tiers.items()):
        if member.tenures[key].place:
            level = places(book, tier)[0]
            yield Effect(kind=Kind.TIER, day=number(day), tier=key, level=level)
        member.tenures[key] = Tenure()
        member.reviewed[key] = day
    member.benefits.clear()
    member.uses.clear()
    for currency, purse in sorted(member.purses.items()):
        order = book.programme.currencies[currency].spend_first
        for lot in [*in_order(purse.lots, order), *in_order(purse.held, order)]:
            yield told(Kind.EXPIRE, day, currency, lot.units, lot.end)
        purse.lots, purse.held = [], []
    for key, metric in book.programme.metrics.items():
        if isinstance(metric.over, MembershipYear) and not metric.streak:
            member.happened.pop(key, None)


def told(kind: Kind, day: date, currency: str, units: int, end: date | None) -> Effect:
    return Effect(
        kind=kind, day=number(day), currency=currency, units=units, expires=maybe_number(end)
    )
