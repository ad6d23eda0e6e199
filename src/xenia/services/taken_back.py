"""What was recorded of events that something may be taken back of, as far as it is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec import structs

from xenia.effects import Given, Outcome, Remains
from xenia.engine.returning import NO_PAST, WAITS, Past, Prior
from xenia.engine.vouchers_back import issued_by
from xenia.events.model import Cancel, Event, EventKey, Return, TakingBack, member_name


class Wanted(NamedTuple):
    """What waits is for an event of the same member."""

    member: str | None
    of: EventKey


@dataclass(slots=True)
class Recorded:
    """Events by their keys, and what `waits` to take something back of one that is not recorded
    yet, in the order of recording."""

    priors: dict[EventKey, Prior] = field(default_factory=dict)
    waits: dict[Wanted, list[TakingBack]] = field(default_factory=dict)

    def past(self, event: Event) -> Past:
        """What was recorded before of what an event is about."""
        if isinstance(event, Return | Cancel):
            prior = self._own(event)
            return NO_PAST if prior is None else Past(prior=prior)
        waiting = self.waits.get(_wanted(event))
        return NO_PAST if waiting is None else Past(waiting=tuple(waiting))

    def codes(self, event: Event) -> Sequence[str]:
        """The vouchers that an event used or issued of which something is taken back."""
        if isinstance(event, Return | Cancel):
            prior = self._own(event)
            return () if prior is None else prior.codes
        return ()

    def given(self, event: Event, given: Given) -> Given:
        """What an event is given, and whether it takes back of what is somebody else's."""
        if isinstance(event, Return | Cancel) and event.of in self.priors:
            return structs.replace(given, theirs=self._own(event) is None)
        return given

    def _own(self, event: TakingBack) -> Prior | None:
        prior = self.priors.get(event.of)
        return prior if prior is not None and prior.event.member == event.member else None

    def keep(self, event: Event, outcome: Outcome) -> None:
        """Remember what came of an event."""
        if isinstance(event, Return | Cancel):
            if WAITS in outcome.notes:
                self.waits.setdefault(_named(event), []).append(event)
            elif outcome.remains is not None:
                prior = self.priors[event.of]
                self.priors[event.of] = structs.replace(prior, remains=outcome.remains)
            outcome = structs.replace(outcome, record=None, remains=None)
        self.waits.pop(_wanted(event), None)
        self.priors[EventKey(event.id, event.source)] = Prior(
            event,
            outcome.version,
            outcome.record,
            outcome.spent,
            outcome.remains,
            outcome.shown,
            issued_by(outcome.effects, f"{event.source}/{event.id}"),
        )

    def remains(self) -> dict[EventKey, Remains]:
        """What is left of each event of which something was taken back."""
        return {key: prior.remains for key, prior in self.priors.items() if prior.remains}


def _wanted(event: Event) -> Wanted:
    return Wanted(member_name(event.member), EventKey(event.id, event.source))


def _named(event: TakingBack) -> Wanted:
    return Wanted(member_name(event.member), event.of)
