"""Publishes a programme: a checked document becomes the version that decides from a time on."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.engine.operators import ENROLLED, FAR
from xenia.engine.since import ALWAYS
from xenia.engine.zones import zone
from xenia.programme.announce import announcement
from xenia.programme.check import check
from xenia.programme.compare import compare
from xenia.programme.findings import Finding, line_of
from xenia.programme.model import Programme
from xenia.programme.nodes import Places
from xenia.programme.succession import succession
from xenia.services.event_files import KEY_BYTES
from xenia.services.files import read_programme
from xenia.services.inputs import UnusableError, opening
from xenia.services.published import DEFAULT, load_space, programme_of, space_row
from xenia.store import programmes as store
from xenia.store.programmes import VersionRow

AHEAD = 60_000_000  # microseconds, at least, until a version takes effect if nothing else is said
NOBODY = store.Slot(8 * ENROLLED, FAR.to_bytes(8, "little"))  # the state of who has not joined

_SECOND = 1_000_000  # microseconds
_encode = msgspec.json.Encoder().encode

Start = int | Literal["now"] | None
Clock = Callable[[], int]


class NotPublishableError(UnusableError):
    """A version that may not follow the one before: `code` says why, `sentence` says it without the
    words of the command line, and `findings` are the errors in the document, if it is these."""

    def __init__(
        self, message: str, *, code: str, sentence: str, findings: tuple[Finding, ...] = ()
    ) -> None:
        super().__init__(message)
        self.code, self.sentence, self.findings = code, sentence, findings


@dataclass(frozen=True, slots=True)
class Draft:
    """A document in which no error was found; `document` is the text as it was written, and `path`
    names it in what is said of it."""

    path: Path
    document: str
    programme: Programme
    places: Places


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What was published, and what that changes.

    `same`: the document had been published as this version, and nothing was done.
    `effective_from` is in microseconds since 1970-01-01 UTC, or ALWAYS; `follows` is the version
    that decides until then, and `changes` compares the two in words.  `announced`: all members are
    to be told.
    """

    programme: Programme
    space_id: int
    programme_id: int
    version: int
    effective_from: int
    first_day: int
    follows: int | None = None
    changes: tuple[str, ...] = ()
    advice: tuple[Finding, ...] = ()
    announced: bool = False
    same: bool = False

    @property
    def since(self) -> str | None:
        """When it takes effect, in the programme's local time; None: it always has."""
        return local_time(self.programme, self.effective_from)


def local_time(programme: Programme, instant: int) -> str | None:
    """An instant (microseconds) as a time of the programme's zone; None for ALWAYS."""
    return None if instant == ALWAYS else zone(programme.timezone).text(instant)


def draft_of(path: Path) -> Draft:
    """The programme of a file.  Raises UnusableError with its errors, if there are any."""
    with opening(path):
        reading = read_programme(path)
        data = path.read_bytes()
    errors = [item for item in check(reading) if item.severity == "error"]
    if errors or reading.programme is None:
        raise UnusableError("\n".join(line_of(error, str(path)) for error in errors))
    document = data.decode("utf-8", "replace")
    if programme_of(document) != reading.programme:
        raise UnusableError(f"{path}: this file was changed while it was read: try again")
    return Draft(path, document, reading.programme, reading.places)


def publish(
    connection: Connection[TupleRow],
    draft: Draft,
    *,
    clock: Clock,
    start: Start = None,
    key: bytes | None = None,
    space: str = DEFAULT,
    dry_run: bool = False,
) -> Publication:
    """Publish a document as the next version of its programme.

    The first version has always been in force; a later one decides what occurs from `start` on, and
    soon if none is given.  `key` makes the codes of vouchers; without one it is left to chance.
    Raises NotPublishableError where the version may not follow the one before.
    """
    with connection.transaction(force_rollback=dry_run):
        world = space_row(connection, space)
        row = store.hold(connection, world.space_id, draft.programme.id)
        row = row or store.add_programme(connection, world.space_id, draft.programme.id)
        ever = store.versions(connection, world.space_id, row.programme_id)
        before = standing(ever)
        same = bool(before) and before[-1].document == draft.document
        follows: VersionRow | None = None
        announced: str | None = None
        advice: tuple[Finding, ...] = ()
        if same:
            version = before[-1]
        else:
            advice = _succession(draft, before)
            now = clock()
            version = VersionRow(
                version=len(ever) + 1,
                document=draft.document,
                code_key=secrets.token_bytes(KEY_BYTES) if key is None else key,
                effective_from=_start(
                    draft,
                    before,
                    start,
                    now=now,
                    latest=store.latest(connection, world.space_id, now),
                ),
                published_at=now,
            )
            follows = _followed(before, version)
            announced = _announced(draft, before, version)
            store.add_version(
                connection, world.space_id, row.programme_id, version, announcement=announced
            )
        # What cannot be loaded is not stored either.
        timeline = load_space(connection, space).programmes[row.name].timeline
    return Publication(
        programme=draft.programme,
        space_id=world.space_id,
        programme_id=row.programme_id,
        version=version.version,
        effective_from=version.effective_from,
        first_day=timeline.first_day(version.version),
        follows=None if follows is None else follows.version,
        changes=compare(programme_of(follows.document), draft.programme) if follows else (),
        advice=advice,
        announced=announced is not None,
        same=same,
    )


def standing(versions: Sequence[VersionRow]) -> tuple[VersionRow, ...]:
    """Those of these versions that have not been withdrawn."""
    return tuple(item for item in versions if item.withdrawn_at is None)


def _succession(draft: Draft, before: tuple[VersionRow, ...]) -> tuple[Finding, ...]:
    """What becomes of members; refuses what the new version may not do to them."""
    if not before:
        return ()
    found = tuple(
        _placed(finding, draft.places)
        for finding in succession(programme_of(before[-1].document), draft.programme)
    )
    errors = [finding for finding in found if finding.severity == "error"]
    if errors:
        raise NotPublishableError(
            "\n".join(line_of(error, str(draft.path)) for error in errors),
            code="cannot-follow",
            sentence=f"{errors[0].sentence} ({errors[0].remedy})",
            findings=tuple(errors),
        )
    return found


def _placed(finding: Finding, places: Places) -> Finding:
    """The finding where its part stands; of a part that is gone, where it would stand."""
    path, place = finding.path, places.key(finding.path)
    return places.finding(
        finding.severity, finding.code, path, finding.sentence, finding.remedy, place=place
    )


def _start(
    draft: Draft,
    before: tuple[VersionRow, ...],
    start: Start,
    *,
    now: int,
    latest: int | None,
) -> int:
    """When the version takes effect: later than `now` and than the `latest` event, which a till
    whose clock is ahead may have sent.  Raises NotPublishableError."""
    if not before:
        return ALWAYS if start is None else now if start == "now" else start
    free = now if latest is None else latest + 1
    if start is None:
        found = _whole(max(now + AHEAD, free))
    elif start == "now":
        found = free
    else:
        found = start
    last = before[-1]
    if found < last.effective_from:
        since = local_time(draft.programme, last.effective_from)
        there = f"version {last.version} is published already and takes effect at {since}: "
        raise NotPublishableError(
            f"{draft.path}: {there}give --from that time, to take its place, or a later one",
            code="out-of-order",
            sentence=f"{there}name that time, to take its place, or a later one, or withdraw it",
        )
    if found < free:
        shown = local_time(draft.programme, found)
        first = local_time(draft.programme, _whole(now + AHEAD if latest is None else free))
        early = f"{shown} is too early: what has occurred is decided by the version in force then: "
        raise NotPublishableError(
            f"--from: {early}give --from {first} or later, or now",
            code="too-early",
            sentence=f"{early}name {first} or later, or `now`",
        )
    return found


def _announced(draft: Draft, before: tuple[VersionRow, ...], version: VersionRow) -> str | None:
    """What all members are told of a new version, as JSON; None where nothing changes for them.

    Also that a version which they may have been told of does not come, as this one replaces it.
    """
    follows = _followed(before, version)
    if follows is None:
        return None
    old = programme_of(follows.document)
    replaces = [item.version for item in before if item.effective_from == version.effective_from]
    terms = announcement(old, draft.programme)
    if terms is None and not replaces:
        return None
    told = {
        "version": version.version,
        "follows": follows.version,
        "replaces": replaces,
        "from": local_time(draft.programme, version.effective_from),
        "changes": compare(old, draft.programme),
        "terms": terms or {},
    }
    return _encode(told).decode()


def _whole(instant: int) -> int:
    """The first whole second from an instant on: nobody wants to read more of it."""
    return -(-instant // _SECOND) * _SECOND


def _followed(before: tuple[VersionRow, ...], version: VersionRow) -> VersionRow | None:
    """The version that decides until a new one does: not one whose place that takes."""
    earlier = [item for item in before if item.effective_from < version.effective_from]
    return next(reversed(earlier or before), None)
