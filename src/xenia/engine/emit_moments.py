"""Writes what a state remembers of moments: when each kind came last, and when a member last did
something."""

from __future__ import annotations

from xenia.engine.activities import ACTIVE, IDLE
from xenia.engine.plan import Column
from xenia.engine.type_writer import TypeWriter
from xenia.programme.model import MOMENTS


def remember(writer: TypeWriter) -> None:
    """In `post`: a moment's date, or the day of what a member did, never back.

    What has happened is an activity, whatever comes of it; that a purchase which was returned
    whole is none is to be said here, where `posted` tells that it had counted.
    """
    if writer.name in MOMENTS:
        place = writer.slots.moments[writer.name]
        _keep(writer, place, writer.lowering.column(Column("date")))
    elif writer.name in {*ACTIVE, IDLE} and writer.slots.active is not None:
        _keep(writer, writer.slots.active, "day")


def _keep(writer: TypeWriter, place: int, day: str) -> None:
    last = f"state[{place}]"
    writer.say(1, f"{last} = {day} if {last} == FAR else max({last}, {day})")
