"""What a shop tells to have come back of an order, as returns of the purchases that the order has
become: its own, and one for each line that was added to it later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xenia.amounts import format_decimal, largest_remainder

Json = dict[str, Any]

_WHAT = ("lines", "amount")  # of an event what is parted


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase of an order: whose it is, and by the id of each line what is left of its price, in
    smallest units; `part` tells it from the order's own, of which that is empty."""

    event: str
    part: str
    member: str | None
    left: Mapping[str, int]

    def named(self, event: Json) -> str:
        """The id of the return of it that an event of the whole order becomes."""
        return f"{event['id']}/{self.part}" if self.part else str(event["id"])


def parts(event: Json, bought: Sequence[Bought]) -> Iterator[Json]:
    """A return of quantities, or of all, as one of each purchase that has something of it; the
    order's own is the last."""
    for one in _last_its_own(bought):
        lines = [line for line in event.get("lines", ()) if line["line"] in one.left]
        if lines or event.get("all"):
            yield _of(event, one, {"lines": lines} if lines else {})


def unknown(event: Json, bought: Sequence[Bought]) -> str | None:
    """The first line that no purchase of the order has, if there is one."""
    known = {line for one in bought for line in one.left}
    return next((one["line"] for one in event.get("lines", ()) if one["line"] not in known), None)


def lowered(event: Json, bought: Sequence[Bought], amount: int, decimals: int) -> list[Json]:
    """A return of an amount, spread over what is left of the lines that it names, or of all.

    A shop gives back what was paid for delivery, tips and cards with it, too: no more is taken of
    goods than is left of them.  Where nothing is, it stays one of the order's own purchase.
    """
    named = [one["line"] for one in event.get("lines", ())]
    ordered = _last_its_own(bought)
    lines = [[line for line in one.left if line in named or not named] for one in ordered]
    left = [sum([one.left[line] for line in own]) for one, own in zip(ordered, lines, strict=True)]
    if not sum(left):
        return [_of(event, ordered[-1], _said(event))] if not named or any(lines[-1:]) else []
    found = []
    shares = largest_remainder(min(amount, sum(left)), left)
    for one, own, share in zip(ordered, lines, shares, strict=True):
        if share:
            what = {"lines": [{"line": line} for line in own]} if named else {}
            found.append(_of(event, one, {**what, "amount": format_decimal(share, decimals)}))
    return found


def _last_its_own(bought: Sequence[Bought]) -> list[Bought]:
    """So that what stands under the event's own id tells that all the others do."""
    return sorted(bought, key=lambda one: not one.part)


def _of(event: Json, one: Bought, what: Json) -> Json:
    bare = {name: value for name, value in event.items() if name not in _WHAT}
    whose = {} if one.member is None else {"member": one.member}
    named = {"of": {**event["of"], "id": one.event}, "id": one.named(event)}
    return {**bare, **what, **whose, **named}


def _said(event: Json) -> Json:
    return {name: value for name, value in event.items() if name in _WHAT}
