"""`GET /v1/programmes/{programme}/figures`: how many members there are, and what has changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from litestar import Response, get
from litestar.params import PathParameter
from msgspec import Struct

from xenia.api.asking import Reading, ok, read
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.engine.zones import EPOCH
from xenia.services.access import Scope as Allowed
from xenia.services.programme_problems import unknown_programme
from xenia.services.published import Space
from xenia.store.figures import DAYS, figures
from xenia.store.posting import Scope


class MemberFigures(Struct, kw_only=True, forbid_unknown_fields=True):
    """`members` is how many there are now. `joined` and `active` are of the last `days` days, the
    first of them `since`; those `_before` of as many days before these. Whoever has joined and left
    again is not counted; active is whoever has earned or spent something."""

    programme: str
    days: int
    since: str
    members: int
    joined: int
    joined_before: int
    active: int
    active_before: int


@get(
    "/v1/programmes/{programme:str}/figures",
    summary="How many members a programme has",
    tags=["programmes"],
    opt=needs(Allowed.PROGRAMMES),
    responses=ok(MemberFigures, "Today, by the programme's clock."),
)
async def programme_figures(
    programme: Annotated[str, PathParameter(description="The programme's id.")],
    request: AnyRequest,
) -> Response[Any]:
    """With how many have joined and how many were active in the last 30 days, and in the 30 days
    before."""

    def found(reads: Reading, space: Space, now: int) -> Any:
        published = space.programmes.get(programme)
        if published is None:
            return unknown_programme(programme, space.programmes)
        zone = published.timeline.zone
        half = zone.day_of(now) - DAYS + 1
        scope = Scope(space.space_id, published.programme_id)
        counted = figures(reads, scope, zone, half)
        since = (EPOCH + timedelta(half)).isoformat()
        return {"programme": published.name, "days": DAYS, "since": since, **counted._asdict()}

    return await read(request, found)
