"""The description of the interface (OpenAPI), as it is read: addresses, shapes, and examples."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pprint import pformat
from shlex import quote
from typing import Any, Final

from xenia.client import shapes

Json = dict[str, Any]
_PROBLEM: Final = shapes.Problem.__name__
_REF: Final = "#/components/schemas/"
_LINE: Final = 60  # characters of a line that is easily read
_LIMITS: Final = (  # what bounds a value, and how that is said
    ("minimum", "≥ {}"),
    ("maximum", "≤ {}"),
    ("minLength", "≥ {} characters"),
    ("maxLength", "≤ {} characters"),
    ("minItems", "≥ {} items"),
    ("maxItems", "≤ {} items"),
    ("pattern", "/{}/"),
)
_CLIENT: Final = {"post_events": "record"}  # what is called otherwise there


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a shape, or a parameter: `place` is where a parameter stands."""

    name: str
    type: str
    refs: tuple[str, ...]
    is_required: bool
    said: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """Fields with a name; `type` says what it is where it has none."""

    name: str
    said: str
    fields: tuple[Field, ...]
    type: str
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """What somebody has sent, or was answered."""

    said: str
    text: str
    value: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answers: its status, and the shape of it."""

    status: str
    said: str
    refs: tuple[str, ...]
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the interface."""

    name: str
    group: str
    method: str
    path: str
    title: str
    said: str
    scopes: tuple[str, ...]
    is_open: bool
    parameters: tuple[Field, ...]
    body: tuple[str, ...]  # the shapes of what is sent
    sent: tuple[Example, ...]
    answers: tuple[Answer, ...]

    @property
    def places(self) -> list[str]:
        """The parameters of its address."""
        return [one.name for one in self.parameters if one.place == "path"]


@dataclass(frozen=True, slots=True)
class Description:
    """All of it, by name."""

    operations: Mapping[str, Operation]
    shapes: Mapping[str, Shape]

    def used_by(self, operation: Operation) -> list[Shape]:
        """All shapes that one call has to do with, what is sent first."""
        answered = [ref for one in operation.answers for ref in one.refs]
        return self.reached([*operation.body, *answered])

    def reached(self, names: Sequence[str]) -> list[Shape]:
        """These shapes, and all that they lead to."""
        found: dict[str, Shape] = {}
        wanted = list(names)
        while wanted:
            name = wanted.pop(0)
            if name in found or name not in self.shapes or name == _PROBLEM:
                continue
            shape = found[name] = self.shapes[name]
            wanted += [*shape.refs, *(ref for one in shape.fields for ref in one.refs)]
        return list(found.values())


@lru_cache(maxsize=2)
def description(text: bytes) -> Description:
    """What a description says."""
    found = json.loads(text)
    operations = [
        _operation(path, method, one)
        for path, methods in found["paths"].items()
        for method, one in methods.items()
    ]
    known = {name: _shape(name, one) for name, one in found["components"]["schemas"].items()}
    return Description({one.name: one for one in operations}, known)


def _plain(one: Json) -> str:
    """What is said of something, without signs of how it is set."""
    return str(one.get("description", "")).replace("`", "")


def _operation(path: str, method: str, one: Json) -> Operation:
    content: Json = next(iter(one.get("requestBody", {}).get("content", {}).values()), {})
    security = one.get("security", [])
    return Operation(
        name=one["operationId"],
        group=one["tags"][0],
        method=method.upper(),
        path=path,
        title=one["summary"],
        said=_plain(one),
        scopes=tuple(scope for kind in security for names in kind.values() for scope in names),
        is_open=not security,
        parameters=tuple(_parameter(each) for each in one.get("parameters", ())),
        body=_refs(content.get("schema", {})),
        sent=tuple(_examples(content)),
        answers=tuple(
            _answer(status, each) for status, each in one["responses"].items() if "content" in each
        ),
    )


def _parameter(one: Json) -> Field:
    schema = one.get("schema", {})
    return Field(
        one["name"],
        _type(schema),
        _refs(schema),
        bool(one.get("required")),
        _plain(one),
        one["in"],
    )


def _answer(status: str, one: Json) -> Answer:
    content: Json = next(iter(one["content"].values()), {})
    return Answer(
        status, _plain(one), _refs(content.get("schema", {})),
        tuple(_examples(content)),
    )  # fmt: skip


def _examples(content: Json) -> Iterator[Example]:
    for name, one in content.get("examples", {}).items():
        text = json.dumps(one.get("value"), indent=2, ensure_ascii=False)
        yield Example(one.get("summary", name), text, one.get("value"))


def _shape(name: str, one: Json) -> Shape:
    required = set(one.get("required", ()))
    fields = tuple(
        Field(each, _type(schema), _refs(schema), each in required, _plain(schema))
        for each, schema in one.get("properties", {}).items()
    )
    bare = {} if fields else {key: value for key, value in one.items() if key != "title"}
    return Shape(name, _plain(one), fields, _type(bare) if bare else "", _refs(bare))


def _type(schema: Json) -> str:
    """What a value is, in a line."""
    if "$ref" in schema:
        return str(schema["$ref"].removeprefix(_REF))
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " | ".join(dict.fromkeys(_type(one) for one in schema[several]))
    if "enum" in schema or "const" in schema:
        return " | ".join(json.dumps(one) for one in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type", "any")
    if kind == "array":
        said = f"[{_type(schema.get('items', {}))}]"
    elif kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        said = f"{{name: {_type(schema['additionalProperties'])}}}"
    else:
        said = " | ".join(kind) if isinstance(kind, list) else str(kind)
    bounds = [form.format(schema[name]) for name, form in _LIMITS if name in schema]
    return ", ".join([said, *bounds])


def _refs(schema: Any) -> tuple[str, ...]:
    """The names of the shapes that something leads to."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return (schema["$ref"].removeprefix(_REF),)
        return tuple(dict.fromkeys(ref for one in schema.values() for ref in _refs(one)))
    if isinstance(schema, list):
        return tuple(dict.fromkeys(ref for one in schema for ref in _refs(one)))
    return ()


# ---- how it is called ----------------------------------------------------------------------------


def in_curl(operation: Operation, origin: str) -> str:
    """The call as a command."""
    path = operation.path.replace("{", "").replace("}", "").upper()
    path = "/".join(
        part.upper() if open_.startswith("{") else open_
        for open_, part in zip(operation.path.split("/"), path.split("/"), strict=True)
    )
    lines = [f"curl -X {operation.method} {origin}{path}"]
    if not operation.is_open:
        lines.append('-H "Authorization: Bearer $XENIA_KEY"')
    if any(one.name == "Idempotency-Key" and one.is_required for one in operation.parameters):
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    if operation.sent:
        lines.append("-H 'Content-Type: application/json'")
        lines.append(f"-d {quote(_short(operation.sent[0]))}")
    return " \\\n  ".join(lines)


def _short(example: Example) -> str:
    """In a line, if it has room there."""
    line = json.dumps(example.value, ensure_ascii=False)
    return line if len(line) < _LINE else example.text


def in_python(operation: Operation, origin: str) -> str:
    """The call by `xenia.client`."""
    method = _CLIENT.get(operation.name, operation.name)
    shape = next(iter(operation.body), "")
    given = [f'"{place.upper()}"' for place in operation.places]
    lines = ["from xenia.client import Client, shapes", ""]
    if operation.sent:
        sent = pformat(operation.sent[0].value, width=_LINE, sort_dicts=False)
        if shape:
            lines = ["import msgspec", *lines]
            lines.append(f"body = msgspec.convert({sent}, shapes.{shape})")
        else:
            lines.append(f"body = {sent}")
        given.append("body")
    key = "" if operation.is_open else ", key"
    if key:
        lines = ["import os", *lines, 'key = os.environ["XENIA_KEY"]']
    lines += [f'with Client("{origin}"{key}) as xenia:']
    lines.append(f"    print(xenia.{method}({', '.join(given)}))")
    return "\n".join(lines)
