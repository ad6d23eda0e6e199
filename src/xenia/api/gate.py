"""Lets in who has a key, as often as it may be used: the keys of all spaces, held in memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from xenia.api.rsgi import Fields, Headers
from xenia.services.access import MEMBER_SESSION, SESSION, Actor, Key, digest_of, looks_like_a_key
from xenia.services.poster import now
from xenia.services.problems import BAD_KEY, BUSY, NO_KEY, Problem, too_many_requests
from xenia.services.staff_problems import SESSION_OVER

_MINUTE = 60.0  # seconds
_LOOKS = 600.0  # a minute: at sessions that are not known here yet
_MEMBERS_LOOKS = 6000.0  # the same of members, who are many
_MEMBERS = 100_000  # whose sessions are kept in mind


@dataclass(slots=True)
class _Bucket:
    """Requests that may still be made: they come back evenly, a minute's worth at most."""

    per_minute: float
    left: float
    at: float

    def take(self, now: float) -> bool:
        """Take one, if there is one."""
        self.left = min(self.per_minute, self.left + (now - self.at) * self.per_minute / _MINUTE)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True

    def seconds(self) -> int:
        """Until there is one again."""
        return max(1, -int(-(1 - self.left) * _MINUTE // self.per_minute))


@dataclass(slots=True)
class Admitted:
    """Who asks, and what is told of how often they may."""

    actor: Actor
    fields: Fields = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A session that was begun elsewhere just now, or never: the database knows."""

    digest: bytes


class Gate:
    """`keys` None: nobody has a key yet, and whoever reaches the service may do everything, in the
    space of that number.  A limit holds for all `workers` together, each of which has its share."""

    def __init__(
        self,
        default: int,
        *,
        workers: int = 1,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], int] = now,
    ) -> None:
        self._everybody = Admitted(Actor(default, "everybody"))
        self._workers, self._clock, self._wall = workers, clock, wall
        self._looks = _Bucket(_LOOKS, _LOOKS, clock())
        self._members_looks = _Bucket(_MEMBERS_LOOKS, _MEMBERS_LOOKS, clock())
        self._members: dict[bytes, Key] = {}  # who asked since the last look at who may what
        self.generation = 0  # grows with each look at who may what
        self._keys: dict[bytes, Key] | None = None
        self._buckets: dict[bytes, _Bucket] = {}
        self._used: set[bytes] = set()

    def hold(self, keys: Iterable[tuple[bytes, Key]], *, any_ever: bool) -> None:
        """From now on these keys are let in; where there never was `any_ever`, everybody."""
        held = dict(keys)
        self.generation += 1
        self._keys = held if any_ever else None
        self._forget_members()

    def used(self) -> set[bytes]:
        """Which keys have been used since this was asked."""
        used, self._used = self._used, set()
        return used

    def let_in(self, digest: bytes, key: Key, generation: int) -> bool:
        """Let in a session that the database knows; False where somebody may have ended it since it
        was looked for, as of that generation."""
        if generation != self.generation:
            return False
        if key.kind == "member":
            if len(self._members) >= _MEMBERS:
                self._forget_members()
            self._members[digest] = key
            return True
        if self._keys is None:
            return False
        self._keys[digest] = key
        return True

    def _forget_members(self) -> None:
        """Have members looked up anew; a limit that was used up within the last minute stays."""
        known, since = self._keys or {}, self._clock() - _MINUTE
        self._members = {}
        self._buckets = {
            digest: bucket
            for digest, bucket in self._buckets.items()
            if digest in known or bucket.at > since
        }

    def admit(self, head: Headers) -> Admitted | Problem | Unknown:
        """Who sends a request, by its head."""
        named = head.get("authorization")
        if self._keys is None and (named is None or MEMBER_SESSION not in named):
            return self._everybody
        if named is None:
            return NO_KEY
        kind, _, text = named.partition(" ")
        text = text.strip()
        if kind.lower() != "bearer" or not looks_like_a_key(text):
            return BAD_KEY
        digest = digest_of(text)
        is_member = text.startswith(MEMBER_SESSION)
        key = (self._members if is_member else self._keys or {}).get(digest)
        if key is None:
            if not is_member and not text.startswith(SESSION):
                return BAD_KEY
            looks = self._members_looks if is_member else self._looks
            return Unknown(digest) if looks.take(self._clock()) else BUSY
        if key.until is not None and key.until <= self._wall():
            return SESSION_OVER
        if not is_member:
            self._used.add(digest)
        actor = Actor(key.space_id, key.name, key)
        if key.per_minute is None:
            return Admitted(actor)
        return self._limited(digest, actor, key.per_minute)

    def _limited(self, digest: bytes, actor: Actor, per_minute: int) -> Admitted | Problem:
        now, share = self._clock(), max(1.0, per_minute / self._workers)
        bucket = self._buckets.get(digest)
        if bucket is None or bucket.per_minute != share:
            bucket = self._buckets[digest] = _Bucket(share, share, now)
        if not bucket.take(now):
            return too_many_requests(per_minute, bucket.seconds())
        left = int(bucket.left) * self._workers
        return Admitted(
            actor,
            [
                ("ratelimit-limit", str(per_minute)),
                ("ratelimit-remaining", str(left)),
                ("ratelimit-reset", str(bucket.seconds())),
            ],
        )
