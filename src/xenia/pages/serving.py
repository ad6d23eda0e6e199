"""Serves the pages of all rooms: a browser's request in, a page or something else out."""

from __future__ import annotations

import asyncio
import logging
import re
from asyncio import AbstractEventLoop
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Annotated, Any, Final
from urllib.parse import unquote

from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter
from litestar.types import Receive, Scope, Send

from xenia.pages import browsers
from xenia.pages.answering import Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.assets import BEFORE, Asset, assets
from xenia.pages.calling import Answers
from xenia.pages.drawing import Drawer
from xenia.pages.refusals import of_status
from xenia.pages.rooms import Room, Route

_log = logging.getLogger(__name__)

AnyRequest = Request[Any, Any, Any]
FileName = Annotated[str, PathParameter(description="The file.")]

THREADS: Final = 4
WAITING: Final = 200  # requests
_SERVER: Final = "pages"  # in the state of a request
_TWICE: Final = re.compile("%2[5EeFf]")  # what takes part in taking an address apart


class PageServer:
    """The pages of a worker; handlers run in threads of their own, and ask over the loop.

    `public_url`: by which browsers know the service, where something stands before it.
    """

    def __init__(self, rooms: Sequence[Room], *, public_url: str | None = None) -> None:
        self._rooms = tuple(rooms)
        self._drawers = {room.name: Drawer(room, public_url) for room in rooms}
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="pages")
        self._waiting = 0
        self._befores = tuple(room.before for room in rooms)
        self._routed: Litestar | None = None

    def begin(self, application: Answers, loop: AbstractEventLoop) -> None:
        """From now on pages may be asked for; they ask the application, over the loop."""
        for drawer in self._drawers.values():
            drawer.begin(application, loop)

    def has(self, path: str) -> bool:
        """Whether an address is one of the pages'."""
        return path == "/" or path.startswith((BEFORE, *self._befores))

    def close(self) -> None:
        """Let what is being drawn come to its end."""
        self._threads.shutdown()

    async def asgi(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have a request answered by whichever page is at its address."""
        if self._routed is None:  # not before, for a service that is never looked at
            loop = asyncio.get_running_loop()
            self._routed = await loop.run_in_executor(self._threads, _routed, self._rooms)
        scope["state"][_SERVER] = self
        await self._routed(scope, receive, send)

    async def answer(self, room: Room, route: Route, request: AnyRequest) -> Response[bytes]:
        """What one of these pages answers; drawn in a thread."""
        drawer = self._drawers[room.name]
        body = b"" if route.method == "GET" else await request.body()
        places = {name: _placed(value) for name, value in request.path_params.items()}
        if self._waiting >= WAITING:
            return drawer.busy()
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, lambda: drawer.draw(route, request, places, body)
            )
        finally:
            self._waiting -= 1

    def failed(self, request: AnyRequest, error: Exception) -> Response[bytes]:
        """A page that says what is wrong; drawn here, as it asks nobody."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status >= 500:
            request_id = request.scope["state"].get("request_id")
            _log.error("a page failed", exc_info=error, extra={"request_id": request_id})
        path = request.url.path
        room = next((one for one in self._rooms if path.startswith(one.before)), self._rooms[0])
        return self._drawers[room.name].failed(request, status)


@cache
def _routed(rooms: tuple[Room, ...]) -> Litestar:
    """Finds the page at an address; the server is in the state of each request.

    It takes half a second to make, so there is one for all servers of the same rooms.
    """
    routes = [_handler(room, route) for room in rooms for route in (*room.routes, _rest(room))]
    return Litestar(
        [_entrance(rooms[0]), _asset, *routes],
        exception_handlers={Exception: _on_exception},
        openapi_config=None,
        logging_config=None,
    )


def _handler(room: Room, route: Route) -> HTTPRouteHandler:
    async def answer(request: AnyRequest) -> Response[bytes]:
        server: PageServer = request.scope["state"][_SERVER]
        return await server.answer(room, route, request)

    return HTTPRouteHandler(
        route.path,
        http_method=route.method,
        status_code=200,
        name=f"{route.method} {route.path}",
    )(answer)


def _on_exception(request: AnyRequest, error: Exception) -> Response[bytes]:
    server: PageServer = request.scope["state"][_SERVER]
    return server.failed(request, error)


def _rest(room: Room) -> Route:
    """What is below a room and none of its pages: said within the room, to whoever is in it."""

    def nothing(asked: Asked) -> Page:
        return Shown(room.error, {"refusal": of_status(404, asked.words), "status": 404}, 404)

    return Route("GET", f"{room.before}/{{rest:path}}", nothing, to_all=True)


def _entrance(room: Room) -> HTTPRouteHandler:
    """Whoever comes without an address is led to the first room."""

    async def entrance() -> Response[bytes]:
        head = {**browsers.HEAD, "location": f"{room.before}/"}
        return Response(b"", status_code=303, headers=head, media_type="text/plain")

    return HTTPRouteHandler("/", http_method="GET")(entrance)


async def _sent(name: FileName, request: AnyRequest) -> Response[bytes]:
    found = assets().get(name)
    if found is None:
        raise HTTPException(status_code=404)
    body, more = _fitting(found, request.headers.get("accept-encoding", ""))
    head = {"cache-control": browsers.FOR_EVER, "x-content-type-options": "nosniff", **more}
    return Response(body, media_type=found.kind, headers=head)


_asset = HTTPRouteHandler(f"{BEFORE}{{name:str}}", http_method="GET")(_sent)


def _fitting(asset: Asset, accepted: str) -> tuple[bytes, dict[str, str]]:
    """As small as the browser can read it."""
    if asset.packed is None:
        return asset.body, {}
    if "gzip" not in accepted:
        return asset.body, {"vary": "accept-encoding"}
    return asset.packed, {"content-encoding": "gzip", "vary": "accept-encoding"}


def _placed(value: object) -> str:
    """What stands in an address: a slash and the like come encoded twice (see `placed`)."""
    return _TWICE.sub(lambda found: unquote(found[0]), str(value))
