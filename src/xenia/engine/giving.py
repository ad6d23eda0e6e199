"""What rules took off a basket where it is not decided anew: as a quote says that is kept, or as
the till gave it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import blake2b

import msgspec
from msgspec import structs

from xenia.effects import Effect, Given, Kind, LineDiscount, Payable, Refusal
from xenia.engine.plan import TypePlan
from xenia.engine.type_writer import SLICES_MAX
from xenia.events.model import Event, Purchase
from xenia.events.parts import Off

QUOTE = "quote"  # a claim
OTHERWISE = "given-otherwise"  # why it is flagged
SPEND = "spend"  # under which name a payable has what a claim takes off
UNKNOWN = "unknown-quote"
_WHY = {
    UNKNOWN: "is no quote of this programme whose prices are still known",
    "not-yours": "was made for another member",
    "already-used": "was kept for another purchase already",
    "quote-expired": "had expired",
    "programme-closed": "came too late: the programme had ended",
    "different-basket": "was made for other lines, or other prices",
}
_SIZE = 32
_encoder = msgspec.json.Encoder(order="deterministic")


def taken_off(payable: Payable) -> tuple[Off, ...]:
    """What rules take off each line; what claims and vouchers do is theirs."""
    return tuple(
        Off(item.rule, line.line, item.amount)
        for line in payable.lines
        for item in line.discounts
        if item.voucher is None and item.rule != SPEND
    )


def basket(event: Purchase) -> bytes:
    """32 bytes that are equal for baskets of the same lines at the same prices."""
    return blake2b(_encoder.encode((event.lines, event.prices)), digest_size=_SIZE).digest()


def quote_refused(quote: str, given: Given) -> tuple[Refusal, ...]:
    """Why the prices of a quote are not kept, if they are not."""
    code = UNKNOWN if given.quote is None else given.quote.code
    if not code:
        return ()
    return (Refusal(code, QUOTE, f"{quote} {_WHY[code]}", subject=quote),)


def as_given(event: Event, given: Given) -> Event:
    """The event; a purchase with what is taken off it by its quote, unless the till says it."""
    quote = given.quote
    if quote is None or quote.code or not isinstance(event, Purchase) or event.given is not None:
        return event
    return structs.replace(event, given=quote.given)


def by_line(event: Purchase) -> dict[str, list[LineDiscount]]:
    """What was given, by line."""
    found: dict[str, list[LineDiscount]] = {}
    for off in event.given or ():
        found.setdefault(off.line, []).append(LineDiscount(off.rule, off.amount))
    return found


def given_numbers(part: TypePlan, event: Purchase) -> list[list[int]]:
    """What was taken off each line by each of the rules, and at last by what is none of them."""
    rules = {name: n for n, (name, _) in enumerate(part.given)}
    lines = {line.id: n for n, line in enumerate(event.lines)}
    found = [[0] * len(lines) for _ in rules]
    for off in event.given or ():
        found[rules.get(off.rule, len(rules) - 1)][lines[off.line]] += off.amount
    return found


def strange(part: TypePlan, event: Purchase) -> dict[str, int]:
    """What was given in the name of what is no discount of the programme, by rule."""
    known = {name for name, _ in part.given}
    found: Counter[str] = Counter()
    for off in event.given or ():
        if off.rule not in known:
            found[off.rule] += off.amount
    return dict(sorted(found.items()))


def otherwise(
    part: TypePlan,
    event: Purchase,
    given: Given,
    decision: Sequence[int],
    decided: Sequence[int],
) -> dict[str, int]:
    """By how much more each rule was given than it should have been, where it was given otherwise:
    than the quote says, or without one than was `decided`."""
    if given.quote is not None and not given.quote.code:
        return _beside(event.given or (), given.quote.given)
    found = strange(part, event)
    for name, share in part.given[:-1]:
        each = slice(share, share + SLICES_MAX)
        if decision[each] != decided[each]:
            found[name] = sum(decision[each]) - sum(decided[each])
    return found


def _beside(given: Sequence[Off], quoted: Sequence[Off]) -> dict[str, int]:
    one, other = ({(off.rule, off.line): off.amount for off in those} for those in (given, quoted))
    found: dict[str, int] = {}
    for rule, line in sorted(one.keys() | other.keys()):
        if more := one.get((rule, line), 0) - other.get((rule, line), 0):
            found[rule] = found.get(rule, 0) + more
    return found


def effects(
    name: str, number: int, day: int, discounts: dict[str, int], flags: dict[str, int]
) -> Iterator[Effect]:
    """What is told behind all else: what was taken off by no rule, and what was given otherwise."""
    for rule, amount in discounts.items():
        number += 1
        yield Effect(kind=Kind.DISCOUNT, id=f"{name}/{number}", day=day, rule=rule, amount=amount)
    for rule, more in sorted(flags.items()):
        number += 1
        yield Effect(
            kind=Kind.FLAG,
            id=f"{name}/{number}",
            day=day,
            rule=rule,
            amount=more,
            reason=OTHERWISE,
        )
