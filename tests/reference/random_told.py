"""Random badges, messages and flags for a programme that has none."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from xenia.programme.ladders import Badge
from xenia.programme.model import Combine, Programme, Rule
from xenia.programme.texts import Texts

BADGES = {name: Badge(title=Texts({"en": (name,)})) for name in ("regular", "friend")}
TEXTS = {name: Texts({"en": (f"{name}!",)}) for name in ("hello", "thank-you")}
SHARE = 0.3  # of the rules


def with_told(programme: Programme, random: Random) -> Programme:
    """The same programme; some rules that are not chosen among others give or tell something."""

    def rule(one: Rule) -> Rule:
        group = programme.groups.get(one.group or "")
        if random.random() > SHARE or (group is not None and group.combine is not Combine.ALL):
            return one
        then = one.then
        if then.issue is not None and random.random() < 0.3:
            then = replace(then, issue=None)
        return replace(
            one,
            then=replace(
                then,
                badge=random.choice((*BADGES, None)),
                notify=random.choice((*TEXTS, None)),
                flag=random.choice(("look at it", None, None)) or (None if then.earn else "why"),
            ),
        )

    rules = {key: rule(one) for key, one in sorted(programme.rules.items())}
    return replace(programme, rules=rules, badges=BADGES, texts=TEXTS)
