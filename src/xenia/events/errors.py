"""Why an event cannot be read: a code, the place in the event, and a sentence with the remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class EventError:
    """One reason.  `pointer` is a JSON Pointer (RFC 6901) into the event: "" is all of it."""

    code: str
    pointer: str
    text: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An event that is recorded nowhere, and all that is wrong with it; `id` where it has one."""

    errors: tuple[EventError, ...]
    id: str | None = None
    source: str | None = None


def child(pointer: str, key: str | int) -> str:
    """The pointer to a member or item of what `pointer` points at."""
    step = key if isinstance(key, int) else key.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{step}"


def pointer(steps: Iterable[str | int]) -> str:
    """The pointer that leads by these steps from the event to a value in it."""
    found = ""
    for step in steps:
        found = child(found, step)
    return found


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint to append to a sentence about a name that is not known; empty without a near one."""
    near = get_close_matches(name, list(known), 1)
    return f'; did you mean "{near[0]}"?' if near else ""
