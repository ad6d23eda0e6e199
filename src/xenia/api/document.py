"""Describes the whole interface: OpenAPI 3.1, from the same types that read and answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig

from xenia.api.application import EVENTS
from xenia.api.exemplified import put_into
from xenia.api.scopes import body_read_by, is_signed, scope_of
from xenia.api.shapes import Answer, Problem
from xenia.events.wire import SHAPES
from xenia.services.access import Scope
from xenia.services.problems import MEDIA_TYPE

Json = dict[str, Any]

_REF = "#/components/schemas/{name}"
_KIND = re.compile(r":[a-z]+(?=})")  # of what stands in an address
_KEY = "key"
_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key, `xen_live_…` or `xen_test_…`, with the scopes that the address names.",
}
_SUFFIX = "Shape"  # of what an event is decoded into
_NAMES = ("$ref", "title")
_LINES = "application/x-ndjson"
_SENT_BY_SHOPS: Json = {
    "required": True,
    "description": "As the shop's own documentation says.",
    "content": {"application/json": {"schema": {"type": "object"}}},
}
_LIMITS = {
    "RateLimit-Limit": "How many requests a minute the key may send, if that is limited.",
    "RateLimit-Remaining": "How many more it may send now, about: workers share them.",
    "RateLimit-Reset": "In how many seconds it may send one more.",
}
_QUOTES, _COMMIT = "/v1/quotes", "/v1/reservations/{reservation}/commit"


def document(routes: list[Any]) -> Json:
    """The description of these routes of Litestar, and of the one that goes past it."""
    config = OpenAPIConfig(title="Xenia", version=version("xenia"), use_handler_docstrings=True)
    found = Litestar(routes, openapi_config=config, logging_config=None).openapi_schema.to_schema()
    found["info"]["description"] = (
        "Events in, answers out. Money and units are decimal texts in major units; times are "
        "RFC 3339 with an offset."
    )
    found["servers"] = [{"url": "/"}]
    found["paths"][EVENTS] = {"post": _post_events()}
    for path, sent in ((_QUOTES, _one_event()), (_COMMIT, _perhaps_one_event())):
        if path in found["paths"]:
            found["paths"][path]["post"]["requestBody"] = sent
    found["paths"] = dict(sorted(found["paths"].items()))
    components = found.setdefault("components", {})
    components.setdefault("schemas", {}).update(_event_schemas())
    components["responses"] = {"Problem": _problem()}
    components["headers"] = {
        name: {"description": told, "schema": {"type": "integer"}} for name, told in _LIMITS.items()
    }
    components["securitySchemes"] = {_KEY: _SCHEME}
    for method, path, route in operations(routes):
        operation = found["paths"][path][method]
        operation["operationId"] = route.handler_name
        operation["security"] = _security(scope_of(route))
        if body := body_read_by(route):
            known, schemas = msgspec.json.schema_components([body], ref_template=_REF)
            components["schemas"].update(schemas)
            content = {"application/json": {"schema": known[0]}}
            operation["requestBody"] = {"required": True, "content": content}
        elif is_signed(route):
            operation["requestBody"] = _SENT_BY_SHOPS
    for addressed in found["paths"].values():
        for operation in addressed.values():
            by_key = bool(operation["security"])
            operation["responses"] = _responses(operation["responses"], by_key=by_key)
            for parameter in operation.get("parameters", ()):
                _plain(parameter)
    put_into(found)
    return found


def operations(routes: list[Any]) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Method and address, as the description has them, and the route that answers."""
    for route in routes:
        for path in route.paths:
            for method in sorted(set(route.http_methods) - {"HEAD", "OPTIONS"}):
                yield method.lower(), _KIND.sub("", path), route


def _security(scope: Scope | None) -> list[Json]:
    """Who may: anybody, or whoever has a key with a scope."""
    return [] if scope is None else [{_KEY: [str(scope)]}]


def _plain(parameter: Json) -> None:
    """Say of a parameter what it takes if it is there, and that a write needs its key."""
    schema = parameter["schema"]
    kinds = [one for one in schema.pop("oneOf", ()) if one != {"type": "null"}]
    schema.update(*kinds)
    if parameter["name"] == "Idempotency-Key":
        parameter["required"] = True


def _responses(known: Json, *, by_key: bool) -> Json:
    """What is told apart: what went well, and everything else."""
    good = {code: response for code, response in known.items() if code.startswith("2")}
    for response in good.values() if by_key else ():
        heads = {name: {"$ref": f"#/components/headers/{name}"} for name in _LIMITS}
        response["headers"] = {**response.get("headers", {}), **heads}
    return {**good, "default": {"$ref": "#/components/responses/Problem"}}


def _problem() -> Json:
    return {
        "description": "Not done; `detail` says what to do.",
        "headers": {
            "X-Request-Id": {"schema": {"type": "string"}},
            "Retry-After": {"schema": {"type": "integer"}, "description": "In seconds."},
        },
        "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}},
    }


def _event_schemas() -> Json:
    """Events without `clock`, which is for replay only; answers; problems."""
    kinds = [shape for kind, shape in SHAPES.items() if kind != "clock"]
    _, events = msgspec.json.schema_components(kinds, ref_template=_REF)
    _, answers = msgspec.json.schema_components([Answer, Problem], ref_template=_REF)
    kinds_named = {kind: _REF.format(name=_named(shape.__name__)) for kind, shape in SHAPES.items()}
    del kinds_named["clock"]
    event = {
        "oneOf": [{"$ref": ref} for ref in kinds_named.values()],
        "discriminator": {"propertyName": "type", "mapping": kinds_named},
    }
    renamed = {_named(name): _renamed(schema) for name, schema in events.items()}
    return {"Event": event, **renamed, **answers}


def _named(name: str) -> str:
    return name.removesuffix(_SUFFIX)


def _renamed(schema: Any) -> Any:
    """The schema with references to what the parts are called here."""
    if isinstance(schema, dict):
        return {
            key: _named(value) if isinstance(value, str) and key in _NAMES else _renamed(value)
            for key, value in schema.items()
        }
    return [_renamed(item) for item in schema] if isinstance(schema, list) else schema


def _one_event() -> Json:
    return {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": _REF.format(name="Event")}}},
    }


def _perhaps_one_event() -> Json:
    """An event, or what is otherwise than in the one that is known."""
    event = {"$ref": _REF.format(name="Event")}
    told = "What is otherwise than in the event that was reserved for, by the names of its fields."
    part = {"type": "object", "description": told, "not": {"required": ["type"]}}
    return {
        "required": False,
        "content": {"application/json": {"schema": {"anyOf": [event, part]}}},
    }


def _post_events() -> Json:
    event, answer = ({"$ref": _REF.format(name=name)} for name in ("Event", "Answer"))
    result = {"anyOf": [answer, {"$ref": _REF.format(name="Problem")}]}
    return {
        "operationId": "post_events",
        "summary": "Record events",
        "description": (
            "One event is answered with what was made of it, or with its problem. Of several, "
            "each is recorded or refused on its own, and they are answered in their order. The "
            "same `source` and `id` again gets the stored answer."
        ),
        "tags": ["events"],
        "security": _security(Scope.EVENTS),
        "parameters": list(_parameters()),
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"anyOf": [event, {"type": "array", "items": event}]}
                },
                _LINES: {"schema": event},
            },
        },
        "responses": {
            "200": {
                "description": "What was made of each.",
                "headers": {"X-Request-Id": {"schema": {"type": "string"}}},
                "content": {
                    "application/json": {
                        "schema": {"anyOf": [answer, {"type": "array", "items": result}]}
                    },
                    _LINES: {"schema": result},
                },
            }
        },
    }


def _parameters() -> Iterator[Json]:
    yield {
        "name": "trace",
        "in": "query",
        "description": "Say of each rule that came near whether it was applied, and why not.",
        "schema": {"type": "boolean", "default": False},
    }
    yield {
        "name": "dry_run",
        "in": "query",
        "description": "Say what would come of the events; record nothing.",
        "schema": {"type": "boolean", "default": False},
    }
    yield {
        "name": "X-Request-Id",
        "in": "header",
        "description": "An id of your own for this request; answers and logs carry it.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._~-]{1,64}$"},
    }
