"""Writes what an event earns, its bonuses, what it issues, and what it adds to metrics."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm

from xenia.engine import emit_offers, emit_refer
from xenia.engine.emit_limits import allowed, capped, consume, refuse, stock, take_stock, take_turn
from xenia.engine.lower import conjuncts
from xenia.engine.operators import EARNING
from xenia.engine.plan import Column
from xenia.engine.terms import ROUNDING, Terms, within
from xenia.engine.type_writer import TypeWriter, spent_on, variable
from xenia.language.ir import Constant, Field, Node, Ref, walk
from xenia.language.types import Number, Origin
from xenia.programme.model import Accrual, Combine, Earn, Metric, Per, Percent, Rule
from xenia.programme.offers import of_event
from xenia.programme.settings import MultiplyRound, RoundPer


@dataclass(frozen=True, slots=True)
class Accruing:
    """One currency that one rule earns."""

    key: str
    rule: Rule
    currency: str
    earn: Earn
    mode: int

    @property
    def units(self) -> str:
        """The variable that holds the units, in the currency's smallest."""
        return variable("units", self.key, self.currency)

    @property
    def exact(self) -> tuple[str, str]:
        """The variables of the exact ratio before rounding."""
        return f"number_{self.units}", f"by_{self.units}"


def emit(writer: TypeWriter) -> None:
    """Accruals, then bonuses on them, then rewards issued by rules."""
    found = _accruals(writer)
    accruals = [accrual for accrual in found if accrual.key not in writer.offered]
    for turn in _turns(writer, found):
        if turn[0].key in writer.offered:
            _offer(writer, *turn)
            continue
        for accrual in turn:
            _candidate(writer, accrual)
        if len(turn) > 1:
            _choose(writer, turn)
        for accrual in turn:
            _settle(writer, accrual)
    emit_offers.decide(writer)
    bonuses = [
        _bonus(writer, key, rule, currency, accruals)
        for key, rule in writer.rules
        for currency in sorted(rule.then.multiply)
    ]
    for key, rule in writer.rules:
        if rule.then.issue is not None:
            _issue(writer, key, rule)
    emit_refer.decide(writer)
    _name_earned(writer, accruals, bonuses)


def _offer(writer: TypeWriter, accrual: Accruing) -> None:
    """It stands in the table instead."""
    terms, earn = writer.terms, accrual.earn
    decimals = terms.programme.currencies[accrual.currency].decimals
    match earn.units:
        case Per(units, amount):
            per, rate = terms.money(amount), Fraction(units) * int(10**decimals)
        case Percent(percent):
            per, rate = 1, _rate(terms, percent, decimals)
        case _:
            node = terms.analysis.nodes["rules", accrual.key, "then", "earn", accrual.currency]
            assert isinstance(node, Constant), "an offer has no other formula"
            assert isinstance(node.type, Number), "the checker lets a formula be a number"
            assert isinstance(node.value, int), "a number has one"
            per, rate = 0, max(0, node.value) * Fraction(10**decimals, 10**node.type.scale)
    place = writer.result(f"earn.{accrual.key}.{accrual.currency}")
    earned = emit_offers.Earned(per, rate, accrual.mode, _by_line(writer, accrual))
    emit_offers.add(writer, accrual.key, accrual.currency, place, earned)


def _accruals(writer: TypeWriter) -> list[Accruing]:
    standard = writer.terms.programme.settings.round_units
    return [
        Accruing(key, rule, currency, earn, ROUNDING[earn.round or standard])
        for key, rule in writer.rules
        for currency, earn in sorted(rule.then.earn.items())
    ]


def _turns(writer: TypeWriter, accruals: list[Accruing]) -> list[list[Accruing]]:
    """The rules of a `best` or `first` group are weighed against one another."""
    turns: dict[str, list[Accruing]] = {}
    for accrual in accruals:
        group = writer.terms.programme.groups.get(accrual.rule.group or "")
        together = group is not None and group.combine is not Combine.ALL
        turn = f"group.{accrual.rule.group}" if together else accrual.units
        turns.setdefault(turn, []).append(accrual)
    return list(turns.values())


def _candidate(writer: TypeWriter, accrual: Accruing) -> None:
    """units_.. = what the rule would earn, limits included, and the exact ratio it comes from."""
    number, by = accrual.exact
    for name in (accrual.units, number):
        writer.say(1, f"{name} = 0")
    writer.say(1, f"{by} = 1")
    writer.say(1, f"if {allowed(writer, accrual.key, accrual.rule)}:")
    if _by_line(writer, accrual):
        # In place of the ratio it is kept whether the lines stand for the units, or these are cut.
        writer.say(2, f"{accrual.units} = {_of_lines(writer, accrual)}")
        writer.say(2, f"{number} = 1")
    else:
        exact_number, exact_by = _exact(writer, accrual)
        writer.say(2, f"{number} = {exact_number}")
        writer.say(2, f"{by} = {exact_by}")
        writer.say(2, f"{accrual.units} = round_ratio({number}, {by}, {accrual.mode})")
    refuse(writer, accrual.key, accrual.rule, accrual.currency, accrual.units, number)
    rooms = capped(writer, accrual.key, accrual.rule, "units", accrual.currency)
    if rooms:
        most = rooms[0] if len(rooms) == 1 else f"min({', '.join(rooms)})"
        writer.say(2, f"if {accrual.units} > {most}:")
        writer.say(3, f"{accrual.units} = {most}")
        writer.say(3, f"{number} = {0 if _by_line(writer, accrual) else accrual.units}")
        writer.say(3, f"{by} = 1")


def _exact(writer: TypeWriter, accrual: Accruing) -> tuple[str, str]:
    """Source of a ratio: smallest units of the currency, before rounding."""
    terms = writer.terms
    decimals = terms.programme.currencies[accrual.currency].decimals
    spent = spent_on(writer.bits(accrual.key, EARNING))
    match accrual.earn.units:
        case Per(units, amount):
            number, by = terms.ratio(Fraction(units) * int(10**decimals))
            return f"{spent} // {terms.source.param(terms.money(amount))} * {number}", by
        case Percent(percent):
            number, by = terms.ratio(_rate(terms, percent, decimals))
            return f"{spent} * {number}", by
    path = ("rules", accrual.key, "then", "earn", accrual.currency)
    node = terms.analysis.nodes[path]
    assert isinstance(node.type, Number), "the checker lets a formula be a number"
    writer.bind(node)
    step = Fraction(10**decimals, 10**node.type.scale)
    times = f" * {step.numerator}" if step.numerator > 1 else ""
    return f"{writer.lowering.number(node)}{times}", str(step.denominator)


def _rate(terms: Terms, percent: Decimal, decimals: int) -> Fraction:
    """Smallest units of a currency for each smallest unit of money."""
    return Fraction(percent) * Fraction(10**decimals, 100 * 10**terms.money_decimals)


def _by_line(writer: TypeWriter, accrual: Accruing) -> bool:
    """Whether what each line comes to is rounded by itself; a formula is one for all lines."""
    lines = writer.terms.programme.settings.round_per is RoundPer.LINE
    return lines and isinstance(accrual.earn.units, Per | Percent)


def _of_lines(writer: TypeWriter, accrual: Accruing, factor: Fraction = Fraction(1)) -> str:
    """Source of what the lines come to, each rounded by itself, so many times as much."""
    terms, earn, per = writer.terms, accrual.earn.units, "1"
    decimals = terms.programme.currencies[accrual.currency].decimals
    if isinstance(earn, Per):
        rate = Fraction(earn.units) * int(10**decimals)
        per = terms.source.param(terms.money(earn.amount))
    else:
        assert isinstance(earn, Percent), "a formula is one for all lines"
        rate = _rate(terms, earn.percent, decimals)
    number, by = terms.ratio(rate * factor)
    bits = writer.bits(accrual.key, EARNING)
    return f"total_rounded(event, memory, {bits}, {per}, {number}, {by}, {accrual.mode})"


def _choose(writer: TypeWriter, turn: list[Accruing]) -> None:
    """winner = the place in the turn of the accrual worth most, or of the first there is."""
    group = writer.terms.programme.groups[turn[0].rule.group or ""]
    best = group.combine is Combine.BEST
    order = sorted(range(len(turn)), key=lambda i: turn[i].key) if best else range(len(turn))
    one_currency = len({accrual.currency for accrual in turn}) == 1
    writer.say(1, "winner = -1")
    writer.say(1, "most = 0")
    for place in order:
        accrual = turn[place]
        worth = accrual.units if one_currency else f"{accrual.units} * {_value(writer, accrual)}"
        better = f"{worth} > most" if best else f"winner < 0 and {accrual.units} > 0"
        writer.say(1, f"if {better}:")
        writer.say(2, f"winner = {place}")
        writer.say(2, f"most = {worth}")
    for place, accrual in enumerate(turn):
        writer.say(1, f"if winner != {place}:")
        writer.say(2, f"{accrual.units} = 0")
        writer.say(2, f"{accrual.exact[0]} = 0")


def _value(writer: TypeWriter, accrual: Accruing) -> str:
    """A unit's worth, as a whole number comparable between the programme's currencies."""
    currencies = writer.terms.programme.currencies
    worths = {
        key: Fraction(part.value or 0) * Fraction(1, 10**part.decimals)
        for key, part in currencies.items()
    }
    shared = lcm(*(worth.denominator for worth in worths.values()))
    return writer.terms.source.param(int(worths[accrual.currency] * shared))


def _settle(writer: TypeWriter, accrual: Accruing) -> None:
    place = writer.result(f"earn.{accrual.key}.{accrual.currency}")
    writer.say(1, f"decision[{place}] = {accrual.units}")
    consume(writer, 1, accrual.key, accrual.rule, accrual.units, accrual.currency)


def _bonus(
    writer: TypeWriter, key: str, rule: Rule, currency: str, accruals: list[Accruing]
) -> tuple[str, str]:
    """A multiplier's bonus: what it adds to each base accrual, rounded after multiplying."""
    bonus = variable("bonus", key, currency)
    factor = Fraction(rule.then.multiply[currency])
    ratio = writer.terms.ratio(factor)
    writer.say(1, f"{bonus} = 0")
    writer.say(1, f"if {allowed(writer, key, rule)}:")
    writer.say(2, f"{bonus} = 0")
    for accrual in accruals:
        if accrual.currency == currency and accrual.earn.kind is Accrual.BASE:
            multiplied = _multiplied(writer, accrual, factor, ratio)
            writer.say(2, f"{bonus} += {multiplied} - {accrual.units}")
    exact = writer.terms.programme.settings.multiply_round is not MultiplyRound.BEFORE
    for more in emit_offers.bonus(writer, currency, ratio, exact=exact):
        writer.say(2, f"{bonus} += {more}")
    refuse(writer, key, rule, currency, bonus)
    for name in capped(writer, key, rule, "units", currency):
        writer.say(2, f"{bonus} = min({bonus}, {name})")
    writer.say(1, f"decision[{writer.result(f'multiply.{key}.{currency}')}] = {bonus}")
    consume(writer, 1, key, rule, bonus, currency)
    return currency, bonus


def _multiplied(
    writer: TypeWriter, accrual: Accruing, factor: Fraction, ratio: tuple[str, str]
) -> str:
    """Source of an accrual so many times, rounded; `ratio` is the factor as parameters."""
    (number, by), (n, d) = ratio, accrual.exact
    units = f"round_ratio({accrual.units} * {number}, {by}, {accrual.mode})"
    if writer.terms.programme.settings.multiply_round is MultiplyRound.BEFORE:
        return units
    if _by_line(writer, accrual):
        return f"({_of_lines(writer, accrual, factor)} if {n} == 1 else {units})"
    return f"round_ratio({n} * {number}, {d} * {by}, {accrual.mode})"


def _issue(writer: TypeWriter, key: str, rule: Rule) -> None:
    issued, reward = variable("issued", key), rule.then.issue
    assert reward is not None, "only rules with a reward issue"
    left = f" and {stock(reward)} > 0" if reward in writer.stocked else ""
    writer.say(1, f"{issued} = 1 if {allowed(writer, key, rule)}{left} else 0")
    # Decided again, it stays issued at most.
    before = writer.input(f"issued.{key}", "0")
    writer.say(1, "if event[AGAIN] == FIRST:")
    writer.say(2, f"{before} = {issued}")
    writer.say(1, f"{issued} = min({issued}, {before})")
    writer.say(1, f"decision[{writer.result(f'issue.{key}')}] = {issued}")
    writer.say(1, f"if {issued} > 0:")
    take_stock(writer, 2, reward, "1")
    take_turn(writer, 2, key, rule)


def _name_earned(
    writer: TypeWriter, accruals: list[Accruing], bonuses: list[tuple[str, str]]
) -> None:
    """What `earned.<currency>` means to metrics, for base, bonus and both."""
    for currency in sorted(writer.terms.programme.currencies):
        base = [a.units for a in accruals if a.currency == currency and a.earn.kind is Accrual.BASE]
        bonus = [
            a.units for a in accruals if a.currency == currency and a.earn.kind is Accrual.BONUS
        ]
        bonus += [name for of, name in bonuses if of == currency]
        if writer.metrics:  # else nothing asks
            base += _of_offers(writer, currency, Accrual.BASE)
            bonus += _of_offers(writer, currency, Accrual.BONUS)
        for kind, names in (("base", base), ("bonus", bonus), ("both", base + bonus)):
            writer.say(1, f"{_earned(currency, kind)} = {' + '.join(names) or '0'}")


def _of_offers(writer: TypeWriter, currency: str, kind: Accrual) -> list[str]:
    """The variable that holds what offers earn, if any do."""
    name = variable("offered", currency) + f"_{kind.value}"
    for source in emit_offers.earned(writer, currency, kind):
        writer.say(1, f"{name} = {source}")
        return [name]
    return []


def _earned(currency: str, kind: str) -> str:
    return variable("earned", currency) + f"_{kind}"


# ---- metrics -------------------------------------------------------------------------------------

_STAGES = (Origin.EVENT, Origin.STATE, Origin.DISCOUNTED, Origin.EARNED)


def contributions(writer: TypeWriter, stage: Origin) -> None:
    """this_<metric> = what the event adds, for the metrics that can be known at this stage."""
    for key, metric in writer.metrics:
        nodes = metric_nodes(writer, key)
        known = max(
            (_STAGES.index(origin) for node in nodes for origin in _origins(node)), default=0
        )
        if max(known, 1) == _STAGES.index(stage):
            _contribution(writer, key, metric, nodes)


def metric_nodes(writer: TypeWriter, key: str) -> list[Node]:
    """The typed expressions of a metric."""
    names = ("sum", "max", "distinct", "when")
    found = (writer.terms.analysis.nodes.get(("metrics", key, name)) for name in names)
    return [node for node in found if node is not None]


def _origins(node: Node) -> set[Origin]:
    return {part.origin for part in walk(node) if isinstance(part, Ref | Field)}


def _contribution(writer: TypeWriter, key: str, metric: Metric, nodes: list[Node]) -> None:
    names, this = writer.lowering.names, variable("this", key)
    names["spent"] = (spent_on(EARNING), None)
    kind = metric.kind.value if metric.kind is not None else "both"
    for currency in sorted(writer.terms.programme.currencies):
        names[f"earned.{currency.replace('-', '_')}"] = (_earned(currency, kind), None)
    writer.bind(*nodes)
    when = writer.terms.analysis.nodes.get(("metrics", key, "when"))
    closes = writer.terms.programme.earn_until
    open_ = within(None, None if closes is None else writer.terms.instant(closes))
    holds = writer.lowering.condition((*open_, *conjuncts(when))) or "True"
    writer.say(1, f"{this} = {_amount(writer, key, metric)} if {holds} else 0")
    writer.say(1, f"decision[{writer.result(f'metric.{key}')}] = {this}")


def _amount(writer: TypeWriter, key: str, metric: Metric) -> str:
    """Source of the contribution; of a listed value its place and 1, of a streak a mark."""
    nodes = writer.terms.analysis.nodes
    formula = nodes.get(("metrics", key, "sum")) or nodes.get(("metrics", key, "max"))
    if formula is not None:
        return writer.lowering.number(formula)
    if metric.distinct is not None:
        node = nodes["metrics", key, "distinct"]
        assert of_event(node), "the checker lets a distinct formula read the event only"
        return f"1 + {writer.lowering.column(Column('listed', node, metric.values))}"
    return "1"
