"""How the sections of a draft, their fields and their choices are called in the console.

Fields and choices have the names and descriptions that the language declares, said in the reader's
language as far as the catalogs have them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

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
}
KEYS: Final[Mapping[str, str]] = {
    "currencies": FORMS["currencies"].one,
    "metrics": marked("Metric"),
    "benefits": marked("Benefit"),
    "rewards": FORMS["rewards"].one,
    "badges": marked("Badge"),
    "groups": marked("Group"),
    "texts": FORMS["texts"].one,
}


# Of keys and choices that say too little by themselves; every other is its own name.
_SAID: Final[Mapping[str, str]] = {
    "after": marked("After how long"),
    "all": marked("All of these at their thresholds"),
    "any": marked("One of these at its threshold"),
    "every": marked("Of how many"),
    "falls": marked("Where one falls"),
    "gives": marked("What it gives"),
    "holds": marked("How long it holds"),
    "inactive": marked("After how long without earning"),
    "item": marked("A thing"),
    "lasts": marked("How long it lasts"),
    "notice": marked("Notice before the end"),
    "now": marked("At once"),
    "of": marked("Only of these units"),
    "partial": marked("Bit by bit"),
    "pending": marked("Waiting time"),
    "per": marked("In which time"),
    "uses": marked("How many uses"),
    "value": marked("Value of a unit"),
}


def label(key: str) -> str:
    """A key or a choice of the language as words: `spend-first` is “Spend first”."""
    words = key.replace("-", " ")
    return _SAID.get(key) or words[:1].upper() + words[1:]


def plainly(asked: Asked, sentence: str) -> str:
    """What a field means, in the reader's language; what is to be typed is not marked there."""
    return asked.say(sentence).replace("`", "") if sentence else ""


def declared() -> Iterator[str]:
    """All that the language says of the fields and choices of these sections."""
    for section in FORMS:
        yield from _declared(SECTIONS[section])


def _declared(shape: Shape) -> Iterator[str]:
    shape = inner(shape)
    if isinstance(shape, Record):
        for slot in shape.slots:
            if not slot.notation:
                yield label(slot.key)
                yield from filter(None, [slot.says])
                yield from _declared(slot.shape)
    elif isinstance(shape, Variants):
        for key, record in shape.records:
            yield label(key)
            yield from _declared(record)
    elif isinstance(shape, Choice):
        yield from map(label, shape.values)
    elif (rows := rows_of(shape)) is not None:
        yield from _declared(rows.shape)
