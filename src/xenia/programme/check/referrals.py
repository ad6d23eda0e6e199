"""Whether members who bring others are thanked for it, and once for each of them."""

from __future__ import annotations

from collections.abc import Iterator

from xenia.programme.check.subject import Found, Path, Subject
from xenia.programme.model import Limit

_ON = "referral"


def one_rule_refers(subject: Subject) -> Iterator[Found]:
    """A second rule that refers: whoever brought a member would be thanked twice."""
    for key in _referring(subject)[1:]:
        yield Found(
            "one-referral",
            ("rules", key, "then", "refer"),
            f"`{_referring(subject)[0]}` refers already, and one purchase can only be one referral",
            "let one rule refer",
            on_key=True,
        )


def referred_once(subject: Subject) -> Iterator[Found]:
    """A rule that refers with every purchase."""
    for key in _referring(subject):
        if Limit(per="ever", times=1) not in subject.programme.rules[key].limits:
            yield Found(
                "refers-again",
                ("rules", key, "then", "refer"),
                "each purchase of a member who was brought would be a referral",
                "add `limits: {times: 1, per: ever}` to the rule",
                on_key=True,
            )


def both_sides(subject: Subject) -> Iterator[Found]:
    """Referrals that nothing is on, and what is on referrals that never come."""
    programme = subject.programme
    waiting: list[Path] = [("rules", key) for key, one in programme.rules.items() if one.on == _ON]
    waiting += [("metrics", key) for key, one in programme.metrics.items() if one.on == _ON]
    referring = _referring(subject)
    if referring and not waiting:
        yield Found(
            "referral-for-nothing",
            ("rules", referring[0], "then", "refer"),
            "nobody has anything of this: no rule and no metric is on: referral",
            "add a rule on: referral for whoever brought the member",
            on_key=True,
        )
    for path in waiting if not referring else ():
        yield Found(
            "never-referred",
            (*path, "on"),
            "there are no referrals: no rule says `refer: true`",
            "add `refer: true` to the `then` of a rule on the purchase that counts",
        )


def _referring(subject: Subject) -> list[str]:
    """The rules that refer, by id."""
    return sorted(key for key, rule in subject.programme.rules.items() if rule.then.refer)


CHECKS = (one_rule_refers, referred_once, both_sides)
