"""Which of the vouchers that an event names can be used, and what becomes of those that are.

Only what the vouchers themselves say is looked at; whether one comes to anything on the basket is
decided with the event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import structs

from xenia.effects import Refusal, Voucher
from xenia.engine.claims import Used
from xenia.engine.plan import TypePlan, Usable
from xenia.engine.type_writer import VOUCHERS_MAX
from xenia.events.model import Event, Purchase, Use

ISSUED, USED, RESERVED = "issued", "used", "reserved"


def codes(event: Event) -> Sequence[str]:
    """The codes that an event names."""
    match event:
        case Purchase(vouchers=named):
            return named
        case Use(voucher=named) if named is not None:
            return (named,)
    return ()


def known(event: Event, *those: Iterable[Voucher]) -> dict[str, Voucher]:
    """The member's vouchers that an event names, by code; later ones stand for earlier ones."""
    named = frozenset(codes(event))
    return {voucher.code: voucher for them in those for voucher in them if voucher.code in named}


def judged(
    part: TypePlan, event: Event, mine: Mapping[str, Voucher], others: Iterable[str], day: int
) -> tuple[tuple[Used, ...], tuple[Refusal, ...]]:
    """The vouchers that an event of a local day can use, in their order, and why not the rest."""
    strange = frozenset(others)
    usable = {} if part.vouchers is None else part.vouchers.usable
    claim, elsewhere = _CLAIMS[type(event)] if codes(event) else ("", "")
    used: list[Used] = []
    refusals: list[Refusal] = []
    seen: set[str] = set()
    for code in codes(event):
        voucher = mine.get(code)
        why = _why_not(voucher, usable, day, elsewhere)
        if code in seen:
            why = "given-twice", "is named twice in this event"
        elif voucher is None and code in strange:
            why = "not-yours", "was issued to another member"
        elif why is None and len(used) == VOUCHERS_MAX:
            why = "too-many-vouchers", f"is one too many: an event can use {VOUCHERS_MAX}"
        seen.add(code)
        if why is not None or voucher is None:
            refusals.append(_refusal(claim, code, *(why or _UNKNOWN)))
            continue
        of = usable[voucher.reward]
        used.append(Used(voucher, of, of.money or 0 if voucher.left is None else voucher.left))
    return tuple(used), tuple(refusals)


VOUCHERS, USE = "vouchers", "use"  # claims
_CLAIMS = {Purchase: (VOUCHERS, "not-for-a-purchase"), Use: (USE, "only-for-a-purchase")}
_ELSEWHERE = {
    "not-for-a-purchase": "which takes nothing off a purchase: send an event `use`",
    "only-for-a-purchase": "of which a purchase uses as much as it needs: name it in one",
}
_UNKNOWN = "unknown-voucher", "is no voucher of this programme"


def _why_not(
    voucher: Voucher | None, usable: Mapping[str, Usable], day: int, elsewhere: str
) -> tuple[str, str] | None:
    if voucher is None:
        return _UNKNOWN
    if voucher.state == "cancelled":
        return "cancelled", "was cancelled"
    if voucher.state == USED:
        return "already-used", "has been used"
    if voucher.state == RESERVED:
        return "reserved", "is reserved: it can be used once that is released, or is over"
    if voucher.expires is not None and voucher.expires <= day:
        return "expired", "had expired"
    if voucher.reward not in usable:
        return elsewhere, f"is for {voucher.reward}, {_ELSEWHERE[elsewhere]}"
    return None


def nothing_off(part: TypePlan, used: Sequence[Used], decision: Sequence[int]) -> list[Refusal]:
    """The refusals of vouchers that came to nothing."""
    if part.vouchers is None:
        return []
    return [
        _refusal(
            VOUCHERS, one.voucher.code, "nothing-to-discount", "takes nothing off this purchase"
        )
        for place, one in enumerate(used)
        if decision[part.vouchers.off + place] == 0
    ]


def _refusal(claim: str, code: str, why: str, said: str) -> Refusal:
    return Refusal(why, claim, f"{code} {said}", subject=code)


def after(one: Used, off: int | None) -> Voucher:
    """The voucher once it took off, or paid, so much money; None: it was used as a whole."""
    voucher = one.voucher
    if one.keeps and off is not None:
        left = one.left - off
        return structs.replace(voucher, state=ISSUED if left else USED, left=left)
    if voucher.uses is not None and voucher.uses > 1:
        return structs.replace(voucher, uses=voucher.uses - 1)
    return structs.replace(voucher, state=USED, uses=None if voucher.uses is None else 0)


def held(
    before: tuple[Voucher, ...], issued: tuple[Voucher, ...], changed: Sequence[Voucher]
) -> tuple[Voucher, ...]:
    """All vouchers of a member after an event."""
    if not changed:
        return before + issued
    now = {voucher.code: voucher for voucher in changed}
    return tuple(now.get(voucher.code, voucher) for voucher in before + issued)
