"""A programme told to a customer in a few sentences; what has no plain words is reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from xenia.programme.explain.conditions import Conditions
from xenia.programme.explain.goods import Unsayable
from xenia.programme.explain.parts import (
    currency_said,
    dates_said,
    exclusion_said,
    group_said,
    groups_said,
    metric_said,
    returns_said,
    reward_said,
    settings_said,
    tier_said,
)
from xenia.programme.explain.reasons import reasons_said
from xenia.programme.explain.rules import rule_said
from xenia.programme.explain.tables import Row, Table, tables_said
from xenia.programme.explain.voice import Voice
from xenia.programme.formulas import Analysis
from xenia.programme.model import Programme
from xenia.programme.simplicity import Simplicity, simplicity
from xenia.programme.texts import Texts
from xenia.programme.words import NoPhrases

__all__ = [
    "Explanation",
    "NoPhrases",
    "Row",
    "Table",
    "Unsaid",
    "explain",
    "parts_told",
    "rules_told",
    "titled",
]


@dataclass(frozen=True, slots=True)
class Unsaid:
    """A part that is too complicated to be told: `("rules", id)`; it is named by its title."""

    path: tuple[str, str]
    title: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """`sentences` in the order in which a customer wants them.  `tables`: each ladder's levels side
    by side.  `reading`: how plain it is, and `reasons`: why, in words of the same language."""

    title: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    simplicity: Simplicity
    reading: str
    reasons: tuple[str, ...]
    unsaid: tuple[Unsaid, ...]


@dataclass(slots=True)
class _Story:
    """What has been said so far."""

    voice: Voice
    sentences: list[str] = field(default_factory=list)
    unsaid: list[Unsaid] = field(default_factory=list)

    def tell(self, path: tuple[str, str], title: Texts | None, told: Iterator[str]) -> None:
        """Adds the sentences of a part, or names it where there are no plain words for it."""
        try:
            self.sentences.extend(told)
        except Unsayable:
            named = self.voice.text(title, path[1])
            self.unsaid.append(Unsaid(path, named))
            self.sentences.append(self.voice.sentence(self.voice.say("beside", title=named)))


def explain(programme: Programme, analysis: Analysis, locale: str) -> Explanation:
    """Tells a programme in a locale (`en`, `el`, `el-GR`).

    Raises words.NoPhrases, which names the languages that there are.
    """
    voice = Voice(programme, locale)
    story = _Story(voice)
    conditions = Conditions(voice, analysis)
    story.sentences.extend(dates_said(voice))
    if not programme.rules:
        story.sentences.append(voice.sentence(voice.say("nothing")))
    _tell_rules(story, conditions)
    _tell_holdings(story, conditions)
    story.sentences.extend(returns_said(voice))
    story.sentences.extend(settings_said(voice))
    measured = simplicity(programme, analysis)
    number = voice.number(Decimal(measured.things))
    grade = measured.grade if measured.things else "none"
    return Explanation(
        title=voice.text(programme.title, programme.id),
        sentences=tuple(dict.fromkeys(story.sentences)),
        tables=tuple(tables_said(voice, conditions)),
        simplicity=measured,
        reading=voice.sentence(voice.say(grade, count=measured.things, number=number)),
        reasons=tuple(reasons_said(voice, measured)),
        unsaid=tuple(story.unsaid),
    )


def rules_told(
    programme: Programme, analysis: Analysis, locale: str, rules: Iterable[str]
) -> Mapping[str, tuple[str, ...] | None]:
    """The sentences of some rules, by their ids; None: there are no plain words for one.

    Raises words.NoPhrases.
    """
    voice = Voice(programme, locale)
    conditions = Conditions(voice, analysis)
    found: dict[str, tuple[str, ...] | None] = {}
    for key in rules:
        try:
            found[key] = tuple(rule_said(voice, conditions, key, programme.rules[key]))
        except Unsayable:
            found[key] = None
    return found


def parts_told(
    programme: Programme, analysis: Analysis, locale: str, section: str, parts: Iterable[str]
) -> Mapping[str, tuple[str, ...] | None]:
    """The sentences of some parts of a section, by their ids; None: there are no plain words for
    one, () nothing is told of it by itself.  Raises words.NoPhrases."""
    if section == "rules":
        return rules_told(programme, analysis, locale, parts)
    voice = Voice(programme, locale)
    conditions = Conditions(voice, analysis)
    found: dict[str, tuple[str, ...] | None] = {}
    for key in parts:
        try:
            found[key] = tuple(_part_said(voice, conditions, section, key))
        except Unsayable:
            found[key] = None
    return found


def _part_said(voice: Voice, conditions: Conditions, section: str, key: str) -> Iterator[str]:
    programme = voice.programme
    match section:
        case "tiers":
            yield from tier_said(voice, conditions, key, programme.tiers[key])
        case "rewards":
            yield from reward_said(voice, key, programme.rewards[key])
        case "metrics":
            yield from metric_said(voice, conditions, key)
        case "groups":
            yield from group_said(voice, key, programme.groups[key])
        case "currencies":
            yield from currency_said(voice, key, programme.currencies[key])
        case "exclusions":
            yield from exclusion_said(voice, conditions, key, programme.exclusions[key])
        case "texts":
            yield voice.text(programme.texts[key], key)


def titled(programme: Programme, locale: str, texts: Texts | None, otherwise: str) -> str:
    """How a part of a programme is named in a locale.  Raises words.NoPhrases."""
    return Voice(programme, locale).text(texts, otherwise)


def _tell_rules(story: _Story, conditions: Conditions) -> None:
    voice = story.voice
    for key, rule in voice.programme.rules.items():
        story.tell(("rules", key), rule.title, rule_said(voice, conditions, key, rule))
    story.sentences.extend(groups_said(voice, conditions))
    for key, exclusion in voice.programme.exclusions.items():
        told = exclusion_said(voice, conditions, key, exclusion)
        story.tell(("exclusions", key), exclusion.title, told)


def _tell_holdings(story: _Story, conditions: Conditions) -> None:
    voice = story.voice
    for key, tier in voice.programme.tiers.items():
        story.tell(("tiers", key), tier.title, tier_said(voice, conditions, key, tier))
    for key, reward in voice.programme.rewards.items():
        story.tell(("rewards", key), reward.title, reward_said(voice, key, reward))
    for key, currency in voice.programme.currencies.items():
        story.tell(("currencies", key), currency.title, currency_said(voice, key, currency))
