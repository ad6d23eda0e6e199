"""Time in the reference: due days one after the other, and what automatic rewards issue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tests.reference.days import ONE_DAY, after, maybe_number, number
from tests.reference.holdings import FAR, Lot, Member, Voucher, in_order
from tests.reference.rulebook import Rulebook
from tests.reference.standing import move, review
from xenia.effects import Effect, Kind

ISSUED_AT_ONCE = 1000


def pass_time(book: Rulebook, member: Member, until: date) -> list[Effect]:
    """All due work up to and with a day."""
    effects: list[Effect] = []
    while member.enrolled is not None:
        day = max(next_due(book, member), member.today)
        if day > until:
            break
        new, member.today = day > member.today, day
        effects.extend(due_day(book, member, day))
        # What was there as the day began is told of, once.
        effects.extend(notices(book, member, day) if new else ())
    return effects


def next_due(book: Rulebook, member: Member) -> date:
    """The first day on which something may be due; a level without a hold is looked at daily."""
    days = [FAR]
    for key, purse in member.purses.items():
        days.extend(day for day in told_on(book, member, key) if day > member.today)
        days.extend(entry.ready for entry in purse.pending)
        days.extend(lot.end for lot in [*purse.lots, *purse.held] if lot.end)
        if (purse.lots or purse.held) and purse.inactive:
            days.append(purse.inactive)
    for key, tenure in member.tenures.items():
        if tenure.place and tenure.until:
            days.append(tenure.until)
        if tenure.place and book.programme.tiers[key].holds is None:
            days.append(member.today + ONE_DAY)
    if book.programme.spend_until and has_anything(member):
        days.append(book.programme.spend_until)
    return min(days)


def has_anything(member: Member) -> bool:
    """Whether the end of the programme takes something away."""
    held = any(purse.lots or purse.held or purse.pending for purse in member.purses.values())
    granted = any(tenure.place or tenure.granted for tenure in member.tenures.values())
    return held or granted or bool(member.benefits)


def due_day(book: Rulebook, member: Member, day: date) -> Iterator[Effect]:
    yield from activate(book, member, day)
    yield from automatic_rewards(book, member, day, due=True)
    if book.closed(day):
        yield from close(book, member, day)
    for key in sorted(book.programme.tiers):
        effect = review(book, member, key, day)
        if effect:
            yield effect
    yield from expire(book, member, day)


def told_on(book: Rulebook, member: Member, currency: str) -> list[date]:
    """The days on which a member is told that units will end."""
    notice, purse = book.programme.currencies[currency].notice, member.purses[currency]
    if notice is None:
        return []
    every = [*purse.lots, *purse.held]
    ends = [end for lot in every if (end := book.no_later(lot.end))]
    if every and purse.inactive:
        ends.append(book.no_later(purse.inactive) or FAR)
    return [end - notice.days * ONE_DAY for end in ends]


def notices(book: Rulebook, member: Member, day: date) -> Iterator[Effect]:
    for currency, spec in sorted(book.programme.currencies.items()):
        if spec.notice is None:
            continue
        purse, end = member.purses[currency], day + spec.notice.days * ONE_DAY
        every = [*purse.lots, *purse.held]
        telling = [sum(lot.units for lot in every if book.no_later(lot.end) == end)]
        if purse.inactive == end and not book.closed(end):
            telling.append(sum(lot.units for lot in every if (lot.end or FAR) > end))
        for units in telling:
            if units:
                yield Effect(
                    kind=Kind.NOTIFY,
                    day=number(day),
                    due=True,
                    currency=currency,
                    units=units,
                    expires=number(end),
                )


def close(book: Rulebook, member: Member, day: date) -> Iterator[Effect]:
    """Take levels and grants; lots have no end after today."""
    member.benefits.clear()
    for key in sorted(book.programme.tiers):
        tenure = member.tenures[key]
        tenure.granted.clear()
        tenure.until = None
        effect = move(book, key, tenure, 0, day, due=True)
        if effect:
            yield effect


def activate(book: Rulebook, member: Member, day: date) -> Iterator[Effect]:
    for currency in sorted(book.programme.currencies):
        purse = member.purses[currency]
        every = purse.pending if book.closed(day) else []
        ready = every or [entry for entry in purse.pending if entry.ready <= day]
        purse.pending = [entry for entry in purse.pending if entry not in ready]
        for entry in sorted(ready, key=lambda each: (each.ready, each.earned, each.end or FAR)):
            purse.put(entry.earned, entry.end, entry.units)
            yield Effect(
                kind=Kind.ACTIVATE,
                day=number(day),
                due=True,
                currency=currency,
                units=entry.units,
                expires=maybe_number(entry.end),
            )


def automatic_rewards(
    book: Rulebook, member: Member, day: date, *, due: bool = False
) -> Iterator[Effect]:
    if book.closed(max(day, member.today)):
        return
    for reward, spec in sorted(book.programme.rewards.items()):
        for currency, price in spec.price.items() if spec.automatic else ():
            cost = int(price * book.unit(currency))
            count = min(member.purses[currency].balance // cost, ISSUED_AT_ONCE)
            if count > 0:
                yield from buy(book, member, currency, count * cost, day, due=due)
                yield from issue(book, member, reward, day, count=count, due=due)


def buy(
    book: Rulebook,
    member: Member,
    currency: str,
    units: int,
    day: date,
    *,
    due: bool = False,
    taken: list[tuple[str, Lot]] | None = None,
) -> Iterator[Effect]:
    """Spend; the lots are added to those `taken`."""
    lots = member.purses[currency].take(units, book.programme.currencies[currency].spend_first)
    if taken is not None:
        taken += [(currency, lot) for lot in lots]
    yield Effect(kind=Kind.SPEND, day=number(day), due=due, currency=currency, units=units)


def issue(
    book: Rulebook,
    member: Member,
    reward: str,
    day: date,
    *,
    count: int = 1,
    rule: str | None = None,
    due: bool = False,
    until: date | None = None,
) -> Iterator[Effect]:
    lasts = book.programme.rewards[reward].lasts
    ends = book.no_later(until or (after(day, lasts) if lasts else None))
    for _ in range(count):
        left = face(book, reward)
        member.vouchers.append(
            Voucher(reward, ends, left, book.programme.rewards[reward].uses or 1)
        )
        yield Effect(
            kind=Kind.ISSUE,
            day=number(day),
            due=due,
            rule=rule,
            reward=reward,
            expires=maybe_number(ends),
        )


def face(book: Rulebook, reward: str) -> int | None:
    """The money on a new voucher; None: it keeps none."""
    gives = book.programme.rewards[reward].gives
    money = gives.gift_card
    if gives.partial and gives.discount is not None:
        money = gives.discount.amount
    return None if money is None else book.money(money)


def expire(book: Rulebook, member: Member, day: date) -> Iterator[Effect]:
    for currency in sorted(book.programme.currencies):
        purse = member.purses[currency]
        order = book.programme.currencies[currency].spend_first
        inactive = purse.inactive is not None and purse.inactive <= day
        idle = inactive or book.closed(day)

        def ended(lot: Lot, idle: bool = idle) -> bool:
            return idle or (lot.end is not None and lot.end <= day)

        every = [*in_order(purse.lots, order), *in_order(purse.held, order)]
        gone = [lot for lot in every if ended(lot)]
        if inactive and gone:
            purse.lapse(day)
        purse.lots = [lot for lot in purse.lots if not ended(lot)]
        purse.held = [lot for lot in purse.held if not ended(lot)]
        if idle and gone:
            purse.ended = day
        for lot in gone:
            yield Effect(
                kind=Kind.EXPIRE,
                day=number(day),
                due=True,
                currency=currency,
                units=lot.units,
                expires=maybe_number(lot.end),
            )
