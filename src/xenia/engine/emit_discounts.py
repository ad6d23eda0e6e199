"""Writes how discounts and `spend` claims are decided, turn by turn, each on what was left."""

from __future__ import annotations

from fractions import Fraction

from xenia.engine import emit_vouchers
from xenia.engine.emit_limits import allowed, capped, consume, refuse
from xenia.engine.emit_today import reads_again
from xenia.engine.emit_worth import line_number, picking, taken
from xenia.engine.operators import DISCOUNTABLE, FIXED
from xenia.engine.plan import Claim, Column
from xenia.engine.terms import ROUNDING
from xenia.engine.type_writer import SLICES_MAX, TypeWriter, variable
from xenia.programme.model import Combine, CurrencyKind, Discount, Rule
from xenia.programme.settings import Overspend, SpendAs

# Why a claim is refused, beside 0: it is not.
INSUFFICIENT, MORE_THAN_THE_BILL, WORTH_NOTHING = 1, 2, 3

GIVEN = "given."  # a turn: no rule can be named so
Turn = list[tuple[str, Rule]]


def emit(writer: TypeWriter) -> None:
    """All discounts of one event type; a purchase is the only one that has lines."""
    writer.say(1, "tendered = 0")
    if writer.name != "purchase":
        return
    given = writer.lowering.column(Column("given"))
    for turn in _turns(writer):
        for key, rule in turn:
            _candidate(writer, key, rule, given)
        _apply(writer, turn)
    _take_given(writer, given)
    emit_vouchers.discounts(writer)
    for currency in sorted(writer.terms.programme.currencies):
        if spendable(writer, currency):
            _claim(writer, currency)
    emit_vouchers.payments(writer)


def spendable(writer: TypeWriter, currency: str) -> bool:
    """Whether units of a currency can pay for a purchase."""
    part = writer.terms.programme.currencies[currency]
    return part.kind is CurrencyKind.REDEEMABLE and part.value is not None


def _turns(writer: TypeWriter) -> list[Turn]:
    """One turn a rule, but a `best` or `first` group takes that of its lowest rule, together."""
    turns: dict[str, Turn] = {}
    for key, rule in writer.rules:
        if rule.then.discount is not None:
            turns.setdefault(_turn_of(writer, key, rule), []).append((key, rule))
    return list(turns.values())


def _turn_of(writer: TypeWriter, key: str, rule: Rule) -> str:
    group = writer.terms.programme.groups.get(rule.group or "")
    return f"rule.{key}" if group is None or group.combine is Combine.ALL else f"group.{rule.group}"


def _take_given(writer: TypeWriter, given: str) -> None:
    """Instead of all that: what was really taken off, also by what is no rule here."""
    turns = sorted(writer.turns, key=lambda turn: turn[0])
    rules = writer.terms.programme.rules
    writer.say(1, f"if {given} > 0:")
    for place, (key, share) in enumerate(turns):
        off = variable("off", key)
        column = f"{given} + {place}"
        writer.say(2, f"{off} = take_given(event, memory, {column}, decision, {share})")
        consume(writer, 2, key, rules[key], off)
    share = writer.result(f"discount.{GIVEN}", SLICES_MAX)
    writer.say(2, f"take_given(event, memory, {given} + {len(turns)}, decision, {share})")
    writer.turns.append((GIVEN, share))
    writer.given += [*turns, (GIVEN, share)]


def _candidate(writer: TypeWriter, key: str, rule: Rule, given: str) -> None:
    """off_<rule> = what the rule would take off now."""
    off, bits = variable("off", key), writer.bits(key, DISCOUNTABLE)
    discount = rule.then.discount
    assert discount is not None, "only rules with a discount take turns"
    writer.say(1, f"{off} = 0")
    writer.say(1, f"if {given} == 0 and {allowed(writer, key, rule)}:")
    column = FIXED + _number(writer, key, discount, bits)
    if discount.price is not None and discount.of is None:
        writer.say(2, f"left = total_above(event, memory, {bits}, {column})")
        writer.say(2, f"{off} = left")
    elif discount.of is not None:
        mode = picking(writer, discount)
        writer.say(2, f"{off} = total_picked(event, memory, {bits}, {column}, {mode})")
    else:
        writer.say(2, f"left = total(event, memory, LEFT, {bits})")
        writer.say(2, f"{off} = min(left, {taken(writer, discount, bits)})")
    if discount.maximum is not None:
        most = writer.terms.source.param(writer.terms.money(discount.maximum))
        writer.say(2, f"{off} = min({off}, {most})")
    refuse(writer, key, rule, "", off)
    for name in capped(writer, key, rule, "amount"):
        writer.say(2, f"{off} = min({off}, {name})")


def _number(writer: TypeWriter, key: str, discount: Discount, bits: int) -> int:
    """Which number of a line the discount goes by, from 0; -FIXED: none."""
    number = line_number(writer, discount, bits, ("rules", key, "then", "discount"))
    if number is None:
        return -FIXED
    if number not in writer.line_numbers:
        writer.line_numbers.append(number)
    writer.discount_numbers[key] = writer.line_numbers.index(number)
    return writer.discount_numbers[key]


def _apply(writer: TypeWriter, turn: Turn) -> None:
    """Take off the discount of the rule that has the turn, or wins it."""
    if len(turn) > 1:
        _choose(writer, turn)
    for place, (key, rule) in enumerate(turn):
        off, share = variable("off", key), writer.result(f"discount.{key}", SLICES_MAX)
        writer.turns.append((key, share))
        discount, bits = rule.then.discount, writer.bits(key, DISCOUNTABLE)
        assert discount is not None, "only rules with a discount take turns"
        column, mode = FIXED + _number(writer, key, discount, bits), picking(writer, discount)
        won = f" and winner == {place}" if len(turn) > 1 else ""
        writer.say(1, f"if {off} > 0{won}:")
        spread = f"{bits}, {column}, {mode}"
        writer.say(2, f"take_off(event, memory, {off}, {spread}, decision, {share})")
        consume(writer, 2, key, rule, off)


def _choose(writer: TypeWriter, turn: Turn) -> None:
    """winner = the place in the turn of the largest, or of the first that takes off anything."""
    best = writer.terms.programme.groups[turn[0][1].group or ""].combine is Combine.BEST
    order = sorted(range(len(turn)), key=lambda place: turn[place][0]) if best else range(len(turn))
    writer.say(1, "winner = -1")
    writer.say(1, "most = 0")
    for place in order:
        off = variable("off", turn[place][0])
        better = f"{off} > most" if best else f"winner < 0 and {off} > 0"
        writer.say(1, f"if {better}:")
        writer.say(2, f"winner = {place}")
        writer.say(2, f"most = {off}")


def _claim(writer: TypeWriter, currency: str) -> None:
    """Units of a currency as money: accepted whole, lowered to what fits, or refused."""
    terms, settings = writer.terms, writer.terms.programme.settings
    part = terms.programme.currencies[currency]
    assert part.value is not None, "only currencies with a value are spendable"
    # One smallest unit of the currency in smallest units of money.
    worth = Fraction(part.value) * Fraction(10**terms.money_decimals, 10**part.decimals)
    number, by = terms.ratio(worth)
    as_discount = settings.spend_as is SpendAs.DISCOUNT
    units = writer.result(f"spend.{currency}.units")
    refused = writer.result(f"spend.{currency}.refused")
    tendered = None if as_discount else writer.result(f"spend.{currency}.tendered")
    share = writer.result(f"discount.spend.{currency}", SLICES_MAX) if as_discount else None
    writer.claims.append(Claim(currency, units, refused, tendered, share))
    balance = _balance_at_first(writer, currency)
    clamp = settings.overspend is Overspend.CLAMP
    say = writer.say
    say(1, f"claimed = {writer.lowering.column(Column('claim', key=currency))}")
    say(1, "if claimed > 0:")
    if as_discount:
        say(2, f"bill = total(event, memory, LEFT, {DISCOUNTABLE})")
    else:
        say(2, "bill = total(event, memory, LEFT, 0) + event[REST] - tendered")
    say(2, "refused = 0")
    say(2, f"if claimed > {balance}:")
    _too_much(writer, 3, INSUFFICIENT, f"max(0, {balance})" if clamp else None)
    # A claim so large is beyond the bill however its worth is rounded; the product stays bounded.
    say(2, f"fits = bill * {by} // {number}")
    money = f"round_ratio(claimed * {number}, {by}, {ROUNDING[settings.round_money]})"
    say(2, f"if refused == 0 and (claimed > fits + {by} or {money} > bill):")
    if clamp:
        _too_much(writer, 3, MORE_THAN_THE_BILL, "fits")
    else:  # of what is left of a purchase, what was granted the whole may be too much
        say(3, "if event[AGAIN] == FIRST:")
        _too_much(writer, 4, MORE_THAN_THE_BILL, None)
        say(3, "else:")
        _too_much(writer, 4, MORE_THAN_THE_BILL, "fits")
    say(2, f"money = min(bill, {money})")
    say(2, "if refused == 0 and money == 0:")
    say(3, f"refused = {WORTH_NOTHING}")
    say(2, "if refused == 0:")
    say(3, f"decision[{units}] = claimed")
    if share is not None:
        writer.turns.append(("spend", share))
        say(3, f"take_off(event, memory, money, {DISCOUNTABLE}, 0, -1, decision, {share})")
    else:
        say(3, f"decision[{tendered}] = money")
        say(3, "tendered += money")
    say(2, "else:")
    say(3, f"decision[{refused}] = refused")


def _balance_at_first(writer: TypeWriter, currency: str) -> str:
    """Source of the balance that a claim was granted from: it was there then."""
    balance = writer.balance(currency)
    if not reads_again(writer.terms, writer.name):
        return balance
    at = writer.inputs[f"balance.{currency}"]
    return writer.input(f"claimed.{currency}", dict(writer.reads)[at])


def _too_much(writer: TypeWriter, depth: int, reason: int, instead: str | None) -> None:
    """Refuse what was claimed, or lower it and refuse it if nothing is left."""
    if instead is None:
        writer.say(depth, f"refused = {reason}")
        return
    writer.say(depth, f"claimed = {instead}")
    writer.say(depth, "if claimed == 0:")
    writer.say(depth + 1, f"refused = {reason}")
