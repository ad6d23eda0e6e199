"""The spaces that a worker serves, and who posts the events of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from xenia.api.handover import Posts
from xenia.services.published import Space


class Desks:
    """Spaces by their numbers; empty while there is no database.

    Who posts is made with the first event of its space, by `make`: it has a thread and a connection
    of its own, which spaces that nobody uses do without.
    """

    def __init__(self, make: Callable[[Space], Posts]) -> None:
        self._make = make
        self._spaces: Mapping[int, Space] = {}
        self._posts: dict[int, Posts] = {}

    @property
    def spaces(self) -> Mapping[int, Space]:
        """All of them, as they are published now."""
        return self._spaces

    @property
    def waiting(self) -> int:
        """How many events have no answer yet."""
        return sum(desk.waiting for desk in self._posts.values())

    def hold(self, spaces: Iterable[Space]) -> None:
        """From now on events are decided as is published in these."""
        self._spaces = {space.space_id: space for space in spaces}
        for number, desk in self._posts.items():
            space = self._spaces.get(number)
            if space is not None and space.programmes != desk.space.programmes:
                desk.space = space

    def desk(self, number: int) -> Posts | None:
        """Who posts the events of a space; None: the space has not been read yet."""
        found = self._posts.get(number)
        if found is None and (space := self._spaces.get(number)) is not None:
            found = self._posts[number] = self._make(space)
        return found

    def close(self) -> None:
        """Have everything posted that waits."""
        for desk in self._posts.values():
            desk.close()
