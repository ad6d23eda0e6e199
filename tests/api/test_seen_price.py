"""A reward is taken as it was seen: at that price, and what it is; or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.api.guarding import MINUTE, SHOP, shop
from tests.api.test_events import problem
from tests.api.test_own import Members
from tests.live.conftest import discrepancies
from tests.postgres import Server
from tests.services.publishing import published

DEARER = SHOP.replace("price: {points: 7}", "price: {points: 9}")
LESS = DEARER.replace("item: A tea", "item: Half a tea")


@pytest.fixture(scope="module")
def members(servers: Callable[[str | None], Server]) -> Iterator[Members]:
    with servers(None).fresh(migrated=True) as database, shop(database) as served:
        yield Members(served)
        assert discrepancies(database) == []


def publish(members: Members, document: str) -> None:
    """In force by now; what serves has not heard of it."""
    served = members.shop
    published(served.database, document, now=served.now, start=served.now + MINUTE)
    served.later(2)


def test_a_reward_is_taken_as_it_was_seen_or_not_at_all(members: Members) -> None:
    members.joins("ann", email="ann@example.org")
    members.rich("ann", "30.00")
    head = members.came("ann@example.org")

    def take(**seen: Any) -> Any:
        body = {"reward": "tea", **seen}
        return members.does("POST", "/v1/own/redemptions", body, head)

    def refusal(**seen: Any) -> tuple[int, str, str]:
        said = problem(found := take(**seen))
        return found.status, said["code"], said["detail"]

    def balance() -> str:  # also before what serves has heard of the version that decided
        (points,) = [
            one
            for one in members.get("/v1/own", head).json()["currencies"]
            if one["currency"] == "points"
        ]
        return str(points["balance"])

    (tea,) = [r for r in members.get("/v1/own/rewards", head).json()["data"] if r["price"]]
    seen = {"price": tea["price"], "version": tea["version"]}
    assert seen == {"price": {"points": "7"}, "version": 1}
    assert take(**seen).status == 200
    assert balance() == "23"

    publish(members, DEARER)
    status, code, detail = refusal(**seen)
    assert (status, code) == (409, "price-changed")
    assert '"tea" costs 9 points now' in detail
    assert refusal(price={"points": "7"})[1] == "price-changed"
    assert refusal(version=1)[1] == "reward-changed"
    assert refusal(price={})[1] == "price-changed"
    assert balance() == "23", "nothing is taken"
    assert len(members.get("/v1/own/vouchers", head).json()["data"]) == 1
    dear = {"price": {"points": "9"}, "version": 2}
    assert take(**dear).status == 200
    assert balance() == "14"

    publish(members, LESS)
    assert refusal(**dear)[:2] == (409, "reward-changed")
    assert refusal(price={"points": "9"}, version=99)[1] == "reward-changed"
    assert take(price={"points": "9"}, version=3).json()["answer"]["refusals"] == []
    refused = take().json()["answer"]["refusals"]
    assert [one["code"] for one in refused] == ["insufficient-balance"], "nothing said, as before"


def test_another_version_that_leaves_the_reward_alone_changes_nothing(members: Members) -> None:
    members.joins("ben", email="ben@example.org")
    members.rich("ben", "30.00")
    head = members.came("ben@example.org")
    publish(members, LESS.replace("title: The shop", "title: Our shop"))
    body = {"reward": "tea", "price": {"points": "9"}, "version": 3}
    taken = members.does("POST", "/v1/own/redemptions", body, head)
    assert (taken.status, taken.json()["answer"]["version"]) == (200, 4)
