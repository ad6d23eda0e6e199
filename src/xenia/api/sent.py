"""What a request brings: one event, an array of them, or one a line."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from io import BytesIO
from typing import NamedTuple

import msgspec
from msgspec import Struct

from xenia.events.errors import EventError, Unreadable
from xenia.services.event_files import json_lines
from xenia.services.problems import (
    Problem,
    too_many_events,
    unreadable,
    unsupported_media_type,
    wrong_parameter,
)

MOST = 1_000  # events of one request

_array = msgspec.json.Decoder(list[msgspec.Raw])
_SPACE = b" \t\r\n"
_KINDS = (
    'send an event or an array of events as "application/json", or one event a line as '
    '"application/x-ndjson"'
)


class Form(Enum):
    ONE = "one"
    ARRAY = "array"
    LINES = "lines"


class Sent(Struct, frozen=True):
    """The texts of events, in their order."""

    form: Form
    texts: Sequence[bytes]


def sent(content_type: str | None, encoding: str | None, body: bytes) -> Sent | Problem:
    """Take a body apart, not yet looking into the events."""
    if content_type == "application/json" and encoding is None and body[:1] == b"{":
        return Sent(Form.ONE, (body,))
    if encoding not in (None, "identity"):
        return unsupported_media_type(f"bodies are read as they are, not with {encoding[:40]}")
    lines = _is_lines(content_type)
    if isinstance(lines, Problem):
        return lines
    if lines:
        texts = [text for _, text in json_lines(BytesIO(body))]
        return _bounded(Sent(Form.LINES, texts))
    if body.lstrip(_SPACE)[:1] != b"[":
        return Sent(Form.ONE, (body,))
    try:
        found = _array.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        sentence = f"this array is not JSON: {error}"
        return unreadable(Unreadable((EventError("invalid-json", "", sentence),)))
    return _bounded(Sent(Form.ARRAY, [bytes(text) for text in found]))


def _is_lines(content_type: str | None) -> bool | Problem:
    kind, _, rest = (content_type or "").partition(";")
    charset = rest.strip().lower().removeprefix("charset=").strip('"')
    if charset not in ("", "utf-8", "us-ascii"):
        return unsupported_media_type(f"events are written in UTF-8, not in {charset[:40]}")
    match kind.strip().lower():
        case "application/json":
            return False
        case "application/x-ndjson":
            return True
        case "":
            return unsupported_media_type(f"the content type is missing: {_KINDS}")
        case other:
            return unsupported_media_type(f"{other[:80]} is not read here: {_KINDS}")


def _bounded(found: Sent) -> Sent | Problem:
    return found if len(found.texts) <= MOST else too_many_events(MOST)


class Wishes(NamedTuple):
    """What the address asks for: reasons, and that nothing be recorded."""

    trace: bool = False
    dry_run: bool = False


def wishes(parameters: Sequence[tuple[str, str]]) -> Wishes | Problem:
    """What the parameters of the address ask for."""
    found = Wishes()
    for name, value in parameters:
        if name not in Wishes._fields:
            known = " and ".join(Wishes._fields)
            return wrong_parameter(name, f'"{name[:40]}" is not a parameter here: {known} are')
        if value not in ("true", "false"):
            return wrong_parameter(name, f'{name} is true or false, not "{value[:40]}"')
        found = found._replace(**{name: value == "true"})
    return found
