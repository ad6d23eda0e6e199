"""Which scope each address takes: said with the address, and looked at before it is answered."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.handlers import HTTPRouteHandler

from xenia.api.problems import refused, unknown_parameters
from xenia.api.service import AnyRequest, actor_of
from xenia.services.access import Scope
from xenia.services.problems import not_allowed

_KEY = "scope"
FOR_ANYBODY: dict[str, Any] = {_KEY: None}  # who has no key, too


def needs(scope: Scope) -> dict[str, Any]:
    """What an address says that is for those with a scope."""
    return {_KEY: scope}


def scope_of(route: HTTPRouteHandler) -> Scope | None:
    """The scope that an address takes.  Raises KeyError for one that does not say."""
    scope: Scope | None = route.opt[_KEY]
    return scope


def looked_at(request: AnyRequest) -> Response[Any] | None:
    """A problem where who asks may not, or asks what nobody reads."""
    scope = scope_of(request.route_handler)
    if scope is not None and not actor_of(request).may(scope):
        return refused(not_allowed(scope), request)
    return unknown_parameters(request)
