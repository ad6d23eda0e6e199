"""Writes the shapes and calls of `xenia.client` from the description of the interface."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from textwrap import wrap
from typing import Any

Json = dict[str, Any]

_NOTE = "Made from the description of the interface by `make docs`."
_KINDS = {"string": "str", "integer": "int", "boolean": "bool", "null": "None", "number": "float"}
_GOOD = re.compile("2..")
_OWN = ("Idempotency-Key", "X-Request-Id")  # of a head, which the client sees to
_EVENTS = "/v1/events"  # written by hand: one event, or several, in the order of their answers
_LINE = 100


def sources(description: Json) -> dict[str, str]:
    """The text of each generated file, by its name."""
    return {
        "shapes.py": "\n".join(_shapes(description["components"]["schemas"])) + "\n",
        "calls.py": "\n".join(_calls(description["paths"])) + "\n",
    }


# ---- types ---------------------------------------------------------------------------------------


def _type(schema: Json, of: str = "") -> str:
    """The annotation of a value; of one that is not described, anything.  `of` goes before the
    names of shapes."""
    if "$ref" in schema:
        return of + str(schema["$ref"]).rsplit("/", 1)[-1]
    if "enum" in schema:
        return f"Literal[{', '.join(repr(value) for value in schema['enum'])}]"
    several = schema.get("anyOf") or schema.get("oneOf")
    if several:
        return " | ".join(dict.fromkeys(_type(one, of) for one in several))
    match schema.get("type"):
        case "array":
            return f"tuple[{_type(schema.get('items', {}), of)}, ...]"
        case "object":
            inner = schema.get("additionalProperties", {})
            return f"dict[str, {_type(inner, of) if isinstance(inner, dict) else 'Any'}]"
        case list() as kinds:
            return " | ".join(_KINDS[kind] for kind in kinds)
        case str(kind):
            return _KINDS[kind]
    return "Any"


def _python(name: str) -> str:
    """A name as Python has it."""
    found = re.sub(r"\W", "_", name)
    return f"{found}_" if keyword.iskeyword(found) else found


# ---- shapes --------------------------------------------------------------------------------------


def _shapes(schemas: Json) -> Iterator[str]:
    yield f'"""What the service takes and gives, as types.\n\n{_NOTE}\n"""'
    yield ""
    yield "from __future__ import annotations"
    yield ""
    yield "from typing import Any, Literal"
    yield ""
    yield "from msgspec import Struct, field"
    unions = {name: schema for name, schema in schemas.items() if "properties" not in schema}
    for name, schema in sorted(schemas.items()):
        if name not in unions:
            yield from _struct(name, schema)
    yield ""
    for name, schema in sorted(unions.items()):
        yield ""
        yield f"{name} = {_type(schema)}"


def _struct(name: str, schema: Json) -> Iterator[str]:
    fields = dict(schema["properties"])
    kind = fields.get("type", {}).get("enum", [])
    options = ["frozen=True", "kw_only=True", "omit_defaults=True"]
    if len(kind) == 1:
        del fields["type"]
        options += ['tag_field="type"', f'tag="{kind[0]}"']
    yield ""
    yield ""
    yield f"class {name}(Struct, {', '.join(options)}):"
    yield from _docstring(" ".join(schema.get("description", name).split()), "    ")
    yield ""
    required = schema.get("required", ())
    for key, inner in fields.items():
        yield f"    {_field(key, inner, needed=key in required)}"


def _field(key: str, schema: Json, *, needed: bool) -> str:
    kind, name = _type(schema), _python(key)
    if not needed and "None" not in kind.split(" | ") and kind != "Any":
        kind += " | None"
    renamed = f'name="{key}"' if name != key else ""
    if needed:
        return f"{name}: {kind}" + (f" = field({renamed})" if renamed else "")
    return f"{name}: {kind} = " + (f"field(default=None, {renamed})" if renamed else "None")


# ---- calls ---------------------------------------------------------------------------------------


def _calls(paths: Json) -> Iterator[str]:
    yield f'"""The calls of the service, one for each address.\n\n{_NOTE}\n"""'
    yield ""
    yield "from __future__ import annotations"
    yield ""
    yield "from typing import Any, Literal"
    yield ""
    yield "from xenia.client import shapes"
    yield "from xenia.client.sending import Sender"
    yield ""
    yield ""
    yield "class Calls(Sender):"
    yield '    """One method for each address; what it answers is typed.'
    yield ""
    yield "    Each raises `ProblemError` where the service says that it is not done, and `OSError`"
    yield "    where it cannot be reached."
    yield '    """'
    yield from _methods(paths)


def _methods(paths: Json) -> Iterator[str]:
    for path, operations in sorted(paths.items()):
        for method, operation in sorted(operations.items()):
            if path != _EVENTS:
                yield from _method(path, method, operation)


def _method(path: str, method: str, operation: Json) -> Iterator[str]:
    known = operation.get("parameters", [])
    places = [_python(one["name"]) for one in known if one["in"] == "path"]
    queries = [one for one in known if one["in"] == "query"]
    keyed = any(one["name"] == "Idempotency-Key" for one in known)
    heads = [one["name"] for one in known if one["in"] == "header" and one["name"] not in _OWN]
    body = operation.get("requestBody", {}).get("content", {})
    arguments = [f"{place}: str" for place in places]
    if body:
        arguments.append(f"body: {_type(next(iter(body.values()))['schema'], of='shapes.')}")
    options = [_query(one) for one in queries]
    options += [f"{_python(name.lower())}: str | None = None" for name in heads]
    options += ["idempotency_key: str | None = None"] if keyed else []
    given = [*arguments, *(["*", *options] if options else [])]
    answer, says = _answered(operation["responses"]), " ".join(operation["summary"].split())
    more = " ".join(operation.get("description", "").split())
    yield ""
    yield f"    def {operation['operationId']}(self, {', '.join(given)}) -> {answer}:"
    yield from _docstring(f"{says}.", "        ", more)
    yield "        return self._ask("
    yield f'            "{method.upper()}",'
    yield f"            {_address(path, places)},"
    yield f"            {answer if answer != 'None' else 'type(None)'},"
    if queries:
        pairs = ", ".join(f'"{one["name"]}": {_python(one["name"])}' for one in queries)
        yield f"            query={{{pairs}}},"
    if body:
        yield "            body=body,"
    if keyed:
        yield "            key=self._key(idempotency_key),"
    if heads:
        pairs = ", ".join(f'"{name.lower()}": {_python(name.lower())}' for name in heads)
        yield f"            head={{{pairs}}},"
    yield "        )"


def _docstring(first: str, indent: str, more: str = "") -> Iterator[str]:
    lines = [f'{indent}"""{first}']
    if len(lines[0]) > _LINE - 3:
        lines = wrap(lines[0], _LINE - 3, subsequent_indent=indent, drop_whitespace=True)
        lines[0] = indent + lines[0].lstrip()
    if more:
        lines += ["", *wrap(more, _LINE, initial_indent=indent, subsequent_indent=indent), indent]
    lines[-1] += '"""'
    yield from lines


def _address(path: str, places: list[str]) -> str:
    if not places:
        return f'"{path}"'
    return f'self._path("{path}", {", ".join(f"{place}={place}" for place in places)})'


def _query(parameter: Json) -> str:
    schema = parameter["schema"]
    kind, default = _type(schema), schema.get("default")
    if parameter.get("required"):
        return f"{_python(parameter['name'])}: {kind}"
    if default is None:
        return f"{_python(parameter['name'])}: {kind} | None = None"
    return f"{_python(parameter['name'])}: {kind} = {default!r}"


def _answered(responses: Json) -> str:
    """What a call gives: the type of what is answered when all is well."""
    found = []
    for code, response in responses.items():
        for media, content in response.get("content", {}).items() if _GOOD.match(code) else ():
            found.append(_type(content["schema"], of="shapes.") if "json" in media else "bytes")
    return " | ".join(dict.fromkeys(found)) or "None"
