"""Where a programme is taken from, as it is sent."""

from __future__ import annotations

from msgspec import UnsetType

from xenia.api.backtest_shapes import ProgrammeSource
from xenia.api.documents import text_of, wrong
from xenia.services.problems import Problem
from xenia.services.sources import Source


def source_of(sent: ProgrammeSource, place: str) -> Source | Problem:
    """The source that is sent at a place of the body."""
    text: str | Problem | None = None
    if not isinstance(sent.document, UnsetType):
        text = text_of(sent.document, f"{place}/document")
    if isinstance(text, Problem):
        return text
    if sum(one is not None for one in (text, sent.published, sent.draft, sent.template)) != 1:
        return wrong(place, "name one of `document`, `published`, `draft` and `template`")
    if sent.version is not None and sent.published is None:
        return wrong(f"{place}/version", "a version is one of what is `published`")
    return Source(text, sent.published, sent.version, sent.draft, sent.template)
