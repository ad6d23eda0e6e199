"""What the addresses share at which people sign in, staff and members: nobody has a key there.

None takes an Idempotency-Key: to sign in again is another session, another code takes the place of
the one before, what is used once is used, and what has ended has ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Response
from msgspec import Meta, Struct
from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.api.problems import refused
from xenia.api.reading import Sees
from xenia.api.service import AnyRequest, address_of, service_of
from xenia.api.writing import body_of
from xenia.services.problems import BUSY, DATABASE_UNAVAILABLE, Problem
from xenia.services.published import Space
from xenia.services.slowing import Whence
from xenia.store.migrate import SPACE

T = TypeVar("T", bound=msgspec.Struct)

Json = dict[str, Any]
Secret = Annotated[str, Meta(min_length=1, max_length=1000)]
SpaceName = Annotated[str, Meta(max_length=100)]
Before = Annotated[str, Meta(max_length=200)]


class Token(Struct, forbid_unknown_fields=True):
    """The session that is asked about."""

    token: Secret


class SignOut(Struct, forbid_unknown_fields=True):
    """The session that is to end, and whether all others of the same person are, too."""

    token: Secret
    everywhere: bool = False


class Ended(Struct, kw_only=True, forbid_unknown_fields=True):
    """A session that has ended."""

    signed_out: bool


@dataclass(frozen=True, slots=True)
class Door:
    """Where somebody wants to come in: a connection, the clock, from where, and which spaces there
    are."""

    connection: Connection[TupleRow]
    clock: Callable[[], int]
    address: str
    spaces: Mapping[int, Space]

    def space(self, name: str) -> Space | None:
        """The space of a name."""
        return next((one for one in self.spaces.values() if one.name == name), None)

    @property
    def home(self) -> Space | None:
        """The space that there is always; None: nothing has been read yet."""
        return self.spaces.get(SPACE)

    def whence(self, before: str | None) -> Whence:
        """From where, and with a session that they had."""
        return Whence(self.address, before)


async def come(
    request: AnyRequest,
    shape: type[T],
    work: Callable[[Door, T], Json | Problem],
    *,
    slow: bool = False,
) -> Response[Any]:
    """What comes of what was sent; `slow`: a password is weighed."""
    wanted = body_of(await request.body(), shape)
    if isinstance(wanted, Problem):
        return refused(wanted, request)
    service, address = service_of(request), address_of(request)

    def do() -> Json | Problem:
        with service.database.connect() as connection:
            door = Door(connection, service.clock, address, service.desks.spaces)
            return work(door, wanted)

    found: Json | Problem
    if not slow:
        found = await service.reader.run(do)
    else:
        with service.queue.standing(Whence(address).network) as may_stand:
            found = await service.slow.run(do) if may_stand else BUSY
    return refused(found, request) if isinstance(found, Problem) else Response(found)


async def look_at(
    request: AnyRequest, look: Callable[[Connection[TupleRow], str, int], Json | Problem]
) -> Response[Any]:
    """Whose session a token is, as `look` finds it by the number of its space, and in which."""
    wanted = body_of(await request.body(), Token)
    if isinstance(wanted, Problem):
        return refused(wanted, request)
    service = service_of(request)
    found = await service.reader.read(
        lambda reads: look(reads, wanted.token, service.clock()), Sees.EACH_ITS_OWN
    )
    if isinstance(found, Problem):
        return refused(found, request)
    space = service.desks.spaces.get(found.pop("space_id"))
    if space is None:
        return refused(DATABASE_UNAVAILABLE, request)
    return Response({**found, "space": space.name, "mode": space.mode})
