"""Who asks for too many codes has to wait, and keeps no other member out by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from psycopg import Connection

from tests.api.client import CAFE, NOW, Client
from tests.api.client import Request as Sent
from tests.api.worlds import Worlds, bearer
from tests.postgres import Server
from tests.services.publishing import published
from xenia.services import member_signing
from xenia.services.member_signing import OWN, Signing, digits_of
from xenia.services.problems import Problem
from xenia.services.published import load_space
from xenia.services.slowing import MINUTE, SECOND, Pace, Whence

NETWORK, STRANGERS = Pace(8, 10 * SECOND), Pace(6, 6 * MINUTE)  # smaller: tests are to be quick
WAIT = "too-many-tries"


class Door:
    """Members who ask for codes and come in by them, at any time, from anywhere."""

    def __init__(self, connection: Connection[Any], client: Client, key: dict[str, str]) -> None:
        self.connection, self.client, self._key = connection, client, key
        self.now, self.wait, self.token = NOW, 0, ""
        self.space = load_space(connection)

    def joins(self, member: str) -> str:
        name = f"{member}@example.org"
        head = {**self._key, "idempotency-key": f"joins {member}"}
        body = {"member": member, "identifiers": {"email": name}}
        assert self.client.ask("POST", "/v1/members", body, head).status == 201
        return name

    def asked(
        self, name: str, address: str, before: str | None = None, *, elsewhere: bool = False
    ) -> str:
        """The code, or why there is none."""
        signing = self._signing(Whence(address, before))
        found = signing.ask(None if elsewhere else self.space, name)
        self.wait = (found.retry_after or 0) if isinstance(found, Problem) else 0
        return found.code if isinstance(found, Problem) else str(found["code"])

    def came(self, code: str, address: str) -> str:
        """Who has come in by a code."""
        signing = self._signing(Whence(address))
        found = signing.sign_in(self.space, code, digits_of(self.space.secret, code))
        if isinstance(found, Problem):
            return found.code
        self.token = found["token"]
        return str(found["member"])

    def _signing(self, whence: Whence) -> Signing:
        return Signing(self.connection, lambda: self.now, whence, self.space)

    def was(self, member: str, address: str) -> str:
        """A member who has come in from an address; their name."""
        name = self.joins(member)
        assert self.came(self.asked(name, address), address) == member
        return name


@pytest.fixture(scope="module")
def shop(servers: Callable[[str | None], Server]) -> Iterator[tuple[Worlds, dict[str, str]]]:
    """One shop for all; each test has members and networks of its own."""
    with servers(None).fresh(migrated=True) as database:
        published(database, CAFE)
        worlds = Worlds(database)
        key = bearer(worlds.key())
        yield worlds, key
        worlds.close()


@pytest.fixture
def door(shop: tuple[Worlds, dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """As if nobody had asked before: each test has a clock of its own."""
    monkeypatch.setattr(member_signing, "NETWORK", NETWORK)
    monkeypatch.setattr(member_signing, "STRANGERS", STRANGERS)
    worlds, key = shop
    with worlds.database.connect(autocommit=True) as connection:
        connection.execute("delete from sign_in_pace")
        yield Door(connection, worlds.client, key)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_by_one_name_from_one_network_so_many_codes(door: Door, *, elsewhere: bool) -> None:
    names = ("nobody@example.org", " Nobody@Example.org")
    asks = [door.asked(names[one % 2], "a", elsewhere=elsewhere) for one in range(OWN.at_once)]
    assert all(one.startswith("mco_") for one in asks), "also in a space that there is not"
    assert door.asked(names[0], "a", elsewhere=elsewhere) == WAIT
    assert door.wait == OWN.pause // SECOND
    door.now += OWN.pause
    assert door.asked(names[0], "a", elsewhere=elsewhere) != WAIT
    assert door.asked(names[0], "a", elsewhere=elsewhere) == WAIT


def test_a_code_that_a_stranger_asks_for_takes_nobodys_place(door: Door) -> None:
    name = door.joins("ann")
    code = door.asked(name, "home")
    assert door.asked(name, "a stranger").startswith("mco_")
    assert door.came(code, "home") == "ann"
    older = door.asked(name, "home")
    newer = door.asked(name, "home")
    assert door.came(older, "home") == "bad-code", "one's own newer one does"
    assert door.came(newer, "home") == "ann"


def test_strangers_keep_no_member_from_where_they_were_before(door: Door) -> None:
    name = door.was("ben", "home of ben")
    for number in range(STRANGERS.at_once - 1):
        assert door.asked(name, f"stranger {number}").startswith("mco_")
    assert door.asked(name, "one stranger more") == WAIT
    assert door.asked(name, "a train") == WAIT, "whoever it is"
    turn = door.wait
    assert door.came(door.asked(name, "home of ben"), "home of ben") == "ben"
    assert door.came(door.asked(name, "a bus", door.token), "a bus") == "ben", "the same browser"
    door.now += turn * SECOND
    for number in range(6):
        door.asked(name, f"strangers {number}")
    assert door.came(door.asked(name, "a train"), "a train") == "ben", "it was their turn"


def test_what_all_strangers_ask_for_keeps_out_strangers_alone(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = door.was("cleo", "home of cleo")
    door.now += 2 * MINUTE
    monkeypatch.setattr(member_signing, "SPACE", Pace(2, 30 * SECOND))
    asks = [door.asked(f"nobody-{number}", f"robot {number}") for number in range(3)]
    assert [one == WAIT for one in asks] == [False, False, True]
    assert door.asked(name, "a train") == WAIT
    assert door.came(door.asked(name, "home of cleo"), "home of cleo") == "cleo"
    door.now += 30 * SECOND
    assert door.asked("nobody-3", "robot 3") != WAIT


def test_from_one_network_so_many_codes_and_who_comes_in_does_not_count(door: Door) -> None:
    name = door.was("dan", "a café")
    for number in range(NETWORK.at_once):
        assert door.asked(f"nobody-{number}@example.org", "a café") != WAIT
        door.now += SECOND // 100
    assert door.asked("nobody@example.net", "a café") == WAIT
    assert door.asked(name, "a café") == WAIT, "who was here, and shares it"
    assert door.came(door.asked(name, "a café", door.token), "a café") == "dan", "by the session"
    assert door.asked("nobody@example.net", "next door") != WAIT
    crowd = [door.joins(f"guest-{number}") for number in range(3)]
    for one in crowd * 4:
        code = door.asked(one, "a market")
        assert door.came(code, "a market").startswith("guest")
    query = "select count(*) from member_session where whence is not null and member_id = %s"
    assert door.connection.execute(query, ("guest-0",)).fetchone() == (4,)


def test_the_interface_counts_by_the_address_of_the_connection(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(**more: Any) -> int:
        body = {"name": "guess@example.org", **more}
        return door.client.ask("POST", "/v1/own/codes", body).status

    monkeypatch.setattr(Sent, "client", "192.0.2.1:4000")
    assert [ask() for _ in range(OWN.at_once + 1)] == [200] * OWN.at_once + [429]
    assert ask(before="mem_never") == 429, "nobody's session"
    monkeypatch.setattr(Sent, "client", "192.0.2.2:4000")
    assert ask() == 200
