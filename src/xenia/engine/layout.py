"""Where a member's state keeps what: named slots in one sequence of integers.

The names outlive a version of the programme; the places do not.  So a state is stored with the hash
of its layout, and moved to another layout by name.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from xenia.engine.operators import (
    BASE,
    CAPACITY,
    ENROLLED,
    FAR,
    HEAD,
    HEADER,
    NEXT_DUE,
    RING,
    TAIL,
)

_ENTRY = 3


@dataclass(frozen=True, slots=True)
class Slot:
    """`size` integers from `at` on; a ring also owns its live entries behind the scalars."""

    name: str
    at: int
    size: int
    ring: bool = False


@dataclass(frozen=True)
class Layout:
    """`never` are the places that hold a day and start as the day that never comes; `room` is how
    many entries one event may add to a ring, apart from what activates."""

    slots: tuple[Slot, ...]
    never: tuple[int, ...]
    room: int

    @cached_property
    def width(self) -> int:
        """How many scalars go before the rings' entries."""
        return self.slots[-1].at + self.slots[-1].size if self.slots else HEADER

    @cached_property
    def rings(self) -> tuple[int, ...]:
        """Where the rings' headers are."""
        return tuple(slot.at for slot in self.slots if slot.ring)

    def key(self) -> str:
        """The hash that a stored state carries."""
        text = ";".join(f"{slot.name}:{slot.size}:{slot.ring}" for slot in self.slots)
        return sha256(text.encode()).hexdigest()[:16]

    def fresh(self) -> list[int]:
        """The state of a member to whom nothing has happened."""
        state = [0] * self.width
        for at in (NEXT_DUE, ENROLLED, *self.never):
            state[at] = FAR
        return self._with_entries(state, [[] for _ in self.rings])

    def crowded(self, state: Sequence[int]) -> bool:
        """Whether one more event or due day might not fit."""
        needed, free = 0, FAR
        for at in self.rings:
            needed += state[at + TAIL] - state[at + HEAD]
            free = min(free, state[at + CAPACITY] - state[at + TAIL])
        return free < max(needed, self.room)

    def with_room(self, state: Sequence[int]) -> list[int]:
        """The same state, every ring compacted and given room."""
        return self._with_entries(list(state[: self.width]), self._entries(state))

    def pack(self, state: Sequence[int]) -> bytes:
        """What is stored: the scalars and the live entries, as little-endian 64-bit integers."""
        live = [number for entries in self._entries(state) for number in entries]
        scalars = list(state[: self.width])
        for at in self.rings:
            scalars[at + TAIL] -= scalars[at + HEAD]
            scalars[at] = scalars[at + CAPACITY] = scalars[at + HEAD] = 0
        return array("q", [*scalars, *live]).tobytes()

    def unpack(self, stored: bytes) -> list[int]:
        """The inverse of `pack`, with room."""
        numbers = array("q", stored).tolist()
        scalars, live = numbers[: self.width], numbers[self.width :]
        entries = []
        for at in self.rings:
            size = _ENTRY * scalars[at + TAIL]
            entries.append(live[:size])
            live = live[size:]
        return self._with_entries(scalars, entries)

    def moved_from(self, old: Layout, state: Sequence[int]) -> list[int]:
        """A state of another layout in this one: what has the same name and size is kept."""
        moved = self.fresh()[: self.width]
        moved[:HEADER] = state[:HEADER]
        before = {slot.name: slot for slot in old.slots}
        old_entries = dict(zip(old.rings, old._entries(state), strict=True))
        entries: list[list[int]] = []
        for slot in self.slots:
            was = before.get(slot.name)
            kept = was is not None and (was.size, was.ring) == (slot.size, slot.ring)
            if was is not None and kept:
                moved[slot.at : slot.at + slot.size] = state[was.at : was.at + was.size]
            if slot.ring:
                entries.append(old_entries[was.at] if was is not None and kept else [])
        return self._with_entries(moved, entries)

    def _entries(self, state: Sequence[int]) -> list[list[int]]:
        return [
            list(
                state[state[at] + _ENTRY * state[at + HEAD] : state[at] + _ENTRY * state[at + TAIL]]
            )
            for at in self.rings
        ]

    def _with_entries(self, scalars: list[int], rings: list[list[int]]) -> list[int]:
        """Lots take what activates, so that every ring has room for all live entries twice."""
        live = sum(len(entries) for entries in rings) // _ENTRY
        state = scalars
        for at, entries in zip(self.rings, rings, strict=True):
            held = len(entries) // _ENTRY
            capacity = held + 2 * live + 2 * self.room
            state[at + BASE], state[at + CAPACITY] = len(state), capacity
            state[at + HEAD], state[at + TAIL] = 0, held
            state += entries + [0] * (_ENTRY * (capacity - held))
        return state


class LayoutWriter:
    """Hands out slots while a programme is compiled."""

    def __init__(self) -> None:
        self._slots: list[Slot] = []
        self._never: list[int] = []
        self._next = HEADER

    def slot(self, name: str, size: int, *, never: int | None = None) -> int:
        """`never` is the offset of a day that starts as the day that never comes."""
        at = self._next
        self._slots.append(Slot(name, at, size))
        self._next += size
        if never is not None:
            self._never.append(at + never)
        return at

    def ring(self, name: str) -> int:
        """The place of a new ring's header."""
        at = self._next
        self._slots.append(Slot(name, at, RING, ring=True))
        self._next += RING
        return at

    def layout(self, room: int) -> Layout:
        """What has been handed out; `room` as in Layout."""
        return Layout(tuple(self._slots), tuple(self._never), room)
