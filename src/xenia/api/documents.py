"""Documents as they are sent: YAML in a text, or JSON as it is."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar.params import PathParameter
from msgspec import Raw, Struct

from xenia.programme.document import SIZE_MAX
from xenia.services.problems import Problem, Reason, unreadable_body

DraftId = Annotated[str, PathParameter(description="The draft's id.")]


class Document(Struct, forbid_unknown_fields=True):
    """A document, as YAML in a text or as JSON."""

    document: Raw


def text_of(document: Raw, place: str = "/document") -> str | Problem:
    """The text of a document that was sent in a text, or as JSON, at a place of the body."""
    sent = bytes(document)
    try:
        text = msgspec.json.decode(sent, type=str) if sent[:1] == b'"' else sent.decode()
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return wrong(place, f"this is no text: {error}")
    if sent[:1] not in (b'"', b"{"):
        return wrong(place, "send YAML as a text, or the document as a JSON object")
    if len(text.encode()) > SIZE_MAX:
        return wrong(place, f"a document has at most {SIZE_MAX:,} bytes")
    if "\0" in text:
        return wrong(place, "the character 0 cannot be kept: take it out")
    return text


def wrong(pointer: str, sentence: str) -> Problem:
    """A body in which something cannot be read."""
    return unreadable_body([Reason(pointer, "unreadable-body", sentence)])
