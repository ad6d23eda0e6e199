"""Where a member's state keeps what: named slots in one sequence of integers.

The names outlive a version of the programme; the places do not.  So a state is stored with the hash
of its layout, and moved to another layout by name.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
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
    LEVEL,
    NEXT_DUE,
    RING,
    TAIL,
    UNTIL,
)

_ENTRY = 3
_TIER = "tier."
_EMPTY = bytes(8 * _ENTRY)
_NOTHING: Sequence[int] = ()


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

    @cached_property
    def ladders(self) -> tuple[tuple[str, int, tuple[str, ...]], ...]:
        """Each tier, where its place on its ladder is, and the levels' names, by that number."""
        tiers = [slot for slot in self.slots if slot.name.startswith(_TIER)]
        return tuple((one.name[len(_TIER) :], one.at + LEVEL, one.levels) for one in tiers)

    def key(self) -> str:
        """The hash that a stored state carries."""
        return self._key

    @cached_property
    def _key(self) -> str:
        return sha256(self.text.encode()).hexdigest()[:16]

    @cached_property
    def text(self) -> str:
        """All that it takes to read a stored state; `of_text` is the inverse."""
        return ";".join(
            f"{slot.name}:{slot.size}:{slot.ring}:{','.join(slot.levels)}:{slot.swapped}"
            for slot in self.slots
        )

    @staticmethod
    def of_text(text: str) -> Layout:
        """The layout of states that another build of Xenia has stored; for reading only."""
        slots, at = [], HEADER
        for described in filter(None, text.split(";")):
            name, size, ring, levels, swapped = described.split(":")
            named = tuple(filter(None, levels.split(",")))
            slots.append(Slot(name, at, int(size), ring == "True", named, swapped == "True"))
            at += int(size)
        return Layout(tuple(slots), (), 0)

    def fresh(self) -> array[int]:
        """The state of a member to whom nothing has happened."""
        return self.filled(self._fresh[:], [_NOTHING for _ in self.rings])

    @cached_property
    def _fresh(self) -> array[int]:
        """The scalars of a fresh state, without the places of the rings' entries."""
        state = array("q", bytes(8 * self.width))
        for at in (NEXT_DUE, ENROLLED, *self.never):
            state[at] = FAR
        return state

    def crowded(self, state: Sequence[int], more: int = 0) -> bool:
        """Whether one more event or due day might not fit, or so many `more` entries."""
        needed, free = 0, FAR
        for at in self.rings:
            needed += state[at + TAIL] - state[at + HEAD]
            free = min(free, state[at + CAPACITY] - state[at + TAIL])
        return free < max(needed, self.room) + more

    def with_room(self, state: Sequence[int], more: int = 0) -> array[int]:
        """The same state, every ring compacted and given room, also for so many `more` entries."""
        return self.unpack(self.pack(state), more)

    def pack(self, state: Sequence[int]) -> bytes:
        """What is stored: the scalars and the live entries, as little-endian 64-bit integers."""
        numbers = array("q", state[: self.width])
        live = []
        for at in self.rings:
            base, head, tail = numbers[at + BASE], numbers[at + HEAD], numbers[at + TAIL]
            numbers[at + BASE] = numbers[at + CAPACITY] = numbers[at + HEAD] = 0
            numbers[at + TAIL] = tail - head
            if head < tail:
                live.append(state[base + _ENTRY * head : base + _ENTRY * tail])
        for entries in live:
            numbers.extend(entries)
        return numbers.tobytes()

    def unpack(self, stored: bytes, more: int = 0) -> array[int]:
        """The inverse of `pack`, every ring with room.

        Lots take what activates, so that every ring has room for all live entries twice.
        """
        numbers = array("q", stored)
        held = [numbers[at + TAIL] for at in self.rings]
        room = sum(held) + 2 * self.room + more
        empty, start = _EMPTY * room, 8 * self.width
        parts = [stored[:start]]
        for live in held:
            end = start + 8 * _ENTRY * live
            parts += (stored[start:end], empty)
            start = end
        state, base = array("q", b"".join(parts)), self.width
        for at, live in zip(self.rings, held, strict=True):
            state[at + BASE], state[at + CAPACITY] = base, live + room
            base += _ENTRY * (live + room)
        return state

    def shared(self, old: Layout) -> Iterator[tuple[Slot, Slot]]:
        """The slots that another layout has under the same name, as they are here and there."""
        there = {slot.name: slot for slot in old.slots}
        for slot in self.slots:
            was = there.get(slot.name)
            if was is not None and (was.size, was.ring) == (slot.size, slot.ring):
                yield slot, was

    def lacking(self, old: Layout) -> tuple[Slot, ...]:
        """The slots of this layout of which another knows nothing."""
        shared = {slot.name for slot, _ in self.shared(old)}
        return tuple(slot for slot in self.slots if slot.name not in shared)

    def moved_from(self, old: Layout, state: Sequence[int]) -> array[int]:
        """A state of another layout in this one: what has the same name and size is kept.

        Levels are kept by their names, or else become the nearest lower one that is left.
        """
        moved = self._fresh[:]
        moved[:HEADER] = array("q", state[:HEADER])
        entries: dict[int, Sequence[int]] = {at: [] for at in self.rings}
        before = dict(zip(old.rings, old.entries(state), strict=True))
        for slot, was in self.shared(old):
            moved[slot.at : slot.at + slot.size] = array("q", state[was.at : was.at + was.size])
            if slot.ring:
                entries[slot.at] = slot.entries_from(was, before[was.at])
            if slot.levels:
                moved[slot.at + LEVEL] = slot.level_from(was, state[was.at + LEVEL])
                if moved[slot.at + LEVEL] == 0 and slot.size > 1:  # which nothing holds
                    moved[slot.at + UNTIL] = FAR
        return self.filled(moved, list(entries.values()))

    def with_slots(
        self, state: Sequence[int], other: Sequence[int], slots: Sequence[Slot]
    ) -> array[int]:
        """The same state, but with some of its slots as another state of this layout has them."""
        taken = array("q", state[: self.width])
        entries = dict(zip(self.rings, self.entries(state), strict=True))
        theirs = dict(zip(self.rings, self.entries(other), strict=True))
        for slot in slots:
            taken[slot.at : slot.at + slot.size] = array("q", other[slot.at : slot.at + slot.size])
            if slot.ring:
                entries[slot.at] = theirs[slot.at]
        return self.filled(taken, list(entries.values()))

    def entries(self, state: Sequence[int]) -> list[Sequence[int]]:
        """The live entries of each ring, three numbers each, in the order of the rings."""
        return [
            state[state[at] + _ENTRY * state[at + HEAD] : state[at] + _ENTRY * state[at + TAIL]]
            for at in self.rings
        ]

    def filled(self, scalars: array[int], rings: Sequence[Sequence[int]]) -> array[int]:
        """A state of these scalars, which it takes over, and these entries, each ring with room."""
        for at, entries in zip(self.rings, rings, strict=True):
            scalars[at + HEAD], scalars[at + TAIL] = 0, len(entries) // _ENTRY
        for entries in rings:
            scalars.extend(entries)
        return self.unpack(scalars.tobytes())


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

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What has been handed out so far."""
        return tuple(self._slots)

    def layout(self, room: int) -> Layout:
        """What has been handed out; `room` as in Layout."""
        return Layout(tuple(self._slots), tuple(self._never), room)
