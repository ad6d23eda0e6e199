"""One-time codes: a member is sent one when much is to be taken, and whoever asks for it must know
it.

A code is six digits, derived from the space's secret and the code's id: it is stored nowhere.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from psycopg import Connection

from xenia.amounts import NotAnAmount, format_decimal, parse_decimal
from xenia.effects import Guarded
from xenia.events.errors import did_you_mean
from xenia.events.parts import Identifier
from xenia.services.changing import Changing, Done
from xenia.services.guards import MINUTE
from xenia.services.merge_shown import refused_of
from xenia.services.merged import redirected
from xenia.services.pooled import Pooled
from xenia.services.problems import Problem, Reason, unknown_member, unreadable_body
from xenia.services.published import Published, Space
from xenia.services.taking import Taken
from xenia.services.times import utc_text
from xenia.store import identifiers, members
from xenia.store import one_time_codes as store
from xenia.store.identifiers import Shown
from xenia.store.one_time_codes import CodeRow
from xenia.store.posting import Key, Scope

MINUTES, TRIES = 10, 5
AN_HOUR, CODES_AN_HOUR = 60 * MINUTE, 5
_DIGITS = 6
_ID_BYTES = 16
_ADDRESSES = ("email", "phone")  # kinds of which who asks is told, masked
_LAST = 3  # digits of a phone that are told
_ASK = "have one sent (POST /v1/members/{member}/codes), and send an event of another id with it"
_NEEDED = f"so much at once takes a code that the member is sent: {_ASK} as `one_time_code`"
_decode = msgspec.json.Decoder(dict[str, int]).decode
_encode = msgspec.json.Encoder(order="deterministic").encode


def digits_of(secret: bytes, code: str) -> str:
    """What a member is sent, and types."""
    digest = hmac.digest(secret, f"one-time-code\0{code}".encode(), "sha256")
    return str(int.from_bytes(digest[:8], "big") % 10**_DIGITS).zfill(_DIGITS)


# ---- asked for -----------------------------------------------------------------------------------


def ask(
    changing: Changing, space: Space, published: Published, member: str, units: Mapping[str, str]
) -> Done | Problem:
    """Have a code sent to a member, with which at most so many units can be taken, once."""
    if not members.is_known(changing.connection, space.space_id, member):
        return unknown_member(member)
    if (merged := refused_of(changing.connection, space.space_id, member)) is not None:
        return merged
    decimals = next(iter(published.versions.values())).writer.currencies
    most = _read(units, decimals)
    if isinstance(most, Problem):
        return most
    scope, now = Scope(space.space_id, published.programme_id), changing.now
    before = store.asked_since(changing.connection, scope, member, now - AN_HOUR)
    if len(before) >= CODES_AN_HOUR:
        return too_many_codes(-(-(before[-CODES_AN_HOUR] + AN_HOUR - now) // 1_000_000))
    name = f"otc_{secrets.token_hex(_ID_BYTES)}"
    until = now + MINUTES * MINUTE
    row = CodeRow(member, name, _encode(most).decode(), until, 0)
    store.add(changing.connection, scope, row, now)
    shown = {
        "id": name,
        "member": member,
        "programme": published.name,
        "units": {key: format_decimal(number, decimals[key]) for key, number in most.items()},
        "until": utc_text(until),
        "tries": TRIES,
    }
    changing.note("code.asked", f"member/{member}", after=shown)
    leads = identifiers.listed(changing.connection, space.space_id, member)
    return Done({**shown, "to": sent_to(leads)}, 201)


def sent_to(leads: Sequence[Shown]) -> list[dict[str, str]]:
    """The addresses to which a member is sent something: of each kind the newest, as messages go
    there, and no more of it than they need to know it again."""
    found = []
    for kind in _ADDRESSES:
        those = [one for one in leads if one.kind == kind]
        if those:
            newest = max(those, key=lambda one: one.since)
            found.append({"kind": kind, "address": _masked(kind, newest.value)})
    return found


def _masked(kind: str, address: str) -> str:
    if kind == "email":
        local, _, host = address.partition("@")
        return f"{local[:1]}…@{host}"
    return f"…{address[-_LAST:]}" if len(address) > 2 * _LAST else "…"


def _read(units: Mapping[str, str], decimals: Mapping[str, int]) -> dict[str, int] | Problem:
    found, wrong = dict[str, int](), list[Reason]()
    for key, written in units.items():
        at = f"/units/{key}"
        if key not in decimals:
            hint = did_you_mean(key, decimals) or f": there are {', '.join(sorted(decimals))}"
            wrong.append(Reason(at, "unknown-currency", f'there is no "{key[:100]}"{hint}'))
            continue
        try:
            found[key] = parse_decimal(written, decimals[key], what=key)
        except NotAnAmount as error:
            wrong.append(Reason(at, error.code, str(error)))
    if not wrong and not any(found.values()):
        sentence = "say of how many units it is: nothing needs no code"
        wrong.append(Reason("/units", "unreadable-body", sentence))
    return unreadable_body(wrong) if wrong else found


def too_many_codes(seconds: int) -> Problem:
    """Somebody would be sent codes without end, and whoever guesses would have as many tries."""
    sentence = (
        f"a member is sent {CODES_AN_HOUR} codes an hour: use the last one, or ask again in "
        f"{seconds} seconds"
    )
    return Problem(status=429, code="too-many-codes", detail=sentence, retry_after=seconds)


def count_try(connection: Connection[Any], space: Space, taken: Taken) -> None:
    """Count a try before it is made, where what is tried may be taken back: of the code that will
    be looked at, whatever the member is named by."""
    if taken.code is None:
        return
    published, number = space.programmes[taken.programme], space.space_id
    who = taken.event.member
    named = {(who.kind, who.value)} if isinstance(who, Identifier) else set()
    found = members.known(connection, number, named)
    events = redirected(connection, number, [taken.of(found)])
    pooled = Pooled(connection, number, published, events, [taken])
    (event,) = pooled.events
    if isinstance(event.member, str):
        own = [event.member, *pooled.persons.values()]
        store.tried(connection, Scope(number, published.programme_id), own)


# ---- compared ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Code:
    """A member's code, that is locked; `event`: what has used it."""

    row: CodeRow
    tries: int
    event: Key | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """What came with an event; `counted`: that it is tried has been counted before."""

    digits: str | None
    event: Key
    now: int
    counted: bool


def refused(
    secret: bytes, code: Code | None, typed: Typed, units: Mapping[str, int]
) -> Guarded | None:
    """Why so many units are not taken with what was typed, if they are not; else it is used."""
    if typed.digits is None:
        return Guarded("code-needed", _NEEDED)
    if code is None or code.event is not None:
        return Guarded("no-code-asked", f"no code waits for the member: {_ASK}")
    if typed.now >= code.row.until:
        return Guarded("code-expired", f"the code held for {MINUTES} minutes: {_ASK}")
    if not typed.counted:
        code.tries += 1
    if code.tries > TRIES:
        return Guarded("code-locked", f"the code was wrong {TRIES} times: {_ASK}")
    if not hmac.compare_digest(digits_of(secret, code.row.code).encode(), typed.digits.encode()):
        left = TRIES - code.tries
        again = f"try again, with an event of another id ({left} left)" if left else _ASK
        return Guarded("wrong-code", f"this is not the code that was sent last: {again}")
    most = _decode(code.row.units)
    if any(number > most.get(key, 0) for key, number in units.items()):
        return Guarded("code-for-less", f"the code is for fewer units: {_ASK}")
    code.event = typed.event
    return None
