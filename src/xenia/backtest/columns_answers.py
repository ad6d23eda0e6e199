"""What was found out about an open bucket, for programmes that ask it one after the other.

Nothing here knows what a programme is: an answer is kept by all that it was made of (the SQL that
was asked, the arrays that were handed over), so that who asks the same has the same answer, and
who changes one number of a programme has all but what is made of that number.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

_Answer = TypeVar("_Answer")
_Key = tuple[Hashable, ...]


class Answers:
    """Answers about one bucket, by what they are made of.

    What makes up a key is compared by its value, and what has no such by which object it is: it
    lives as long as the answer.  No answer may be changed.
    """

    def __init__(self) -> None:
        self._now: dict[_Key, Any] = {}
        self._before: dict[_Key, Any] = {}

    def of(self, key: _Key, make: Callable[[], _Answer]) -> _Answer:
        """The answer that is kept under a key, or else what is made now, and kept."""
        if key not in self._now:
            self._now[key] = self._before[key] if key in self._before else make()
        found: _Answer = self._now[key]
        return found

    def lacks(self, key: _Key) -> bool:
        """Whether an answer would have to be made."""
        return key not in self._now and key not in self._before

    def turn(self) -> None:
        """Another programme asks: what neither it nor the one before it asks for is forgotten."""
        self._now, self._before = {}, self._now
