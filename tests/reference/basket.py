"""What a purchase costs in the reference: slices, discounts, the `spend` claim, the spent."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from msgspec import structs

from tests.reference.bundles import bundled, shares
from tests.reference.days import number
from tests.reference.deciding import Deciding, Item, Slice
from tests.reference.holdings import Used
from tests.reference.rulebook import Turn, rounded, shared
from xenia.amounts import parse_decimal
from xenia.effects import Effect, Kind, LineDiscount, LinePayable, Payable
from xenia.events.model import QUANTITY_DECIMALS, Line, Purchase
from xenia.programme.model import Combine, CurrencyKind, Discount, Never, Pick
from xenia.programme.settings import (
    Basis,
    Overspend,
    PercentOf,
    Rounding,
    RoundPer,
    Tax,
)

SPEND = "spend"


def cut(deciding: Deciding) -> list[Slice]:
    """The basket in slices, by the place of their first lines."""
    by_line = deciding.book.programme.settings.round_per is RoundPer.LINE
    slices: dict[tuple[object, ...], Slice] = {}
    # What a guest has bought keeps its prices.
    claimed = isinstance(deciding.event, Purchase) and deciding.event.claimed
    for line in deciding.lines:
        discountable = not excluded(deciding, line, Never.DISCOUNT)
        earning = not excluded(deciding, line, Never.EARN)
        conditions = deciding.book.line_conditions
        met = (discountable, earning, *(deciding.on_line(node, line) for node in conditions))
        alike = (line.id, *met) if by_line else met
        if alike not in slices:
            slices[alike] = Slice([], discountable and not claimed, earning)
        slices[alike].items.append(Item(line, line.amount))
    if isinstance(deciding.event, Purchase):
        take_given(deciding.event, list(slices.values()))
    return list(slices.values())


def take_given(event: Purchase, slices: list[Slice]) -> None:
    """Take off the lines what the till did."""
    items = {item.line.id: item for each in slices for item in each.items}
    for off in event.given or ():
        items[off.line].left -= off.amount
        items[off.line].taken[off.rule] += off.amount


def excluded(deciding: Deciding, line: Line, never: Never) -> bool:
    return any(
        deciding.on_line(deciding.book.nodes["exclusions", key, "lines"], line)
        for key, exclusion in deciding.book.programme.exclusions.items()
        if never in exclusion.never
    )


# ---- discounts -----------------------------------------------------------------------------------


@dataclass
class Offer:
    """What a rule would take off: in all, and how that lies over slices and lines."""

    rule: str
    money: int
    slices: list[Slice]
    weight: Callable[[Item], int]
    weights: list[int]  # of the slices


def discounts(deciding: Deciding) -> None:
    if isinstance(deciding.event, Purchase) and deciding.event.given is not None:
        as_given(deciding, deciding.event)
        return
    for turn in deciding.book.discount_turns:
        for offer in chosen(turn, [offered(deciding, rule) for rule in turn.rules]):
            if offer.money:
                take(offer.rule, offer)
                deciding.use(offer.rule, amount=offer.money)
                deciding.effects.append(
                    Effect(
                        kind=Kind.DISCOUNT,
                        day=number(deciding.day),
                        rule=offer.rule,
                        amount=offer.money,
                    )
                )


def as_given(deciding: Deciding, event: Purchase) -> None:
    """Count what was given in the name of rules, and find out what should have been."""
    trial = copy(deciding)
    trial.event = structs.replace(event, given=None)
    trial.used, trial.effects = defaultdict(Used), []
    trial.slices = cut(trial)
    discounts(trial)
    known = [rule for turn in deciding.book.discount_turns for rule in turn.rules]
    for rule in known:
        pairs = [
            (taken_of(ours, rule), taken_of(theirs, rule))
            for ours, theirs in zip(deciding.slices, trial.slices, strict=True)
        ]
        money = sum(given for given, _ in pairs)
        if money:
            deciding.use(rule, amount=money)
            off = Effect(kind=Kind.DISCOUNT, day=number(deciding.day), rule=rule, amount=money)
            deciding.effects.append(off)
        if any(given != decided for given, decided in pairs):
            deciding.otherwise[rule] = money - sum(decided for _, decided in pairs)
    for one in event.given or ():
        if one.rule not in known:
            deciding.strange[one.rule] = deciding.strange.get(one.rule, 0) + one.amount
            deciding.otherwise[one.rule] = deciding.strange[one.rule]


def taken_of(each: Slice, rule: str) -> int:
    return sum(item.taken[rule] for item in each.items)


def chosen(turn: Turn, offers: list[Offer]) -> list[Offer]:
    match turn.combine:
        case Combine.BEST:
            return [min(offers, key=lambda offer: (-offer.money, offer.rule))]
        case Combine.FIRST:
            return [offer for offer in offers if offer.money][:1]
        case Combine.ALL:
            return offers


def offered(deciding: Deciding, rule: str) -> Offer:
    discount = deciding.book.programme.rules[rule].then.discount
    if discount is None:
        raise ValueError(f"{rule} gives no discount")
    slices = [
        each
        for each in deciding.slices
        if each.discountable and deciding.choice(each, "rules", rule, "lines")
    ]
    weight: Callable[[Item], int] = left_of
    weights = [each.left for each in slices]
    if discount.of is not None:
        path = ("rules", rule, "then", "discount")
        weights, weight = of_some(deciding, discount, slices, path)
    elif discount.price is not None:
        weights, weight = over_price(deciding, discount, slices)
    money = 0
    if deciding.holds(rule) and deciding.may(rule):
        money = min(worth(deciding, discount, slices, weights), sum(each.left for each in slices))
        if discount.maximum is not None:
            money = min(money, deciding.book.money(discount.maximum))
        money = deciding.room_for_money(rule, money)
    return Offer(rule, money, slices, weight, weights)


def left_of(item: Item) -> int:
    return item.left


def over_price(
    deciding: Deciding, discount: Discount, slices: list[Slice]
) -> tuple[list[int], Callable[[Item], int]]:
    """How far what is left of slices and lines is above the rule's price."""

    def cost(item: Item) -> int:
        price = Fraction(discount.price or 0) * deciding.book.money_unit
        due = price * item.line.quantity / 10**QUANTITY_DECIMALS
        return min(item.line.amount, in_money(deciding, due))

    weights = [max(0, each.left - sum(cost(item) for item in each.items)) for each in slices]
    return weights, lambda item: max(0, item.left - cost(item))


def of_some(
    deciding: Deciding, discount: Discount, slices: list[Slice], path: tuple[str, ...]
) -> tuple[list[int], Callable[[Item], int]]:
    """What the discount takes off the units that it is of, by slice and by line."""
    _, off = units_off(deciding, discount, slices, path, Counter())
    parts = [part_of_slice(deciding, each, off, 0) for each in slices]
    return parts, lambda item: min(item.left, off.get(item.line.id, 0))


def units_off(
    deciding: Deciding,
    discount: Discount,
    slices: list[Slice],
    path: tuple[str, ...],
    gone: Counter[str],
) -> tuple[list[Unit], dict[str, int]]:
    """The units that a discount is of, and what is off them, by line."""
    assert discount.of is not None
    if not discount.of.parts:
        units = picked_units(discount.of, units_by_price(deciding, discount, slices), gone)
        return units, worth_of_units(deciding, discount, units)
    found, off = bundled(deciding, discount, slices, path, gone)
    units = [(unit.price, unit.item) for unit in found]
    if discount.percent is not None:
        return units, worth_of_units(deciding, discount, units)
    return units, shares(deciding, found, off)


Unit = tuple[Fraction, Item]  # a thing with its price


def units_by_price(deciding: Deciding, discount: Discount, slices: list[Slice]) -> list[Unit]:
    """All things of the lines, in the order in which they are picked."""
    assert discount.of is not None
    units = [
        (item.line.amount / Fraction(count), item)
        for each in slices
        for item in each.items
        for count in (things(item.line),)
        for _ in range(count)
    ]
    units.sort(key=lambda unit: deciding.lines.index(unit[1].line))
    units.sort(key=lambda unit: unit[0], reverse=discount.of.dearest is not None)
    return units


def picked_units(pick: Pick, units: list[Unit], gone: Counter[str]) -> list[Unit]:
    """The units that are picked, of those that are not gone (so many of each line)."""
    left, there = Counter(gone), []
    for price, item in units:
        if left[item.line.id]:
            left[item.line.id] -= 1
        elif price or pick.every:
            there.append((price, item))
    times = 1 if pick.every is None else len(there) // pick.every
    return there[: times * (pick.cheapest or pick.dearest or 0)]


def worth_of_units(deciding: Deciding, discount: Discount, units: list[Unit]) -> dict[str, int]:
    """What is off the picked units, by line."""
    assert discount.percent is not None
    exact: dict[str, Fraction] = {}
    for price, item in units:
        exact[item.line.id] = exact.get(item.line.id, Fraction(0)) + price
    return {
        name: in_money(deciding, price * Fraction(discount.percent) / 100)
        for name, price in exact.items()
    }


def part_of_slice(deciding: Deciding, each: Slice, off: dict[str, int], gone: int) -> int:
    """What is off the picked units of a slice, of which so much is gone, as far as it is left."""
    part, whole = sum(off.get(item.line.id, 0) for item in each.items), each.amount - gone
    original = deciding.book.programme.settings.percentages_of is PercentOf.ORIGINAL
    if original or part == 0 or part >= whole:
        return min(part, each.left)
    return in_money(deciding, Fraction(part * each.left, whole))


def things(line: Line) -> int:
    """How many units a line is of; what was weighed is one."""
    whole = line.quantity % 10**QUANTITY_DECIMALS == 0
    return line.quantity // 10**QUANTITY_DECIMALS if whole else 1


def worth(deciding: Deciding, discount: Discount, slices: list[Slice], over: list[int]) -> int:
    if discount.percent is not None and discount.of is None:
        original = deciding.book.programme.settings.percentages_of is PercentOf.ORIGINAL
        of = sum(each.amount if original else each.left for each in slices)
        return in_money(deciding, of * Fraction(discount.percent) / 100)
    if discount.amount is not None and discount.of is None:
        return deciding.book.money(discount.amount)
    return sum(over)


def in_money(deciding: Deciding, exact: Fraction) -> int:
    return rounded(exact, deciding.book.programme.settings.round_money)


def take(name: str, offer: Offer) -> None:
    """Take the money off the slices, and off their lines."""
    for each, share in zip(offer.slices, shared(offer.money, offer.weights), strict=True):
        weights = [offer.weight(item) for item in each.items]
        if sum(weights) < share:
            weights = [item.left for item in each.items]
        for item, part in zip(each.items, shared(share, weights), strict=True):
            item.left -= part
            item.taken[name] += part


# ---- the claim to spend --------------------------------------------------------------------------


def spend_claims(deciding: Deciding) -> None:
    if isinstance(deciding.event, Purchase):
        for currency in sorted(deciding.event.spend):
            refusal = spend_claim(deciding, currency, deciding.event.spend[currency])
            if refusal:
                deciding.refusals.append((refusal, SPEND))


def spend_claim(deciding: Deciding, currency: str, written: str) -> str | None:
    """Spend, or the code under which the claim is refused."""
    if deciding.closed():
        return "programme-closed"
    spec = deciding.book.programme.currencies.get(currency)
    if spec is None:
        return "unknown-currency"
    if spec.kind is CurrencyKind.QUALIFYING or spec.value is None:
        return "not-spendable"
    units = parse_decimal(written, spec.decimals, what="units")
    if units == 0:
        return "nothing-to-spend"
    overspend = deciding.book.programme.settings.overspend
    clamp = deciding.again is not None or overspend is Overspend.CLAMP
    balance = deciding.member.purses[currency].balance
    if units > balance:
        if not clamp or balance <= 0:
            return "insufficient-balance"
        units = balance
    # money (smallest units) that one smallest unit of the currency pays
    rate = Fraction(spec.value) * deciding.book.money_unit / deciding.book.unit(currency)
    slices = [each for each in deciding.slices if each.discountable]
    left = sum(each.left for each in slices)
    bill = deciding.bill - deciding.tendered if deciding.as_tender() else left
    if in_money(deciding, units * rate) > bill:
        units = floor(bill / rate)
        if not clamp or units == 0:
            return "more-than-the-bill"
    money = in_money(deciding, units * rate)
    if money == 0:
        return "nothing-to-spend"
    if deciding.as_tender():
        deciding.tendered += money
    else:
        take(SPEND, Offer(SPEND, money, slices, left_of, [each.left for each in slices]))
    deciding.spend(currency, units)
    return None


# ---- what is spent -------------------------------------------------------------------------------


def count_spent(deciding: Deciding) -> None:
    """Fill in what every slice counts as spent."""
    paid = [each.left for each in deciding.slices]
    not_earning = shared(non_earning(deciding), [*paid, deciding.bill - sum(paid)])
    on = deciding.book.programme.settings.earn_on
    for each, part in zip(deciding.slices, not_earning, strict=False):
        basis = each.left if on is Basis.PAID else each.amount
        each.spent = max(0, basis + tax_adjustment(deciding, each, basis) - part)


def tax_adjustment(deciding: Deciding, each: Slice, basis: int) -> int:
    if each.amount == 0:
        return 0
    tax = rounded(Fraction(each.tax * basis, each.amount), Rounding.NEAREST)
    excluded = deciding.book.programme.settings.tax is Tax.EXCLUDED
    if deciding.net:
        return 0 if excluded else tax
    return -tax if excluded else 0


def non_earning(deciding: Deciding) -> int:
    """How much of the bill is paid with what does not earn."""
    settings = deciding.book.programme.settings
    methods = set()
    if not settings.rewards_earn:
        methods.add("reward")
    if not settings.prepaid_earns:
        methods.update(("card-balance", "gift-card"))
    tender = sum(
        deciding.bill if payment.amount is None else payment.amount
        for payment in deciding.payments
        if payment.method in methods
    )
    if not settings.rewards_earn:
        tender += deciding.tendered
    return min(tender, deciding.bill)


def payable(deciding: Deciding) -> Payable | None:
    if not isinstance(deciding.event, Purchase):
        return None
    taken = {item.line.id: item.taken for each in deciding.slices for item in each.items}
    return Payable(
        total=deciding.total,
        discount=deciding.discounted,
        tendered=deciding.tendered,
        to_pay=deciding.bill - deciding.tendered,
        lines=tuple(line_payable(line.id, taken[line.id]) for line in deciding.lines),
    )


def line_payable(line: str, taken: dict[str, int]) -> LinePayable:
    """Discounts by rule, none of 0."""
    discounts = tuple(LineDiscount(rule, taken[rule]) for rule in sorted(taken) if taken[rule])
    return LinePayable(line, discounts, sum(taken.values()))
