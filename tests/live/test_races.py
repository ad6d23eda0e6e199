"""Fifty clients at once, two server processes: every limit holds exactly, every event is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.live.conftest import discrepancies, serving
from tests.live.programme import PROGRAMME, buy, earned, redeem, refusals
from tests.live.running import Client, at_once, spread
from tests.postgres import Server
from tests.services.publishing import published
from xenia.store.database import Database

CLIENTS = 50
Servers = Callable[[str | None], Server]


@pytest.fixture(scope="module")
def shared(servers: Servers) -> Iterator[Database]:
    with servers(None).fresh(migrated=True) as database:
        published(database, PROGRAMME)
        yield database


@pytest.fixture(scope="module")
def both(shared: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Client]]:
    """A connection to each of two services on one database."""
    with serving(shared, tmp_path_factory.mktemp("races"), 1, 1) as services:
        yield [Client(service) for service in services]


@pytest.fixture
def clients(both: list[Client], shared: Database) -> Iterator[list[Client]]:
    """The same; what a test has left must be provable."""
    yield both
    assert discrepancies(shared) == []


def test_one_account_is_spent_dry_and_no_further(clients: list[Client]) -> None:
    clients[0].insist(buy("seed", "dry", 700))
    answers = spread(clients, [redeem(f"dry-{number}", "dry") for number in range(150)], CLIENTS)
    found = Counter(code for answer in answers for code in refusals(answer))
    assert found == {"insufficient-balance": 50}
    assert clients[1].insist(buy("last", "dry", 0))["wallet"]["points"]["balance"] == "0"


def test_a_stock_of_three_is_three(clients: list[Client]) -> None:
    members = [f"stock-{number}" for number in range(CLIENTS)]
    spread(clients, [buy(f"b-{member}", member) for member in members], CLIENTS)
    answers = spread(clients, [redeem(f"r-{m}", m, "mug") for m in members], CLIENTS)
    found = Counter(code for answer in answers for code in refusals(answer))
    assert found == {"out-of-stock": CLIENTS - 3}


def test_a_budget_of_1000_points_is_1000_points(clients: list[Client]) -> None:
    events = [buy(f"launch-{n}", f"launch-{n}", channel="launch") for n in range(CLIENTS)]
    answers = spread(clients, events, CLIENTS)
    assert sum(earned(answer, "launch") for answer in answers) == 1000
    assert Counter(earned(answer, "launch") for answer in answers) == {30: 33, 10: 1, 0: 16}


def test_a_campaign_for_three_is_for_three(clients: list[Client]) -> None:
    events = [buy(f"first-{n}", f"first-{n}", channel="first") for n in range(CLIENTS)]
    answers = spread(clients, events, CLIENTS)
    assert Counter(earned(answer, "first-three") for answer in answers) == {5: 3, 0: 47}


def test_one_event_from_fifty_connections_is_one_event(
    clients: list[Client], shared: Database
) -> None:
    event = buy("once", "only")
    posts = [lambda client=clients[number % 2]: client.post(event)[:2] for number in range(CLIENTS)]
    answers = at_once(posts)
    assert [status for status, _ in answers] == [200] * CLIENTS
    assert all(answer == answers[0][1] for _, answer in answers)
    with shared.connect() as connection:
        found = connection.execute("select count(*) from entry where member_id = 'only'")
        assert found.fetchone() == (1,)


def test_one_bad_event_among_five_hundred_harms_no_other(clients: list[Client]) -> None:
    clients[0].insist(buy("known", "m"))
    events = [buy(f"e{number}", f"m{number % 40}") for number in range(500)]
    events[123] = {**events[123], "lines": "none"}
    events[400] = buy("known", "m", 11)
    status, answers, _ = clients[1].post(events)
    assert status == 200
    bad = {place: answer["code"] for place, answer in enumerate(answers) if "code" in answer}
    assert bad == {123: "wrong-type", 400: "different-content"}
    assert [answer["event"] for place, answer in enumerate(answers) if place not in bad] == [
        event["id"] for place, event in enumerate(events) if place not in bad
    ]
