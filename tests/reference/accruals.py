"""What an event earns in the reference: accruals, groups, limits, multipliers, posting."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import floor

from tests.reference.days import after, end_of_lot, maybe_number, number
from tests.reference.deciding import Deciding, Earned
from tests.reference.holdings import Member, add
from tests.reference.rulebook import Rulebook, Turn, rounded
from xenia.effects import Effect, Kind
from xenia.language.types import Number
from xenia.programme.model import Accrual, Combine, Per, Percent
from xenia.programme.periods import Inactive, ReturnWindow
from xenia.programme.settings import MultiplyRound, Rounding, RoundPer


def accruals(deciding: Deciding) -> None:
    """Decide the accruals, then what multipliers add to the base ones."""
    rules = deciding.book.programme.rules
    for turn in deciding.book.earn_turns:
        if turn.combine is Combine.ALL:
            for currency in sorted(rules[turn.rules[0]].then.earn):
                accept(deciding, offered(deciding, turn.rules[0], currency))
        else:
            accept(deciding, chosen(deciding, turn))
    place = {rule: n for n, rule in enumerate(deciding.book.in_order)}
    deciding.earned.sort(key=lambda each: (place[each.rule], each.currency))
    base = [each for each in deciding.earned if each.kind is Accrual.BASE]
    for rule in deciding.book.in_order:
        for currency in sorted(rules[rule].then.multiply):
            accept(deciding, multiplied(deciding, rule, currency, base))


def accept(deciding: Deciding, earned: Earned | None) -> None:
    """Note an accrual; what rounds to nothing by itself may still be multiplied."""
    if earned is not None and any(earned.exact):
        deciding.earned.append(earned)
    if earned is not None and earned.units:
        units = Fraction(earned.units, deciding.book.unit(earned.currency))
        deciding.use(earned.rule, units=units)


def chosen(deciding: Deciding, turn: Turn) -> Earned | None:
    """What a `best` or `first` group earns."""
    programme = deciding.book.programme
    earns = [(rule, key) for rule in turn.rules for key in programme.rules[rule].then.earn]
    offers = [offered(deciding, rule, currency) for rule, currency in earns]
    if turn.combine is Combine.FIRST:
        return next((each for each in offers if each.units), None)
    one_currency = len({currency for _, currency in earns}) == 1

    def worth(each: Earned) -> Fraction:
        units = Fraction(each.units, deciding.book.unit(each.currency))
        value = programme.currencies[each.currency].value
        return units if one_currency or value is None else units * Fraction(value)

    best = min(offers, key=lambda each: (-worth(each), each.rule))
    return best if best.units else None


def offered(deciding: Deciding, rule: str, currency: str) -> Earned:
    """What one rule would earn, after its limits."""
    kind = deciding.book.programme.rules[rule].then.earn[currency].kind
    exact: list[Fraction] = []
    if deciding.holds(rule) and deciding.may(rule):
        exact = exactly(deciding, rule, currency)
    mode = rounding(deciding, rule, currency)
    units = sum(rounded(part, mode) for part in exact)
    allowed = deciding.room_for_units(rule, currency, units)
    return Earned(rule, currency, kind, exact if allowed == units else [Fraction(allowed)], allowed)


def exactly(deciding: Deciding, rule: str, currency: str) -> list[Fraction]:
    """The rule's accrual in smallest units of the currency, before rounding: the parts that are
    rounded by themselves; unknown is 0, as is what is below 0."""
    unit = deciding.book.unit(currency)
    parts = [Fraction(part, deciding.book.money_unit) for part in spent_parts(deciding, rule)]
    match deciding.book.programme.rules[rule].then.earn[currency].units:
        case Per(units, amount):
            return [Fraction(units) * floor(spent / Fraction(amount)) * unit for spent in parts]
        case Percent(percent):
            return [Fraction(percent) / 100 * spent * unit for spent in parts]
        case _:
            node = deciding.book.nodes["rules", rule, "then", "earn", currency]
            found = deciding.evaluate(node, rule)
            if not isinstance(found, int) or not isinstance(node.type, Number):
                return [Fraction(0)]
            return [max(Fraction(0), Fraction(found, 10**node.type.scale) * unit)]


def spent_parts(deciding: Deciding, rule: str) -> list[int]:
    """What is spent on the rule's lines, together or on each."""
    if deciding.book.programme.settings.round_per is RoundPer.PURCHASE:
        return [deciding.spent(rule)]
    return [
        each.spent
        for each in deciding.slices
        if each.earning and deciding.choice(each, "rules", rule, "lines")
    ]


def rounding(deciding: Deciding, rule: str, currency: str) -> Rounding:
    own = deciding.book.programme.rules[rule].then.earn[currency].round
    return own or deciding.book.programme.settings.round_units


def multiplied(deciding: Deciding, rule: str, currency: str, base: list[Earned]) -> Earned | None:
    """What a multiplier adds to the base accruals of a currency."""
    if not (deciding.holds(rule) and deciding.may(rule)):
        return None
    factor = Fraction(deciding.book.programme.rules[rule].then.multiply[currency])
    units = 0
    for each in base:
        if each.currency == currency:
            mode = rounding(deciding, each.rule, currency)
            before = deciding.book.programme.settings.multiply_round is MultiplyRound.BEFORE
            exact = [Fraction(each.units)] if before else each.exact
            units += sum(rounded(part * factor, mode) for part in exact) - each.units
    units = deciding.room_for_units(rule, currency, max(0, units))
    return Earned(rule, currency, Accrual.BONUS, [Fraction(units)], units, multiplied=True)


def post(deciding: Deciding) -> None:
    """Put what was earned into lots, or aside until it is usable."""
    for each in deciding.earned:
        if each.units:
            effect = put(deciding.book, deciding.member, each, each.units, deciding.day)
            deciding.effects.append(effect)
    for key in sorted({each.currency for each in deciding.earned if each.units}):
        put_off(deciding, key, deciding.day)


def put(book: Rulebook, member: Member, each: Earned, units: int, day: date) -> Effect:
    """So many units of an accrual of a day."""
    purse = member.purses[each.currency]
    ready, end = lot_of(book, each, day)
    if ready:
        purse.put_pending(ready, day, end, units)
    else:
        purse.put(day, end, units)
    return Effect(
        kind=Kind.EARN,
        day=number(day),
        rule=each.rule,
        currency=each.currency,
        units=units,
        accrual=each.kind.value,
        available=maybe_number(ready),
        expires=maybe_number(end),
    )


def put_off(deciding: Deciding, key: str, day: date) -> None:
    """Something was earned on a day: the end of all lots of a currency that ends so, perhaps also
    of some that had ended."""
    currency, purse = deciding.book.programme.currencies[key], deciding.member.purses[key]
    if not isinstance(currency.expires, Inactive):
        return
    later = after(day, currency.expires.inactive)
    purse.active_again(day)
    purse.active.append(later)
    for lot, held in purse.would_have_lasted(day, later, deciding.member.today):
        if held:
            add(purse.held, lot.earned, lot.end, lot.units)
        else:
            purse.put(lot.earned, lot.end, lot.units)
        deciding.effects.append(
            Effect(
                kind=Kind.REINSTATE,
                day=number(deciding.day),
                currency=key,
                units=lot.units,
                expires=maybe_number(lot.end),
            )
        )


def lot_of(book: Rulebook, each: Earned, day: date) -> tuple[date | None, date | None]:
    """From which day an accrual of a day can be used, if it waits, and on which day it ends."""
    currency = book.programme.currencies[each.currency]
    own = None if each.multiplied else book.programme.rules[each.rule].then.earn[each.currency]
    expiry = own.expires if own and own.expires else currency.expires
    return ready_on(book, each.currency, day), book.no_later(end_of_lot(expiry, day))


def ready_on(book: Rulebook, key: str, day: date) -> date | None:
    """From which day units of a currency that were earned on a day can be used, if they wait."""
    wait = book.programme.currencies[key].pending
    if isinstance(wait, ReturnWindow):
        assert book.programme.returns is not None
        wait = book.programme.returns.within
    return after(day, wait) if wait else None
