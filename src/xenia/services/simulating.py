"""What would come of an event by a programme that may only be a draft, for a member who may only be
imagined: the real decision, of which nothing is recorded."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.effects import Said
from xenia.engine.account import NO_KEY, Account
from xenia.engine.since import ALWAYS
from xenia.events.errors import Unreadable
from xenia.events.moments import NotATime, parse_time
from xenia.programme.explain.voice import Voice
from xenia.programme.succession import succession
from xenia.services.drafts import look
from xenia.services.explaining import all_rules, why_undecided
from xenia.services.happenings import Levels
from xenia.services.imagining import Imagined, imagined
from xenia.services.looking import Looking
from xenia.services.looking_back import LookingBack
from xenia.services.member_words import Told, told_in
from xenia.services.opened import Decided
from xenia.services.problems import Problem, Reason, unreadable, unreadable_body
from xenia.services.programme_problems import with_errors
from xenia.services.published import Published, Space, alone, followed
from xenia.services.quoting import Weighed, weighed
from xenia.services.sources import Side, Source, found_of
from xenia.services.taking import Taken, take
from xenia.services.times import utc_text
from xenia.store.members import RANDOM, uuid7
from xenia.store.posting import Scope
from xenia.store.programmes import VersionRow

Json = dict[str, Any]

# By its own name no other event is known: so no code of a voucher comes of it that is ever valid.
_NAME = "simulation"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An `event` as it would be sent; `imagined` None: its member is who it names.  Reasons are
    told in the language of `locale`."""

    source: Source
    event: Mapping[str, Any]
    imagined: Imagined | None
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class _Stage:
    """Where it is played: the programme as it would be, and at which instant (microseconds)."""

    side: Side
    published: Published
    at: int
    now: int

    @property
    def looks_back(self) -> bool:
        """Whether it is played in the past."""
        return self.at < self.now


def simulated(
    connection: Connection[TupleRow], space: Space, wanted: Wanted, now: int
) -> Json | Problem:
    """The answer to the event, every rule with its reason, and what the member would be told in
    each language.  Of an instant that has passed, members are as they were then.

    Raises OutdatedError, PoisonedError and what psycopg raises.
    """
    stage = _stage(connection, space, wanted, now)
    if isinstance(stage, Problem):
        return stage
    space = replace(space, programmes={stage.published.name: stage.published})
    who = None if wanted.imagined is None else uuid7(now, secrets.token_bytes(RANDOM))
    event = {**wanted.event, "id": _NAME, "source": _NAME, "programme": stage.published.name}
    event.setdefault("occurred_at", utc_text(stage.at))
    before: list[Taken] = []
    if wanted.imagined is not None and who is not None:
        opening = imagined(stage.published, wanted.imagined, who, stage.at)
        if isinstance(opening, Problem):
            return opening
        before, event["member"] = [opening], who
    taken = take(space, event, trace=True)
    if isinstance(taken, Unreadable):
        return _below("/event", unreadable(taken))
    looking = _looking(connection, space, stage, anew=who is not None)
    if who is not None:
        looking.strangers.add(who)
    found = weighed(looking, space, stage.published, [*before, taken])
    if before:
        levels = _levels(msgspec.json.decode(found[0].posted.answer or "{}")["tiers"])
    else:
        levels = _held(looking, stage, found[-1].decided)
    return _told(stage, found[-1], levels, wanted.locale)


def _looking(
    connection: Connection[TupleRow], space: Space, stage: _Stage, *, anew: bool
) -> Looking:
    scope = Scope(space.space_id, stage.published.programme_id)
    if stage.looks_back and not anew:
        return LookingBack(connection, scope, stage.published, stage.now, then=stage.at)
    return Looking(connection, scope, stage.published, stage.now)


# ---- by which programme, and when ----------------------------------------------------------------


def _stage(
    connection: Connection[TupleRow], space: Space, wanted: Wanted, now: int
) -> _Stage | Problem:
    at = _instant(wanted.event.get("occurred_at"), now)
    if isinstance(at, Problem):
        return at
    side = found_of(connection, space, wanted.source, at=at)
    if isinstance(side, Problem):
        return side
    looked = look(side.document)
    if looked.sound is None:
        return with_errors(looked.findings)
    programme = looked.sound.programme
    named = wanted.event.get("programme", programme.id)
    if named != programme.id:
        return _wrong("/event/programme", f"it is simulated by {programme.id}: leave this out")
    side = replace(side, shown={"programme": programme.id, **side.shown})
    there = space.programmes.get(programme.id)
    if wanted.imagined is not None or there is None:
        version = side.shown["version"] or 1
        row = VersionRow(version, side.document, NO_KEY, ALWAYS, now)
        return _Stage(side, alone(programme.id, row), at, now)
    if side.shown["version"] is not None and wanted.source.version is None:
        return _Stage(side, there, at, now)
    start = min(at, now)
    running = there.versions[there.timeline.at(start).version]
    errors = [
        one for one in succession(running.plan.programme, programme) if one.severity == "error"
    ]
    if errors:
        sentence = f"{errors[0].sentence} ({errors[0].remedy})"
        return Problem(status=422, code="cannot-follow", detail=sentence)
    row = VersionRow(max(there.versions) + 1, side.document, NO_KEY, start, now)
    return _Stage(side, followed(there, row), at, now)


def _instant(written: object, now: int) -> int | Problem:
    if written is None:
        return now
    try:
        return parse_time(written if isinstance(written, str) else "")
    except NotATime as error:
        return _wrong("/event/occurred_at", str(error))


def _wrong(pointer: str, sentence: str) -> Problem:
    return unreadable_body([Reason(pointer, "unreadable-body", sentence)])


def _below(place: str, problem: Problem) -> Problem:
    """A problem of a part of what was sent, with the places in the whole."""
    errors = tuple(replace(one, pointer=place + one.pointer) for one in problem.errors)
    return replace(problem, errors=errors)


# ---- what comes of it ----------------------------------------------------------------------------


def _held(looking: Looking, stage: _Stage, decided: Decided | None) -> Levels:
    """The levels of a member before the event."""
    member = None if decided is None else decided.event.member
    stored = looking.locked([member]) if isinstance(member, str) else {}
    if not stored or not isinstance(member, str):
        return {}
    state = looking.state(member, stored[member])
    account = Account(member, state, {}, version=stored[member].version)
    as_if = looking.pasts().of(member)
    view = stage.published.timeline.view(account, stage.at, as_if)
    return {name: standing.level for name, standing in view.tiers.items()}


def _levels(tiers: Mapping[str, Json]) -> Levels:
    return {name: standing["level"] for name, standing in tiers.items()}


def _told(stage: _Stage, found: Weighed, levels: Levels, locale: str) -> Json:
    answer: Json = msgspec.json.decode(found.posted.answer or "{}")
    answer.pop("trace", None)
    rules: Sequence[Json] = ()
    told: Sequence[Json] = ()
    if (decided := found.decided) is not None:
        programme = stage.published.versions[decided.outcome.version].plan.programme
        voice = Voice(programme, locale)
        rules = [*all_rules(voice, decided.event, decided.outcome.trace, _undecided(decided))]
        told = told_in(Told(stage.published, decided.outcome, answer, levels, stage.at))
    return {**answer, "simulated": stage.side.shown, "rules": rules, "told": told}


def _undecided(decided: Decided) -> Said | None:
    return None if decided.outcome.record is not None else why_undecided(decided.given)
