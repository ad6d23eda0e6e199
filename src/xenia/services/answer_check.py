"""Holds a stored answer against what the same event comes to again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from xenia.services.compared import shown
from xenia.services.folding import Folded

_WORDS = frozenset({"text"})  # of a refusal: a sentence may be said better one day


def check_answer(stored: str, folded: Folded) -> Iterator[tuple[str, str, str]]:
    """Part, stored and folded of each part of an answer that differs.

    What is to be paid is not compared where a decision was taken on personal values: they are not
    in the facts.
    """
    assert folded.answer is not None, "only events are answered"
    if stored.encode() == folded.answer:
        return
    answer = msgspec.json.decode(folded.answer)
    try:
        given: Any = msgspec.json.decode(stored)
    except msgspec.DecodeError:
        given = None
    if not isinstance(given, dict):
        yield "answer", shown(stored), shown(answer)
        return
    for part in answer:
        if part == "payable" and folded.given.row is not None:
            continue
        before, now = _plain(given.get(part)), _plain(answer[part])
        if before != now:
            yield f"answer.{part}", shown(given.get(part)), shown(answer[part])


def _plain(value: Any) -> Any:
    """A value of an answer without the sentences in it."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if key not in _WORDS}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
