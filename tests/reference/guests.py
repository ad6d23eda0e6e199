"""Guests' purchases in the reference: kept as they were, given to who claims them, brought back."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date

from msgspec import structs

from tests.reference.days import after, local_day
from tests.reference.remains import Left, RefusedError, Tender, bill, refund, tenders
from tests.reference.rulebook import Rulebook
from xenia.effects import Refund
from xenia.events.model import Cancel, Claim, Event, Purchase, Return, TakingBack
from xenia.events.parts import EventKey

Key = tuple[str, str]


@dataclass
class Bought:
    """A guest's purchase, what is left of it, and what was paid for that."""

    purchase: Purchase
    left: Left
    paid: int
    tenders: list[Tender]
    claimed: bool = False


@dataclass
class Guests:
    book: Rulebook
    bought: dict[Key, Bought] = field(default_factory=dict)
    waiting: list[Claim] = field(default_factory=list)  # for what is not recorded
    others: dict[Key, Event] = field(default_factory=dict)  # what members have done

    def day(self, event: Event) -> date:
        return local_day(self.book.programme.timezone, event.occurred_at)

    def keep(self, event: Event) -> None:
        """What has been recorded; a guest's purchase is paid in full."""
        key = (event.source, event.id)
        if not isinstance(event, Purchase) or event.member is not None:
            self.others[key] = event
            return
        paid = bill(event) - sum(off.amount for off in event.given or ())
        self.bought[key] = Bought(event, Left.all_of(event), paid, tenders(event, paid))

    def refused(self, event: Claim) -> str | Key:
        """The purchase that a claim gets, or why it gets none."""
        programme, today = self.book.programme, self.day(event)
        if self.book.closed(today):
            return "programme-closed"
        if programme.claims is None:
            return "no-claims"
        within = programme.claims.within
        key = self.by_receipt(event) if event.of is None else (event.of.source, event.of.id)
        if isinstance(key, str):
            return key
        if key in self.others:
            return "not-claimable"
        if key not in self.bought:
            return "unknown-purchase"
        one = self.bought[key]
        if one.claimed:
            return "already-claimed"
        if self.day(one.purchase) > today:
            return "not-claimable"
        if after(self.day(one.purchase), within) < today:
            return "claim-too-late"
        return key if one.left.still or one.left == Left.all_of(one.purchase) else "nothing-left"

    def by_receipt(self, event: Claim) -> str | Key:
        claims = self.book.programme.claims
        assert claims is not None
        found = sorted(
            (one.purchase.occurred_at, key)
            for key, one in self.bought.items()
            if one.purchase.receipt == event.receipt
            and event.location in (None, one.purchase.location)
            and self.day(one.purchase) <= self.day(event)
        )
        fresh = [
            key
            for _, key in found
            if after(self.day(self.bought[key].purchase), claims.within) >= self.day(event)
        ]
        if len(fresh) > 1:
            return "several-purchases"
        return found[-1][1] if found else "unknown-purchase"

    def behind(self, purchase: Purchase) -> list[Claim]:
        """What has waited for a guest's purchase that has just been recorded; it waits no more."""
        found = [one for one in self.waiting if self.meant(one, purchase)]
        self.waiting = [one for one in self.waiting if one not in found]
        key = EventKey(purchase.id, purchase.source)
        return [
            Claim(
                id=f"claim/{self.book.programme.id}/{one.source}/{one.id}",
                source="xenia",
                member=one.member,
                occurred_at=one.occurred_at,
                of=key,
            )
            for one in found
        ]

    def meant(self, one: Claim, purchase: Purchase) -> bool:
        if one.of is not None:
            return one.of == EventKey(purchase.id, purchase.source)
        claims, day = self.book.programme.claims, self.day(purchase)
        assert claims is not None
        near = day <= self.day(one) <= after(day, claims.within)
        here = one.location is None or one.location == purchase.location
        return here and near and one.receipt == purchase.receipt

    def give(self, event: Claim, key: Key) -> tuple[Purchase, Bought]:
        """The purchase as it is decided for the member from now on: what is left of it; and the
        whole."""
        one = self.bought[key]
        one.claimed = True
        mine = deepcopy(one)
        declared = self.book.programme.attributes.event
        known = {  # free words are kept apart from what happened
            name: value
            for name, value in one.purchase.attributes.items()
            if name in declared and not declared[name].free
        }
        mine.purchase = structs.replace(
            one.purchase, member=event.member, claimed=True, attributes=known, vouchers=(), spend={}
        )
        mine.left.purchase = mine.purchase
        return mine.left.as_purchase(self.book, {}, {}), mine

    def bring_back(self, event: TakingBack) -> tuple[list[str], list[Refund]]:
        """What a guest returns: why not, or the refund."""
        if isinstance(event, Return) and event.without_receipt:
            return ["not-a-member"], []
        key = event.of.source, event.of.id
        if key in self.others:
            mine = isinstance(self.others[key], Purchase) and self.others[key].member is not None
            return ["not-yours" if mine else "not-returnable"], []
        if key not in self.bought:
            return ["unknown-purchase"], []
        one = self.bought[key]
        if one.claimed:
            return ["not-yours"], []
        returns = self.book.programme.returns
        until = returns and after(self.day(one.purchase), returns.within)
        if isinstance(event, Return) and until and until <= self.day(event):
            return ["too-late"], []
        try:
            one.left = one.left.after(event)
        except RefusedError as refused:
            return [str(refused)], []
        left = one.left.as_purchase(self.book, {}, {})
        to_pay = bill(left) - sum(off.amount for off in left.given or ())
        money = max(0, one.paid - to_pay)
        one.paid -= money
        return [], refund(money, one.tenders)


def named(event: TakingBack) -> str:
    return "cancel" if isinstance(event, Cancel) else "return"
