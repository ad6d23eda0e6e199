"""Advice on what members do beside buying: what is said of themselves, and what is not a stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from xenia.language.ir import All, In, Node, Ref, walk
from xenia.language.types import Bool
from xenia.programme.check.subject import Found, Path, Subject
from xenia.programme.feasible import possible
from xenia.programme.model import CurrencyKind, Metric, Rule

# What an act is called that is written for others to see.
_PUBLIC: Final = frozenset(
    {"comment", "follow", "hashtag", "like", "post", "rating", "review", "share", "tweet"}
)


def points_for_posts(subject: Subject) -> Iterator[Found]:
    """Units that buy something for a review or a post."""
    programme = subject.programme
    public = [act for act in programme.acts if _PUBLIC & {one.rstrip("s") for one in _words(act)}]
    for key, rule in programme.rules.items():
        spent = [
            currency
            for currency in rule.then.earn
            if currency in programme.currencies
            and programme.currencies[currency].kind is CurrencyKind.REDEEMABLE
        ]
        when = subject.analysis.nodes.get(("rules", key, "when"))
        named = next((act for act in public if rule.on == "act" and _about(when, act)), None)
        if named is not None and spent:
            yield Found(
                "points-for-posts",
                ("rules", key, "then", "earn", spent[0]),
                f"{spent[0]} for {named} attract those who write for the prize",
                "count it in a metric, and thank for it by a level and its benefits",
                severity="advice",
                on_key=True,
            )


def _words(act: str) -> list[str]:
    return act.split("-")


def _about(when: Node | None, act: str) -> bool:
    """Whether a condition can hold of an act."""
    for node in () if when is None else walk(when):
        if isinstance(node, Ref) and node.name == "act":
            named = In(type=Bool(), item=node, values=(act,))
            assert when is not None
            return possible(All(type=Bool(), items=(when, named)))
    return True


def stays_of_any_status(subject: Subject) -> Iterator[Found]:
    """What is `on: stay` and does not ask whether the guest came."""
    rules, metrics = subject.programme.rules, subject.programme.metrics
    both: tuple[tuple[Path, Rule | Metric], ...] = (
        *((("rules", key), rule) for key, rule in rules.items()),
        *((("metrics", key), metric) for key, metric in metrics.items()),
    )
    for path, holder in both:
        when = subject.analysis.nodes.get((*path, "when"))
        read = () if when is None else walk(when)
        if holder.on == "stay" and not any(
            isinstance(node, Ref) and node.name == "status" for node in read
        ):
            yield Found(
                "any-status",
                (*path, "on"),
                "this holds for stays that were cancelled or never begun, too",
                'add `when: status == "stayed"`',
                severity="advice",
                on_key=True,
            )


CHECKS = (points_for_posts, stays_of_any_status)
