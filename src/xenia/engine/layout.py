"""Where a member's state keeps what: named slots in one sequence of integers.

The names outlive a version of the programme; the places do not.  So a state is stored with the hash
of its layout, and moved to another layout by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from struct import pack, unpack

from xenia.engine.operators import (
    CAPACITY,
    ENROLLED,
    FAR,
    HEAD,
    HEADER,
    LEVEL,
    NEXT_DUE,
    RING,
    TAIL,
    TOTAL,
    UNTIL,
)

_ENTRY = 3
_EMPTY = [0] * _ENTRY


@dataclass(frozen=True, slots=True)
class Slot:
    """`size` integers from `at` on; a ring also owns its live entries behind the scalars.

    `levels` are the names of the places on a ladder, whose number a tier's slot holds; the entries
    of a ring that is `swapped` begin with the day earned, not with the day of the end.
    """

    name: str
    at: int
    size: int
    ring: bool = False
    levels: tuple[str, ...] = ()
    swapped: bool = False

    def level_from(self, old: Slot, number: int) -> int:
        """A place on the old ladder on this one: of the same name, else the nearest below it."""
        for name in reversed(old.levels[: number + 1]):
            if name in self.levels:
                return self.levels.index(name)
        return 0

    def entries_from(self, old: Slot, entries: Sequence[int]) -> Sequence[int]:
        """The entries of the old ring in the order of this one."""
        if old.swapped == self.swapped:
            return entries
        triples = sorted(
            (entries[i + 1], entries[i], entries[i + 2]) for i in range(0, len(entries), _ENTRY)
        )
        return [number for triple in triples for number in triple]


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
        return self._key

    @cached_property
    def _key(self) -> str:
        text = ";".join(
            f"{slot.name}:{slot.size}:{slot.ring}:{','.join(slot.levels)}:{slot.swapped}"
            for slot in self.slots
        )
        return sha256(text.encode()).hexdigest()[:16]

    def fresh(self) -> list[int]:
        """The state of a member to whom nothing has happened."""
        return self.filled(list(self._fresh), [[] for _ in self.rings])

    @cached_property
    def _fresh(self) -> tuple[int, ...]:
        """The scalars of a fresh state, without the places of the rings' entries."""
        state = [0] * self.width
        for at in (NEXT_DUE, ENROLLED, *self.never):
            state[at] = FAR
        return tuple(state)

    def crowded(self, state: Sequence[int]) -> bool:
        """Whether one more event or due day might not fit."""
        needed, free = 0, FAR
        for at in self.rings:
            needed += state[at + TAIL] - state[at + HEAD]
            free = min(free, state[at + CAPACITY] - state[at + TAIL])
        return free < max(needed, self.room)

    def with_room(self, state: Sequence[int]) -> list[int]:
        """The same state, every ring compacted and given room."""
        return self.filled(list(state[: self.width]), self.entries(state))

    def pack(self, state: Sequence[int]) -> bytes:
        """What is stored: the scalars and the live entries, as little-endian 64-bit integers."""
        numbers = list(state[: self.width])
        for at in self.rings:
            base, _, head, tail = state[at : at + TOTAL]
            numbers[at : at + TOTAL] = 0, 0, 0, tail - head
            if head < tail:
                numbers += state[base + _ENTRY * head : base + _ENTRY * tail]
        return pack(f"<{len(numbers)}q", *numbers)

    def unpack(self, stored: bytes) -> list[int]:
        """The inverse of `pack`, with room."""
        numbers = unpack(f"<{len(stored) // 8}q", stored)
        entries, start = [], self.width
        for at in self.rings:
            size = _ENTRY * numbers[at + TAIL]
            entries.append(numbers[start : start + size])
            start += size
        return self.filled(list(numbers[: self.width]), entries)

    def shared(self, old: Layout) -> Iterator[tuple[Slot, Slot]]:
        """The slots that another layout has under the same name, as they are here and there."""
        there = {slot.name: slot for slot in old.slots}
        for slot in self.slots:
            was = there.get(slot.name)
            if was is not None and (was.size, was.ring) == (slot.size, slot.ring):
                yield slot, was

    def moved_from(self, old: Layout, state: Sequence[int]) -> list[int]:
        """A state of another layout in this one: what has the same name and size is kept.

        Levels are kept by their names, or else become the nearest lower one that is left.
        """
        moved = list(self._fresh)
        moved[:HEADER] = state[:HEADER]
        entries: dict[int, Sequence[int]] = {at: [] for at in self.rings}
        before = dict(zip(old.rings, old.entries(state), strict=True))
        for slot, was in self.shared(old):
            moved[slot.at : slot.at + slot.size] = state[was.at : was.at + was.size]
            if slot.ring:
                entries[slot.at] = slot.entries_from(was, before[was.at])
            if slot.levels:
                moved[slot.at + LEVEL] = slot.level_from(was, state[was.at + LEVEL])
                if moved[slot.at + LEVEL] == 0:  # which nothing holds
                    moved[slot.at + UNTIL] = FAR
        return self.filled(moved, list(entries.values()))

    def entries(self, state: Sequence[int]) -> list[Sequence[int]]:
        """The live entries of each ring, three numbers each, in the order of the rings."""
        return [
            state[state[at] + _ENTRY * state[at + HEAD] : state[at] + _ENTRY * state[at + TAIL]]
            for at in self.rings
        ]

    def filled(self, scalars: list[int], rings: Sequence[Sequence[int]]) -> list[int]:
        """A state of these scalars, which it takes over, and these entries, every ring with room.

        Lots take what activates, so that every ring has room for all live entries twice.
        """
        held = [len(entries) // _ENTRY for entries in rings]
        room = sum(held) + 2 * self.room
        state = scalars
        for at, live, entries in zip(self.rings, held, rings, strict=True):
            state[at : at + TOTAL] = len(state), live + room, 0, live
            state += entries
            state += _EMPTY * room
        return state


class LayoutWriter:
    """Hands out slots while a programme is compiled."""

    def __init__(self) -> None:
        self._slots: list[Slot] = []
        self._never: list[int] = []
        self._next = HEADER

    def slot(
        self, name: str, size: int, *, never: int | None = None, levels: tuple[str, ...] = ()
    ) -> int:
        """`never` is the offset of a day that starts as the day that never comes."""
        at = self._next
        self._slots.append(Slot(name, at, size, levels=levels))
        self._next += size
        if never is not None:
            self._never.append(at + never)
        return at

    def ring(self, name: str, *, swapped: bool = False) -> int:
        """The place of a new ring's header."""
        at = self._next
        self._slots.append(Slot(name, at, RING, ring=True, swapped=swapped))
        self._next += RING
        return at

    def layout(self, room: int) -> Layout:
        """What has been handed out; `room` as in Layout."""
        return Layout(tuple(self._slots), tuple(self._never), room)
