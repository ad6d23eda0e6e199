"""How much members may spend within a time: said by an operator, for each programme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from psycopg import Connection

from xenia.amounts import NotAnAmount, format_decimal, parse_decimal
from xenia.events.errors import did_you_mean
from xenia.services.access import Scope as Allowed
from xenia.services.changing import Changing, Done
from xenia.services.guards import Counted, Guard, Limit, Then, guard_of, rules_of
from xenia.services.problems import Problem, Reason, not_allowed, unreadable_body
from xenia.services.programme_problems import unknown_programme
from xenia.services.published import Published, Space
from xenia.store import guards as store
from xenia.store import programmes
from xenia.store.posting import Scope

Json = dict[str, Any]
_MOST = 2**53
_NO_CODES: Mapping[str, str] = {}


class Said(NamedTuple):
    """A limit as it was said: `most` is a decimal of units, or a number of times or places."""

    name: str
    counts: Counted
    most: str
    minutes: int
    currency: str | None
    then: Then


def safety(connection: Connection[Any], space: Space, name: str) -> Json | Problem:
    """What is said of a programme."""
    published = space.programmes.get(name)
    if published is None:
        return unknown_programme(name, space.programmes)
    said = store.rules(connection, Scope(space.space_id, published.programme_id))
    return _shown(published, Guard() if said is None else guard_of(said))


def put_safety(
    changing: Changing,
    space: Space,
    name: str,
    limits: Sequence[Said],
    *,
    codes: Mapping[str, str] = _NO_CODES,
    second: Mapping[str, str] | None = None,
    second_grants: bool | None = None,
) -> Done | Problem:
    """Say it anew: no event is decided by what was said before once this is done.

    Above so many units, by currency, `codes` are needed, and of staff a `second` person; None
    leaves what was said of a second person.
    """
    published = space.programmes.get(name)
    row = None
    if published is not None:
        row = programmes.hold(changing.connection, space.space_id, name)
    if published is None or row is None:
        return unknown_programme(name, space.programmes)
    decimals = _decimals(published)
    found = [*_wrong(limits, decimals), *_wrong_units("codes", codes, decimals)]
    found += _wrong_units("second_person", second or {}, decimals)
    if found:
        return unreadable_body(found)
    scope = Scope(space.space_id, published.programme_id)
    said = store.rules(changing.connection, scope)
    before = Guard() if said is None else guard_of(said)
    guard = Guard(
        tuple(_limit(one, decimals) for one in limits),
        _units(codes, decimals),
        before.second if second is None else _units(second, decimals),
        before.second_grants if second_grants is None else second_grants,
    )
    two = (before.second, before.second_grants) != (guard.second, guard.second_grants)
    # Whoever is held to a second person does not lift that alone.
    if two and not changing.actor.may(Allowed.ACCOUNTS):
        return not_allowed(Allowed.ACCOUNTS)
    store.put_rules(changing.connection, scope, rules_of(guard))
    programmes.revise(changing.connection, *scope)
    shown = _shown(published, guard)
    about = f"programme/{name}/safety"
    changing.note("safety.changed", about, before=_shown(published, before), after=shown)
    return Done(shown)


def _decimals(published: Published) -> Mapping[str, int]:
    """Those of all currencies that there are or ever were."""
    return next(iter(published.versions.values())).writer.currencies


def _wrong(limits: Sequence[Said], decimals: Mapping[str, int]) -> Iterator[Reason]:
    named = Counter(one.name for one in limits)
    for place, one in enumerate(limits):
        at = f"/limits/{place}"
        if named[one.name] > 1:
            yield Reason(f"{at}/name", "unreadable-body", f'two limits are called "{one.name}"')
        if one.counts != "units" and one.currency is not None:
            said = f"{one.counts} are of no currency: leave it out, or count units"
            yield Reason(f"{at}/currency", "unreadable-body", said)
        elif one.counts == "units" and one.currency not in decimals:
            named_ = one.currency or ""
            hint = did_you_mean(named_, decimals) or f": there are {', '.join(sorted(decimals))}"
            yield Reason(f"{at}/currency", "unknown-currency", f'there is no "{named_}"{hint}')
        else:
            try:
                number = _number(one, decimals)
            except NotAnAmount as error:
                yield Reason(f"{at}/most", error.code, str(error))
            else:
                if not 0 < number < _MOST:
                    said = "a limit lets something through: say how many, 1 or more"
                    yield Reason(f"{at}/most", "unreadable-body", said)


def _units(said: Mapping[str, str], decimals: Mapping[str, int]) -> dict[str, int]:
    return {key: parse_decimal(most, decimals[key], what=key) for key, most in said.items()}


def _wrong_units(
    name: str, said: Mapping[str, str], decimals: Mapping[str, int]
) -> Iterator[Reason]:
    for key, most in said.items():
        at = f"/{name}/{key}"
        if key not in decimals:
            hint = did_you_mean(key, decimals) or f": there are {', '.join(sorted(decimals))}"
            yield Reason(at, "unknown-currency", f'there is no "{key[:100]}"{hint}')
            continue
        try:
            parse_decimal(most, decimals[key], what=key)
        except NotAnAmount as error:
            yield Reason(at, error.code, str(error))


def _number(one: Said, decimals: Mapping[str, int]) -> int:
    places = 0 if one.currency is None else decimals[one.currency]
    return parse_decimal(one.most, places, what=one.currency or one.counts)


def _limit(one: Said, decimals: Mapping[str, int]) -> Limit:
    most = _number(one, decimals)
    return Limit(one.name, one.counts, most, one.minutes, one.currency, one.then)


def _shown(published: Published, guard: Guard) -> Json:
    """What is said of currencies that there are: one may have gone with a version that was
    withdrawn, and comes back with another."""
    decimals = _decimals(published)
    return {
        "programme": published.name,
        "limits": [
            {
                "name": one.name,
                "counts": one.counts,
                "most": format_decimal(one.most, decimals.get(one.currency or "", 0)),
                "minutes": one.minutes,
                "currency": one.currency,
                "then": one.then,
            }
            for one in guard.limits
            if one.currency is None or one.currency in decimals
        ],
        "codes": _told(guard.codes, decimals),
        "second_person": _told(guard.second, decimals),
        "second_person_grants": guard.second_grants,
    }


def _told(units: Mapping[str, int], decimals: Mapping[str, int]) -> dict[str, str]:
    return {
        key: format_decimal(most, decimals[key]) for key, most in units.items() if key in decimals
    }
