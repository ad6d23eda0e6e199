"""Two operators on one server: spaces with programmes of their own, and keys of every kind."""

from __future__ import annotations

from collections.abc import Iterable

from tests.api.client import NOW, Client
from xenia.api.gate import Gate
from xenia.api.keeping import Keeper
from xenia.services.access import Actor, Scope
from xenia.services.changing import Changing
from xenia.services.keys import Wanted, make_key
from xenia.services.poster import Poster
from xenia.services.spaces import known_space, make_space
from xenia.store.database import Database

OURS, THEIRS = "default", "bakery"


class Worlds:
    """A client whose application serves both, as its keeper has read them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.connect() as connection:
            make_space(connection, THEIRS, "test")
        self.client = Client(
            None, database=database, gate=Gate(1, wall=lambda: NOW), make=self._poster
        )
        self._posters: list[Poster] = []
        self._keeper = Keeper(database, self.client.gate, self.client.desks)
        self.look()

    def _poster(self, space: object) -> Poster:
        poster = Poster(self.database, space, clock=lambda: NOW)  # type: ignore[arg-type]
        self._posters.append(poster)
        return poster

    def look(self) -> None:
        """Hear of what was published and which keys there are."""
        self._keeper._look()

    def key(
        self, scopes: Iterable[Scope] = Scope, space: str = OURS, per_minute: int | None = None
    ) -> str:
        """A new key, as its holder has it."""
        with self.database.connect() as connection, connection.transaction():
            world = known_space(connection, space)
            changing = Changing(connection, Actor(world.space_id, "test"), NOW)
            wanted = Wanted("a key", [str(scope) for scope in scopes], per_minute)
            _, secret = make_key(changing, world.mode, wanted)
        self.look()
        return secret.text

    def close(self) -> None:
        """Give all of it back."""
        for poster in self._posters:
            poster.close()
        self._keeper._disconnect()
        self.client.close()


def bearer(key: str) -> dict[str, str]:
    """The head of a request with a key."""
    return {"authorization": f"Bearer {key}"}
