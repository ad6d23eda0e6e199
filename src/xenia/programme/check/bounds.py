"""The proof that no number of a programme grows beyond what can be counted exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from xenia.language.types import AMOUNT_BOUND, OVERFLOW, UNITS_BOUND, Number
from xenia.programme.check.subject import Found, Path, Subject
from xenia.programme.model import Combine, Currency, Earn, Expression, Group, Per, Percent, Rule
from xenia.programme.scope import money_decimals


@dataclass(frozen=True, slots=True)
class Most:
    """The most that an accrual can be: `number` ÷ `by` smallest units, before rounding."""

    number: int
    by: int

    @property
    def units(self) -> int:
        """The same, rounded up."""
        return -(-self.number // self.by)


def accruals(subject: Subject) -> Iterator[Found]:
    """A rate by which one purchase could earn 2^53 units, or whose product could reach 2^63."""
    factors = _largest_factors(subject)
    for path, rule, currency, earn, most in _accruals(subject):
        rate = not isinstance(earn.units, Expression)
        factor = factors.get((rule.on, currency), 1)
        if rate and most.units >= UNITS_BOUND:
            sentence = f"{currency} of one purchase can be {most.units:,}, which is not below 2^53"
        elif most.number * factor >= OVERFLOW:
            sentence = f"{currency} of one event, times {factor}, can reach 2^63"
        elif most.units * _compared_value(subject, rule, currency) >= OVERFLOW:
            sentence = f"what {currency} of one event are worth can reach 2^63"
        elif most.units * _counted_as(subject, rule, currency) >= OVERFLOW:
            sentence = f"{currency} of one event, as a limit counts them, can reach 2^63"
        else:
            continue
        remedy = "earn fewer units, or give the currency fewer decimals"
        yield Found("overflow", path, sentence, remedy)


def _accruals(subject: Subject) -> Iterator[tuple[Path, Rule, str, Earn, Most]]:
    for key, rule in subject.programme.rules.items():
        for currency, earn in rule.then.earn.items():
            declared = subject.programme.currencies.get(currency)
            path = ("rules", key, "then", "earn", currency)
            most = None if declared is None else _most(subject, path, earn, declared)
            if most is not None:
                yield path, rule, currency, earn, most


def _most(subject: Subject, path: Path, earn: Earn, currency: Currency) -> Most | None:
    """None where the formula could not be read."""
    finest = Fraction(10**currency.decimals)
    cents = Fraction(10 ** money_decimals(subject.programme))
    match earn.units:
        case Per(units=units, amount=amount):
            rate, times = Fraction(units) * finest, Fraction(amount) * cents
            return Most(rate.numerator * (AMOUNT_BOUND // max(1, int(times))), rate.denominator)
        case Percent(percent=percent):
            rate = Fraction(Fraction(percent) * finest, 100 * cents)
            return Most(rate.numerator * AMOUNT_BOUND, rate.denominator)
        case Expression():
            node = subject.analysis.nodes.get(path)
            if node is None or not isinstance(node.type, Number):
                return None
            step = Fraction(finest, 10**node.type.scale)
            return Most(node.bound * step.numerator, step.denominator)


def _largest_factors(subject: Subject) -> dict[tuple[str, str], int]:
    """The largest whole number by which a multiplier could multiply, by event type and currency."""
    found: dict[tuple[str, str], int] = {}
    for rule in subject.programme.rules.values():
        for currency, by in rule.then.multiply.items():
            own = Fraction(by).numerator
            found[rule.on, currency] = max(own, found.get((rule.on, currency), own))
    return found


def _compared_value(subject: Subject, rule: Rule, currency: str) -> int:
    """The whole number by which units are compared in a `best` group over several currencies."""
    programme = subject.programme
    group = programme.groups.get(rule.group) if rule.group is not None else None
    if group is None or group.combine is not Combine.BEST:
        return 1
    worths = {
        key: Fraction(declared.value or 0) * Fraction(1, 10**declared.decimals)
        for key, declared in programme.currencies.items()
    }
    shared = lcm(*(worth.denominator for worth in worths.values()))
    return int(worths[currency] * shared)


def _counted_as(subject: Subject, rule: Rule, currency: str) -> int:
    """What a smallest unit counts in a limit or budget of several currencies: in their decimals."""
    programme = subject.programme
    group = programme.groups.get(rule.group) if rule.group is not None else None
    bound = [rule] if _counts_units(rule) else []
    if group is not None and _counts_units(group):
        bound += [other for other in programme.rules.values() if other.group == rule.group]
    currencies = {key for other in bound for key in (*other.then.earn, *other.then.multiply)}
    decimals = [programme.currencies[key].decimals for key in currencies & {*programme.currencies}]
    own = programme.currencies[currency].decimals
    return int(10 ** (max([own, *decimals]) - own))


def _counts_units(holder: Rule | Group) -> bool:
    limits = any(limit.units is not None for limit in holder.limits)
    return limits or any(budget.units is not None for budget in holder.budget)


def metrics(subject: Subject) -> Iterator[Found]:
    """A metric to which one event could add more than 2^53."""
    for key in subject.programme.metrics:
        for name in ("sum", "max"):
            node = subject.analysis.nodes.get(("metrics", key, name))
            if node is not None and node.bound > UNITS_BOUND:
                yield Found(
                    "overflow",
                    ("metrics", key, name),
                    f"one event can add {node.bound:,} to `{key}`, which is not below 2^53",
                    "count in larger units: per(x, 1000)",
                )


CHECKS = (accruals, metrics)
