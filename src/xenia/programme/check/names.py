"""Whether every id that is named is declared, and every one that is declared is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xenia.language.ir import Ref, walk
from xenia.programme.check.subject import Found, Path, Subject
from xenia.programme.findings import suggestion
from xenia.programme.scope import NONE_LEVEL, ladder, written


def _unknown(what: str, key: str, path: Path, known: Iterable[str], *, on_key: bool) -> Found:
    sentence = f"there is no {what} `{key}`"
    return Found(f"unknown-{what}", path, sentence, suggestion(key, known), on_key=on_key)


def unknown_groups(subject: Subject) -> Iterator[Found]:
    """A rule in a group that is not declared."""
    groups = subject.programme.groups
    for key, rule in subject.programme.rules.items():
        if rule.group is not None and rule.group not in groups:
            path = ("rules", key, "group")
            yield _unknown("group", rule.group, path, groups, on_key=False)


def unknown_currencies(subject: Subject) -> Iterator[Found]:
    """Accruals, multipliers and prices in a currency that is not declared."""
    currencies = subject.programme.currencies
    places: list[tuple[str, Path]] = []
    for key, rule in subject.programme.rules.items():
        then = ("rules", key, "then")
        places += [(currency, (*then, "earn", currency)) for currency in rule.then.earn]
        places += [(currency, (*then, "multiply", currency)) for currency in rule.then.multiply]
    for key, reward in subject.programme.rewards.items():
        places += [(currency, ("rewards", key, "price", currency)) for currency in reward.price]
    for currency, path in places:
        if currency not in currencies:
            yield _unknown("currency", currency, path, currencies, on_key=True)


def unknown_rewards(subject: Subject) -> Iterator[Found]:
    """A reward that a rule issues and that is not declared."""
    rewards = subject.programme.rewards
    for key, rule in subject.programme.rules.items():
        if rule.then.issue is not None and rule.then.issue not in rewards:
            path = ("rules", key, "then", "issue")
            yield _unknown("reward", rule.then.issue, path, rewards, on_key=False)


def unknown_told(subject: Subject) -> Iterator[Found]:
    """A badge or a text that a rule names and that is not declared."""
    badges, texts = subject.programme.badges, subject.programme.texts
    for key, rule in subject.programme.rules.items():
        then = ("rules", key, "then")
        if rule.then.badge is not None and rule.then.badge not in badges:
            yield _unknown("badge", rule.then.badge, (*then, "badge"), badges, on_key=False)
        if rule.then.notify is not None and rule.then.notify not in texts:
            yield _unknown("text", rule.then.notify, (*then, "notify"), texts, on_key=False)


# Texts that are sent without a rule, in place of ours.
OWN_WORDS = frozenset(
    ("texts", name)
    for name in (
        "points-expiring",
        "tier-upgraded",
        "tier-downgraded",
        "tier-lost",
        "programme-published",
    )
)


def unused_told(subject: Subject) -> Iterator[Found]:
    """A badge or a text that no rule names; silent where one may have been misspelt."""
    if any(unknown_told(subject)):
        return
    thens = [rule.then for rule in subject.programme.rules.values()]
    for part, declared, named, said in (
        ("badges", subject.programme.badges, {then.badge for then in thens}, "gives"),
        ("texts", subject.programme.texts, {then.notify for then in thens}, "sends"),
    ):
        for key in declared:
            if key not in named and (part, key) not in OWN_WORDS:
                yield Found(
                    "never-given",
                    (part, key),
                    f"no rule {said} `{key}`",
                    "name it in the `then` of a rule, or take it away",
                    severity="advice",
                    on_key=True,
                )


def unknown_metrics(subject: Subject) -> Iterator[Found]:
    """A metric that a tier goes by and that is not declared."""
    metrics = subject.programme.metrics
    for key, tier in subject.programme.tiers.items():
        if tier.by is not None and tier.by not in metrics:
            yield _unknown("metric", tier.by, ("tiers", key, "by"), metrics, on_key=False)
        for level, rung in tier.levels.items():
            for which, thresholds in (("any", rung.any), ("all", rung.all)):
                for metric in thresholds:
                    if metric not in metrics and metric != tier.by:
                        path = ("tiers", key, "levels", level, which, metric)
                        yield _unknown("metric", metric, path, metrics, on_key=True)


def unknown_benefits(subject: Subject) -> Iterator[Found]:
    """A benefit of a level that is not declared, where others are."""
    declared = subject.programme.benefits
    for benefit, path in _benefits(subject):
        if declared and benefit not in declared:
            yield _unknown("benefit", benefit, path, declared, on_key=False)


def untold_benefits(subject: Subject) -> Iterator[Found]:
    """Benefits of which customers are told the ids, since none is declared."""
    if subject.programme.benefits:
        return
    for benefit, path in dict(reversed(list(_benefits(subject)))).items():
        yield Found(
            "no-text",
            path,
            f"customers are told the id of this benefit, `{benefit}`",
            f"declare it: `benefits: {{{benefit}: {{title: …}}}}`",
            severity="advice",
        )


def unused_benefits(subject: Subject) -> Iterator[Found]:
    """A benefit that no level brings; silent where one may have been misspelt."""
    if any(unknown_benefits(subject)):
        return
    brought = {benefit for benefit, _ in _benefits(subject)}
    for key in subject.programme.benefits:
        if key not in brought:
            yield Found(
                "never-given",
                ("benefits", key),
                f"nobody can get `{key}`: no level brings it",
                "name it in the `benefits` of a level, or take it away",
                severity="advice",
                on_key=True,
            )


def _benefits(subject: Subject) -> Iterator[tuple[str, Path]]:
    """The benefits of all levels, each with its place."""
    for key, tier in subject.programme.tiers.items():
        for level, rung in tier.levels.items():
            for number, (benefit, _) in enumerate(rung.benefits.items()):
                step = benefit if any(rung.benefits.values()) else str(number)
                yield benefit, ("tiers", key, "levels", level, "benefits", step)


def reserved_levels(subject: Subject) -> Iterator[Found]:
    """A level called like the place below a ladder whose lowest level has to be reached."""
    for key, tier in subject.programme.tiers.items():
        if ladder(tier).count(NONE_LEVEL) > 1:
            yield Found(
                "reserved-name",
                ("tiers", key, "levels", NONE_LEVEL),
                f"`{NONE_LEVEL}` is what members below the lowest level have",
                "give the level another name, or take the lowest level's thresholds away",
                on_key=True,
            )


def built_in_attributes(subject: Subject) -> Iterator[Found]:
    """An attribute of the member called like one that every member has, but of another type."""
    types = {
        "birthday": "date",
        "locale": "text",
        "timezone": "text",
        "enrolled-on": "nothing but the day of it",
    }
    for key, attribute in subject.programme.attributes.member.items():
        if key in types and attribute.type != types[key]:
            yield Found(
                "reserved-name",
                ("attributes", "member", key),
                f"every member has `{key}`, and it is {types[key]}",
                "leave it out, or give yours another name",
                on_key=True,
            )


def unused_metrics(subject: Subject) -> Iterator[Found]:
    """A metric that no expression and no tier reads; silent where one may have been misspelt."""
    if subject.analysis.problems or any(unknown_metrics(subject)):
        return
    read = {
        node.name.removeprefix("metric.")
        for root in subject.analysis.nodes.values()
        for node in walk(root)
        if isinstance(node, Ref) and node.name.startswith("metric.")
    }
    for tier in subject.programme.tiers.values():
        read |= {written(tier.by)} if tier.by is not None else set()
        for rung in tier.levels.values():
            read |= {written(metric) for metric in (*rung.any, *rung.all)}
    for key in subject.programme.metrics:
        if written(key) not in read:
            yield Found(
                "unused-metric",
                ("metrics", key),
                f"nothing reads the metric `{key}`",
                f"read it as metric.{written(key)} in a rule, or take it away",
                severity="advice",
                on_key=True,
            )


CHECKS = (
    unknown_groups,
    unknown_currencies,
    unknown_rewards,
    unknown_told,
    unused_told,
    unknown_metrics,
    unknown_benefits,
    untold_benefits,
    unused_benefits,
    reserved_levels,
    built_in_attributes,
    unused_metrics,
)
