"""A room of pages: its routes, its templates, its words, and what stands in its navigation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from xenia.client import Client
from xenia.pages.answering import Page
from xenia.pages.asking import Asked, Session, session_of

Method = Literal["GET", "POST"]
Handler = Callable[[Asked], Page]


@dataclass(frozen=True, slots=True)
class Route:
    """An address, and what answers there; `to_all`: also who has not signed in.

    Places are written `{member:str}`, as Litestar does.
    """

    method: Method
    path: str
    answer: Handler
    to_all: bool = False


def shown_at(path: str, *, to_all: bool = False) -> Callable[[Handler], Route]:
    """Makes a function the page at an address."""
    return lambda answer: Route("GET", path, answer, to_all)


def sent_to(path: str, *, to_all: bool = False) -> Callable[[Handler], Route]:
    """Makes a function what takes the forms that are sent to an address."""
    return lambda answer: Route("POST", path, answer, to_all)


@dataclass(frozen=True, slots=True)
class Section:
    """A place of the navigation: a marked title, an icon, and the scope without which it is of no
    use; None: everybody has one."""

    title: str
    icon: str
    path: str
    scope: str | None = None
    group: str = ""  # a marked title of several sections together


@dataclass(frozen=True, slots=True)
class Room:
    """`before` begins all its addresses, `cookie` has its sessions; at `sign_in` one comes in.

    `knows` says whose session is in the cookie.  `error` is the template of what is not a page: it
    has `status`, `title` and `said`.
    """

    name: str
    before: str
    cookie: str
    sign_in: str
    error: str
    folder: Path  # with `templates` and `words`
    routes: Sequence[Route]
    sections: Sequence[Section] = ()
    knows: Callable[[Client, str | None], Session | None] = session_of  # whose a cookie is

    @property
    def words(self) -> Path:
        """The folder of its catalogs."""
        return self.folder / "words"
