"""Why a rule did what it did, put into the words of a language."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, Protocol

from xenia.effects import Said
from xenia.programme.model import Rule
from xenia.programme.periods import Duration

_NUMBERS: Final = frozenset({"amount", "most", "off", "rate", "spent"})
_VALUES: Final = ("now", "least")
_TRUTHS: Final = frozenset({"unknown", "true", "false"})


class Speaks(Protocol):
    """Says phrases, units and numbers in one language; a voice does."""

    def say(self, key: str, *, count: Decimal | None = None, **parts: str) -> str:
        """A phrase with its parts."""

    def units(self, key: str, count: Decimal) -> str:
        """So many of a currency."""

    def number(self, value: Decimal) -> str:
        """A number."""

    def duration(self, length: Duration) -> str:
        """So many months or days."""


def because(said: Iterable[Said], voice: Speaks) -> str:
    """All that is said of one rule, in a row."""
    return ", ".join(_one(one, voice) for one in said)


def far(rule: Rule, kind: str) -> Said:
    """Why a rule did not come near an event of a type."""
    if rule.on != kind:
        return Said("other-type", {"on": rule.on, "kind": kind})
    if rule.after is not None and rule.since is None and rule.until is None:
        return Said("inactivity", {"months": str(rule.after.months), "days": str(rule.after.days)})
    dates = {"since": rule.since, "until": rule.until}
    known = {name: str(day) for name, day in dates.items() if day is not None}
    return Said("-".join(_DATES[name] for name in known) or "not-near", known)


_DATES: Final = {"since": "from", "until": "before"}


def _one(one: Said, voice: Speaks) -> str:
    parts = dict(one.parts)
    if "currency" in parts:
        parts["units"] = voice.units(parts.pop("currency"), Decimal(parts["units"]))
    if "counts" in parts:
        parts["limit"] = _limit(parts.pop("counts"), parts.pop("most"), parts.pop("per"), voice)
    if "months" in parts:
        months, days = int(parts.pop("months")), int(parts.pop("days"))
        parts["duration"] = voice.duration(Duration(months=months, days=days))
    for name in _NUMBERS & parts.keys():
        parts[name] = voice.number(Decimal(parts[name]))
    for name in _VALUES:
        if name in parts:
            parts[name] = _value(parts[name], voice)
    whole = voice.say(f"reason-{one.code}", count=None, **parts)
    if not one.seen:
        return whole
    seen = [
        voice.say("reason-seen-value", name=name, now=_value(value, voice))
        for name, value in one.seen
    ]
    return voice.say("reason-seen", said=whole, seen=", ".join(seen))


def _limit(counts: str, most: str, per: str, voice: Speaks) -> str:
    """`3 times a day`, `1 unit in all`, `20.00 off a month`."""
    number = Decimal(most)
    said = {"most": voice.number(number), "per": voice.say(f"per-{per}")}
    return voice.say(f"reason-limit-{counts}", count=number, **said)


def _value(text: str, voice: Speaks) -> str:
    """A value as an author writes it; whether something is so, as people say it."""
    return voice.say(f"reason-value-{text}") if text in _TRUTHS else text
