"""How the language speaks of a fault: what is wrong, where it stands, and what to do instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol

SHOWN_WIDTH = 100  # characters of a long line around the fault
LISTED = 8  # names that a remedy lists


class Placed(Protocol):
    """Whatever is written at text[at:end]."""

    @property
    def at(self) -> int:
        """Offset of the first character."""

    @property
    def end(self) -> int:
        """Offset after the last character."""


@dataclass(frozen=True, slots=True)
class Note:
    """Advice on text[at:end]: it can stand, but is probably not what the author meant."""

    message: str
    at: int
    end: int
    remedy: str


@dataclass(eq=False)
class LanguageError(Exception):
    """text[at:end] cannot stand; `remedy` says what to write instead."""

    message: str
    at: int
    end: int
    remedy: str

    def __str__(self) -> str:
        return f"{self.message} ({self.remedy})"


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the text."""

    at: int
    end: int


def fault(place: Placed, message: str, remedy: str) -> LanguageError:
    """The error about `place`, to raise."""
    return LanguageError(message, place.at, max(place.end, place.at + 1), remedy)


def nearest(word: str, known: Iterable[str], quote: str = "") -> str:
    """`did you mean …?` where one of the known words is close, else what there is."""
    words = sorted(set(known))
    lowered = {known_word.lower(): known_word for known_word in reversed(words)}
    if found := get_close_matches(word.lower(), lowered, 1):
        return f"did you mean {quote}{lowered[found[0]]}{quote}?"
    if not words:
        return "there is none to choose from"
    listed = ", ".join(f"{quote}{known_word}{quote}" for known_word in words[:LISTED])
    return f"one of {listed}" + (", …" if len(words) > LISTED else "")


def show(text: str, error: LanguageError | Note) -> str:
    """The line of `text` that the error is on, with carets below the place; two lines."""
    start = text.rfind("\n", 0, error.at) + 1
    stop = text.find("\n", error.at)
    line = text[start : len(text) if stop < 0 else stop].replace("\t", " ").rstrip("\r")
    column = min(error.at - start, len(line))
    width = max(1, min(error.end - error.at, len(line) - column))
    if len(line) > SHOWN_WIDTH:
        cut = max(0, min(column - SHOWN_WIDTH // 2, len(line) - SHOWN_WIDTH))
        line, column = line[cut : cut + SHOWN_WIDTH], column - cut
        width = min(width, SHOWN_WIDTH - column) or 1
    return f"{line}\n{' ' * column}{'^' * width}"
