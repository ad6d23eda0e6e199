"""What is kept apart for something that is about to happen, as a member's holdings show it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec import structs

from xenia.effects import Balance, Given, Outcome, View, Voucher
from xenia.engine.vouchers import ISSUED, RESERVED

TO_COME = ""  # the reward of a voucher that is reserved, and that time issues with the event


def shown(outcome: Outcome, given: Given) -> Outcome:
    """The outcome, with what is reserved as held."""
    if not given.reserved or outcome.view is None:
        return outcome
    return structs.replace(outcome, view=kept_apart(outcome.view, given.reserved))


def reserved(vouchers: Sequence[Voucher], codes: Collection[str]) -> tuple[Voucher, ...]:
    """Vouchers, with those of some codes as reserved that could be used but for that."""
    return tuple(
        structs.replace(one, state=RESERVED) if one.code in codes and one.state == ISSUED else one
        for one in vouchers
    )


def kept_apart(view: View, reserved: Mapping[str, int]) -> View:
    """What is reserved is held, and no part of what can be spent."""
    wallet = dict(view.wallet)
    for key, units in reserved.items():
        if key in wallet:
            was = wallet[key]
            wallet[key] = Balance(was.balance - units, was.pending, was.held + units)
    return structs.replace(view, wallet=wallet)
