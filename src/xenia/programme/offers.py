"""Which rules are offers: the event alone says whether one holds, and all it does is to earn.

Nothing that an offer comes to depends on another rule.  So thousands of them need not stand in the
source of a plan, one after the other: see `engine.emit_offers`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xenia.language.ir import Constant, Field, Node, Ref, walk
from xenia.language.types import Origin
from xenia.programme.formulas import Analysis
from xenia.programme.model import Accrual, Combine, Expression, Programme, Rule
from xenia.programme.settings import ReturnInputs, RoundPer


def of_event(node: Node) -> bool:
    """Whether the event alone says it."""
    return all(
        part.origin is Origin.EVENT and (isinstance(part, Field) or part.read == "now")
        for part in walk(node)
        if isinstance(part, Ref | Field)
    )


def offers(programme: Programme, analysis: Analysis, on: str) -> frozenset[str]:
    """The ids of the offers among the rules on one type of event."""
    settings = programme.settings
    if on == "purchase" and settings.return_inputs is ReturnInputs.TODAY:
        return frozenset()  # what it has earned is taken out of the balance by name
    rules = {key: rule for key, rule in programme.rules.items() if rule.on == on}
    kept: frozenset[str] = frozenset()
    if settings.round_per is RoundPer.LINE:  # a multiplier rounds the lines once more
        kept = frozenset(_multiplied(rules))
    return frozenset(
        key
        for key, rule in rules.items()
        if key not in kept and _earns_only(programme, rule) and _tells(analysis, key, rule)
    )


def _multiplied(rules: Mapping[str, Rule]) -> Iterator[str]:
    """The rules whose base accruals others multiply."""
    currencies = {key for rule in rules.values() for key in rule.then.multiply}
    for key, rule in rules.items():
        earned = {of for of, earn in rule.then.earn.items() if earn.kind is Accrual.BASE}
        if currencies & earned:
            yield key


def _earns_only(programme: Programme, rule: Rule) -> bool:
    """Whether it earns, and nothing but itself has a say in it."""
    then, group = rule.then, programme.groups.get(rule.group or "")
    if not then.earn or then.multiply or then.discount or then.issue or then.refer or then.tells:
        return False
    if group is not None and (group.combine is not Combine.ALL or group.limits or group.budget):
        return False
    return not (rule.chance or rule.after or rule.limits or rule.budget)


def _tells(analysis: Analysis, key: str, rule: Rule) -> bool:
    """Whether the event says all that it asks, and nothing about the member, who may be another by
    the time of a return; and whether what it earns is no formula of more than a number."""
    when = analysis.nodes.get(("rules", key, "when"))
    if when is not None and (not of_event(when) or any(map(_of_member, walk(when)))):
        return False
    return all(
        not isinstance(earn.units, Expression)
        or isinstance(analysis.nodes.get(("rules", key, "then", "earn", currency)), Constant)
        for currency, earn in rule.then.earn.items()
    )


def _of_member(node: Node) -> bool:
    return isinstance(node, Ref) and node.name.startswith("member.")
