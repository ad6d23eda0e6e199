"""What a source of past purchases tells: what it is, how much of it there is, and its purchases."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Protocol

from xenia.events.model import Purchase


class Missing(Exception):  # noqa: N818 - it is named after what it says
    """The source is not on this machine; the message says how to get it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """`amount` is in smallest units, `first` and `last` in microseconds since 1970-01-01 UTC."""

    members: int
    purchases: int
    lines: int
    amount: int
    first: int
    last: int


class History(Protocol):
    """Purchases of one money, each of a member."""

    @property
    def name(self) -> str:
        """What the source is called."""

    @property
    def notice(self) -> str:
        """What kind of data it is and what it may be used for, in its publisher's words."""

    @property
    def money(self) -> str:
        """The ISO 4217 code of all amounts."""

    @property
    def timezone(self) -> str:
        """The IANA zone in which the shops are; the purchases' times are UTC."""

    @property
    def counts(self) -> Counts:
        """How much there is."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """How the data were read, and what is strange in them, one sentence each."""

    def purchases(self, members: Collection[str] | None = None) -> Iterator[Purchase]:
        """The purchases of all, or of some members, in order of (time, member, purchase)."""
