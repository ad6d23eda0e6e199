"""What the fields of a record owe each other: exactly one of them, one only beside another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from xenia.programme.shapes import Schema


class Demand(Protocol):
    """Something that the fields of a record must fulfil together."""

    def broken(self, given: Mapping[str, object]) -> Complaint | None: ...

    def schema(self, keys: Mapping[str, str], /) -> Schema: ...


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a demand finds wrong, at the field of that name (None: at the record)."""

    name: str | None
    code: str
    sentence: str
    remedy: str


@dataclass(frozen=True, slots=True)
class ExactlyOne:
    """One of the fields is written and no other."""

    names: tuple[str, ...]

    def broken(self, given: Mapping[str, object]) -> Complaint | None:
        written = [name for name in self.names if name in given]
        if len(written) == 1:
            return None
        named = _named(self.names)
        if not written:
            return Complaint(None, "exactly-one", f"One of {named} is needed", "write one of them")
        sentence = f"{_named(written)} exclude each other"
        return Complaint(written[1], "exactly-one", sentence, "keep one of them")

    def schema(self, keys: Mapping[str, str]) -> Schema:
        return {"oneOf": [{"required": [keys[name]]} for name in self.names]}


@dataclass(frozen=True, slots=True)
class AtLeastOne:
    """Some field is written, and an empty collection is not enough."""

    names: tuple[str, ...]

    def broken(self, given: Mapping[str, object]) -> Complaint | None:
        if any(given.get(name) not in ({}, ()) for name in self.names if name in given):
            return None
        sentence = f"One of {_named(self.names)} is needed"
        return Complaint(None, "at-least-one", sentence, "say what happens")

    def schema(self, keys: Mapping[str, str]) -> Schema:
        return {"anyOf": [{"required": [keys[name]]} for name in self.names]}


@dataclass(frozen=True, slots=True)
class OnlyWith:
    """A field makes sense only beside another."""

    name: str
    other: str

    def broken(self, given: Mapping[str, object]) -> Complaint | None:
        if self.name not in given or self.other in given:
            return None
        return Complaint(
            self.name,
            "not-together",
            f"`{_key(self.name)}` stands only beside `{_key(self.other)}`",
            "take it away",
        )

    def schema(self, keys: Mapping[str, str]) -> Schema:
        return {"dependentRequired": {keys[self.name]: [keys[self.other]]}}


@dataclass(frozen=True, slots=True)
class Needs:
    """A field cannot do without another."""

    name: str
    other: str
    why: str

    def broken(self, given: Mapping[str, object]) -> Complaint | None:
        if self.name not in given or self.other in given:
            return None
        return Complaint(
            self.name,
            "missing-key",
            f"`{_key(self.name)}` needs `{_key(self.other)}`",
            f"add `{_key(self.other)}`: {self.why}",
        )

    def schema(self, keys: Mapping[str, str]) -> Schema:
        return {"dependentRequired": {keys[self.name]: [keys[self.other]]}}


@dataclass(frozen=True, slots=True)
class NotWith:
    """A field makes no sense beside another."""

    name: str
    other: str
    why: str

    def broken(self, given: Mapping[str, object]) -> Complaint | None:
        if self.name not in given or self.other not in given:
            return None
        return Complaint(
            self.name,
            "not-together",
            f"`{_key(self.name)}` cannot stand beside `{_key(self.other)}`: {self.why}",
            f"take `{_key(self.name)}` away",
        )

    def schema(self, keys: Mapping[str, str]) -> Schema:
        return {"not": {"required": [keys[self.name], keys[self.other]]}}


@dataclass(frozen=True, slots=True)
class Fulfils:
    """Anything else, which JSON Schema cannot say."""

    broken: Callable[[Mapping[str, object]], Complaint | None]

    def schema(self, _keys: Mapping[str, str]) -> Schema:
        return {}


def _key(name: str) -> str:
    return name.replace("_", "-")


def _named(names: Sequence[str]) -> str:
    quoted = [f"`{_key(name)}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
