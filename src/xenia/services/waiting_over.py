"""What waits of somebody who is merged into another member: it waits on as that one's, or, where
what it waits for is that one's already, is decided at last."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import structs

from xenia.effects import Given
from xenia.events.model import OWN, Claim, Event, Merge, Merging, TakingBack
from xenia.services.coming import event_row
from xenia.services.published import Published
from xenia.services.taken_back import Waiting, packed
from xenia.store.posting import Key

WAITED = "waited/"  # how the ids begin of what is decided at last


def _nothing(member: str) -> Sequence[Waiting]:
    raise AssertionError(f"nobody has said how to find what waits of {member}")


def _nobody(keys: Collection[Key]) -> Mapping[Key, str]:
    raise AssertionError(f"nobody has said how to find whose {keys} are")


@dataclass(slots=True)
class WaitingOver:
    """What waits of those who are merged by a batch, and what is to be written of it."""

    published: Published
    secret: bytes
    waiting_of: Callable[[str], Sequence[Waiting]] = _nothing  # what waits of a member
    owners: Callable[[Collection[Key]], Mapping[Key, str]] = _nobody  # of events in the programme
    facts: list[tuple[Any, ...]] = field(default_factory=list)  # of what was decided at last
    waits: list[tuple[Any, ...]] = field(default_factory=list)
    waited: list[tuple[Any, ...]] = field(default_factory=list)
    claims: list[tuple[Any, ...]] = field(default_factory=list)  # that are of who stays now
    _all: dict[Key, Sequence[Waiting]] = field(default_factory=dict)  # by the event of who goes
    _over: dict[Key, list[TakingBack]] = field(default_factory=dict)  # those decided at last

    @property
    def any(self) -> bool:
        """Whether anything has to be decided at last."""
        return any(self._over.values())

    def read(self, events: Iterable[Event]) -> None:
        """Read what waits of who goes, once their accounts are locked."""
        for event in events:
            if not isinstance(event, Merging) or event.step != "done":
                continue
            assert isinstance(event.member, str), "who is merged has an id"
            waiting = self.waiting_of(event.member)
            backs = [one for one in waiting if isinstance(one, TakingBack)]
            there = self.owners([(one.of.source, one.of.id) for one in backs]) if backs else {}
            key = (event.source, event.id)
            self._all[key] = waiting
            self._over[key] = [
                one for one in backs if there.get((one.of.source, one.of.id)) == event.into
            ]

    def with_waited(self, events: Iterable[tuple[int, Event]]) -> Iterator[tuple[int, Event]]:
        """Events, by place, each merge before what is decided at last."""
        for place, event in events:
            yield place, event
            if isinstance(event, Merge):
                for one in self._over.get((event.of.source, event.of.id), ()):
                    yield place, self._as_own(one, event)

    def _as_own(self, one: TakingBack, merge: Merge) -> TakingBack:
        name = f"{WAITED}{self.published.name}/{one.source}/{one.id}"
        return structs.replace(one, id=name, source=OWN, member=merge.member)

    def given(self, event: Event, given: Given) -> Given:
        """What a merge is given of it: who goes, all; who stays, what waits on."""
        if isinstance(event, Merging) and event.step == "done":
            return structs.replace(given, waiting=packed(self._all[event.source, event.id]))
        if isinstance(event, Merge):
            return structs.replace(given, waiting=packed(self._on(event)))
        return given

    def _on(self, event: Merge) -> Sequence[Waiting]:
        key = (event.of.source, event.of.id)
        return [one for one in self._all[key] if one not in self._over[key]]

    def keep(self, event: Event, seq: int) -> None:
        """Note what becomes of it; `seq` is the step of the event's member."""
        if isinstance(event, Merging) and event.step == "done":
            for one in self._all[event.source, event.id]:
                if isinstance(one, TakingBack):
                    self.waited.append((event.member, one.of.source, one.of.id))
        elif isinstance(event, Merge):
            for n, one in enumerate(self._on(event)):
                if isinstance(one, Claim):
                    self.claims.append((one.source, one.id, event.member))
                    continue
                of = (one.of.source, one.of.id)
                self.waits.append((event.member, *of, seq, n, one.source, one.id))
        elif event.source == OWN and event.id.startswith(WAITED):
            self.facts.append(event_row(self.published, event, self.secret))
