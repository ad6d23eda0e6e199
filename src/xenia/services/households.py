"""Makes and changes households: members to whom others belong."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.services.answers import Json
from xenia.services.changing import Changing, Done
from xenia.services.household_problems import (
    PERSONS_MOST,
    household_dissolved,
    household_not_empty,
    household_taken,
    in_household,
    is_household,
    not_in_household,
    too_many_persons,
    unknown_household,
)
from xenia.services.member_problems import erased_member
from xenia.services.merge_problems import merge_rests, merged_member, reserved_member
from xenia.services.problems import Problem, unknown_member
from xenia.services.published import Space
from xenia.services.times import utc_text
from xenia.store import households as store
from xenia.store import members, merges, reservations
from xenia.store.households import HouseholdRow, PersonRow
from xenia.store.members import RANDOM, uuid7
from xenia.store.posting import Scope

Reads = Connection[TupleRow]


def make(
    changing: Changing,
    space: Space,
    household: str | None,
    name: str | None,
    first: PersonRow,
) -> Done | Problem:
    """A household of an id, be it a member's, or of a new one; to it belongs who is `first`."""
    connection, number, now = changing.connection, space.space_id, changing.now
    if not store.any_ever(connection, number):
        store.begin(connection, number)
    own = household or uuid7(now, secrets.token_bytes(RANDOM))
    members.ensure_members(connection, number, [own], now)
    if store.one(connection, number, own) is not None:
        return household_taken(own)
    held = merges.hold(connection, number, [own, first.member])
    problem = _unfit(changing, own, held) or _unfit_person(changing, space, first.member, own, held)
    if problem is not None:
        return problem
    if (resting := merges.resting(connection, number, own)) is not None:
        return merge_rests(own, resting.name)
    store.make(connection, number, own, name, now)
    changing.note(
        "household.made",
        f"household/{own}",
        after={"person": first.member},
        personal=None if name is None else {"after": {"name": name}},
    )
    return _joined(changing, first._replace(household=own, joined_at=now), status=201)


def add(changing: Changing, space: Space, wanted: PersonRow) -> Done | Problem:
    """Somebody belongs to a household from now on."""
    connection, number, household = changing.connection, space.space_id, wanted.household
    row = _open(changing, household)
    if isinstance(row, Problem):
        return row
    held = merges.hold(connection, number, [wanted.member])
    problem = _unfit_person(changing, space, wanted.member, household, held)
    if problem is not None:
        return problem
    if len(store.persons(connection, number, [household])) >= PERSONS_MOST:
        return too_many_persons(household)
    return _joined(changing, wanted._replace(joined_at=changing.now))


def let_spend(changing: Changing, household: str, member: str, *, may: bool) -> Done | Problem:
    """Whether somebody of a household may spend what is in its pool."""
    row = _open(changing, household)
    found = row if isinstance(row, Problem) else _person(changing, household, member)
    if isinstance(found, Problem):
        return found
    store.let_spend(changing.connection, changing.space_id, household, member, may=may)
    before, after = {"may_spend": found.may_spend}, {"may_spend": may}
    _note(changing, "changed", household, member, before=before, after=after)
    return _done(changing, household)


def remove(changing: Changing, household: str, member: str) -> Done | Problem:
    """Somebody belongs to it no more; what is in the pool stays in it."""
    row = _open(changing, household)
    found = row if isinstance(row, Problem) else _person(changing, household, member)
    if isinstance(found, Problem):
        return found
    store.leave(changing.connection, changing.space_id, household, member, changing.now)
    _note(changing, "removed", household, member, before={"may_spend": found.may_spend})
    return _done(changing, household)


def dissolve(changing: Changing, household: str) -> Done | Problem:
    """It is none any more; whoever knows its id can still give away what is in its pool."""
    row = _open(changing, household)
    if isinstance(row, Problem):
        return row
    if store.persons(changing.connection, changing.space_id, [household]):
        return household_not_empty(household)
    store.dissolve(changing.connection, changing.space_id, household, changing.now)
    about, told = f"household/{household}", {"dissolved": False}
    changing.note("household.dissolved", about, before=told, after={"dissolved": True})
    return _done(changing, household)


def refused_merge(connection: Reads, space: int, whom: str, into: str) -> Problem | None:
    """Why two are not merged: a household is no person, and who belongs to one is needed there."""
    for member in (whom, into):
        if store.one(connection, space, member) is not None:
            return is_household(member)
    lead = store.belongs(connection, space, [whom]).get(whom)
    return None if lead is None else in_household(whom, lead.household)


# ---- what is shown -----------------------------------------------------------------------------


def shown(reads: Reads, space: int, rows: Sequence[HouseholdRow]) -> list[Json]:
    """Households, with who belongs to them."""
    theirs: dict[str, list[Json]] = {}
    for person in store.persons(reads, space, [row.household for row in rows]):
        told = {
            "member": person.member,
            "name": person.name,
            "may_spend": person.may_spend,
            "since": utc_text(person.joined_at),
        }
        theirs.setdefault(person.household, []).append(told)
    return [
        {
            "household": row.household,
            "name": row.name,
            "made_at": utc_text(row.made_at),
            "dissolved_at": None if row.dissolved_at is None else utc_text(row.dissolved_at),
            "persons": theirs.get(row.household, []),
        }
        for row in rows
    ]


def found(reads: Reads, space: int, household: str) -> Json | Problem:
    """A household by its id."""
    row = store.one(reads, space, household)
    return unknown_household(household) if row is None else shown(reads, space, [row])[0]


def of_member(reads: Reads, space: int, member: str) -> Json:
    """To which household somebody belongs, as it is told with them."""
    row = store.belongs(reads, space, [member]).get(member)
    if row is None:
        return {"household": None}
    since = utc_text(row.joined_at)
    told = {"household": row.household, "may_spend": row.may_spend, "since": since}
    return {"household": told}


# ---- whether ---------------------------------------------------------------------------------


def _open(changing: Changing, household: str) -> HouseholdRow | Problem:
    row = store.one(changing.connection, changing.space_id, household, lock=True)
    if row is None:
        return unknown_household(household)
    return row if row.dissolved_at is None else household_dissolved(household)


def _person(changing: Changing, household: str, member: str) -> PersonRow | Problem:
    row = store.belongs(changing.connection, changing.space_id, [member]).get(member)
    if row is None or row.household != household:
        return not_in_household(member, household)
    return row


def _unfit(changing: Changing, member: str, held: Iterable[str]) -> Problem | None:
    """Why a member, who is `held` if they are known and not erased, neither is a household nor
    belongs to one."""
    connection, number = changing.connection, changing.space_id
    if member not in held:
        known = members.is_known(connection, number, member)
        return erased_member(member) if known else unknown_member(member)
    lead = merges.leads(connection, number, [member]).get(member)
    if lead is not None:
        return merged_member(member, lead[0])
    other = store.belongs(connection, number, [member]).get(member)
    return None if other is None else in_household(member, other.household)


def _unfit_person(
    changing: Changing, space: Space, member: str, household: str, held: Iterable[str]
) -> Problem | None:
    connection, number = changing.connection, space.space_id
    if member == household or store.one(connection, number, member) is not None:
        return is_household(member)
    problem = _unfit(changing, member, held)
    if problem is not None:
        return problem
    store.hold(connection, number, member)  # from here on nothing is reserved
    for published in space.programmes.values():
        scope = Scope(number, published.programme_id)
        if reservations.live(connection, scope, [member], changing.now):
            return reserved_member(member)
    return None


# ---- what is done ------------------------------------------------------------------------------


def _joined(changing: Changing, row: PersonRow, status: int = 200) -> Done:
    store.join(changing.connection, changing.space_id, row)
    _note(changing, "added", row.household, row.member, after={"may_spend": row.may_spend})
    return _done(changing, row.household, status)


def _note(
    changing: Changing,
    what: str,
    household: str,
    member: str,
    *,
    before: Json | None = None,
    after: Json | None = None,
) -> None:
    told = [None if one is None else {"person": member, **one} for one in (before, after)]
    action = f"household.person-{what}"
    changing.note(action, f"household/{household}", before=told[0], after=told[1])
    told = [None if one is None else {"household": household, **one} for one in (before, after)]
    changing.note(action, f"member/{member}", before=told[0], after=told[1])


def _done(changing: Changing, household: str, status: int = 200) -> Done:
    row = store.one(changing.connection, changing.space_id, household)
    assert row is not None, "it is held"
    told = shown(changing.connection, changing.space_id, [row])[0]
    return Done(told, status, about=[household, *(one["member"] for one in told["persons"])])
