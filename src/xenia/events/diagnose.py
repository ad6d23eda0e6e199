"""Finds everything that is wrong with the shape of an event, once decoding has failed.

It reads the same shapes that decode events, so that the two cannot disagree about a field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from msgspec import inspect

from xenia.events.errors import EventError, child, did_you_mean
from xenia.events.wire import LATER, MOMENTS, SHAPES

_UNKNOWN_TYPE = "unknown-type"


def diagnose(event: object) -> list[EventError]:
    """The errors of a decoded JSON value, in the order of its fields, missing ones first."""
    if not isinstance(event, Mapping):
        return [EventError("wrong-type", "", f"an event is an object, not {_a(event)}")]
    kind = event.get("type")
    if kind is None:
        return [EventError("missing-field", "/type", 'the field "type" is missing: what happened?')]
    if kind in LATER:
        sentence = f"events of type {kind} are not supported yet"
        return [EventError("not-supported", "/type", sentence)]
    if isinstance(kind, str) and kind in MOMENTS:
        sentence = f"events of type {kind} are recorded by themselves: {MOMENTS[kind]}"
        return [EventError("not-to-be-sent", "/type", sentence)]
    if not isinstance(kind, str) or kind not in SHAPES:
        hint = did_you_mean(kind, (*SHAPES, *LATER)) if isinstance(kind, str) else ""
        shown = f'"{kind[:40]}"' if isinstance(kind, str) else _a(kind)
        sentence = f"{shown} is not a type of event{hint or ': ' + ', '.join(SHAPES)}"
        return [EventError(_UNKNOWN_TYPE, "/type", sentence)]
    article = "an" if kind[0] in "aeiou" else "a"
    return list(_object(event, _shape(kind), "", f"{article} {kind} event"))


def hidden_characters(value: object, at: str = "") -> Iterator[EventError]:
    """Control characters in any text of a JSON value: they break receipts, files and databases."""
    if isinstance(value, str) and _has_control(value):
        sentence = "a control character (such as a line break) is not allowed here"
        yield EventError("control-character", at, sentence)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from hidden_characters(item, child(at, place))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from hidden_characters(key, at)
            yield from hidden_characters(item, child(at, key))


def _has_control(text: str) -> bool:
    return not text.isprintable() and any(sign < " " or sign == "\x7f" for sign in text)


@cache
def _shape(kind: str) -> inspect.StructType:
    found = inspect.type_info(SHAPES[kind])
    assert isinstance(found, inspect.StructType)
    return found


def _object(
    value: Mapping[object, object], shape: inspect.StructType, at: str, whose: str
) -> Iterator[EventError]:
    """Missing fields, then what is wrong with each field that is there."""
    known = {field.encode_name: field for field in shape.fields}
    for name, field in known.items():
        if field.required and name not in value:
            sentence = f'the field "{name}" of {whose} is missing'
            yield EventError("missing-field", child(at, name), sentence)
    for key, item in value.items():
        name = str(key)
        if key in known:
            yield from _value(item, known[name].type, child(at, name))
        elif name != shape.tag_field:
            hint = did_you_mean(name, known) or "; own data goes into attributes"
            sentence = f'{whose} has no field "{name[:40]}"{hint}'
            yield EventError("unknown-field", child(at, name[:40]), sentence)


def _value(value: object, shape: inspect.Type, at: str) -> Iterator[EventError]:
    """What is wrong with one value; nothing where any of a union's shapes fits its JSON type."""
    choices = shape.types if isinstance(shape, inspect.UnionType) else (shape,)
    for choice in choices:
        if _fits(value, choice):
            yield from _inside(value, choice, at)
            return
    yield _wrong_type(value, choices, at)


def _fits(value: object, shape: inspect.Type) -> bool:
    """Whether a value has the JSON type of a shape; true and false are no numbers."""
    if isinstance(value, bool) and isinstance(shape, inspect.IntType):
        return False
    return isinstance(value, _PYTHON[type(shape)])


def _inside(value: object, shape: inspect.Type, at: str) -> Iterator[EventError]:
    """What is wrong within a value of the right JSON type."""
    name = at.rsplit("/", 1)[-1]
    if isinstance(shape, inspect.StrType):
        yield from _text(str(value), shape, at)
    elif isinstance(shape, inspect.LiteralType) and value not in shape.values:
        options = [str(option) for option in shape.values]
        hint = did_you_mean(str(value), options)
        sentence = f'"{str(value)[:40]}" is not one of {", ".join(options)}{hint}'
        yield EventError("unknown-value", at, sentence)
    elif isinstance(shape, inspect.ListType) and isinstance(value, list):
        yield from _too_many(len(value), shape.max_length, at)
        for place, item in enumerate(value[: shape.max_length]):
            yield from _value(item, shape.item_type, child(at, place))
    elif isinstance(shape, inspect.DictType) and isinstance(value, Mapping):
        yield from _too_many(len(value), shape.max_length, at)
        for key, item in value.items():
            yield from _value(key, shape.key_type, child(at, str(key)[:40]))
            yield from _value(item, shape.value_type, child(at, str(key)[:40]))
    elif isinstance(shape, inspect.StructType) and isinstance(value, Mapping):
        whose = "a payment" if name == "payment" else f"an item of {at.split('/')[1]}"
        yield from _object(value, shape, at, whose)


_PYTHON: Mapping[type, type | tuple[type, ...]] = {
    inspect.StrType: str,
    inspect.LiteralType: str,
    inspect.IntType: int,
    inspect.BoolType: bool,
    inspect.NoneType: type(None),
    inspect.ListType: list,
    inspect.DictType: Mapping,
    inspect.StructType: Mapping,
    inspect.AnyType: object,
}


def _text(value: str, shape: inspect.StrType, at: str) -> Iterator[EventError]:
    if len(value) < (shape.min_length or 0):
        yield EventError("empty", at, "an empty text: write a value, or leave the field out")
    elif shape.max_length is not None and len(value) > shape.max_length:
        sentence = f"{len(value)} characters, at most {shape.max_length} are allowed"
        yield EventError("too-long", at, sentence)


def _too_many(length: int, most: int | None, at: str) -> Iterator[EventError]:
    if most is not None and length > most:
        name = at.rsplit("/", 1)[-1]
        sentence = f"{length:,} {name}, at most {most:,} are allowed in one event"
        yield EventError(f"too-many-{name}", at, sentence)


def _wrong_type(value: object, choices: tuple[inspect.Type, ...], at: str) -> EventError:
    """A value of none of the JSON types that its place allows."""
    kinds = {type(choice) for choice in choices}
    if isinstance(value, float) and inspect.StrType in kinds:
        sentence = f'a number with a point or exponent: write it as a string, such as "{value}"'
        return EventError("float", at, sentence)
    if isinstance(value, int) and not isinstance(value, bool) and inspect.StrType in kinds:
        sentence = f'it must be a text, not a number: write it in quotes, "{str(value)[:20]}"'
        return EventError("wrong-type", at, sentence)
    wanted = " or ".join(_NAMES[type(choice)] for choice in choices if type(choice) in _NAMES)
    return EventError("wrong-type", at, f"it must be {wanted}, not {_a(value)}")


_NAMES: Mapping[type, str] = {
    inspect.StrType: "a text",
    inspect.LiteralType: "a text",
    inspect.IntType: "a whole number",
    inspect.BoolType: "true or false",
    inspect.ListType: "a list",
    inspect.DictType: "an object",
    inspect.StructType: "an object",
}


def _a(value: object) -> str:
    """What a JSON value is, in words."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return "a text"
    if isinstance(value, int | float):
        return "a number"
    return "a list" if isinstance(value, list) else "an object"
