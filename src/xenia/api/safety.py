"""`/v1/programmes/{programme}/safety`: how much members may spend within a time, and when it takes
a code; `/v1/members/{member}/codes` sends them one."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get, post, put
from litestar.params import PathParameter, QueryParameter
from msgspec import UNSET, Meta, Struct, UnsetType

from xenia.api.asking import ok, programme_in, read
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.api.writing import DryRun, IdempotencyKey, written_of
from xenia.services.access import Scope
from xenia.services.changing import Changing, Done
from xenia.services.guards import MINUTES_MOST, Counted, Then
from xenia.services.one_time_codes import ask
from xenia.services.problems import Problem
from xenia.services.published import Space
from xenia.services.safety import Said, put_safety, safety

_TAGS = ["safety"]
_LIMITS = 20

ProgrammeName = Annotated[str, PathParameter(description="The programme's id.")]
Name = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]

Units = dict[Annotated[str, Meta(max_length=200)], Annotated[str, Meta(max_length=30)] | int]


class SpendingLimit(Struct, kw_only=True, forbid_unknown_fields=True):
    """A member takes `most` in so many minutes: times (`spends`), units of a currency, different
    locations, or different tills.  What goes beyond is refused; with `hold`, all that the member
    has is held, too."""

    name: Name
    counts: Counted
    most: Annotated[str, Meta(max_length=30)] | int
    minutes: Annotated[int, Meta(ge=1, le=MINUTES_MOST)]
    currency: Annotated[str, Meta(max_length=200)] | None = None
    then: Then = "refuse"


class NewSafety(Struct, forbid_unknown_fields=True):
    """All that is said of a programme, in place of what was; by `codes`, whoever takes more units
    of a currency at once has to know the code that the member is sent; whoever adjusts by more than
    `second_person` says needs somebody else to confirm it, and with `second_person_grants` whoever
    grants anything does.  These two stay as they were where they are left out, and it takes the
    scope `accounts:write` to change them."""

    limits: Annotated[tuple[SpendingLimit, ...], Meta(max_length=_LIMITS)] = ()
    codes: Annotated[Units, Meta(max_length=_LIMITS)] = {}
    second_person: Annotated[Units, Meta(max_length=_LIMITS)] | UnsetType = UNSET
    second_person_grants: bool | UnsetType = UNSET


class ShownLimit(Struct, kw_only=True, forbid_unknown_fields=True):
    """A limit as it stands."""

    name: str
    counts: Counted
    most: str
    minutes: int
    currency: str | None
    then: Then


class Safety(Struct, kw_only=True, forbid_unknown_fields=True):
    """What is said of a programme."""

    programme: str
    limits: tuple[ShownLimit, ...]
    codes: dict[str, str]
    second_person: dict[str, str]
    second_person_grants: bool


class NewCode(Struct, forbid_unknown_fields=True):
    """At most how many units of which currencies are to be taken with a code."""

    units: Annotated[Units, Meta(min_length=1, max_length=_LIMITS)]


class SentTo(Struct, kw_only=True, forbid_unknown_fields=True):
    """An address of a member, masked: enough of it for them to know it again."""

    kind: str
    address: str


class SentCode(Struct, kw_only=True, forbid_unknown_fields=True):
    """A code that is sent to a member: until when it holds, and how often it may be tried; `to` are
    the member's e-mail address and phone, where a notifier of the service sends to such."""

    id: str
    member: str
    programme: str
    units: dict[str, str]
    until: str
    tries: int
    to: list[SentTo]


@get(
    "/v1/programmes/{programme:str}/safety",
    summary="How much members may spend within a time",
    tags=_TAGS,
    opt=needs(Scope.SAFETY),
    responses=ok(Safety, "As it is said now."),
)
async def programme_safety(*, programme: ProgrammeName, request: AnyRequest) -> Response[Any]:
    """Nothing, unless somebody has said it."""
    return await read(request, lambda reads, space, _now: safety(reads, space, programme))


@put(
    "/v1/programmes/{programme:str}/safety",
    summary="Limit how much members may spend within a time",
    tags=_TAGS,
    opt=needs(Scope.SAFETY, body=NewSafety),
    responses=ok(Safety, "As it is said from now on."),
)
async def changed_safety(
    *,
    programme: ProgrammeName,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Once it is answered, no event is decided by what was said before.  What counts is what is
    taken from when there are limits on."""

    def work(changing: Changing, space: Space, wanted: NewSafety) -> Done | Problem:
        limits = [
            Said(one.name, one.counts, str(one.most), one.minutes, one.currency, one.then)
            for one in wanted.limits
        ]
        codes = {key: str(most) for key, most in wanted.codes.items()}
        second, grants = wanted.second_person, wanted.second_person_grants
        return put_safety(
            changing,
            space,
            programme,
            limits,
            codes=codes,
            second=None if second is UNSET else {key: str(most) for key, most in second.items()},
            second_grants=None if grants is UNSET else grants,
        )

    return await written_of(request, idempotency_key, NewSafety, work, dry_run=dry_run)


@post(
    "/v1/members/{member:str}/codes",
    summary="Have a one-time code sent to a member",
    tags=_TAGS,
    status_code=201,
    opt=needs(Scope.EVENTS, body=NewCode),
    responses=ok(SentCode, "It is being sent; nobody else is told what it is.", 201),
)
async def sent_code(
    *,
    member: Annotated[str, PathParameter(description="The member's id.")],
    request: AnyRequest,
    programme: Annotated[
        str | None, QueryParameter(description="Which programme; needed where there are several.")
    ] = None,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """It takes the place of any that was sent before, by all notifiers of the service to which the
    member has an address. Who has it sends it with an event, as `one_time_code`."""

    def work(changing: Changing, space: Space, wanted: NewCode) -> Done | Problem:
        units = {key: str(most) for key, most in wanted.units.items()}
        published = programme_in(space, programme)
        return ask(changing, space, published, member, units)

    return await written_of(request, idempotency_key, NewCode, work, dry_run=dry_run)
