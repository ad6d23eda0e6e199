"""Holds what is stored of what is left of guests' purchases against what came back of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from xenia.effects import Remains
from xenia.events.model import TakingBack
from xenia.services.discrepancies import NOTHING
from xenia.services.folding import Folded
from xenia.store.posting import Key


@dataclass(slots=True)
class GuestsLeft:
    """What each return found, and what it left, in whichever order they are told: what one has left
    the next has found, and what the last has left is stored."""

    found: dict[Key, list[str]] = field(default_factory=lambda: defaultdict(list))
    left: dict[Key, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, folded: Folded) -> None:
        """Take in a step of nobody's, done again."""
        event, remains, it = folded.event, folded.outcome.remains, folded.given.found
        if isinstance(event, TakingBack) and remains is not None and it is not None:
            key = event.of.source, event.of.id
            self.left[key].append(_text(remains))
            self.found[key] += [] if it.remains is None else [_text(it.remains)]

    def check(
        self, stored: Mapping[Key, str], claimed: Collection[Key]
    ) -> Iterator[tuple[str, str, str, str]]:
        """Place, part, stored and folded of what differs; what was `claimed` is kept with its
        member."""
        for key in sorted(self.left.keys() | stored.keys()):
            rest = [*self.left[key]]
            for text in self.found[key]:
                if text in rest:
                    rest.remove(text)
            at, last = "/".join(key), rest[0] if len(rest) == 1 else NOTHING
            if last == NOTHING or (key not in claimed and stored.get(key) != last):
                yield at, "what is left of it", stored.get(key, NOTHING), last


def _text(remains: Remains) -> str:
    return msgspec.json.encode(remains).decode()
