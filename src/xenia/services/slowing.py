"""Slows down whoever tries too often to come in, so that nobody else is kept out by it.

It is counted by network, by who one says one is, and by both. Whoever was there before, in that
network or with a session that they still have, is not held up by what strangers do in their name.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Final, NamedTuple

from psycopg import Connection

from xenia.services.access import digest_of
from xenia.services.published import Space
from xenia.store import paces

SECOND: Final = 1_000_000  # microseconds
MINUTE: Final = 60 * SECOND
_HOLDS: Final = 10 * MINUTE  # for which a place holds, once its turn has come
_QUEUE: Final = 120 * MINUTE  # which is waited for at most
_PREFIX: Final = 64  # bits of an address that one household or host has for itself


class Pace(NamedTuple):
    """So often at once, and once more after each pause (microseconds)."""

    at_once: int
    pause: int

    def wait(self, full: int, now: int) -> int:
        """Microseconds until once more; `full`: when all is there again."""
        return max(0, full - (self.at_once - 1) * self.pause - now)

    def taken(self, full: int, now: int) -> int:
        """When all is there again after once more."""
        return max(full, now) + self.pause


@dataclass(frozen=True, slots=True)
class Whence:
    """From where somebody comes: the address as the service sees it, and the token of a session
    that they had, or say they had; it may have ended."""

    address: str = ""
    before: str | None = None

    @property
    def network(self) -> str:
        """The address; of one of 128 bits the part that whoever comes by it cannot choose."""
        try:
            found = ip_address(self.address)
        except ValueError:
            return self.address
        if isinstance(found, IPv6Address):
            mapped = found.ipv4_mapped
            return str(mapped or ip_network((found.packed, _PREFIX), strict=False))
        return str(found)

    def mark(self, secret: bytes) -> bytes:
        """The network, as it is stored."""
        return mark(secret, "network", self.network)

    @property
    def digest(self) -> bytes:
        """The hash of the session before."""
        return digest_of(self.before or "")

    def mark_of_session(self, secret: bytes) -> bytes:
        """The session before, as it is stored in place of a network."""
        return mark(secret, "session", self.digest.hex())


class Limit(NamedTuple):
    """A pace that holds for somebody. With a `place` whoever has to wait is told when it is their
    turn, and has it then, however many come meanwhile."""

    who: bytes
    pace: Pace
    place: bytes | None = None


Counts = Sequence[tuple[bytes, int]]


def mark(secret: bytes, *parts: str) -> bytes:
    """What is counted, so that nobody can tell who or what it is."""
    return hmac.digest(secret, "\0".join(parts).encode(), "sha256")


def asked(
    connection: Connection[Any], space: Space, limits: Sequence[Limit], now: int
) -> tuple[int, Counts]:
    """Seconds to wait until all limits let one more through, and what is to be counted then.

    Where `limits` are of several kinds they always stand in the same order, so that nobody waits
    for one another.
    """
    found = list[tuple[bytes, int]]()
    for limit in limits:
        full = paces.hold(connection, space.space_id, limit.who)
        if limit.place is None:
            wait, counts = limit.pace.wait(full, now), [(limit.who, limit.pace.taken(full, now))]
        else:
            wait, counts = _in_turn(connection, space, limit, full, now)
        if wait:
            return -(-wait // SECOND), ()
        found += counts
    return 0, found


def _in_turn(
    connection: Connection[Any], space: Space, limit: Limit, full: int, now: int
) -> tuple[int, list[tuple[bytes, int]]]:
    assert limit.place is not None, "it was asked about"
    place = paces.hold(connection, space.space_id, limit.place)
    if place > now:
        turn = place - _HOLDS
        return (turn - now, []) if turn > now else (0, [(limit.place, 0)])
    wait, taken = limit.pace.wait(full, now), limit.pace.taken(full, now)
    if not wait:
        return 0, [(limit.who, taken)]
    if wait <= _QUEUE:
        paces.keep(connection, space.space_id, limit.who, taken)
        paces.keep(connection, space.space_id, limit.place, now + wait + _HOLDS)
    return wait, []


def count(connection: Connection[Any], space: Space, counts: Counts, now: int) -> None:
    """Count one more; some of what tells nothing any more is forgotten."""
    for who, full in counts:
        paces.keep(connection, space.space_id, who, full)
    paces.forget(connection, space.space_id, now)


def give_back(connection: Connection[Any], space: Space, limits: Sequence[Limit]) -> None:
    """Count one less: it was not in vain."""
    for limit in limits:
        paces.give_back(connection, space.space_id, limit.who, limit.pace.pause)
