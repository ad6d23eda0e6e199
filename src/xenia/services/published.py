"""A space as its events are decided: its programmes, each version compiled once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.amounts import money_decimals
from xenia.engine.compile import compile_programme
from xenia.engine.layout import Layout
from xenia.engine.plan import Plan
from xenia.engine.timeline import Timeline
from xenia.engine.versions import TimelineVersion
from xenia.events.conventions import Conventions
from xenia.events.errors import EventError, did_you_mean
from xenia.programme.model import Programme
from xenia.programme.read import read
from xenia.services.answers import Writer
from xenia.services.conventions import conventions_of
from xenia.services.files import zones
from xenia.services.guards import Guard, guard_of
from xenia.store import households, layouts, merges
from xenia.store import programmes as store
from xenia.store.programmes import Mode, ProgrammeRow, SpaceRow, VersionRow

DEFAULT = "default"  # the space that there is without being made
UNPUBLISHED = "unknown-programme"  # as far as is known since the space was loaded

_SECRET_BYTES = 32
_COMPILED = 1000  # versions that are kept compiled
_READ = 200  # documents that are kept as they were read
_NOWHERE = -1  # the number of a programme that is not stored


@dataclass(frozen=True, slots=True)
class Version:
    """One version, ready to decide by; `effective_from` is in microseconds, or ALWAYS."""

    version: int
    effective_from: int
    plan: Plan
    conventions: Conventions
    writer: Writer
    code_key: bytes


@dataclass(frozen=True, slots=True)
class Published:
    """A programme of a space with all its versions; `revision` tells whether it is still so.

    `layouts` are those of states that other builds of Xenia may have stored, by their hashes.
    `open_from` is the first day (a local day number) whose books are open; None: no month was ever
    closed.
    """

    programme_id: int
    name: str
    revision: int
    timeline: Timeline
    versions: Mapping[int, Version]
    layouts: Mapping[str, Layout] = field(default_factory=dict)
    withdrawn: tuple[int, ...] = ()  # when versions were to take effect that never did
    guard: Guard | None = None  # how much members may spend within a time; None: nothing is said
    open_from: int | None = None

    def booked_on(self, day: int) -> int:
        """The accounting day of what is recorded on a day: itself, unless its month is closed, as
        it can only be where a clock is slow; then the first day that is open."""
        return day if self.open_from is None else max(day, self.open_from)

    def state(self, version: int, layout: str, stored: bytes) -> Sequence[int]:
        """A stored state of an account, laid out as this build does for the version.

        Raises LookupError where nobody has kept how it is laid out.
        """
        plan = self.timeline.of(version).plan
        if layout == plan.layout.key():
            return plan.layout.unpack(stored)
        if layout not in self.layouts:
            raise LookupError(
                f"how a state is laid out is not known: {layout} of version {version}"
            )
        old = self.layouts[layout]
        return plan.layout.moved_from(old, old.unpack(stored))


@dataclass(frozen=True, slots=True)
class Space:
    """One operator's world; `secret` keys the fingerprints of its events."""

    space_id: int
    name: str
    secret: bytes
    programmes: Mapping[str, Published]
    mode: Mode = "live"
    merges: bool = False  # whether members were ever merged
    households: bool = False  # whether there ever was one

    def published(self, name: str | None) -> Published | EventError:
        """The programme that an event names; if it names none, the only one that there is."""
        if name is None:
            if len(self.programmes) == 1:
                return next(iter(self.programmes.values()))
            return self._none_named()
        found = self.programmes.get(name)
        if found is None:
            if not self.programmes:
                return self._none_named()
            hint = did_you_mean(name, self.programmes)
            sentence = f'there is no programme "{name}" here{hint}'
            return EventError(UNPUBLISHED, "/programme", sentence)
        return found

    def _none_named(self) -> EventError:
        if not self.programmes:
            sentence = "no programme is published here yet: run `xenia programme publish FILE`"
            return EventError(UNPUBLISHED, "/programme", sentence)
        known = ", ".join(f'"{name}"' for name in sorted(self.programmes))
        sentence = f"say which programme the event is for: {known}"
        return EventError("which-programme", "/programme", sentence)


def load_space(
    connection: Connection[TupleRow], name: str = DEFAULT, *, known: Space | None = None
) -> Space:
    """A space as it is published now; it is made if there is none of the name.

    What `known` has in the same revision is taken from there.
    """
    row = space_row(connection, name)
    before = {} if known is None or known.space_id != row.space_id else known.programmes
    found: dict[str, Published] = {}
    for programme in store.programmes(connection, row.space_id):
        old = before.get(programme.name)
        if old is not None and old.revision == programme.revision:
            found[programme.name] = old
        else:
            versions = store.versions(connection, row.space_id, programme.programme_id)
            kept = layouts.known(connection, row.space_id)
            known_layouts = {key: Layout.of_text(text) for key, text in kept.items()}
            found[programme.name] = _published(programme, versions, known_layouts)
            layouts.keep(connection, row.space_id, _own(found[programme.name]), kept)
    merged = merges.any_ever(connection, row.space_id)
    pooled = households.any_ever(connection, row.space_id)
    return Space(row.space_id, row.name, row.secret, found, row.mode, merged, pooled)


def space_row(connection: Connection[TupleRow], name: str) -> SpaceRow:
    """The space of a name; it is made if there is none."""
    return store.space_of(connection, name, secret=secrets.token_bytes(_SECRET_BYTES))


@lru_cache(maxsize=_READ)
def programme_of(document: str) -> Programme:
    """The programme of a stored document, which was checked before it was stored."""
    # What was written as JSON mostly is YAML, too; where it is not, it is read as JSON.
    for json in (False, True):
        programme = read(document, zones=zones(), json=json).programme
        if programme is not None:
            return programme
    raise AssertionError("a document that cannot be read has been stored")


def _published(
    programme: ProgrammeRow, rows: tuple[VersionRow, ...], known: Mapping[str, Layout]
) -> Published:
    versions = _answering({row.version: _version(row) for row in rows if row.withdrawn_at is None})
    withdrawn = {row.effective_from for row in rows if row.withdrawn_at is not None}
    timeline = _timeline(versions)
    numbered = (programme.programme_id, programme.name, programme.revision)
    guard = None if programme.rules is None else guard_of(programme.rules)
    return Published(
        *numbered, timeline, versions, known, tuple(sorted(withdrawn)), guard, programme.open_from
    )


def alone(name: str, row: VersionRow) -> Published:
    """A programme of one version that is stored nowhere, and in which nobody has an account."""
    return _published(ProgrammeRow(_NOWHERE, name, 0), (row,), {})


def followed(published: Published, row: VersionRow) -> Published:
    """A programme as it would be if one more version took effect; what is to do so later does not
    come."""
    known = published.versions.items()
    there = {number: one for number, one in known if one.effective_from < row.effective_from}
    versions = _answering({**there, row.version: _version(row)})
    return replace(published, timeline=_timeline(versions), versions=versions)


def _timeline(versions: Mapping[int, Version]) -> Timeline:
    return Timeline(
        tuple(
            TimelineVersion(item.version, item.effective_from, item.plan, item.code_key)
            for item in versions.values()
        )
    )


def _answering(versions: Mapping[int, Version]) -> dict[int, Version]:
    """The same, each able to tell what the others hold."""
    currencies: dict[str, int] = {}
    metrics: dict[int, Mapping[str, int]] = {}
    for version in versions.values():
        currencies.update(version.writer.currencies)
        metrics.update(version.writer.metrics)
    return {
        number: replace(
            version, writer=replace(version.writer, currencies=currencies, metrics=metrics)
        )
        for number, version in versions.items()
    }


def _own(published: Published) -> Mapping[str, str]:
    """The layouts that this build stores states in."""
    plans = [version.plan for version in published.versions.values()]
    return {plan.layout.key(): plan.layout.text for plan in plans}


def _version(row: VersionRow) -> Version:
    compiled = _compiled(row.document, row.version)
    return Version(row.version, row.effective_from, *compiled, row.code_key)


@lru_cache(maxsize=_COMPILED)
def _compiled(document: str, version: int) -> tuple[Plan, Conventions, Writer]:
    """What a document comes to, whichever space it is published in."""
    programme = programme_of(document)
    plan = compile_programme(programme, version)
    writer = Writer(
        programme=programme.id,
        version=version,
        clock=plan.zone,
        money=money_decimals(programme.money),
        currencies={name: currency.decimals for name, currency in programme.currencies.items()},
        metrics={plan.version: plan.analysis.metric_scales},
    )
    return plan, conventions_of(programme), writer
