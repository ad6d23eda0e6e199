"""A version of a programme in time, and what it asks of a member's past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from xenia.effects import Given
from xenia.engine.account import NO_KEY
from xenia.engine.plan import Plan
from xenia.events.model import Event


@dataclass(frozen=True, slots=True)
class TimelineVersion:
    """A version of a programme.

    `effective_from` is in microseconds since 1970-01-01 UTC; `key` makes its voucher codes, and
    what chance falls on.
    """

    version: int
    effective_from: int
    plan: Plan
    key: bytes = NO_KEY


class AsIf(Protocol):
    """A member's past, as a version would have decided it that had always been in force.  States
    have the layout of that version."""

    def filled(self, version: TimelineVersion) -> Sequence[int]:
        """What the member would have come to by the last day before the version."""

    def after(
        self, version: TimelineVersion, state: Sequence[int], event: Event, given: Given
    ) -> Sequence[int]:
        """What would become of a state by an event that an earlier version has decided, or by what
        takes something back of one."""
