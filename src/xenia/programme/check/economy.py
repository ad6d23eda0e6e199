"""Advice on what a programme costs, and on whether customers will understand it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import prod
from typing import Final

from xenia.language.ir import All, Calendar, Node, Ref, walk
from xenia.language.types import Bool
from xenia.programme.check.subject import Found, Path, Subject
from xenia.programme.feasible import possible
from xenia.programme.model import MOMENTS, Combine, Discount, Expression, Rule
from xenia.programme.settings import PercentOf
from xenia.programme.simplicity import simplicity

LARGE_PERCENT: Final = 20
_TOGETHER_MAX: Final = 20  # discounts that are tried together


def large_discounts(subject: Subject) -> Iterator[Found]:
    """A standing discount of 20 % or more, for everybody or for a level."""
    for key, rule in subject.programme.rules.items():
        discount = rule.then.discount
        percent = None if discount is None else _percent(discount)
        if percent is not None and percent >= LARGE_PERCENT and _standing(subject, key, rule):
            yield Found(
                "large-discount",
                ("rules", key, "then", "discount", "percent"),
                f"a standing discount of {percent.normalize():f} % teaches customers that "
                "the full price is not meant",
                "lower it, give it for a time (`from`, `until`), or give a bonus instead",
                severity="advice",
            )


def _percent(discount: Discount) -> Decimal | None:
    """Per cent of the price; of all units, where only some are discounted: None where these are a
    few of however many."""
    if discount.percent is None or discount.of is None:
        return discount.percent
    if discount.of.every is None:
        return None
    if not discount.of.count:
        return discount.percent
    return discount.percent * discount.of.count // discount.of.every


def _standing(subject: Subject, key: str, rule: Rule) -> bool:
    """Whether it is given at all times: no end, and no month, year or date is asked for."""
    if rule.until is not None:
        return False
    node = subject.analysis.nodes.get(("rules", key, "when"))
    return node is None or not any(
        isinstance(part, Calendar) and part.part in ("month", "year", "date") for part in walk(node)
    )


def discounts_together(subject: Subject) -> Iterator[Found]:
    """Standing discounts, each below 20 %, that add up to 20 % or more on one purchase.

    The largest come first, each with all that can hold beside it; one such heap is told of.
    """
    rules = subject.programme.rules
    percents = {
        key: percent
        for key, rule in rules.items()
        if rule.then.discount is not None and (percent := _percent(rule.then.discount)) is not None
    }
    small = [
        key
        for key in sorted(percents, key=lambda key: -percents[key])
        if percents[key] < LARGE_PERCENT and _standing(subject, key, rules[key])
    ][:_TOGETHER_MAX]
    for start in small:
        heap = [start]
        for key in small:
            total = _total(subject, [percents[other] for other in heap])
            if key not in heap and total < LARGE_PERCENT and _meet(subject, [*heap, key]):
                heap.append(key)
        total = _total(subject, [percents[key] for key in heap])
        if total >= LARGE_PERCENT:
            listed = ", ".join(f"`{key}`" for key in heap)
            yield Found(
                "discounts-add-up",
                ("rules", heap[-1], "then", "discount", "percent"),
                f"{listed} can hold together, and come to a standing discount of {total:f} %",
                "put them into a group with `combine: best`, lower them, or give them for a time",
                severity="advice",
            )
            return


def _total(subject: Subject, percents: Sequence[Decimal]) -> Decimal:
    """What percentages come to on one price."""
    if subject.programme.settings.percentages_of is PercentOf.ORIGINAL:
        total = sum(percents, Decimal(0))
    else:
        total = 100 - 100 * prod(
            (1 - percent * Decimal("0.01") for percent in percents), start=Decimal(1)
        )
    return total.quantize(Decimal("0.01")).normalize()


def _meet(subject: Subject, keys: Sequence[str]) -> bool:
    """Whether the discounts of several rules can be taken off one line."""
    rules, groups = subject.programme.rules, subject.programme.groups
    choosing = [
        group
        for key in keys
        if (group := rules[key].group) is not None
        and group in groups
        and groups[group].combine is not Combine.ALL
    ]
    if len(choosing) != len(set(choosing)):
        return False
    nodes = subject.analysis.nodes
    for part in ("when", "lines"):
        asked: list[Node] = [nodes[path] for key in keys if (path := ("rules", key, part)) in nodes]
        if asked and not possible(All(type=Bool(), items=tuple(asked))):
            return False
    return True


def unbounded(subject: Subject) -> Iterator[Found]:
    """Money off, rewards, or what chance gives, without any limit, budget or stock."""
    groups, rewards = subject.programme.groups, subject.programme.rewards
    for key, rule in subject.programme.rules.items():
        discount = rule.then.discount
        then: Path = ("rules", key, "then")
        if rule.on in MOMENTS:  # which come seldom enough
            continue
        reward = rewards.get(rule.then.issue or "")
        if rule.then.issue is not None and (reward is None or reward.stock is None):
            path, sentence = (*then, "issue"), "nothing limits how often a member gets this"
        elif discount is not None and discount.amount is not None and discount.of is None:
            path = (*then, "discount", "amount")
            sentence = "nothing limits how much money a member gets by this"
        elif rule.chance is not None:
            path, sentence = ("rules", key, "chance"), "nothing limits what chance gives away"
        else:
            continue
        group = groups.get(rule.group) if rule.group is not None else None
        limited = [*rule.limits, *rule.budget]
        if group is not None:
            limited += [*group.limits, *group.budget]
        if not limited:
            remedy = "add e.g. `limits: {times: 1, per: day}`, or `budget: {times: 1000}` for all"
            yield Found("no-limit", path, sentence, remedy, severity="advice")


_ASKED: Final = {  # what a member can do again at will, and how often is often enough
    "enrolment": ("join", "ever"),
    "profile": ("change their details", "ever"),
    "act": ("say that they did it", "day"),
}


def for_the_asking(subject: Subject) -> Iterator[Found]:
    """Units for what costs a member nothing to do again: joining, changing their details, telling
    what they did."""
    for key, rule in subject.programme.rules.items():
        fixed = any(isinstance(earn.units, Expression) for earn in rule.then.earn.values())
        if rule.on not in _ASKED or not fixed or rule.limits:
            continue
        group = subject.programme.groups.get(rule.group) if rule.group is not None else None
        asked = subject.analysis.nodes.get(("rules", key, "when"))
        counted = asked is not None and any(
            isinstance(node, Ref) and node.name.startswith("metric.") for node in walk(asked)
        )
        if counted or (group is not None and group.limits):
            continue
        done, per = _ASKED[rule.on]
        yield Found(
            "no-limit",
            ("rules", key, "then", "earn"),
            f"a member earns this each time they {done}, which they can do as often as they like",
            f"add `limits: {{times: 1, per: {per}}}`",
            severity="advice",
            on_key=True,
        )


def hard_to_understand(subject: Subject) -> Iterator[Found]:
    """Terms that no customer will understand: two riddles or more (see `simplicity`)."""
    measured = simplicity(subject.programme, subject.analysis)
    if measured.grade != "hard":
        return
    listed = "; ".join(riddle.sentence for riddle in measured.riddles)
    yield Found(
        "hard-to-understand",
        measured.riddles[0].path,
        f"customers will not understand these terms: {listed}",
        "keep to one plain promise: a rate of 1 per 1, a reward at a round number, a discount now",
        severity="advice",
        on_key=True,
    )


CHECKS = (large_discounts, discounts_together, unbounded, for_the_asking, hard_to_understand)
