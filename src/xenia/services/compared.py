"""Holds an answer against what a scenario expects of it, and tells where the two differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from xenia.events.moments import NotATime, parse_time

_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """`path` leads to the value within the answer, such as `effects[0].units`; the two values are
    as a reader can see them."""

    path: str
    expected: str
    got: str


def differences(expected: object, got: object, path: str = "") -> Iterator[Difference]:
    """Where an answer is not what was expected.

    Of a mapping the keys that are written are compared; a list must have the same length and order.
    `expected` comes from a scenario, so its scalars are texts: "1" and "1.00" are one number, and
    two ways to write one instant are the same time.
    """
    if isinstance(expected, Mapping):
        yield from _mappings(expected, got, path)
    elif isinstance(expected, list):
        yield from _lists(expected, got, path)
    elif not _same(expected, got):
        yield Difference(path, shown(expected), shown(got))


def _mappings(expected: Mapping[str, object], got: object, path: str) -> Iterator[Difference]:
    if not isinstance(got, Mapping):
        yield Difference(path, shown(expected), shown(got))
        return
    for key, value in expected.items():
        at = f"{path}.{key}" if path else str(key)
        if key in got:
            yield from differences(value, got[key], at)
        else:
            yield Difference(at, shown(value), "nothing of that name")


def _lists(expected: Sequence[object], got: object, path: str) -> Iterator[Difference]:
    if not isinstance(got, list):
        yield Difference(path, shown(expected), shown(got))
        return
    if len(expected) != len(got):
        yield Difference(path, _counted(expected), _counted(got))
        return
    for place, (item, other) in enumerate(zip(expected, got, strict=True)):
        yield from differences(item, other, f"{path}[{place}]")


def _same(expected: object, got: object) -> bool:
    """Whether a scalar of a scenario says the same as one of an answer."""
    if got is None or isinstance(got, bool):
        return expected == got or expected == {None: "null", True: "true", False: "false"}[got]
    if not isinstance(expected, str) or isinstance(got, list | Mapping):
        return False
    text = str(got)
    if expected == text:
        return True
    if _DECIMAL.fullmatch(expected) and _DECIMAL.fullmatch(text):
        return Decimal(expected) == Decimal(text)
    return _instant(expected) is not None and _instant(expected) == _instant(text)


def _instant(text: str) -> int | None:
    try:
        return parse_time(text)
    except NotATime:
        return None


def _counted(items: Sequence[object]) -> str:
    if not items:
        return "none"
    return f"{len(items)}: {shown(items)}"


def shown(value: object) -> str:
    """A value in one line; a long one is cut."""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
