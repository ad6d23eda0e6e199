"""What each address takes: said with the address.  The scope is looked at before it is answered."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from xenia.api.problems import refused, wrong_address
from xenia.api.service import AnyRequest, actor_of
from xenia.services.access import Scope
from xenia.services.problems import not_allowed

# The server decodes an address as a whole, before it is taken apart: so what would take part in
# that, a slash or a dot, comes encoded twice, and then the sign of encoding does, too.
_TWICE = re.compile("%2[5EeFf]")
_KEY, _BODY = "scope", "body"
FOR_ANYBODY: dict[str, Any] = {_KEY: None}  # who has no key, too
_SIGNED = "signed"
BY_SIGNATURE: dict[str, Any] = {_KEY: None, _SIGNED: True}  # what is sent proves who sends it


def needs(scope: Scope | None, body: type[Struct] | None = None) -> dict[str, Any]:
    """What an address says that is for those with a scope (None: for anybody), and that reads such
    a body."""
    return {_KEY: scope, _BODY: body}


def scope_of(route: HTTPRouteHandler) -> Scope | None:
    """The scope that an address takes.  Raises KeyError for one that does not say."""
    scope: Scope | None = route.opt[_KEY]
    return scope


def body_read_by(route: HTTPRouteHandler) -> type[Struct] | None:
    """What an address takes as its body."""
    body: type[Struct] | None = route.opt.get(_BODY)
    return body


def is_signed(route: HTTPRouteHandler) -> bool:
    """Whether what is sent to an address proves by itself who sends it, in place of a key."""
    return bool(route.opt.get(_SIGNED))


async def looked_at(request: AnyRequest) -> Response[Any] | None:
    """A problem where who asks may not, or asks what nobody reads.

    It waits for nothing: where it is no coroutine, each request goes through another thread.
    """
    places: dict[str, Any] = request.scope["path_params"]
    if any("%" in str(value) for value in places.values()):
        # Others; these are kept by Litestar for the next request.
        request.scope["path_params"] = {
            name: _TWICE.sub(_once, value) if isinstance(value, str) else value
            for name, value in places.items()
        }
    scope = scope_of(request.route_handler)
    if scope is not None and not actor_of(request).may(scope):
        return refused(not_allowed(scope), request)
    return wrong_address(request)


def _once(found: re.Match[str]) -> str:
    return unquote(found[0])
