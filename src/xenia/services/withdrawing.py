"""Withdraws a version that has not taken effect: what decides until then goes on deciding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.programme.announce import announcement
from xenia.services.changing import Changing
from xenia.services.problems import Problem
from xenia.services.programme_problems import (
    not_waiting,
    unknown_programme,
    unknown_version,
    withdraw_later_first,
)
from xenia.services.published import Space, load_space, programme_of
from xenia.services.publishing import local_time, standing
from xenia.store import programmes as store
from xenia.store.programmes import VersionRow

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Versions that do not come after all, what goes on in their stead, and whether all members are
    told of it; `since` is when they were to take effect, in the programme's local time."""

    versions: tuple[int, ...]
    follows: int
    since: str | None
    announced: bool


def withdraw(
    connection: Connection[TupleRow],
    space: Space,
    programme: str,
    version: int,
    *,
    clock: Callable[[], int],
) -> Withdrawal | Problem:
    """Withdraw the version that was published last, and those whose place it took, before it takes
    effect; to be called in a transaction."""
    row = store.hold(connection, space.space_id, programme)
    if row is None:
        return unknown_programme(programme, space.programmes)
    ever = store.versions(connection, space.space_id, row.programme_id)
    there = standing(ever)
    found = next((item for item in there if item.version == version), None)
    if found is None:
        return unknown_version(programme, version)
    last, now = there[-1], clock()
    if found.effective_from < last.effective_from:
        return withdraw_later_first(version, last.version)
    kept = tuple(item for item in there if item.effective_from < last.effective_from)
    latest = store.latest(connection, space.space_id, now)
    if not kept or last.effective_from <= (now if latest is None else max(now, latest)):
        return not_waiting(version)
    gone = there[len(kept) :]
    since = local_time(programme_of(last.document), last.effective_from)
    told = _told(kept[-1], gone, since)
    numbers = [item.version for item in gone]
    store.withdraw(connection, space.space_id, row.programme_id, numbers, now, withdrawal=told)
    load_space(connection, space.name)  # what cannot be loaded is not stored either
    return Withdrawal(
        versions=tuple(numbers),
        follows=kept[-1].version,
        since=since,
        announced=told is not None,
    )


def note_withdrawal(changing: Changing, programme: str, done: Withdrawal) -> None:
    """Note in the trail what was withdrawn."""
    before = {"versions": list(done.versions), "from": done.since}
    after = {"version": done.follows}
    changing.note("programme.withdrawn", f"programme/{programme}", before=before, after=after)


def _told(kept: VersionRow, gone: tuple[VersionRow, ...], since: str | None) -> str | None:
    """What members are told, as JSON; None where they were told nothing of these versions."""
    before = programme_of(kept.document)
    if all(announcement(before, programme_of(item.document)) is None for item in gone):
        return None
    numbers = [item.version for item in gone]
    return _encode({"withdrawn": numbers, "follows": kept.version, "from": since}).decode()
