"""Writes what a state remembers of moments: when each kind came last, and when a member last did
something."""

from __future__ import annotations

from xenia.engine.activities import ACTIVE, IDLE
from xenia.engine.plan import Column
from xenia.engine.type_writer import TypeWriter
from xenia.programme.model import MOMENTS


def remember(writer: TypeWriter) -> None:
    """In `post`: a moment's date, or the day of what a member did, never back.

    What has happened is an activity, whatever comes of it, also if it comes back.
    """
    if writer.name in MOMENTS:
        place = writer.slots.moments[writer.name]
        writer.say(1, "if event[AGAIN] == FIRST:")  # else it has no columns
        _keep(writer, 2, place, writer.lowering.column(Column("date")))
    elif writer.name in {*ACTIVE, IDLE} and writer.slots.active is not None:
        _keep(writer, 1, writer.slots.active, "day")


def _keep(writer: TypeWriter, depth: int, place: int, day: str) -> None:
    last = f"state[{place}]"
    writer.say(depth, f"{last} = {day} if {last} == FAR else max({last}, {day})")
