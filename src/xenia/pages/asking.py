"""What a page is asked with: the address, the form, who asks, and the interface in their name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol, TypeVar

from xenia.client import Client, ProblemError, shapes
from xenia.pages.formats import Formats
from xenia.pages.forms import ONCE, Sent
from xenia.pages.words import Words

T = TypeVar("T")

_THREADS: Final = 8


class Session(Protocol):
    """Whoever is signed in to a room: staff, or a member."""

    @property
    def name(self) -> str | None:
        """What they are called."""

    @property
    def scopes(self) -> Sequence[str]:
        """What they may do."""

    @property
    def space(self) -> str:
        """In whose world of data they are."""

    @property
    def mode(self) -> str:
        """Whether that is live, or to try things."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for a page.  `client` asks as whoever is signed in, or as nobody."""

    path: str
    places: Mapping[str, str]  # what stands in the places of the route's address
    query: Sent
    form: Sent
    client: Client
    token: str | None
    session: Session | None
    words: Words
    formats: Formats
    fragment: str | None  # the id of the element that is to be replaced; None: a whole page
    cookies: Mapping[str, str]

    @property
    def once(self) -> str:
        """The key under which the form was made: what is sent twice is done once."""
        return self.form.one(ONCE)

    @property
    def staff(self) -> str | None:
        """The id of whoever of the staff is signed in; None: a member, or nobody."""
        return self.session.staff if isinstance(self.session, shapes.OwnSession) else None

    def may(self, scope: str | None) -> bool:
        """Whether who asks may do what takes this scope; None: whoever is signed in may."""
        return self.session is not None and (scope is None or scope in self.session.scopes)

    def say(self, sentence: str, /, **values: object) -> str:
        """A sentence in the language of who asks."""
        return self.words.say(sentence, **values)


def beside(ask: Callable[[], T]) -> Future[T]:
    """What a question will come to, which does not wait for those that a page asks meanwhile.

    `ask` asks for nothing beside itself: all threads could wait for one that is free.
    """
    return _threads().submit(ask)


@cache
def _threads() -> ThreadPoolExecutor:
    """Those of this process: not made before it is one of its own."""
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="asking")


def session_of(client: Client, token: str | None) -> shapes.OwnSession | None:
    """Whose session a token is; None where it is none, or none any more."""
    if token is None:
        return None
    try:
        return client.own_session(shapes.Token(token=token))
    except ProblemError as error:
        if error.problem.status == 401:
            return None
        raise
