"""How members are reached: one way a file, each found by its name; more by the entry point
`xenia.notifiers`."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from typing import Protocol

GROUP = "xenia.notifiers"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it is sent; `id` is the same each time that it is.  `to` is an identifier of the
    kind that the notifier asks for, or the member's id."""

    id: str
    to: str
    locale: str
    subject: str
    text: str


class UnsentError(Exception):
    """A message was not sent.  The text says why, and never to whom: it is kept.  `for_good`: to
    try again would not help."""

    def __init__(self, text: str, *, for_good: bool = False) -> None:
        super().__init__(text)
        self.for_good = for_good


class Notifier(Protocol):
    """One way to reach members."""

    @property
    def name(self) -> str:
        """Under which it stands in the log of messages, and in what members consent to."""

    @property
    def kind(self) -> str | None:
        """The kind of identifier that it sends to, such as `email`; None: to a member's id."""

    def send(self, letter: Letter) -> None:
        """Send a message.  Raises UnsentError."""


def notifiers(settings: Mapping[str, str]) -> list[Notifier]:
    """The notifiers that the settings ask for, by name.

    A module of this package, or one that an entry point names, has `from_settings`, which gives a
    notifier or, where nothing asks for it, None.  Raises ValueError where a setting cannot be used.
    """
    modules = [import_module(f"{__name__}.{one.name}") for one in pkgutil.iter_modules(__path__)]
    modules += [point.load() for point in entry_points(group=GROUP)]
    found = [one.from_settings(settings) for one in modules]
    return sorted((one for one in found if one is not None), key=lambda one: str(one.name))
