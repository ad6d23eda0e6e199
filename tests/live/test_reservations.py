"""Fifty clients reserve and spend the same things at once: never more than there is, and what was
reserved survives whatever is killed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.live.conftest import discrepancies, serving
from tests.live.programme import buy, redeem, refusals
from tests.live.running import PATIENCE, Service, at_once
from tests.postgres import Server
from tests.services.publishing import published
from xenia.store.database import Database

CLIENTS = 50
PROGRAMME = """
xenia: 1
programme: shop
money: EUR
timezone: Europe/Athens
currencies:
  points: {expires: {after: 12 months}, value: 0.01}
rules:
  everything: {then: {earn: {points: 1 per 1.00}}}
  thanks: {when: channel == "thanks", then: {issue: voucher}}
rewards:
  tea: {price: {points: 7}, gives: {item: A tea}}
  mug: {price: {points: 1}, stock: 3, gives: {item: A mug}}
  voucher: {gives: {discount: {amount: 1.00}}}
"""
Answer = tuple[int, Any]


@pytest.fixture
def shared(servers: Callable[[str | None], Server]) -> Iterator[Database]:
    with servers(None).fresh(migrated=True) as database:
        published(database, PROGRAMME)
        yield database
        assert discrepancies(database) == []


@pytest.fixture
def services(shared: Database, tmp_path: Path) -> Iterator[Sequence[Service]]:
    """Two processes on one database."""
    with serving(shared, tmp_path, 1, 1) as both:
        yield both


def send(service: Service, path: str, body: Any, key: str = "") -> Answer:
    """Send a write once."""
    connection = HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE)
    try:
        head = {"content-type": "application/json", "idempotency-key": key or path}
        connection.request("POST", path, json.dumps(body), head)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def event(service: Service, sent: dict[str, Any]) -> Any:
    status, answer = send(service, "/v1/events", sent)
    assert status == 200, answer
    return answer


def reserve(service: Service, sent: dict[str, Any]) -> Answer:
    status, answer = send(service, "/v1/reservations", {"event": sent}, str(sent["id"]))
    assert status in (201, 409), answer
    return status, answer


def test_fifty_reserve_and_spend_the_same(services: Sequence[Service]) -> None:
    """Of 210 points, 30 teas can be had: by a reservation that is committed, or at once."""
    event(services[0], buy("seed", "dry", 210))
    issued = event(services[0], buy("v", "dry", 0, channel="thanks"))["vouchers"][0]["code"]
    for number in range(CLIENTS):
        event(services[0], buy(f"b{number}", f"m{number}"))

    def client(number: int) -> list[str]:
        service, found = services[number % 2], []
        tea = redeem(f"tea-{number}", "dry")
        if number % 5 == 0:
            found += ["tea" for _ in range(not refusals(event(service, tea)))]
        else:
            status, made = reserve(service, tea)
            if status == 201:
                address = f"/v1/reservations/{made['reservation']}"
                status, done = send(service, f"{address}/commit", tea)
                assert (status, done["refusals"]) == (200, []), "what is reserved is there"
                found.append("tea")
        mug = redeem(f"mug-{number}", f"m{number}", "mug")
        if number % 2:
            found += ["mug" for _ in range(not refusals(event(service, mug)))]
        else:
            found += ["mug" for _ in range(reserve(service, mug)[0] == 201)]
        last = buy(f"last-{number}", "dry", 10, vouchers=[issued])
        if number % 3:
            found += ["voucher" for _ in range(reserve(service, last)[0] == 201)]
        else:
            found += ["voucher" for _ in range(not refusals(event(service, last)))]
        return found

    answers = at_once([partial(client, number) for number in range(CLIENTS)])
    found = Counter(what for answer in answers for what in answer)
    # What is bought meanwhile by those who have not got the voucher brings ten points each.
    assert found["mug"] == 3
    assert found["voucher"] == 1
    earned = 10 * len([n for n in range(CLIENTS) if n % 3 == 0])
    assert 30 <= found["tea"] <= (210 + earned) // 7


@pytest.mark.prove
def test_a_kill_between_reserve_and_commit_loses_nothing(shared: Database, tmp_path: Path) -> None:
    with serving(shared, tmp_path, 1) as (service,):
        event(service, buy("seed", "anna", 50))
        tea = buy("e1", "anna", 10, spend={"points": "40"})
        status, made = reserve(service, tea)
        assert status == 201
        service.kill()
        service.cleaned()
        service.start()
        service.ready()
        address = f"/v1/reservations/{made['reservation']}"
        assert reserve(service, tea) == (201, made), "the same write is the same reservation"
        assert refusals(event(service, buy("x", "anna", 1, spend={"points": "11"})))
        status, done = send(service, f"{address}/commit", tea)
        assert (status, done["refusals"]) == (200, [])
        assert send(service, f"{address}/commit", tea, "again") == (200, done)
