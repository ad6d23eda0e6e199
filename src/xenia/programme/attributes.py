"""Fields of the operator's own, of members and of events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from xenia.programme.texts import Id

AttributeType = Literal["text", "integer", "decimal", "boolean", "date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A typed field of the operator's own; `options` are the values that a text may take."""

    type: AttributeType = "text"
    options: tuple[str, ...] = ()

    @property
    def free(self) -> bool:
        """Whether anything can be written in it, so that it is personal."""
        return self.type == "text" and not self.options


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    member: Mapping[Id, Attribute] = field(default_factory=dict)
    event: Mapping[Id, Attribute] = field(default_factory=dict)
