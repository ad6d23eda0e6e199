"""Vouchers in the reference: which can be used, what they take off, and what is left of them.

A code is `#n`, the member's voucher number n from 0 on; every other one is unknown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.reference.basket import (
    Offer,
    left_of,
    over_price,
    part_of_slice,
    take,
    units_off,
    worth,
)
from tests.reference.days import number
from tests.reference.deciding import Deciding, Slice
from tests.reference.holdings import Member, Voucher
from xenia.effects import Effect, Kind
from xenia.events.model import Event, Purchase, Use
from xenia.programme.model import Discount, Gives
from xenia.programme.settings import SpendAs

AT_ONCE = 10
NAME = "voucher"


class Vouchers:
    """The vouchers of one purchase while it is decided, in the order in which they are named."""

    def __init__(self, deciding: Deciding) -> None:
        self.deciding = deciding
        self.taken: dict[int, int] = {}  # by place among those that can be used
        self.picked: Counter[str] = Counter()  # units of lines
        self.gone: dict[int, int] = defaultdict(int)  # of slices, by place
        self.used: list[Voucher] = []
        self.places: list[int] = []  # of these among all of the member's
        event = deciding.event
        seen = set()
        self.claim = "use" if isinstance(event, Use) else "vouchers"
        for code in named(event):
            refusal = self.refused(code) if code not in seen else "given-twice"
            refusal = "programme-closed" if deciding.closed() else refusal
            seen.add(code)
            if refusal is None and len(self.used) == AT_ONCE:
                refusal = "too-many-vouchers"
            if refusal is None:
                self.used.append(found(deciding.member, code) or Voucher("", None, None, 1))
                self.places.append(int(code[1:]))
            else:
                deciding.refusals.append((refusal, self.claim))

    def refused(self, code: str) -> str | None:
        voucher = found(self.deciding.member, code)
        if voucher is None:
            return "unknown-voucher"
        if voucher.cancelled:
            return "cancelled"
        if voucher.uses == 0 or voucher.left == 0:
            return "already-used"
        if voucher.ends is not None and voucher.ends <= self.deciding.day:
            return "expired"
        gives = self.gives(voucher)
        if self.claim == "use":
            return "only-for-a-purchase" if voucher.left is not None else None
        if gives.discount is None and gives.gift_card is None:
            return "not-for-a-purchase"
        return None

    def most(self, place: int) -> int | None:
        """What it takes off at most, decided again: nothing, if it takes off nothing by now; of its
        own money what it still does.  None: whatever it comes to."""
        if self.deciding.again is None:
            return None
        money = self.deciding.again.vouchers.get(self.places[place], 0)
        return money if money == 0 or self.used[place].left is not None else None

    def gives(self, voucher: Voucher) -> Gives:
        return self.deciding.book.programme.rewards[voucher.reward].gives

    def pays(self, voucher: Voucher) -> bool:
        gives = self.gives(voucher)
        if gives.gift_card is not None:
            return True
        if gives.discount is None or gives.discount.amount is None or gives.lines is not None:
            return False
        if gives.discount.of is not None:
            return False
        return self.deciding.book.programme.settings.vouchers_as is SpendAs.TENDER

    def lower_prices(self) -> None:
        for place, voucher in enumerate(self.used):
            discount = self.gives(voucher).discount
            if not self.pays(voucher) and discount is not None:
                self.taken[place] = self.lower(voucher, discount, self.most(place))

    def lower(self, voucher: Voucher, discount: Discount, most: int | None) -> int:
        deciding = self.deciding
        slices = [
            each
            for each in deciding.slices
            if each.discountable
            and deciding.choice(each, "rewards", voucher.reward, "gives", "lines")
        ]
        if discount.of is not None:
            return self.lower_units(voucher, discount, slices, most)
        offer = Offer(NAME, 0, slices, left_of, [each.left for each in slices])
        if discount.price is not None:
            offer.weights, offer.weight = over_price(deciding, discount, slices)
        offer.money = worth(deciding, discount, slices, offer.weights)
        if voucher.left is not None:
            offer.money = voucher.left
        return self.taken_off(discount, offer, most)

    def lower_units(
        self, voucher: Voucher, discount: Discount, slices: list[Slice], most: int | None
    ) -> int:
        deciding, path = self.deciding, ("rewards", voucher.reward, "gives", "discount")
        units, off = units_off(deciding, discount, slices, path, self.picked)
        self.picked.update(item.line.id for _, item in units)
        places = [deciding.slices.index(each) for each in slices]
        weights = [
            part_of_slice(deciding, each, off, self.gone[place])
            for each, place in zip(slices, places, strict=True)
        ]
        offer = Offer(
            NAME,
            sum(weights),
            slices,
            lambda item: min(item.left, off.get(item.line.id, 0)),
            weights,
        )
        money = self.taken_off(discount, offer, most)
        for each, place in zip(slices, places, strict=True):
            if money:
                self.gone[place] += sum(off.get(item.line.id, 0) for item in each.items)
        return money

    def taken_off(self, discount: Discount, offer: Offer, most: int | None) -> int:
        offer.money = min(offer.money, sum(each.left for each in offer.slices))
        if discount.maximum is not None:
            offer.money = min(offer.money, self.deciding.book.money(discount.maximum))
        if most is not None:
            offer.money = min(offer.money, most)
        if offer.money:
            take(NAME, offer)
        return offer.money

    def pay(self) -> None:
        deciding = self.deciding
        for place, voucher in enumerate(self.used):
            if not self.pays(voucher):
                continue
            discount = self.gives(voucher).discount
            money = voucher.left
            if money is None and discount is not None and discount.amount is not None:
                money = deciding.book.money(discount.amount)
            money = min(money or 0, deciding.bill - deciding.tendered)
            most = self.most(place)
            money = money if most is None else min(money, most)
            if discount is not None and discount.maximum is not None:
                money = min(money, deciding.book.money(discount.maximum))
            deciding.tendered += money
            self.taken[place] = money

    def hand_out(self) -> Iterator[Effect]:
        """Use a voucher without a purchase."""
        for voucher in self.used:
            voucher.uses -= 1
            yield Effect(kind=Kind.USE, day=number(self.deciding.day), reward=voucher.reward)

    def finish(self) -> Iterator[Effect]:
        """Use up what came to anything; the effects."""
        for place, voucher in enumerate(self.used):
            money = self.taken[place]
            self.deciding.vouchers_off.append((self.places[place], money))
            if money == 0:
                self.deciding.refusals.append(("nothing-to-discount", "vouchers"))
                continue
            if voucher.left is None:
                voucher.uses -= 1
            else:
                voucher.left -= money
            yield Effect(
                kind=Kind.USE,
                day=number(self.deciding.day),
                amount=money,
                reward=voucher.reward,
            )


def named(event: Event) -> tuple[str, ...]:
    """The codes that an event names."""
    match event:
        case Purchase(vouchers=codes):
            return codes
        case Use(voucher=code) if code is not None:
            return (code,)
    return ()


def found(member: Member, code: str) -> Voucher | None:
    place = int(code[1:]) if code[:1] == "#" else len(member.vouchers)
    return member.vouchers[place] if place < len(member.vouchers) else None
