"""What a member brings along, in the reference: put where everything else would have put it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from math import floor

from tests.reference import metrics
from tests.reference.days import EPOCH, after, end_of_lot, maybe_number, number, unit_start
from tests.reference.deciding import Deciding
from tests.reference.holdings import FAR, Voucher, add
from tests.reference.passing import face
from tests.reference.standing import (
    anchor_on,
    earned,
    hold_end,
    move,
    places,
    remembers,
    settle,
    win,
)
from xenia.effects import Effect, Kind
from xenia.events.brought import OpenLevel, OpenLot, OpenMetric, OpenVoucher
from xenia.events.model import Opening
from xenia.programme.periods import Inactive


def day_of(day: int) -> date:
    return EPOCH + timedelta(days=day)


def bring_along(deciding: Deciding, event: Opening) -> None:
    """Everything; to be called for who has just been enrolled by it."""
    member, programme = deciding.member, deciding.book.programme
    member.enrolled = min(day_of(event.joined), deciding.day)
    for lot in sorted(event.lots, key=lambda lot: 0 if lot.units < 0 else 1):
        if lot.currency in programme.currencies:
            bring_lot(deciding, lot)
    for key, currency in programme.currencies.items():
        if isinstance(currency.expires, Inactive):
            days = {lot.earned for lot in event.lots if lot.currency == key and lot.units > 0}
            if event.active is not None:
                days.add(event.active)
            for day in days:
                later = after(day_of(day), currency.expires.inactive)
                member.purses[key].active.append(later)
    for one in sorted(event.metrics, key=lambda one: one.day):
        if one.metric in programme.metrics:
            count(deciding, one)
    for key in sorted(programme.tiers):
        if programme.tiers[key].holds is None:
            settle_ladder(deciding, key, event.tiers.get(key))
        elif key in event.tiers:
            put_on_ladder(deciding, key, event.tiers[key])
    for voucher in event.vouchers:
        if voucher.reward in programme.rewards:
            bring_voucher(deciding, voucher)


def bring_lot(deciding: Deciding, lot: OpenLot) -> None:
    book, purse, start = deciding.book, deciding.member.purses[lot.currency], day_of(lot.earned)
    end = None
    if lot.ends is None:
        end = end_of_lot(book.programme.currencies[lot.currency].expires, start)
    elif lot.ends != "never":
        end = day_of(int(lot.ends))
    end = book.no_later(end)
    ready = None
    if book.programme.wait(lot.currency) is not None and lot.available is not None:
        ready = day_of(lot.available)
    if lot.units < 0:
        purse.deficit -= lot.units
        ready = None
    elif ready is not None and ready > deciding.day:
        purse.put_pending(ready, start, end, lot.units)
    else:
        ready = None
        if lot.held:
            add(purse.held, start, end, lot.units)
        else:
            purse.put(start, end, lot.units)
    deciding.effects.append(
        Effect(
            kind=Kind.OPEN,
            day=number(deciding.day),
            currency=lot.currency,
            units=lot.units,
            available=maybe_number(ready),
            expires=maybe_number(end),
        )
    )


def count(deciding: Deciding, one: OpenMetric) -> None:
    book, member = deciding.book, deciding.member
    day = max(day_of(one.day), member.enrolled or deciding.day)
    metric, happened = book.programme.metrics[one.metric], member.happened[one.metric]
    if metric.distinct:
        if one.value in metric.values:
            happened.add(day, one.value)
        return
    value = floor(Decimal(one.value) * 10 ** book.scales[one.metric])
    if value <= 0:
        return
    if metric.streak:
        last = unit_start(metric.streak, day)
        if not happened.marks or last > happened.marks[-1]:
            happened.marks = [unit_start(metric.streak, day, -n) for n in range(value)][::-1]
    elif not (metric.rollover and metrics.too_late(book, member, one.metric, day)):
        happened.add(day, value)


def settle_ladder(deciding: Deciding, key: str, one: OpenLevel | None) -> None:
    """Of a ladder that holds nothing: what is earned, or granted."""
    book, member, day = deciding.book, deciding.member, deciding.day
    tier, tenure = book.programme.tiers[key], member.tenures[key]
    ladder = places(book, tier)
    if one is not None and one.until is not None and one.level in ladder[1:]:
        tenure.granted[ladder.index(one.level)] = day_of(one.until)
    effect = settle(book, member, key, earned(book, member, tier, day), day)
    if effect is not None:
        deciding.effects.append(effect)


def put_on_ladder(deciding: Deciding, key: str, one: OpenLevel) -> None:
    book, member, day = deciding.book, deciding.member, deciding.day
    tier, tenure = book.programme.tiers[key], member.tenures[key]
    ladder = places(book, tier)
    place = ladder.index(one.level) if one.level in ladder else 0
    if place == 0:
        return
    tenure.until = hold_end(tier.holds, day)
    tenure.anchor, tenure.reviews = day, 0
    if one.until is not None:
        anchor_on(tenure, day_of(one.until))
    effect = move(book, key, tenure, place, day)
    win(book, member, key, day)
    if remembers(tier) and earned(book, member, tier, day) < place:
        tenure.granted[place] = tenure.until or FAR
    elif remembers(tier):
        tenure.settle()
    if effect is not None:
        deciding.effects.append(effect)


def bring_voucher(deciding: Deciding, one: OpenVoucher) -> None:
    book, reward = deciding.book, deciding.book.programme.rewards[one.reward]
    end = None
    if one.ends is None and reward.lasts is not None:
        end = after(deciding.day, reward.lasts)
    elif isinstance(one.ends, int):
        end = day_of(one.ends)
    end = book.no_later(end)
    money = face(book, one.reward)
    left = money if one.left is None or money is None else one.left
    uses = reward.uses or 1
    if one.uses is not None and reward.uses is not None:
        uses = one.uses
    deciding.member.vouchers.append(Voucher(one.reward, end, left, uses))
    deciding.effects.append(
        Effect(
            kind=Kind.ISSUE,
            day=number(deciding.day),
            reward=one.reward,
            expires=maybe_number(end),
        )
    )
