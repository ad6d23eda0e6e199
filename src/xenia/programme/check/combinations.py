"""Whether the rules of a group can be compared, and a basket be cut into few enough slices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from xenia.language.ir import Any, Field, Fold, Node, walk
from xenia.language.types import Bool, Origin
from xenia.programme.check.subject import Found, Subject
from xenia.programme.feasible import patterns
from xenia.programme.model import Combine, Never, Programme, Rule

SLICES_MAX: Final = 64


def _choosing(programme: Programme) -> Iterator[tuple[str, Combine, dict[str, Rule]]]:
    """The groups of which one rule is chosen, with their rules."""
    for key, group in programme.groups.items():
        if group.combine is not Combine.ALL:
            rules = {name: rule for name, rule in programme.rules.items() if rule.group == key}
            yield key, group.combine, rules


def several_effects(subject: Subject) -> Iterator[Found]:
    """A rule of a choosing group that has more than one effect, or one that cannot be chosen."""
    for group, combine, rules in _choosing(subject.programme):
        for key, rule in rules.items():
            then = rule.then
            rest = len(then.multiply) + (then.issue is not None) + then.refer + then.tells
            if rest or len(then.earn) + (then.discount is not None) > 1:
                yield Found(
                    "several-effects",
                    ("rules", key, "then"),
                    f"`{group}` combines by {combine.value}, so each of its rules has one effect: "
                    "a discount, or an accrual of one currency",
                    "split the rule, and leave what is not compared out of the group",
                )


def mixed_groups(subject: Subject) -> Iterator[Found]:
    """A choosing group in which discounts stand beside accruals."""
    for key, combine, rules in _choosing(subject.programme):
        discounts = sorted(name for name, rule in rules.items() if rule.then.discount is not None)
        accruals = sorted(name for name, rule in rules.items() if rule.then.earn)
        if discounts and accruals:
            yield Found(
                "mixed-group",
                ("groups", key),
                f"`{discounts[0]}` is a discount and `{accruals[0]}` an accrual, which are decided "
                f"one after the other: {combine.value} cannot choose between them",
                "make a group of discounts and a group of accruals",
                on_key=True,
            )


def incomparable(subject: Subject) -> Iterator[Found]:
    """A `best` group over several currencies of which one has no value in money."""
    currencies = subject.programme.currencies
    for key, combine, rules in _choosing(subject.programme):
        if combine is not Combine.BEST:
            continue
        earned = {name: None for rule in rules.values() for name in rule.then.earn}
        worthless = [
            name for name in earned if name in currencies and currencies[name].value is None
        ]
        if len(earned) > 1 and worthless:
            yield Found(
                "no-unit-value",
                ("groups", key),
                f"the best of several currencies is chosen by what they are worth, "
                f"and {worthless[0]} has no `value`",
                f"give {worthless[0]} a `value`, or combine by first",
                on_key=True,
            )


def lonely_groups(subject: Subject) -> Iterator[Found]:
    """A group of one rule or none."""
    for key, group in subject.programme.groups.items():
        members = [name for name, rule in subject.programme.rules.items() if rule.group == key]
        if not members or (len(members) == 1 and not group.limits and not group.budget):
            yield Found(
                "lonely-group",
                ("groups", key),
                f"`{key}` has {f'only the rule `{members[0]}`' if members else 'no rule'}",
                f"put rules into it by `group: {key}`, or take the group away",
                severity="advice",
                on_key=True,
            )


def too_many_slices(subject: Subject) -> Iterator[Found]:
    """Conditions on lines that cut a basket into more parts than are decided apart."""
    predicates = list(_predicates(subject))
    count = patterns(predicates)
    if count > SLICES_MAX:
        yield Found(
            "too-many-slices",
            ("rules",),
            f"{len(predicates)} conditions on lines can tell {count} kinds of lines apart, "
            f"more than {SLICES_MAX}",
            "join conditions, use lists, or choose lines by one field only",
            on_key=True,
        )


def _predicates(subject: Subject) -> Iterator[Node]:
    """What rules ask of lines, once each; exclusions count by what they exclude from."""
    nodes = subject.analysis.nodes
    found: dict[Node, None] = {}
    for never in Never:
        items = tuple(
            nodes[path]
            for key, exclusion in subject.programme.exclusions.items()
            if never in exclusion.never and (path := ("exclusions", key, "lines")) in nodes
        )
        if items:
            found[items[0] if len(items) == 1 else Any(type=Bool(), items=items)] = None
    for place, root in nodes.items():
        if place[0] in ("rules", "rewards") and place[-1] == "lines":
            found[root] = None
        for node in walk(root):
            if isinstance(node, Fold) and node.where is not None and sums_paid(node):
                found[node.where] = None
    yield from found


def sums_paid(fold: Fold) -> bool:
    """Whether it sums what is paid for lines: a basket is cut by its condition on them."""
    return fold.value is not None and any(
        isinstance(node, Field) and node.origin is Origin.DISCOUNTED for node in walk(fold.value)
    )


CHECKS = (several_effects, mixed_groups, incomparable, lonely_groups, too_many_slices)
