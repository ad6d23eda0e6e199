"""What is published in a space: its programmes, their versions, and how many have joined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.programme.model import Programme
from xenia.services.published import DEFAULT, programme_of, space_row
from xenia.services.publishing import local_time, standing
from xenia.store import programmes as store
from xenia.store.programmes import VersionRow

State = Literal["past", "running", "waiting", "replaced", "withdrawn"]


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """One version; `state` says whether it decides what occurs now, has or will, or never did."""

    version: int
    since: str | None
    published_at: str | None
    title: str | None
    state: State


@dataclass(frozen=True, slots=True)
class Listed:
    """A programme with its versions; `members` are those who have joined.  `tiers` are those of
    the running version, each with the names of its levels, the lowest first."""

    programme: str
    title: str | None
    members: int
    versions: tuple[ListedVersion, ...]
    tiers: Mapping[str, tuple[str, ...]]


def listed(
    connection: Connection[TupleRow], *, now: int, space: str = DEFAULT
) -> tuple[Listed, ...]:
    """The programmes of a space, by name, as they stand at an instant (microseconds)."""
    with connection.transaction():
        world = space_row(connection, space)
        members = store.enrolled(connection, world.space_id)
        all_versions = store.all_versions(connection, world.space_id)
        found = []
        for row in store.programmes(connection, world.space_id):
            rows = all_versions.get(row.programme_id, ())
            read = [programme_of(item.document) for item in rows]
            versions = tuple(
                _version(item, programme, rows, now)
                for item, programme in zip(rows, read, strict=True)
            )
            running = [at for at, one in enumerate(versions) if one.state == "running"]
            title, tiers = None, dict[str, tuple[str, ...]]()
            if running:
                title = versions[running[0]].title
                known = read[running[0]].tiers
                tiers = {name: tuple(tier.levels) for name, tier in known.items()}
            joined = members.get(row.programme_id, 0)
            found.append(Listed(row.name, title, joined, versions, tiers))
        return tuple(found)


def listed_version(version: VersionRow, rows: tuple[VersionRow, ...], now: int) -> ListedVersion:
    """A version among all of its programme, as it stands at an instant (microseconds)."""
    return _version(version, programme_of(version.document), rows, now)


def _version(
    version: VersionRow, programme: Programme, rows: tuple[VersionRow, ...], now: int
) -> ListedVersion:
    return ListedVersion(
        version.version,
        local_time(programme, version.effective_from),
        local_time(programme, version.published_at),
        title_of(programme),
        _state(version, rows, now),
    )


def _state(version: VersionRow, rows: tuple[VersionRow, ...], now: int) -> State:
    if version.withdrawn_at is not None:
        return "withdrawn"
    later = [item for item in standing(rows) if item.version > version.version]
    if any(item.effective_from == version.effective_from for item in later):
        return "replaced"
    if version.effective_from > now:
        return "waiting"
    return "past" if any(item.effective_from <= now for item in later) else "running"


def title_of(programme: Programme) -> str | None:
    """A programme's title, in English if there is one."""
    title = programme.title
    if title is None:
        return None
    forms = title.forms.get("en") or next(iter(title.forms.values()))
    return forms[0]
