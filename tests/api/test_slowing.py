"""Who tries too often to come in has to wait, and keeps nobody else out by it: of the staff."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from psycopg import Connection

from tests.api.client import CAFE, NOW
from tests.api.client import Request as Sent
from tests.api.test_drafts import Office, code
from tests.api.test_staff import WORDS, came, post, sign_in, together
from tests.api.worlds import Worlds
from tests.postgres import Server
from tests.services.publishing import published
from xenia.services import passwords, signing_in
from xenia.services.passwords import Cost
from xenia.services.problems import Problem
from xenia.services.published import load_space
from xenia.services.signing_in import FREE, Signing
from xenia.services.slowing import MINUTE, SECOND, Pace, Whence

NETWORK, STRANGERS = Pace(10, 20 * SECOND), Pace(8, MINUTE)  # smaller, as tests are to be quick
HOME, STRANGE = "127.0.0.1", "198.51.100.{}"
IN, WRONG, WAIT = "in", "bad-sign-in", "too-many-tries"


class Door:
    """Signing in over a connection of its own, at any time, from anywhere."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.connection, self.now = connection, NOW
        self.token, self.wait = "", 0
        self.space = load_space(connection)

    def tried(
        self,
        name: str,
        password: str = "wrong",
        address: str = HOME,
        before: str | None = None,
    ) -> str:
        whence = Whence(address, before)
        signing = Signing(self.connection, lambda: self.now, whence, self.space)
        space = None if name == "nowhere" else self.space
        found = signing.sign_in(space, f"{name}@example.org", password)
        if isinstance(found, Problem):
            self.wait = found.retry_after or 0
            return found.code
        self.token = found["token"]
        return IN

    def rows(self) -> int:
        row = self.connection.execute("select count(*) from sign_in_pace").fetchone()
        return 0 if row is None else row[0]


@pytest.fixture(scope="module")
def office(servers: Callable[[str | None], Server]) -> Iterator[Office]:
    """One office for all; each test has people and networks of its own."""
    with servers(None).fresh(migrated=True) as database, pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "COST", Cost(log_n=4))
        published(database, CAFE)
        worlds = Worlds(database)
        yield Office(worlds)
        worlds.close()


@pytest.fixture
def door(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """As if nobody had tried before: each test has a clock of its own."""
    monkeypatch.setattr(signing_in, "NETWORK", NETWORK)
    monkeypatch.setattr(signing_in, "STRANGERS", STRANGERS)
    with office.worlds.database.connect(autocommit=True) as connection:
        connection.execute("delete from sign_in_pace")
        connection.execute("delete from sign_in_failure")
        yield Door(connection)


def test_a_pace_is_so_often_at_once_and_then_evenly() -> None:
    pace, full = Pace(3, 10), 0
    for _ in range(3):
        assert pace.wait(full, 100) == 0
        full = pace.taken(full, 100)
    assert pace.wait(full, 100) == 10
    assert pace.wait(full, 109) == 1
    assert pace.wait(full, 110) == 0
    assert pace.taken(full, 110) == 140
    assert pace.wait(full, 1000) == 0
    assert pace.taken(full, 1000) == 1010


# ---- one person from one network -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["amy", "nobody"])
def test_after_some_failures_one_has_to_wait_whether_known_or_not(
    office: Office, door: Door, name: str
) -> None:
    if name == "amy":
        came(office, name)
    assert [door.tried(name) for _ in range(FREE)] == [WRONG] * FREE
    assert door.tried(name) == WAIT
    door.now += SECOND
    assert door.tried(name) == WRONG
    door.now += SECOND
    assert door.tried(name) == WAIT, "twice as long"
    assert door.tried(f"other than {name}") == WRONG
    full = sign_in(office, name)
    assert code(full) == (429, WAIT)
    assert 0 < int(full.headers["retry-after"]) <= 4
    door.now += 86_400 * SECOND
    assert door.tried(name) == WRONG


def test_who_comes_in_begins_anew(office: Office, door: Door) -> None:
    came(office, "bea")
    for _ in range(2):
        assert [door.tried("bea", address="a") for _ in range(FREE - 1)] == [WRONG] * (FREE - 1)
        assert door.tried("bea", WORDS, "a") == IN


@pytest.mark.usefixtures("door")
def test_many_tries_at_once_are_many(office: Office) -> None:
    came(office, "cleo")
    found, start = list[str](), threading.Barrier(12)

    def attempt() -> None:
        with office.worlds.database.connect() as connection:
            one = Door(connection)
            start.wait()
            found.append(one.tried("cleo", address="b"))

    together([attempt] * 12)
    assert sorted(found) == [WRONG] * FREE + [WAIT] * (12 - FREE)


# ---- nobody keeps anybody else out ---------------------------------------------------------------


def test_strangers_keep_nobody_from_where_they_were_before(office: Office, door: Door) -> None:
    came(office, "dan")
    assert door.tried("dan", WORDS, "home") == IN
    for _ in range(FREE + 3):
        door.tried("dan", address="one stranger")
    assert door.tried("dan", WORDS, "home") == IN, "what one does elsewhere"
    for number in range(STRANGERS.at_once):
        door.tried("dan", address=STRANGE.format(number))
    assert door.tried("dan", address="one more") == WAIT
    assert door.tried("dan", WORDS, "home") == IN, "what many do elsewhere"


def test_who_comes_from_somewhere_new_waits_for_their_turn(office: Office, door: Door) -> None:
    came(office, "eve")
    for number in range(STRANGERS.at_once):
        assert door.tried("eve", address=STRANGE.format(number)) == WRONG
    waiting = []
    for number in range(3):
        assert door.tried("eve", address=f"a stranger {number}") == WAIT
        waiting.append(door.wait)
    assert waiting == [60, 120, 180], "each place is behind the one before"
    assert door.tried("eve", WORDS, "a new home") == WAIT
    assert door.wait == 240
    assert door.tried("eve", WORDS, "a new home") == WAIT
    assert door.wait == 240, "asking again does not lose the place"
    door.now += 240 * SECOND
    for number in range(9):
        door.tried("eve", address=f"many strangers {number}")
    assert door.tried("eve", WORDS, "a new home") == IN, "however many came meanwhile"
    assert door.tried("eve", WORDS, "a new home") == IN, "where they are no stranger now"


def test_a_turn_is_for_one_try(office: Office, door: Door) -> None:
    came(office, "fay")
    for number in range(STRANGERS.at_once):
        door.tried("fay", address=STRANGE.format(number))
    assert door.tried("fay", address="late") == WAIT
    door.now += 60 * SECOND
    assert door.tried("fay", address="late") == WRONG
    assert door.tried("fay", address="late") == WAIT


def test_from_one_network_so_many_failures_whoever_they_say_they_are(door: Door) -> None:
    address = "2001:db8:1:2::{:x}"
    for number in range(NETWORK.at_once):
        assert door.tried(f"gus-{number}", address=address.format(number)) == WRONG
    assert door.tried("gus", address=address.format(999)) == WAIT, "of one household"
    assert door.wait == NETWORK.pause // SECOND
    assert door.tried("gus", address="2001:db8:1:3::1") == WRONG, "the neighbours"
    door.now += NETWORK.pause
    assert door.tried("gus", address=address.format(999)) == WRONG
    assert door.tried("gus", address=address.format(998)) == WAIT


def test_who_comes_in_does_not_count_for_the_network(office: Office, door: Door) -> None:
    came(office, "hal")
    for _ in range(NETWORK.at_once + 2):
        assert door.tried("hal", WORDS, "an office") == IN


def test_a_session_before_is_known_wherever_it_is(office: Office, door: Door) -> None:
    for name in ("ida", "jo"):
        came(office, name)
    assert door.tried("jo", WORDS, "elsewhere") == IN
    of_jo = door.token
    assert door.tried("ida", WORDS, "a train") == IN
    before = door.token
    assert post(office, "/v1/sign-out", token=before).status == 200
    for number in range(NETWORK.at_once):  # by somebody in the same train
        door.tried("ida", address="a train")
        door.tried(f"ida-{number}", address="a train")
    assert door.tried("ida", WORDS, "a train") == WAIT
    assert door.tried("ida", WORDS, "a train", of_jo) == WAIT, "of somebody else"
    assert door.tried("ida", WORDS, "a train", before) == IN
    for _ in range(FREE):
        assert door.tried("ida", address="a train", before=before) == WRONG
    assert door.tried("ida", WORDS, "a train", before) == WAIT, "who has it guesses no more often"


def test_a_space_that_is_not_there_is_counted_too(door: Door) -> None:
    assert [door.tried("nowhere", address="c") for _ in range(FREE)] == [WRONG] * FREE
    assert door.tried("nowhere", address="c") == WAIT


def test_little_is_kept_and_nothing_that_names_anybody(office: Office, door: Door) -> None:
    account = came(office, "kim")
    for number in range(9):
        door.tried(f"kim-{number}", address=STRANGE.format(100 + number))
    assert door.tried("kim", WORDS, "203.0.113.77") == IN
    assert door.rows() >= 9
    door.now += 3 * 60 * MINUTE
    for number in range(3):
        assert door.tried(f"late-{number}", address="d") == WRONG
    assert door.rows() <= 6, "what is full again is forgotten"
    query = "select whence from staff_session where staff_id = %s"
    (kept,) = door.connection.execute(query, (account,)).fetchone() or (b"",)
    assert len(kept) == 32
    assert b"203.0.113" not in kept
    assert office.ask("DELETE", f"/v1/staff/{account}").status < 300
    assert door.connection.execute(query, (account,)).fetchone() in (None, (None,))


# ---- from where ----------------------------------------------------------------------------------


def test_the_address_is_that_of_the_connection(
    office: Office, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert door.rows() == 0
    monkeypatch.setattr(Sent, "client", "192.0.2.1:4000")
    for _ in range(FREE):
        assert code(sign_in(office, "lea")) == (401, WRONG)
    assert code(sign_in(office, "lea")) == (429, WAIT)
    monkeypatch.setattr(Sent, "client", "192.0.2.2:4000")
    assert code(sign_in(office, "lea")) == (401, WRONG)
