"""Why an event came out as it did: every rule, what was seen, and the entries that it made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from psycopg import Connection

from xenia.effects import Given, Reason, Record, Said
from xenia.engine import claiming
from xenia.events.conventions import REFERRED_BY
from xenia.events.model import TYPE_NAMES, AttributeValue, Enrolment, Event
from xenia.programme.explain.voice import Voice
from xenia.programme.explain.why import because, far
from xenia.services.answers import Json
from xenia.services.folding import new_folding
from xenia.services.published import Published
from xenia.services.statements import Teller
from xenia.services.steps import event_of
from xenia.store import ledger
from xenia.store.ledger import Step, TracedEntry
from xenia.store.posting import Scope


def explanation(
    connection: Connection[Any],
    scope: Scope,
    published: Published,
    source: str,
    event_id: str,
    *,
    locale: str = "en",
    names_events: bool = True,
) -> Json | None:
    """An event's stored answer, each rule of the version that decided it with the reason why it
    applied or not, and the entries that it made.  None where the programme recorded no such event.

    What has been erased since is told as unknown.  Raises words.NoPhrases.
    """
    step = ledger.step_of_event(connection, scope, source, event_id)
    if step is None or step.facts is None or step.answer is None:
        return None
    voice = Voice(published.versions[step.version].plan.programme, locale)
    said = ledger.said(connection, scope.space_id, [(source, event_id)])
    event = event_of(step, said.get((source, event_id)))
    reasons = _reasons(connection, scope, published, step, event)
    event = claiming.about(event, Given.unpacked(step.inputs))
    teller = Teller(published, locale, names_events=names_events)
    entries = ledger.entries_of_event(connection, scope, source, event_id)
    answer = msgspec.json.decode(step.answer)
    answer.pop("trace", None)
    return {
        **answer,
        "recorded_at": published.timeline.zone.text(step.recorded_at),
        "seq": step.seq or None,
        "rules": [*all_rules(voice, event, reasons, _undecided(step))],
        "entries": [
            teller.entry(TracedEntry(entry, source, event_id, step.type, step.version))
            for entry in entries
        ],
    }


def _undecided(step: Step) -> Said | None:
    """Why nothing was decided of an event; None: something was."""
    if step.plan is not None:
        return None
    return why_undecided(Given.unpacked(step.inputs))


def why_undecided(given: Given) -> Said:
    """Why nothing was decided of an event that was given this."""
    return Said("blocked" if given.blocked else "nobody-member")


def all_rules(
    voice: Voice, event: Event, reasons: tuple[Reason, ...], undecided: Said | None
) -> Iterator[Json]:
    """All rules by id: what each is called, and of those that came near their reasons, of the
    others why not; in the language of a voice, but in English as answers have it."""
    told = {reason.rule: reason for reason in reasons}
    for key, rule in sorted(voice.programme.rules.items()):
        title, reason = voice.text(rule.title, key), told.get(key)
        if reason is None:
            why = undecided or far(rule, TYPE_NAMES[type(event)])
            text, applied = because((why,), voice), False
        else:
            english = voice.locale.language == "en"
            text = reason.because if english else because(reason.said, voice)
            applied = reason.applied
        yield {"rule": key, "title": title, "applied": applied, "because": text}


# ---- what was seen -------------------------------------------------------------------------------


def _reasons(
    connection: Connection[Any], scope: Scope, published: Published, step: Step, event: Event
) -> tuple[Reason, ...]:
    """From what the decision has kept; where another build of the program decided, it is taken
    again."""
    if step.plan is None or step.read is None or step.posted is None or not step.seq:
        return ()
    record = Record(step.plan, step.read, step.posted)
    given = Given.unpacked(step.inputs)
    attributes = _attributes(connection, scope, step)
    told = published.timeline.explain(
        claiming.about(event, given), attributes, record, step.version, given=given
    )
    if told is not None:
        return told
    folding = new_folding(published, step.member)
    with connection.transaction():
        for earlier in ledger.steps(connection, scope, [step.member]):
            if earlier.seq < step.seq:
                folding.take(earlier)
    return folding.reasons(event, attributes, given)


def _attributes(
    connection: Connection[Any], scope: Scope, step: Step
) -> Mapping[str, AttributeValue]:
    """The member's attributes as they were before a step, as far as they have not been erased."""
    earlier = ledger.profiles(connection, scope, step.member, step.seq)
    keys = [(one.source or "", one.event_id or "") for one in earlier]
    said = ledger.said(connection, scope.space_id, keys) if keys else {}
    attributes: dict[str, AttributeValue] = {}
    for key, one in zip(keys, earlier, strict=True):
        told = event_of(one, said.get(key))
        attributes |= told.attributes
        brought_by = Given.unpacked(one.inputs).to
        if isinstance(told, Enrolment) and brought_by:
            attributes[REFERRED_BY] = brought_by
    return attributes
