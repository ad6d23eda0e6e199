"""The codes of events that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.services.codes.sentences import Sentences

_SCHEMA: Final = "Compare it with the schema of the event in `/openapi.json`."

EVENTS: Final[Mapping[str, Sentences]] = {
    "control-character": Sentences(
        "A text has a character that cannot be seen",
        "Such a character makes two names differ that look the same.",
        "Take it out; it comes from a scanner or from copying in most cases.",
    ),
    "dates-in-order": Sentences(
        "A departure is not after its arrival",
        "The two dates of a stay are in the wrong order.",
        "Exchange them, or correct the one that is wrong.",
    ),
    "different-content": Sentences(
        "The event is recorded with other content",
        "An event of this `source` and `id` was recorded before, and said something else.",
        "Give a new event an id of its own.",
    ),
    "duplicate-line-id": Sentences(
        "Two lines have the same id",
        "Returns and discounts name a line by its id; a line without one is called by its place.",
        "Give each line an id of its own, or none to any.",
    ),
    "empty": Sentences(
        "A text is empty",
        "An empty text says nothing, where something was to be said.",
        "Write a value, or leave the field out.",
    ),
    "float": Sentences(
        "A number is a binary fraction",
        "JSON's 4.10 is not 4.10 in most programs. Money and units are never such numbers.",
        'Write it as a text, "4.10", or as a whole number.',
    ),
    "given-twice": Sentences(
        "One thing is said twice",
        "Two fields say the same, and could contradict each other.",
        "Leave one of them out; `detail` names them.",
    ),
    "invalid-json": Sentences(
        "The text is not JSON",
        "It breaks off or breaks a rule of JSON; `detail` says where.",
        "Let a library write it; encode it as UTF-8.",
    ),
    "missing-field": Sentences(
        "A field is missing",
        "The event cannot be decided without it.",
        _SCHEMA,
    ),
    "more-than-the-line": Sentences(
        "More is taken off a line than it costs",
        "What was `given` on a line comes to more than its amount.",
        "Compare the amounts; `amount` is the price of the whole line before discounts.",
    ),
    "negative": Sentences(
        "An amount is below 0",
        "Amounts, quantities and units of events are 0 or more: what is brought back is an event "
        "of its own.",
        "Send a `return` or `cancel`; staff take units by an `adjustment`.",
    ),
    "not-a-decimal": Sentences(
        "A text is no number",
        'A number is written with digits and a point, such as "1234.50": no spaces, no currency, '
        "no separators of thousands.",
        "Write it so.",
    ),
    "not-a-name": Sentences(
        "A code has a character that it cannot have",
        "What a consent says is kept for good, so it is of letters, digits, points, dashes, "
        "colons and slashes only, 60 at most.",
        "Give purposes, channels, texts and places codes of your own, such as `news` and "
        "`terms/2026-03`.",
    ),
    "not-a-rule": Sentences(
        "What a claim takes off is no rule's",
        "`given` tells of rules; points that pay and vouchers are claims.",
        "Name them under `spend` and `vouchers`, and leave them out of `given`.",
    ),
    "not-a-time": Sentences(
        "A text is no time, or no date",
        "A time is written as RFC 3339 has it, with its offset from UTC: "
        "`2026-11-21T18:30:00+02:00`; a date as `2026-11-21`.",
        "Write it so; see that the day is on the calendar.",
    ),
    "not-here": Sentences(
        "The event is not taken here",
        "Such events are for replay, scenarios and test spaces only.",
        "Leave it out: time passes by itself.",
    ),
    "not-supported": Sentences(
        "The event is not supported yet",
        "This type of event, or this field of it, would be recorded without effect.",
        "Leave it out.",
    ),
    "not-text": Sentences(
        "Bytes are no text",
        "They are not UTF-8.",
        "Encode the file or body as UTF-8.",
    ),
    "not-to-be-sent": Sentences(
        "The event is recorded by itself",
        "Anniversaries and the like come when their day does: nobody sends them.",
        "Leave it out.",
    ),
    "other-money": Sentences(
        "The money is another than the programme's",
        "A programme reckons in one money.",
        "Convert the amounts before they are sent, or name another programme.",
    ),
    "other-programme": Sentences(
        "The event is for another programme",
        "It names a programme other than the one that reads it.",
        "Correct the name, or leave it out.",
    ),
    "out-of-range": Sentences(
        "A time is too far away",
        "Times from 1990 to 2059 can be reckoned with.",
        "See whether seconds and milliseconds, or day and month, were exchanged.",
    ),
    "reserved-source": Sentences(
        "The source is Xenia's own",
        "What is recorded by itself has this source.",
        "Call yours otherwise.",
    ),
    "same-card": Sentences(
        "A card is to take its own place",
        "`new` is the card that is to be replaced.",
        "Name the new card.",
    ),
    "tax-above-amount": Sentences(
        "A tax is more than the amount that includes it",
        "With `prices: gross` an amount includes its tax.",
        "Correct the tax, or say `prices: net`.",
    ),
    "too-large": Sentences(
        "It is too large",
        "A number, or the event as a whole, is beyond what is reckoned with exactly.",
        "Split what is really so large; in most cases it is a mistake, such as cents for euros.",
    ),
    "too-long": Sentences(
        "A text is too long",
        "`detail` says how many characters may be.",
        "Shorten it.",
    ),
    "too-many-charges": Sentences(
        "There are too many charges",
        "`detail` says how many an event may have.",
        "Put those of a kind together.",
    ),
    "too-many-lines": Sentences(
        "There are too many lines",
        "`detail` says how many an event may have.",
        "Split the basket into two purchases.",
    ),
    "too-many-nights": Sentences(
        "There are more nights than between arrival and departure",
        "A stay has at most as many nights as lie between its dates.",
        "Correct the number, or the dates; rooms are counted by `rooms`.",
    ),
    "too-many-payments": Sentences(
        "There are too many payments",
        "`detail` says how many an event may have.",
        "Put those of one method together.",
    ),
    "too-many-vouchers": Sentences(
        "There are too many vouchers",
        "`detail` says how many an event may name.",
        "Use the others on another purchase.",
    ),
    "too-precise": Sentences(
        "A number has too many decimals",
        "Money has as many decimals as its currency, units as the programme says.",
        "Round it before it is sent: the rounding is yours to choose.",
    ),
    "too-small": Sentences(
        "A number is too small",
        "There must be 1 at least.",
        "Correct it, or leave the event out.",
    ),
    "unknown-act": Sentences(
        "The programme knows no such act",
        "Acts are named in the programme.",
        "Correct the name, or publish a version that has it.",
    ),
    "unknown-attribute": Sentences(
        "The programme knows no such attribute",
        "Attributes are named in the programme, each with its kind.",
        "Correct the name, or publish a version that has it.",
    ),
    "unknown-category": Sentences(
        "The programme knows no such category",
        "The programme lists its categories, and takes no other: so none is misspelt unseen.",
        "Correct the name, or publish a version that has it.",
    ),
    "unknown-field": Sentences(
        "There is no such field",
        "A field that nobody reads would be lost without a word.",
        "Correct its name; what is yours alone goes into `attributes`.",
    ),
    "unknown-line": Sentences(
        "The purchase has no such line",
        "`given` names a line that is not among the lines of the purchase.",
        "Name each line by its id; one without an id is called by its place, from 1.",
    ),
    "unknown-location": Sentences(
        "The programme knows no such location",
        "The programme lists its locations, and takes no other.",
        "Correct the name, or publish a version that has it.",
    ),
    "unknown-programme": Sentences(
        "There is no such programme",
        "None of this name is published in this space.",
        "`xenia programme list` or `GET /v1/programmes` lists them.",
    ),
    "unknown-type": Sentences(
        "There is no such type of event",
        "`type` says what has happened.",
        "Correct it; `/openapi.json` lists all types.",
    ),
    "unknown-value": Sentences(
        "The value is none of those that may be",
        "`detail` lists them.",
        "Correct it.",
    ),
    "which-currency": Sentences(
        "It is not said of which currency the units are",
        "The programme has several.",
        "Add `currency`.",
    ),
    "which-programme": Sentences(
        "It is not said which programme the event is for",
        "Several are published in this space.",
        "Add `programme`.",
    ),
    "wrong-type": Sentences(
        "A value is of another kind",
        "Such as a number in place of a text.",
        _SCHEMA,
    ),
}
