"""Members come from another system: read, checked whole, and only then opened one after another.

Nothing is recorded before all of it has been looked at, and the totals are as they should be.  Each
member is opened by one event, once; so an import that was broken off is simply started again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from xenia.amounts import NotAnAmount, format_decimal, parse_signed
from xenia.engine.zones import EPOCH
from xenia.programme.model import Programme
from xenia.services.inputs import UnusableError, opening
from xenia.services.opening_events import (
    Terms,
)
from xenia.services.opening_tables import (
    Mapped,
)
from xenia.services.openings import Errors, Moving, Progress, Totals
from xenia.services.poster import Poster
from xenia.services.published import Published, Space
from xenia.store import moving_in as store
from xenia.store.database import Database
from xenia.store.posting import Scope
from xenia.store.staging import staging

_CHUNK = 2**20  # bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be brought in; `at` is the instant of which all of it is (microseconds, None: of
    now, or of the import that is gone on with), `controls` are what must come out."""

    files: Sequence[Path]
    mapped: Mapped
    mapping: bytes = b""
    at: int | None = None
    controls: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False
    strict: bool = False


@dataclass(slots=True)
class MovedIn:
    """What came of it.  `differences` are the controls that are not as they should be: what, what
    was said, what was found; `recorded` are members opened now."""

    at: int
    totals: Totals
    passed_over: dict[str, tuple[str, ...]]  # columns that are not read, by file
    differences: list[tuple[str, str, str]]
    recorded: int = 0


def move_in(
    database: Database,
    space: Space,
    published: Published,
    asked: Asked,
    errors: Errors,
    *,
    clock: Callable[[], int],
    progress: Progress,
) -> MovedIn:
    """Bring members in.  Raises UnusableError where it cannot go on; who was recorded until then is
    known when it is begun again."""
    scope = Scope(space.space_id, published.programme_id)
    digest, now = _digest(asked, published.name), clock()
    with database.connect(autocommit=True) as connection:
        begun = store.begun(connection, scope, digest)
        at = _instant(asked, published, begun, now)
        _differences(asked.controls, Totals(), published.timeline.at(at).plan.programme)
        terms = Terms(published.versions[published.timeline.at(at).version], asked.mapped, at)
        with staging() as staged:
            moving = Moving(connection, space, published, terms, staged)
            passed_over = moving.stage(asked.files, errors)
            totals = moving.check(errors, progress, keep=not asked.dry_run)
            differences = _differences(asked.controls, totals, terms.programme)
            found = MovedIn(at, totals, passed_over, differences)
            if moving.lost:
                raise UnusableError(
                    f"{moving.lost:,} rows cannot be read, and whose they are cannot be told: "
                    "nothing is imported until they are right"
                )
            stop = asked.dry_run or found.differences or (asked.strict and totals.wrong)
            if stop or totals.members == 0:
                return found
            store.begin(connection, scope, digest, at=at, now=now)
            poster = Poster(database, space, clock=clock)
            try:
                found.recorded, missed = moving.open(poster, totals, clock, progress)
            finally:
                poster.close()
            if missed:
                raise UnusableError(
                    f"{found.recorded:,} members are recorded now, and {missed:,} could not be: "
                    "something has happened to them meanwhile. Import the same again: it says who "
                    "they are"
                )
            store.finish(connection, scope, digest, clock())
            return found


def _digest(asked: Asked, programme: str) -> bytes:
    """The same for the same content, whatever the files are called.  Raises UnusableError for two
    files of the same content: what is in them would come twice."""
    parts: dict[bytes, Path] = {}
    for path in asked.files:
        hashed = sha256()
        with opening(path), path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                hashed.update(chunk)
        if (other := parts.get(hashed.digest())) is not None:
            raise UnusableError(f"{path}: the same is in {other}: name one of them")
        parts[hashed.digest()] = path
    said = f"{programme} {asked.at}".encode()
    return sha256(b"".join([*sorted(parts), sha256(asked.mapping).digest(), said])).digest()


def _instant(asked: Asked, published: Published, begun: int | None, now: int) -> int:
    at = asked.at if asked.at is not None else begun
    if at is None:
        at = now
    if at > now:
        raise UnusableError("--at: that is still to come: name when the other system was closed")
    programme = published.timeline.at(at).plan.programme
    closes = programme.spend_until
    if closes is not None and (closes - EPOCH).days <= published.timeline.zone.day_of(at):
        raise UnusableError(f"{programme.id} was open until {closes}: nobody can be brought in")
    return at


def _differences(
    controls: Mapping[str, str], totals: Totals, programme: Programme
) -> list[tuple[str, str, str]]:
    """Raises UnusableError for a control that cannot be read."""
    found = []
    for name, written in controls.items():
        if name in ("members", "vouchers", "lots"):
            there, decimals = getattr(totals, name), 0
        elif name in programme.currencies:
            there, decimals = totals.units[name], programme.currencies[name].decimals
        else:
            known = ", ".join(("members", "lots", "vouchers", *programme.currencies))
            raise UnusableError(f'--control: "{name}" is none of {known}')
        try:
            said = parse_signed(written, decimals, what=name)
        except NotAnAmount as error:
            raise UnusableError(f"--control: {error}") from None
        if said != there:
            found.append((name, format_decimal(said, decimals), format_decimal(there, decimals)))
    return found
