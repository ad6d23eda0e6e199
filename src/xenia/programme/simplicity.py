"""How much a customer must hold in mind to know what a programme gives.

*Things* are counted: each effect of a rule, each condition, limit and budget on it, each level,
threshold, hold and grace, each exclusion, each price, worth, end and waiting time of a currency,
each stock.  A *riddle* is a term that customers do not work out: an effect that shows only in a
later window, a unit of which nobody can say what it is worth, a rate that is hard to reckon with,
points together with a percentage that holds only at times.  More than 25 things are a riddle, too.

`plain`: no riddle and at most 10 things.  `hard`: two riddles or more.  `fair`: the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from xenia.language.ir import Calendar, Node, Ref, walk
from xenia.programme.feasible import conjuncts
from xenia.programme.formulas import Analysis
from xenia.programme.ladders import Tier
from xenia.programme.model import Currency, CurrencyKind, Group, Per, Programme, Rule

PLAIN_THINGS: Final = 10
MANY_THINGS: Final = 25
HARD_RIDDLES: Final = 2

Grade = Literal["plain", "fair", "hard"]


RiddleKind = Literal["delayed", "mixed", "worthless", "odd-worth", "odd-rate", "many"]
Sort = Literal[
    "effects", "conditions", "limits", "levels", "exclusions", "currencies", "rewards"
]  # of things, in the order in which they are counted


@dataclass(frozen=True, slots=True)
class Riddle:
    """A term that customers do not work out: where it stands, what it is, and that in a sentence
    for the author of the programme."""

    path: tuple[str, ...]
    kind: RiddleKind
    sentence: str


@dataclass(frozen=True, slots=True)
class Simplicity:
    """How many things of each sort a customer must hold in mind, and the riddles among them."""

    counts: Mapping[Sort, int]
    riddles: tuple[Riddle, ...]

    @property
    def things(self) -> int:
        """All that a customer must hold in mind."""
        return sum(self.counts.values())

    @property
    def grade(self) -> Grade:
        """`plain`, `fair` or `hard`."""
        if len(self.riddles) >= HARD_RIDDLES:
            return "hard"
        return "fair" if self.riddles or self.things > PLAIN_THINGS else "plain"


def simplicity(programme: Programme, analysis: Analysis) -> Simplicity:
    """The reading of a programme; expressions that could not be read count as one condition."""
    rules = programme.rules.values()
    holders: tuple[Rule | Group, ...] = (*rules, *programme.groups.values())
    currencies = programme.currencies.values()
    counts: dict[Sort, int] = {
        "effects": sum(_effects(rule) for rule in rules),
        "conditions": sum(_conditions(analysis, key, r) for key, r in programme.rules.items()),
        "limits": sum(len(holder.limits) + len(holder.budget) for holder in holders)
        + sum(len(one.transfers.limits) for one in currencies if one.transfers is not None),
        "levels": sum(_levels(tier) for tier in programme.tiers.values()),
        "exclusions": len(programme.exclusions),
        "currencies": sum(_terms(currency) for currency in currencies),
        "rewards": sum(
            len(reward.price) + (reward.lasts is not None) + (reward.stock is not None)
            for reward in programme.rewards.values()
        ),
    }
    riddles = [riddle for find in _RIDDLES for riddle in find(programme, analysis)]
    things = sum(counts.values())
    if things > MANY_THINGS:
        riddles.append(Riddle(("rules",), "many", f"there are {things} things to remember"))
    return Simplicity(counts, tuple(riddles))


def _effects(rule: Rule) -> int:
    then = rule.then
    others = then.refer + sum(one is not None for one in (then.discount, then.issue, then.badge))
    return len(then.earn) + len(then.multiply) + others


def _conditions(analysis: Analysis, key: str, rule: Rule) -> int:
    node = analysis.nodes.get(("rules", key, "when"))
    asked = len(conjuncts(node)) if node is not None else int(rule.when is not None)
    dates = rule.since is not None or rule.until is not None
    return asked + (rule.lines is not None) + (rule.chance is not None) + dates


def _levels(tier: Tier) -> int:
    """Thresholds, and how long levels hold."""
    thresholds = sum(
        sum(value > 0 for value in (*level.any.values(), *level.all.values()))
        for level in tier.levels.values()
    )
    return thresholds + (tier.holds is not None) + (tier.grace is not None)


def _terms(currency: Currency) -> int:
    terms = (currency.value, currency.expires, currency.pending, currency.transfers)
    return sum(term is not None for term in terms)


# ---- riddles -------------------------------------------------------------------------------------


def _when(analysis: Analysis, key: str) -> tuple[Node, ...]:
    node = analysis.nodes.get(("rules", key, "when"))
    return () if node is None else tuple(walk(node))


def _reads_previous(analysis: Analysis, key: str) -> bool:
    return any(isinstance(n, Ref) and n.read == "previous" for n in _when(analysis, key))


def _delayed(programme: Programme, analysis: Analysis) -> Iterator[Riddle]:
    for key in programme.rules:
        if _reads_previous(analysis, key):
            sentence = "what is bought now shows only in a later week, month or year"
            yield Riddle(("rules", key, "when"), "delayed", sentence)
            return


def _mixed(programme: Programme, analysis: Analysis) -> Iterator[Riddle]:
    """Points to save up, and a percentage off that holds only at times."""
    if not _earned(programme):
        return
    for key, rule in programme.rules.items():
        if rule.then.discount is None or rule.then.discount.percent is None:
            continue
        at_times = any(
            (isinstance(n, Ref) and n.name.startswith("balance."))
            or (isinstance(n, Calendar) and n.part in ("month", "year"))
            for n in _when(analysis, key)
        )
        dated = rule.since is not None or rule.until is not None
        if at_times or dated or _reads_previous(analysis, key):
            sentence = "units to save up and a percentage off at times go by different rules"
            yield Riddle(("rules", key, "then", "discount"), "mixed", sentence)
            return


def _worthless(programme: Programme, _analysis: Analysis) -> Iterator[Riddle]:
    """A unit of which nobody can say what it is worth."""
    for key in _earned(programme):
        worths = _worths(programme, key)
        if not worths:
            sentence = f"nothing says what one of the {key} is worth"
            yield Riddle(("currencies", key), "worthless", sentence)
        elif not any(worths):
            sentence = f"what one of the {key} is worth is no round number"
            yield Riddle(("currencies", key), "odd-worth", sentence)


def _odd_rates(programme: Programme, _analysis: Analysis) -> Iterator[Riddle]:
    for key, rule in programme.rules.items():
        for currency, earn in rule.then.earn.items():
            units = earn.units
            if isinstance(units, Per) and not _easy_rate(units):
                path = ("rules", key, "then", "earn", currency)
                sentence = f"{units.units} for each {units.amount} is hard to reckon with"
                yield Riddle(path, "odd-rate", sentence)
                return


_RIDDLES: Final[tuple[Callable[[Programme, Analysis], Iterator[Riddle]], ...]] = (
    _delayed,
    _mixed,
    _worthless,
    _odd_rates,
)


def _earned(programme: Programme) -> dict[str, None]:
    """The currencies that rules give and that can be spent."""
    return {
        key: None
        for rule in programme.rules.values()
        for key in rule.then.earn
        if key in programme.currencies and programme.currencies[key].kind is CurrencyKind.REDEEMABLE
    }


def _worths(programme: Programme, key: str) -> list[bool]:
    """For each way of spending a currency, whether what a unit is worth is plain."""
    value = programme.currencies[key].value
    found = [] if value is None else [_round(Fraction(value))]
    for reward in programme.rewards.values():
        price = reward.price.get(key)
        if not price:
            continue
        if reward.gives.gift_card is None:
            found.append(_countable(price))
        else:
            found.append(_round(Fraction(Fraction(reward.gives.gift_card), Fraction(price))))
    return found


def _round(worth: Fraction) -> bool:
    """One digit, 25 or 75, at whatever place: 0.005, 0.25, 20."""
    for _ in range(12):
        if worth.denominator == 1:
            break
        worth *= 10
    digits = str(worth).rstrip("0")
    return worth.denominator == 1 and (len(digits) <= 1 or digits in ("25", "75"))


def _countable(number: Decimal) -> bool:
    """Up to a dozen, or a multiple of five: what people count to without thinking."""
    return number <= 12 or number % 5 == 0


def _easy_rate(rate: Per) -> bool:
    return rate.units == 1 or (rate.amount == 1 and _countable(rate.units))
