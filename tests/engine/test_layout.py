"""A member's state survives storage and a new layout, slot by slot name."""

from array import array
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xenia.engine.layout import Layout, LayoutWriter
from xenia.engine.operators import (
    ENROLLED,
    FAR,
    HEADER,
    NEXT_DUE,
    TAIL,
    TIER,
    TOTAL,
    UNTIL,
    put,
)

ENTRIES = st.lists(
    st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(1, 10**9)), max_size=20
)


def layout(names: list[str], room: int = 25) -> Layout:
    writer = LayoutWriter()
    for name in names:
        if name.startswith("lots"):
            writer.ring(name)
        else:
            writer.slot(name, 3, never=1 if name.startswith("tier") else None)
    return writer.layout(room)


def slots(plan: Layout) -> dict[str, int]:
    return {slot.name: slot.at for slot in plan.slots}


def entries(plan: Layout, state: Sequence[int], name: str) -> list[int]:
    at = slots(plan)[name]
    first = state[at] + 3 * state[at + 2]
    return list(state[first : state[at] + 3 * state[at + TAIL]])


def test_a_fresh_state_has_nothing_due() -> None:
    plan = layout(["lots.points", "tier.status"])
    state = plan.fresh()
    assert state[NEXT_DUE] == state[ENROLLED] == state[slots(plan)["tier.status"] + 1] == FAR


@given(ENTRIES, ENTRIES)
def test_a_state_survives_packing(
    points: list[tuple[int, int, int]], stars: list[tuple[int, int, int]]
) -> None:
    plan = layout(["lots.points", "metric.visits", "lots.stars"])
    state = plan.fresh()
    at = slots(plan)
    for entry in points:
        put(state, at["lots.points"], *entry)
    for entry in stars:
        put(state, at["lots.stars"], *entry)
    state[at["metric.visits"]] = -7
    stored = plan.pack(state)
    again = plan.unpack(stored)
    assert plan.pack(again) == stored
    assert len(stored) == 8 * (
        plan.width + sum(len(entries(plan, state, n)) for n in at if "lots" in n)
    )
    for name in ("lots.points", "lots.stars"):
        assert entries(plan, again, name) == entries(plan, state, name)
        assert again[at[name] + TOTAL] == state[at[name] + TOTAL]
    assert again[at["metric.visits"]] == -7


@given(ENTRIES)
def test_a_crowded_state_gets_room_and_keeps_its_entries(
    points: list[tuple[int, int, int]],
) -> None:
    plan = layout(["lots.points"], room=3)
    state = plan.fresh()
    at = slots(plan)["lots.points"]
    expected = plan.fresh()
    for entry in points:
        if plan.crowded(state):
            state = plan.with_room(state)
        put(state, at, *entry)
        expected = state
    roomy = plan.with_room(state)
    assert entries(plan, roomy, "lots.points") == entries(plan, expected, "lots.points")
    for made in (roomy, plan.fresh(), plan.unpack(plan.pack(state))):
        assert not plan.crowded(made)


def test_a_new_layout_keeps_what_has_the_same_name() -> None:
    old, new = (
        layout(["lots.points", "metric.a"]),
        layout(["metric.b", "lots.stars", "lots.points"]),
    )
    state = old.fresh()
    put(state, slots(old)["lots.points"], 5, 1, 30)
    state[NEXT_DUE], state[slots(old)["metric.a"]] = 5, 99
    moved = new.moved_from(old, state)
    assert entries(new, moved, "lots.points") == [5, 1, 30]
    assert moved[slots(new)["lots.points"] + TOTAL] == 30
    assert entries(new, moved, "lots.stars") == []
    assert moved[slots(new)["metric.b"]] == 0
    assert moved[NEXT_DUE] == 5


def test_layouts_are_told_apart_by_their_slots() -> None:
    assert layout(["lots.a", "x"]).key() == layout(["lots.a", "x"], room=9).key()
    assert layout(["lots.a", "x"]).key() != layout(["x", "lots.a"]).key()


def ladder(*levels: str) -> Layout:
    writer = LayoutWriter()
    writer.slot("tier.status", TIER, never=UNTIL, levels=levels)
    return writer.layout(4)


@pytest.mark.parametrize(
    ("old", "level", "new", "expected"),
    [
        (("none", "silver", "gold"), 2, ("none", "gold"), 1),
        (("none", "silver", "gold"), 1, ("none", "gold"), 0),
        (("none", "silver", "gold"), 2, ("basic", "silver", "platinum"), 1),
        (("silver", "gold"), 1, ("gold", "silver"), 0),
        (("silver", "gold"), 0, ("gold", "silver"), 1),
        (("silver", "gold"), 1, ("one", "other"), 0),
    ],
)
def test_a_level_moves_by_its_name_or_to_the_nearest_below(
    old: tuple[str, ...], level: int, new: tuple[str, ...], expected: int
) -> None:
    state = ladder(*old).fresh()
    state[HEADER : HEADER + TIER] = array("q", [level, 700, 600, 3])
    moved = ladder(*new).moved_from(ladder(*old), state)
    until = FAR if expected == 0 else 700  # the lowest is held by nothing
    assert list(moved[HEADER : HEADER + TIER]) == [expected, until, 600, 3]


def ring(*, swapped: bool) -> Layout:
    writer = LayoutWriter()
    writer.slot("metric.a", 3)
    writer.ring("lots.points", swapped=swapped)
    return writer.layout(25)


@given(ENTRIES)
def test_another_order_of_lots_and_back_loses_nothing(points: list[tuple[int, int, int]]) -> None:
    one, other = ring(swapped=False), ring(swapped=True)
    state = one.fresh()
    at = slots(one)["lots.points"]
    for entry in points:
        put(state, at, *entry)
    moved = other.moved_from(one, state)
    triples = iter(entries(other, moved, "lots.points"))
    found = list(zip(triples, triples, triples, strict=True))
    assert found == sorted(found)
    expected: dict[tuple[int, int], int] = {}
    for key1, key2, units in points:
        expected[key2, key1] = expected.get((key2, key1), 0) + units
    assert {(key1, key2): units for key1, key2, units in found} == expected
    assert one.pack(one.moved_from(other, moved)) == one.pack(state)


def test_layouts_are_told_apart_by_levels_and_by_the_order_of_lots() -> None:
    assert ladder("a", "b").key() != ladder("b", "a").key()
    assert ring(swapped=True).key() != ring(swapped=False).key()
