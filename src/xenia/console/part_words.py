"""How the sections of a draft, their fields and their choices are called in the console.

Fields and choices have the names and descriptions that the language declares, said in the reader's
language as far as the catalogs have them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from xenia.console.rule_words import EVENTS
from xenia.pages.asking import Asked
from xenia.pages.words import marked
from xenia.programme.edit.fields import rows_of
from xenia.programme.edit.long import inner
from xenia.programme.edit.sections import SECTIONS
from xenia.programme.records import Record, Variants
from xenia.programme.scalars import Choice
from xenia.programme.shapes import Shape


class Called(NamedTuple):
    """A section in marked words: all of it, one part, a new part, and when there is none."""

    title: str
    one: str
    new: str
    none: str
    about: str
    icon: str


# What can be changed by forms; what else there is can be named in them.
FORMS: Final[Mapping[str, Called]] = {
    "currencies": Called(
        marked("Currencies"),
        marked("Currency"),
        marked("New currency"),
        marked("There is no currency yet"),
        marked("A currency is what is counted: points, stars, miles, stamps."),
        "coins",
    ),
    "tiers": Called(
        marked("Levels"),
        marked("Ladder"),
        marked("New ladder"),
        marked("There are no levels yet"),
        marked("A ladder has levels, lowest first: how each is reached, and what it brings."),
        "trending-up",
    ),
    "rewards": Called(
        marked("Rewards"),
        marked("Reward"),
        marked("New reward"),
        marked("There is no reward yet"),
        marked("A reward is what units buy, or what a rule gives."),
        "gift",
    ),
    "texts": Called(
        marked("Texts"),
        marked("Text"),
        marked("New text"),
        marked("There is no text yet"),
        marked("A text is a message to members, in each language; a rule sends it."),
        "message-square",
    ),
    "metrics": Called(
        marked("Metrics"),
        marked("Metric"),
        marked("New metric"),
        marked("There is no metric yet"),
        marked("A metric is a running number of a member: visits in a month, nights ever."),
        "activity",
    ),
    "benefits": Called(
        marked("Benefits"),
        marked("Benefit"),
        marked("New benefit"),
        marked("There is no benefit yet"),
        marked("A benefit is a right that a level brings: free delivery, a lounge."),
        "crown",
    ),
    "badges": Called(
        marked("Badges"),
        marked("Badge"),
        marked("New badge"),
        marked("There is no badge yet"),
        marked("A badge is what a member has once, to be seen; a rule gives it."),
        "award",
    ),
    "groups": Called(
        marked("Groups"),
        marked("Group"),
        marked("New group"),
        marked("There is no group yet"),
        marked("A group says how its rules combine, and what limits they share."),
        "layers",
    ),
    "lists": Called(
        marked("Lists"),
        marked("List"),
        marked("New list"),
        marked("There is no list yet"),
        marked("A list has texts, such as categories or articles; conditions name it."),
        "list",
    ),
    "exclusions": Called(
        marked("Exclusions"),
        marked("Exclusion"),
        marked("New exclusion"),
        marked("There is no exclusion yet"),
        marked("An exclusion says on which lines of a purchase nothing is earned, or taken off."),
        "ban",
    ),
    "locations": Called(
        marked("Locations"),
        marked("Location"),
        marked("New location"),
        marked("There is no location yet"),
        marked("A location is a shop of yours; a clock in a rule is that of the shop."),
        "map-pin",
    ),
    "acts": Called(
        marked("Acts"),
        marked("Act"),
        marked("New act"),
        marked("There is no act yet"),
        marked("An act is what members do beside buying, such as a review."),
        "zap",
    ),
}
# What an id of a section is called where one is chosen.
KEYS: Final[Mapping[str, str]] = {section: called.one for section, called in FORMS.items()}


# Of keys and choices that say too little by themselves; every other is its own name.
_SAID: Final[Mapping[str, str]] = {
    **EVENTS,
    "after": marked("After how long"),
    "all": marked("All of these at their thresholds"),
    "any": marked("One of these at its threshold"),
    "base": marked("For the purchase itself"),
    "beyond": marked("What is more"),
    "bonus": marked("On top of it"),
    "combine": marked("How its rules combine"),
    "count": marked("Counts events"),
    "distinct": marked("Counts different texts"),
    "every": marked("Of how many"),
    "falls": marked("Where one falls"),
    "gives": marked("What it gives"),
    "holds": marked("How long it holds"),
    "inactive": marked("After how long without earning"),
    "item": marked("A thing"),
    "lasts": marked("How long it lasts"),
    "max": marked("Keeps the largest"),
    "never": marked("What they never do"),
    "notice": marked("Notice before the end"),
    "now": marked("At once"),
    "of": marked("Only of these units"),
    "on": marked("Of which events"),
    "over": marked("Counted over"),
    "partial": marked("Bit by bit"),
    "pending": marked("Waiting time"),
    "per": marked("In which time"),
    "refuse": marked("Does not happen at all"),
    "rollover": marked("What is beyond counts on"),
    "streak": marked("Counts how long without a gap"),
    "sum": marked("Adds up"),
    "timezone": marked("Time zone"),
    "trim": marked("Is cut to that"),
    "uses": marked("How many uses"),
    "value": marked("Value of a unit"),
    "values": marked("Texts that count"),
    "when": marked("Only if"),
}
# The same where it means something else, by section.
_SAID_OF: Final[Mapping[str, Mapping[str, str]]] = {
    "exclusions": {"discount": marked("Be discounted")},
    "groups": {
        "all": marked("All of them have their effect"),
        "best": marked("Only the best one"),
        "first": marked("Only the first one"),
    },
    "metrics": {"kind": marked("Which units earned")},
}


def label(key: str, section: str) -> str:
    """A key or a choice of the language as words: `spend-first` is “Spend first”."""
    words = key.replace("-", " ")
    said = _SAID_OF.get(section, {}).get(key) or _SAID.get(key)
    return said or words[:1].upper() + words[1:]


def plainly(asked: Asked, sentence: str) -> str:
    """What a field means, in the reader's language; what is to be typed is not marked there."""
    return asked.say(sentence).replace("`", "") if sentence else ""


def declared() -> Iterator[str]:
    """All that the language says of the fields and choices of these sections."""
    for section in FORMS:
        yield from _declared(SECTIONS[section], section)


def _declared(shape: Shape, section: str) -> Iterator[str]:
    shape = inner(shape)
    if isinstance(shape, Record):
        for slot in shape.slots:
            if not slot.notation:
                yield label(slot.key, section)
                yield from filter(None, [slot.says])
                yield from _declared(slot.shape, section)
    elif isinstance(shape, Variants):
        for key, record in shape.records:
            yield label(key, section)
            yield from _declared(record, section)
    elif isinstance(shape, Choice):
        yield from (label(one, section) for one in shape.values)
    elif (rows := rows_of(shape)) is not None:
        yield from _declared(rows.shape, section)
