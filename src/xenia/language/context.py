"""What the checker knows where it stands, and what it hands on: a typed node with its place."""

from __future__ import annotations

from dataclasses import dataclass

from xenia.language.ir import Node
from xenia.language.types import Scope


@dataclass(frozen=True, slots=True)
class Record:
    """The variable that stands for one record of a list, inside a macro or a line condition."""

    variable: str
    list: str


@dataclass(frozen=True, slots=True)
class Context:
    """The names that an expression may use, and its text for what errors quote."""

    text: str
    scope: Scope
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A checked node, written at text[at:end]."""

    node: Node
    at: int
    end: int
