"""What a form has sent, and what is said at its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl
from uuid import uuid4

from xenia.client import shapes

ONCE = "once"  # the field of the Idempotency-Key
_MOST = 2000  # fields


class Sent:
    """The fields of a form, or of an address behind its question mark."""

    def __init__(self, fields: Sequence[tuple[str, str]] = ()) -> None:
        self._fields = tuple(fields)

    @classmethod
    def read(cls, text: str) -> Sent:
        """Of what a browser sends.  Raises ValueError for what none would."""
        return cls(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST))

    def one(self, name: str, default: str = "") -> str:
        """The last field of that name, without spaces around it."""
        for known, value in reversed(self._fields):
            if known == name:
                return value.strip()
        return default

    def as_is(self, name: str) -> str:
        """The same with all spaces, as of a password."""
        return next((value for known, value in reversed(self._fields) if known == name), "")

    def all(self, name: str) -> list[str]:
        """All fields of that name."""
        return [value for known, value in self._fields if known == name]

    def items(self) -> Sequence[tuple[str, str]]:
        """All fields, in their order."""
        return self._fields


def new_once() -> str:
    """A key under which a form is sent: twice the same is once."""
    return str(uuid4())


def at_fields(problem: shapes.Problem, fields: Mapping[str, str]) -> dict[str, str]:
    """What a problem says of the fields of a form, by their names; `fields` has them by the JSON
    Pointers of what was sent."""
    found: dict[str, str] = {}
    for reason in problem.errors:
        name = fields.get(reason.pointer)
        if name is not None:
            found.setdefault(name, reason.detail)
    return found
