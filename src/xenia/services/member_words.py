"""What a member would read of an event, in each language: its entries, and messages to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xenia.effects import Outcome
from xenia.ledger.posting import entries_of
from xenia.programme.explain.voice import Voice
from xenia.programme.words import languages
from xenia.services import letters
from xenia.services.happenings import About, Levels
from xenia.services.published import Published
from xenia.services.statements import Teller
from xenia.services.telling import ranks_of
from xenia.services.wording import worded
from xenia.store.ledger import EntryRow, TracedEntry

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """An outcome with its answer, and the member's levels before it; `at` in microseconds."""

    published: Published
    outcome: Outcome
    answer: Mapping[str, Any]
    levels: Levels
    at: int


def told_in(what: Told) -> list[Json]:
    """In each language that there is: the names of the rules, what stands beside each entry of the
    ledger, and each message with whether it is one of service."""
    version = what.published.versions[what.outcome.version]
    messages = [*_messages(what)]
    entries = [*_entries(what)]
    found: list[Json] = []
    for locale in languages():
        voice = Voice(version.plan.programme, locale)
        teller = Teller(what.published, locale)
        rules = version.plan.programme.rules
        found.append(
            {
                "locale": locale,
                "rules": {key: voice.text(rule.title, key) for key, rule in rules.items()},
                "entries": [teller.words(entry) for entry in entries],
                "messages": [_worded(voice, kind, effect) for kind, effect in messages],
            }
        )
    return found


def _worded(voice: Voice, kind: str, effect: Json) -> Json:
    subject, text = worded(voice, kind, effect)
    return {"type": kind, "purpose": letters.purpose_of(kind), "subject": subject, "text": text}


def _messages(what: Told) -> Iterator[tuple[str, Json]]:
    about = About("", what.at, None, {})
    effects, wallet = what.answer["effects"], what.answer["wallet"]
    ranks = ranks_of(what.published, what.outcome.version)
    for found in about.of_effects(effects, wallet, lambda: {**what.levels}, ranks):
        if found.type in letters.TYPES:
            for effect in found.effects:
                yield found.type, effect


def _entries(what: Told) -> Iterator[TracedEntry]:
    """The entries as they would stand in the ledger; of no event, as there is none."""
    for n, one in enumerate(entries_of(what.outcome.movements)):
        row = EntryRow(
            member="",
            seq=0,
            n=n,
            currency=one.currency,
            debit=one.debit,
            credit=one.credit,
            units=one.units,
            earned=one.earned,
            ends=one.ends,
            accrual=one.accrual,
            funder=one.funder,
            rule=one.rule,
            effect=one.effect,
            occurred_at=what.at,
            recorded_at=what.at,
            accounting_on=one.day,
        )
        yield TracedEntry(row, None, None, None, what.outcome.version)
