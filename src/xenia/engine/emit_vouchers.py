"""Writes how vouchers are used: each takes its turn behind the rules' discounts, or pays the bill.

What a voucher is of, and what is left on it, are columns of the event; whose it is and how long it
lasts has been looked at before (see `vouchers`).
"""

from __future__ import annotations

from xenia.effects import Kind
from xenia.engine.emit_worth import line_number, picking, taken
from xenia.engine.operators import COLUMNS, DISCOUNTABLE, FIXED
from xenia.engine.plan import Code, Column, Usable, VoucherPlaces
from xenia.engine.type_writer import SLICES_MAX, VOUCHERS_MAX, TypeWriter
from xenia.programme.model import Discount, Gives
from xenia.programme.settings import SpendAs


def turn(place: int) -> str:
    """The name of the turn of a purchase's voucher at a place; no rule can be named so."""
    return f"voucher.{place}"


def discounts(writer: TypeWriter) -> None:
    """The vouchers that lower prices, in the order in which they are named."""
    rewards = writer.terms.programme.rewards
    usable = {key: one for key, one in sorted(rewards.items()) if _on_purchases(one.gives)}
    if not usable:
        return
    usables: dict[str, Usable] = {}
    at, say = _columns(writer), writer.say
    off = writer.result("vouchers.off", VOUCHERS_MAX)
    paid = writer.result("vouchers.paid", VOUCHERS_MAX)
    lowering = {key: one for key, one in usable.items() if not _pays(writer, one.gives)}
    shares = writer.result("vouchers.shares", VOUCHERS_MAX * SLICES_MAX) if lowering else 0
    if lowering:
        writer.turns += [(turn(i), shares + SLICES_MAX * i) for i in range(VOUCHERS_MAX)]
        say(1, f"for i in range({VOUCHERS_MAX}):")
        say(2, f"used = event[{at} + 2 * i]")
    column = f"{FIXED + len(writer.line_numbers)} + i"
    for number, (key, reward) in enumerate(usable.items(), start=1):
        discount, bits = reward.gives.discount, _bits(writer, key)
        path = ("rewards", key, "gives", "discount")
        by = None if discount is None else line_number(writer, discount, bits, path)
        usables[key] = Usable(
            number, by, money_on(reward.gives, writer.terms.money_decimals), key not in lowering
        )
        if discount is not None and key in lowering:
            say(2, f"if used == {number}:")
            _worth(writer, discount, reward.gives, (at, bits, column))
            if not reward.gives.partial:
                _no_more_than_is_on_it(writer, at)
            say(3, "if off > 0:")
            mode = picking(writer, discount)
            goes_by = "0" if by is None else column
            place = f"{shares} + {SLICES_MAX} * i"
            say(4, f"take_off(event, memory, off, {bits}, {goes_by}, {mode}, decision, {place})")
            if discount.of is not None:
                say(4, f"mark_gone(event, memory, {bits}, {column})")
            say(4, f"decision[{off} + i] = off")
    writer.vouchers = VoucherPlaces(usables, off, paid)


def _columns(writer: TypeWriter) -> int:
    """The place of the first of two columns for each voucher."""
    at = COLUMNS + len(writer.lowering.columns)
    for number in range(2 * VOUCHERS_MAX):
        writer.lowering.column(Column("voucher", key=str(number)))
    return at


def _on_purchases(gives: Gives) -> bool:
    return gives.discount is not None or gives.gift_card is not None


def _pays(writer: TypeWriter, gives: Gives) -> bool:
    """Whether a voucher pays the bill: a gift card, and one of money off, if that is meant."""
    if gives.gift_card is not None:
        return True
    tender = writer.terms.programme.settings.vouchers_as is SpendAs.TENDER
    discount = gives.discount
    if discount is None or discount.of is not None or gives.lines is not None:
        return False
    return tender and discount.amount is not None


def money_on(gives: Gives, decimals: int) -> int | None:
    """The money on a new voucher; None where what a purchase leaves is not kept."""
    money = gives.gift_card
    if gives.partial and gives.discount is not None:
        money = gives.discount.amount
    return None if money is None else int(money.scaleb(decimals))


def _bits(writer: TypeWriter, key: str) -> int:
    lines = writer.terms.analysis.nodes.get(("rewards", key, "gives", "lines"))
    return DISCOUNTABLE if lines is None else DISCOUNTABLE | writer.lowering.bit(lines)


def _worth(writer: TypeWriter, discount: Discount, gives: Gives, at: tuple[int, int, str]) -> None:
    """off = what the voucher takes off now."""
    (first, bits, column), say = at, writer.say
    if discount.price is not None and discount.of is None:
        say(3, f"off = total_above(event, memory, {bits}, {column})")
    elif discount.of is not None:
        mode = picking(writer, discount)
        say(3, f"off = total_picked(event, memory, {bits}, {column}, {mode})")
    else:
        say(3, f"left = total(event, memory, LEFT, {bits})")
        worth = taken(writer, discount, bits)
        if gives.partial:
            worth = f"event[{first} + 2 * i + 1]"
        say(3, f"off = min(left, {worth})")
    _at_most(writer, discount)


def _no_more_than_is_on_it(writer: TypeWriter, first: int) -> None:
    """A voucher that was issued with money keeps it, though its reward says otherwise by now."""
    writer.say(3, f"if event[{first} + 2 * i + 1] > 0:")
    writer.say(4, f"off = min(off, event[{first} + 2 * i + 1])")


def _at_most(writer: TypeWriter, discount: Discount) -> None:
    if discount.maximum is not None:
        most = writer.terms.source.param(writer.terms.money(discount.maximum))
        writer.say(3, f"off = min(off, {most})")


def payments(writer: TypeWriter) -> None:
    """The vouchers that pay, of what is left of the bill."""
    if writer.vouchers is None or writer.vouchers.paid is None:
        return
    places, say = writer.vouchers, writer.say
    at = COLUMNS + writer.lowering.columns.index(Column("voucher", key="0"))
    paying = {key: one for key, one in places.usable.items() if one.paid}
    if not paying:
        return
    say(1, f"for i in range({VOUCHERS_MAX}):")
    say(2, f"used = event[{at} + 2 * i]")
    for key, one in paying.items():
        say(2, f"if used == {one.number}:")
        say(3, "bill = total(event, memory, LEFT, 0) + event[REST] - tendered")
        discount = writer.terms.programme.rewards[key].gives.discount
        worth = f"event[{at} + 2 * i + 1]"
        if one.money is None and discount is not None and discount.amount is not None:
            worth = writer.terms.source.param(writer.terms.money(discount.amount))
        say(3, f"off = min(bill, {worth})")
        if discount is not None:
            _at_most(writer, discount)
        if one.money is None:
            _no_more_than_is_on_it(writer, at)
        say(3, f"decision[{places.off} + i] = off")
        say(3, f"decision[{places.paid} + i] = off")
        say(3, "tendered += off")


def decide_use(writer: TypeWriter) -> None:
    """A voucher is used as a whole, without a purchase."""
    at, off = _columns(writer), writer.result("vouchers.off", VOUCHERS_MAX)
    decimals = writer.terms.money_decimals
    rewards = sorted(writer.terms.programme.rewards.items())
    whole = [key for key, reward in rewards if money_on(reward.gives, decimals) is None]
    usables = {key: Usable(number, None, None, False) for number, key in enumerate(whole, start=1)}
    writer.vouchers = VoucherPlaces(usables, off, None)
    writer.say(1, f"if event[{at}] > 0:")
    writer.say(2, f"decision[{off}] = 1")


def post(writer: TypeWriter) -> None:
    """Tell of each voucher that it was used."""
    if writer.vouchers is None:
        return
    say, off = writer.say, writer.vouchers.off
    say(1, f"for i in range({VOUCHERS_MAX}):")
    say(2, f"units = decision[{off} + i] - posted[{off} + i]")
    say(2, "if units > 0 and event[AGAIN] == FIRST:")
    alone = 0 if writer.name == "purchase" else 1
    say(3, f"emit(log, {writer.codes.number(Code(Kind.USE))}, units, i, {alone})")
