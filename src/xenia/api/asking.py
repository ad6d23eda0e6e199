"""What addresses of programmes, rewards, vouchers and staff share: reading, paging, If-Match."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

from litestar import Response
from litestar.openapi import ResponseSpec
from litestar.params import HeaderParameter, QueryParameter
from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.api.problems import refused
from xenia.api.reading import Sees
from xenia.api.service import AnyRequest, service_of, space_of
from xenia.events.errors import EventError
from xenia.events.moments import NotATime, parse_time
from xenia.programme.words import NoPhrases, languages
from xenia.services.posted import NotPublishedError
from xenia.services.problems import DATABASE_UNAVAILABLE, Problem, wrong_parameter
from xenia.services.programme_problems import NO_IF_MATCH
from xenia.services.published import Published, Space

T = TypeVar("T")
Reading = Connection[TupleRow]

PAGE, PAGE_MAX = 50, 200
WRONG_CURSOR = wrong_parameter("cursor", "take `next_cursor` of the page before as it is")
_ID = re.compile("[0-9a-f-]{1,36}")

Locale = Annotated[str, QueryParameter(description="The language of sentences.", max_length=40)]
Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX, description="On a page.")]
Cursor = Annotated[str | None, QueryParameter(description="`next_cursor` of the page before.")]
Time = Annotated[str | None, QueryParameter(description="A time, with its offset.")]
Form = Annotated[str, QueryParameter(description="`json`, or `csv` for all in one table.")]
IfMatch = Annotated[
    str | None,
    HeaderParameter(name="If-Match", description="The ETag of what was read.", max_length=40),
]


def ok(shape: type, description: str, status: int = 200) -> dict[int, ResponseSpec]:
    """How an answer is described."""
    return {status: ResponseSpec(shape, description=description, generate_examples=False)}


async def read(
    request: AnyRequest,
    work: Callable[[Reading, Space, int], Any],
    sees: Sees = Sees.ONE_MOMENT,
) -> Response[Any]:
    """What a reading comes to, or why there is none; a response is passed on as it is."""
    service, space = service_of(request), space_of(request)
    if space is None:
        return refused(DATABASE_UNAVAILABLE, request)
    now = service.clock()
    try:
        found = await service.weighs.run(space, lambda reads, known: work(reads, known, now), sees)
    except NotPublishedError as error:
        found = error.problem
    except NoPhrases:
        known = ", ".join(languages())
        found = wrong_parameter("locale", f"there are sentences in these languages: {known}")
    if isinstance(found, Response):
        return found
    return refused(found, request) if isinstance(found, Problem) else Response(found)


def programme_in(space: Space, name: str | None) -> Published:
    """The programme that is asked for, or the only one that there is.

    Raises NotPublishedError: it may have been published since the space was loaded, as `read` and
    `written` see for themselves.
    """
    found = space.published(name)
    if isinstance(found, EventError):
        raise NotPublishedError(wrong_parameter("programme", found.text))
    return found


def place_of(cursor: str | None) -> int | Problem | None:
    """The position behind which a page begins; None: it is the first."""
    if cursor is None:
        return None
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 18:
        return WRONG_CURSOR
    return int(cursor)


def time_of(name: str, written: str | None) -> int | Problem | None:
    """The instant of a parameter, in microseconds."""
    if written is None:
        return None
    try:
        return parse_time(written)
    except NotATime as error:
        return wrong_parameter(name, str(error))


def wrong_form(form: str) -> Problem | None:
    """Whether a report is asked for in a form that there is not."""
    return None if form in ("json", "csv") else wrong_parameter("form", "take json or csv")


def id_of(cursor: str | None) -> str | Problem | None:
    """The id, in hex digits, behind which a page begins; None: it is the first."""
    return cursor if cursor is None or _ID.fullmatch(cursor) else WRONG_CURSOR


def paged(
    rows: Sequence[T], limit: int, shown: Callable[[T], Any], place: Callable[[T], int]
) -> Mapping[str, Any]:
    """A page of at most so many, of rows of which one more was read to see whether there are."""
    page, more = rows[:limit], len(rows) > limit
    return {
        "data": [shown(row) for row in page],
        "next_cursor": str(place(page[-1])) if more else None,
        "has_more": more,
    }


def revision_of(if_match: str | None) -> int | Problem:
    """The revision that an ETag of ours names; any other ETag is of no revision, 0."""
    if if_match is None:
        return NO_IF_MATCH
    named = if_match.strip().removeprefix("W/").strip('"')
    return int(named) if named.isascii() and named.isdigit() and len(named) < 10 else 0


def tag_of(revision: int) -> dict[str, str]:
    """The field that names a revision."""
    return {"ETag": f'"{revision}"'}
