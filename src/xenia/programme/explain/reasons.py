"""Why a programme reads as plain, or as hard, as it does: what there is to remember."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xenia.programme.explain.voice import Voice
from xenia.programme.model import Per
from xenia.programme.simplicity import Riddle, Simplicity


def reasons_said(voice: Voice, measured: Simplicity) -> Iterator[str]:
    """How many things of each sort there are to remember; then each riddle."""
    parts = [
        voice.say(f"counted-{sort}", count=count, number=voice.number(Decimal(count)))
        for sort, count in measured.counts.items()
        if count
    ]
    if parts:
        yield voice.sentence(voice.say("counted", parts=voice.listed(parts)))
    for riddle in measured.riddles:
        yield voice.sentence(_riddle(voice, riddle))


def _riddle(voice: Voice, riddle: Riddle) -> str:
    phrase = f"riddle-{riddle.kind}"
    match riddle.path:
        case ("currencies", key):
            return voice.say(phrase, currency=voice.currency(key))
        case ("rules", rule, "then", "earn", key):
            rate = voice.programme.rules[rule].then.earn[key].units
            assert isinstance(rate, Per)
            units, amount = voice.units(key, rate.units), voice.money(rate.amount)
            return voice.say(phrase, units=units, amount=amount)
    return voice.say(phrase)
