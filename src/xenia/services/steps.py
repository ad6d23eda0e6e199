"""What was recorded as a step of an account, read again from its facts."""

from __future__ import annotations

from xenia.events.facts import read_facts
from xenia.events.model import Event
from xenia.store.ledger import Step


def event_of(step: Step, said: str | None = None) -> Event:
    """The event of a step, read from its facts; `said` are its personal values, as they are kept.

    Raises ValueError where it is not there, or cannot be read.
    """
    if step.facts is None or step.type is None or step.source is None or step.event_id is None:
        raise ValueError("the event is not there")
    assert step.occurred_at is not None, "a column that cannot be null"
    assert step.schema is not None, "a column that cannot be null"
    return read_facts(
        step.type,
        step.facts,
        id=step.event_id,
        source=step.source,
        member=step.event_member,
        occurred_at=step.occurred_at,
        schema=step.schema,
        personal=said,
    )
