"""Merges members who are found to be one person: it rests, and is undone or done."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any, Literal

from psycopg import Connection

from xenia.engine.operators import ENROLLED, FAR
from xenia.events.content import fingerprint
from xenia.events.facts import split
from xenia.events.model import OWN, Merging
from xenia.services import persons
from xenia.services.access import Actor
from xenia.services.answers import Json
from xenia.services.changing import Changing, Done
from xenia.services.giving import MERGING
from xenia.services.households import refused_merge
from xenia.services.member_problems import PUBLISHED_MEANWHILE, erased_member
from xenia.services.merge_problems import (
    left_survivor,
    merge_over,
    merge_rests,
    merged_member,
    reserved_member,
    same_member,
    unknown_merge,
)
from xenia.services.merge_shown import shown
from xenia.services.posted import OutdatedError, PoisonedError
from xenia.services.posting import post
from xenia.services.problems import Problem, unknown_member
from xenia.services.published import Published, Space
from xenia.services.statements import statement
from xenia.services.sweeping import account_of
from xenia.services.taking import Taken
from xenia.services.watching import Part, Watching
from xenia.store import accounts, member_sessions, merges, reservations, staff, taken_back
from xenia.store.accounts import AccountRow
from xenia.store.members import RANDOM, is_known, uuid7
from xenia.store.merges import MergeRow
from xenia.store.posting import Scope
from xenia.store.together import Together

_log = logging.getLogger(__name__)

DAYS, DAYS_MOST = 14, 90  # for which a merge can be undone
BY_ITSELF = "time"  # who confirms a merge whose days have passed
_DAY = 86_400_000_000
_AT_ONCE = 100
_SHOWN = ("programme", "version", "enrolled", "wallet", "tiers", "metrics", "vouchers", "benefits")


# ---- what is asked for ---------------------------------------------------------------------------


def propose(changing: Changing, space: Space, whom: str, into: str, days: int) -> Done | Problem:
    """Merge a member into another one, so that it can be undone for some days; with both as they
    are, and what they would be together."""
    connection, now = changing.connection, changing.now
    problem = _refused(changing, space, whom, into)
    if problem is not None:
        return problem
    name = uuid7(now, secrets.token_bytes(RANDOM))
    row = MergeRow(name, whom, into, now, now + days * _DAY, None, None)
    before = {"from": _held(changing, space, whom), "into": _held(changing, space, into)}
    try:
        for published in _programmes(space):
            _post(changing, space, published, row, "begun")
        # It holds their accounts: from here on nothing is reserved.
        if (reserved := _reserved(changing, space, whom)) is not None:
            return reserved
        merges.add(connection, space.space_id, row)
        # Whoever is signed in as the one signs in again, and is the other.
        _signed_out(changing, whom)
        with connection.transaction(force_rollback=True):
            _finish(changing, space, row)
            after = _held(changing, space, into)
            lost = [*_lost(changing, space, row, before, after)]
    except OutdatedError:
        return PUBLISHED_MEANWHILE
    _note(row, "merging", ("apart", "merged"), _watched(changing, (), row))
    preview = {"before": before, "after": after, "lost": lost}
    return Done({**shown(row), "preview": preview}, 201)


def confirm(changing: Changing, space: Space, name: str) -> Done | Problem:
    """What rests is done: all that the one had comes to the other, and stays there."""
    row = merges.one(changing.connection, space.space_id, name, lock=True)
    if row is None:
        return unknown_merge(name)
    if not row.rests:
        return merge_over(name, "undone" if row.undone_at is not None else "done")
    merges.hold(changing.connection, space.space_id, [row.whom, row.into])
    # It holds their accounts: from here on nobody leaves.
    watched = _watched(changing, _programmes(space), row)
    if (left := _left(changing, space, row.whom, row.into)) is not None:
        return left
    try:
        _finish(changing, space, row)
    except OutdatedError:
        return PUBLISHED_MEANWHILE
    _note(row, "merged", ("merged", "final"), watched)
    return Done(shown(row._replace(done_at=changing.now)))


def undo(changing: Changing, space: Space, name: str) -> Done | Problem:
    """What rests is undone: both are as though they had never been merged."""
    row = merges.one(changing.connection, space.space_id, name, lock=True)
    if row is None:
        return unknown_merge(name)
    over = row.until <= changing.now and _left(changing, space, row.whom, row.into) is None
    if not row.rests or over:
        return merge_over(name, "undone" if row.undone_at is not None else "done")
    merges.hold(changing.connection, space.space_id, [row.whom, row.into])
    try:
        for published in _programmes(space):
            if _has_account(changing, space, published, row.whom):
                _post(changing, space, published, row, "undone")
    except OutdatedError:
        return PUBLISHED_MEANWHILE
    merges.undo(changing.connection, space.space_id, row, changing.now)
    # Whoever came in by what led to both signs in again, and is the one of them to whom it leads.
    _signed_out(changing, row.whom, row.into)
    _note(row, "unmerged", ("merged", "undone"), _watched(changing, (), row))
    return Done(shown(row._replace(undone_at=changing.now)))


class _NotDone(Exception):  # noqa: N818 - not an error: it takes back what was written so far
    pass


def confirm_over(connection: Connection[Any], space: Space, now: int) -> int:
    """Confirm those whose days have passed, but those that cannot be; how many.  The connection is
    in no transaction."""
    done = 0
    actor = Actor(space.space_id, BY_ITSELF)
    for name in _over(connection, space, now):
        try:
            with suppress(_NotDone), Together(connection) as together:
                together.begin()
                if isinstance(confirm(Changing(connection, actor, now), space, name), Problem):
                    raise _NotDone
                done += 1
        except PoisonedError:
            _log.exception("a merge cannot be confirmed", extra={"merge": name})
    return done


def _over(connection: Connection[Any], space: Space, now: int) -> Iterator[str]:
    """Those whose days have passed, also behind many that cannot be confirmed."""
    last: str | None = None
    while some := merges.over(connection, space.space_id, now, _AT_ONCE, last):
        yield from some
        last = some[-1]


def _watched(changing: Changing, programmes: Iterable[Published], row: MergeRow) -> list[Watching]:
    """Both, and what they hold in some programmes.  What leads to them, or tells who they are, is
    left out: it may be another person's after all."""
    both = (row.whom, row.into)
    return [Watching(changing, member, programmes, [Part.HOLDINGS], beside=both) for member in both]


def _note(row: MergeRow, step: str, states: tuple[str, str], watched: Iterable[Watching]) -> None:
    told = {"merge": row.name, "from": row.whom, "into": row.into}
    before, after = states
    for one in watched:
        one.note(f"member.{step}", before={"state": before}, after={**told, "state": after})


def _signed_out(changing: Changing, *members: str) -> None:
    """End their sessions, and the codes by which others would begin."""
    connection, space = changing.connection, changing.space_id
    for member in members:
        member_sessions.end_codes(connection, space, member)
    if sum(member_sessions.end_all(connection, space, one, changing.now) for one in members):
        staff.access_changed(connection, space)


# ---- whether ---------------------------------------------------------------------------------


def _refused(changing: Changing, space: Space, whom: str, into: str) -> Problem | None:
    connection, number = changing.connection, space.space_id
    if whom == into:
        return same_member(whom)
    there = merges.hold(connection, number, [whom, into])
    for member in (whom, into):
        if member not in there:
            known = is_known(connection, number, member)
            return erased_member(member) if known else unknown_member(member)
    if (pooled := refused_merge(connection, number, whom, into)) is not None:
        return pooled
    leads = merges.leads(connection, number, [whom, into])
    for member, (other, _) in sorted(leads.items()):
        return merged_member(member, other)
    if (row := merges.resting(connection, number, whom)) is not None:
        return merge_rests(whom, row.name)
    return _reserved(changing, space, whom) or _left(changing, space, whom, into)


def _reserved(changing: Changing, space: Space, whom: str) -> Problem | None:
    """What is reserved is of an event that is about to happen to them."""
    for published in _programmes(space):
        scope = Scope(space.space_id, published.programme_id)
        if reservations.live(changing.connection, scope, [whom], changing.now):
            return reserved_member(whom)
    return None


def _left(changing: Changing, space: Space, whom: str, into: str) -> Problem | None:
    """Who has left a programme gets nothing there that a member has."""
    connection = changing.connection
    for published in _programmes(space):
        scope = Scope(space.space_id, published.programme_id)
        theirs = accounts.account(connection, scope, whom)
        mine = accounts.account(connection, scope, into)
        if theirs is not None and mine is not None:
            left = account_of(published, mine)
            if left.joined and not left.enrolled and account_of(published, theirs).enrolled:
                return left_survivor(into, published.name)
    return None


# ---- what is posted ----------------------------------------------------------------------------


def _programmes(space: Space) -> list[Published]:
    return [published for _, published in sorted(space.programmes.items())]


def _has_account(changing: Changing, space: Space, published: Published, member: str) -> bool:
    scope = Scope(space.space_id, published.programme_id)
    return accounts.account(changing.connection, scope, member) is not None


def _finish(changing: Changing, space: Space, row: MergeRow) -> None:
    for published in _programmes(space):
        scope = Scope(space.space_id, published.programme_id)
        account = accounts.account(changing.connection, scope, row.whom)
        # Who never was in a programme leads to the other there, and has nothing to bring but what
        # waits of them.
        joined = account is not None and account_of(published, account).joined
        if joined or taken_back.waiting_of(changing.connection, scope, [row.whom]):
            _post(changing, space, published, row, "done")
    merges.finish(changing.connection, space.space_id, row, changing.now)


def _post(
    changing: Changing,
    space: Space,
    published: Published,
    row: MergeRow,
    step: Literal["begun", "undone", "done"],
) -> None:
    behind = "" if step == "done" else f"/{step}"
    event = Merging(
        id=f"{MERGING}{published.name}/{row.name}{behind}",
        source=OWN,
        member=row.whom,
        occurred_at=changing.now,
        into=row.into,
        step=step,
    )
    version = published.timeline.at(changing.now).version
    facts, _ = split(event, published.versions[version].conventions)
    taken = Taken(
        event=event,
        programme=published.name,
        facts=facts.decode(),
        personal=None,
        fingerprint=fingerprint(event, space.secret),
    )
    post(changing.connection, space, published, [taken], changing.now, within=True)


# ---- what is shown -----------------------------------------------------------------------------


def _held(changing: Changing, space: Space, member: str) -> list[Json]:
    """What a member has in each programme."""
    found = []
    for published in _programmes(space):
        scope = Scope(space.space_id, published.programme_id)
        told = statement(changing.connection, scope, published, member, changing.now)
        if told is not None and told["enrolled"]:
            found.append({part: told[part] for part in _SHOWN})
    return found


def _lost(
    changing: Changing,
    space: Space,
    row: MergeRow,
    before: Mapping[str, list[Json]],
    after: list[Json],
) -> Iterator[Json]:
    """What does not come over, or counts otherwise than both together."""
    theirs, mine, both = (
        {one["programme"]: one for one in those} for those in (*before.values(), after)
    )
    for name in sorted(theirs.keys() & mine.keys()):
        published = space.programmes[name]
        scope = Scope(space.space_id, published.programme_id)
        one, other = (
            accounts.account(changing.connection, scope, who) for who in (row.whom, row.into)
        )
        assert one is not None, "they have joined"
        assert other is not None, "they have joined"
        if account_of(published, one).state[ENROLLED] < _joined(published, other):
            yield {"programme": name, "what": "joined", "name": None}
        yield from _differing(changing, published, scope, row)
        metrics = both[name]["metrics"]
        for key, value in theirs[name]["metrics"].items():
            if Decimal(metrics[key]) != Decimal(value) + Decimal(mine[name]["metrics"][key]):
                yield {"programme": name, "what": "metric", "name": key}


def _joined(published: Published, row: AccountRow) -> int:
    day: int = account_of(published, row).state[ENROLLED]
    return day if day < FAR else 0


def _differing(
    changing: Changing, published: Published, scope: Scope, row: MergeRow
) -> Iterator[Json]:
    """What a profile says otherwise, of which what the survivor's says stands."""
    said = [
        persons.attributes(changing.connection, published, scope, who, changing.now)
        for who in (row.whom, row.into)
    ]
    for key in sorted(said[0].keys() & said[1].keys()):
        if said[0][key] != said[1][key]:
            yield {"programme": published.name, "what": "attribute", "name": key}
