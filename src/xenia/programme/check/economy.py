"""Advice on what a programme costs, and on whether customers will understand it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from xenia.language.ir import Calendar, walk
from xenia.programme.check.subject import Found, Path, Subject
from xenia.programme.model import Discount, Rule
from xenia.programme.simplicity import simplicity

LARGE_PERCENT: Final = 20


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
    """Per cent of the price; of all units, where only some are discounted."""
    if discount.percent is None or discount.of is None:
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


def unbounded(subject: Subject) -> Iterator[Found]:
    """Money off or rewards given away without any limit, budget or stock."""
    groups, rewards = subject.programme.groups, subject.programme.rewards
    for key, rule in subject.programme.rules.items():
        discount = rule.then.discount
        then: Path = ("rules", key, "then")
        reward = rewards.get(rule.then.issue or "")
        if rule.then.issue is not None and (reward is None or reward.stock is None):
            path, sentence = (*then, "issue"), "nothing limits how often a member gets this"
        elif discount is not None and discount.amount is not None:
            path = (*then, "discount", "amount")
            sentence = "nothing limits how much money a member gets by this"
        else:
            continue
        group = groups.get(rule.group) if rule.group is not None else None
        limited = [*rule.limits, *rule.budget]
        if group is not None:
            limited += [*group.limits, *group.budget]
        if not limited:
            remedy = "add e.g. `limits: {times: 1, per: day}`, or `budget: {times: 1000}` for all"
            yield Found("no-limit", path, sentence, remedy, severity="advice")


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


CHECKS = (large_discounts, unbounded, hard_to_understand)
