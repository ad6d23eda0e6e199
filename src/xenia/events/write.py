"""Writes an event as the contract has it, for who sends events to others: `read` undoes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from msgspec import Struct, structs

from xenia.amounts import format_decimal
from xenia.events.conventions import BUILT_IN_MEMBER_ATTRIBUTES, AttributeRule, Conventions
from xenia.events.model import (
    QUANTITY_DECIMALS,
    TYPE_NAMES,
    Act,
    AttributeValue,
    Event,
    Flight,
    Line,
    OfMember,
)
from xenia.events.parts import UNNAMED, EventKey, Identifier, LineBack

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.date().toordinal()
_MONEY = frozenset({"amount", "regular_amount", "tax", "fare"})
_MEASURED = frozenset(
    {(Line, "quantity"), (LineBack, "quantity"), (Act, "value"), (Flight, "distance")}
)
_TIMES = frozenset({"until", "at"})
_DATES = frozenset({"date", "since", "arrival", "departure"})
_ATTRIBUTE_DECIMALS = 6


def write_event(event: Event, conventions: Conventions) -> dict[str, Any]:
    """The JSON object of an event, decimals as texts, times in UTC; what is not set is left out."""
    fields = _fields(event, conventions)
    fields["occurred_at"] = _time(event.occurred_at)
    fields.pop("attributes", None)
    if attributes := getattr(event, "attributes", {}):
        fields["attributes"] = _attributes(event, attributes, conventions)
    return {"type": TYPE_NAMES[type(event)], **fields}


def _fields(record: Struct, conventions: Conventions) -> dict[str, Any]:
    return {
        written: _written(record, name, value, conventions)
        for name, written, default in _defaults(type(record))
        if (value := getattr(record, name)) is not None and value not in (default, UNNAMED)
    }


@cache
def _defaults(kind: type[Struct]) -> tuple[tuple[str, str, Any], ...]:
    """The names of a record's fields, here and as written, and what each is if nothing is said."""
    found = structs.fields(kind)
    return tuple((field.name, field.encode_name, field.default) for field in found)


def _written(record: Struct, name: str, value: Any, conventions: Conventions) -> Any:
    match value:
        case Identifier():
            return {value.kind: value.value}
        case tuple():
            return [
                _fields(item, conventions) if isinstance(item, Struct) else item for item in value
            ]
        case EventKey():
            return _fields(value, conventions)
        case int() if name in _TIMES:
            return _time(value)
        case int() if name in _MONEY:
            return format_decimal(value, conventions.money_decimals)
        case int() if (type(record), name) in _MEASURED:
            return format_decimal(value, QUANTITY_DECIMALS)
        case int() if name in _DATES:
            return _date(value)
    return value


def _time(instant: int) -> str:
    return (_EPOCH + timedelta(microseconds=instant)).isoformat()


def _attributes(
    event: Event, attributes: Mapping[str, AttributeValue], conventions: Conventions
) -> dict[str, Any]:
    rules = conventions.event_attributes
    if isinstance(event, OfMember):
        rules = {**BUILT_IN_MEMBER_ATTRIBUTES, **conventions.member_attributes}
    return {name: write_attribute(value, rules[name]) for name, value in attributes.items()}


def _date(day: int) -> str:
    return date.fromordinal(day + _EPOCH_DAY).isoformat()


def write_attribute(value: AttributeValue, rule: AttributeRule) -> str | int | bool:
    """The value of an attribute as it is sent."""
    if rule.type == "date":
        return _date(int(value))
    if rule.type == "decimal":
        return format_decimal(int(value), _ATTRIBUTE_DECIMALS)
    return value
