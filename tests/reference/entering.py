"""Whose purchase enrols, in the reference."""

from __future__ import annotations

from decimal import Decimal

from xenia.events.model import Event, Purchase
from xenia.programme.model import Programme
from xenia.programme.scope import money_decimals


def of_first_purchase(programme: Programme, event: Event) -> bool:
    """Whether it is a purchase of so much that it enrols."""
    least = programme.first_purchase
    if least is None or not isinstance(event, Purchase):
        return False
    bought = Decimal(sum(line.amount for line in event.lines))
    return bought.scaleb(-money_decimals(programme)) >= least
