"""What a batch works on: the accounts that it has locked, and what each event came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from xenia.effects import Given, Outcome
from xenia.engine.account import Account
from xenia.events.model import Event


@dataclass(slots=True)
class Opened:
    """An account that a batch works on."""

    account: Account
    seq: int
    attributes: str  # as they are stored
    changed: bool = False


class Decided(NamedTuple):
    """What one event came to; `seq` numbers it in its account, None is a guest's."""

    event: Event
    seq: int | None
    outcome: Outcome
    given: Given
