"""`/v1/webhooks`: made, changed, read, tried and replayed over HTTP; by its own space alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.client import CAFE, NOW, Response, purchase
from tests.api.test_access import BODIES, KEPT, PLACES
from tests.api.test_events import problem
from tests.api.worlds import THEIRS, Worlds, bearer
from tests.services.publishing import published
from tests.services.receiving import Receiver, is_signed
from xenia.connectors.sending import Sender
from xenia.services.courier import Courier
from xenia.services.happenings import TYPES
from xenia.store.database import Database

FIT = "https://93.184.216.34/hook"


class Stop:
    def is_set(self) -> bool:
        return False

    def wait(self, timeout: float) -> bool:  # noqa: ARG002 - the protocol's name
        return False

    def set(self) -> None:
        pass


class Shop:
    """An operator with a key."""

    def __init__(self, database: Database) -> None:
        published(database, CAFE)
        self.worlds = Worlds(database)
        self.key = self.worlds.key()
        self._n = 0

    def ask(self, method: str, path: str, body: Any = None, key: str = "", **more: str) -> Response:
        self._n += 1
        fields = {**bearer(key or self.key), "idempotency-key": str(self._n), **more}
        return self.worlds.client.ask(method, f"/v1/webhooks{path}", body, fields)

    def make(self, url: str = FIT, **more: Any) -> dict[str, Any]:
        made = self.ask("POST", "", {"url": url, **more})
        assert made.status == 201, made.body
        found: dict[str, Any] = made.json()
        return found

    def work(self) -> None:
        Courier(self.worlds.database, Stop(), lambda: NOW, Sender({"127.0.0.1"})).once()


@pytest.fixture
def shop(database: Database) -> Iterator[Shop]:
    shop = Shop(database)
    yield shop
    shop.worlds.close()


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("XENIA_WEBHOOK_HOSTS", "127.0.0.1")
    receiver = Receiver()
    yield receiver
    receiver.close()


def test_from_making_one_to_its_deliveries(shop: Shop, receiver: Receiver) -> None:
    made = shop.make(receiver.url, types=["points.*"], description="our app")
    name, secret = made["webhook"], made["secret"]
    assert shop.worlds.client.post(purchase("e1"), **bearer(shop.key)).status == 200
    assert shop.ask("POST", f"/{name}/test").status == 202
    shop.work()
    assert sorted(receiver.types) == ["points.earned", "webhook.test"]
    (first,) = [got for got in receiver.got if got.type == "points.earned"]
    assert all(is_signed(got, secret) for got in receiver.got)

    shown = shop.ask("GET", f"/{name}").json()
    assert (shown["enabled"], shown["waiting"], shown["dead"]) == (True, 0, 0)
    assert "secret" not in shown
    assert [one["webhook"] for one in shop.ask("GET", "").json()["data"]] == [name]

    page = shop.ask("GET", f"/{name}/deliveries?limit=1").json()
    rest = shop.ask("GET", f"/{name}/deliveries?cursor={page['next_cursor']}").json()
    assert page["has_more"]
    assert not rest["has_more"]
    found = [*page["data"], *rest["data"]]
    assert {one["type"] for one in found} == {"webhook.test", "points.earned"}
    assert {one["state"] for one in found} == {"delivered"}
    assert shop.ask("GET", f"/{name}/deliveries?only=dead").json()["data"] == []

    (earned,) = [one["delivery"] for one in found if one["type"] == "points.earned"]
    whole = shop.ask("GET", f"/{name}/deliveries/{earned}").json()
    assert whole["body"].encode() == first.body
    (attempt,) = whole["attempts"]
    assert (attempt["status"], attempt["response"], attempt["error"]) == (200, "thank you", None)

    again = shop.ask("POST", f"/{name}/deliveries/{earned}/replay")
    assert (again.status, again.json()) == (202, {"replayed": 1, "has_more": False})
    shop.work()
    assert (receiver.got[2].id, receiver.got[2].body) == (earned, first.body)
    day = {"since": "2026-11-01T00:00:00Z", "until": "2026-12-01T00:00:00Z"}
    both = {**day, "states": ["delivered", "dead"]}
    assert shop.ask("POST", f"/{name}/replay", day).json()["replayed"] == 0
    assert shop.ask("POST", f"/{name}/replay", both).json()["replayed"] == 2


def test_it_is_changed_and_removed_and_the_trail_says_so(shop: Shop) -> None:
    name = shop.make(types=["points.earned"])["webhook"]
    changed = shop.ask("PATCH", f"/{name}", {"url": FIT + "2", "types": []}).json()
    assert (changed["url"], changed["types"]) == (FIT + "2", [])
    assert shop.ask("POST", f"/{name}/disable").json()["enabled"] is False
    assert shop.ask("POST", f"/{name}/enable").json()["enabled"] is True
    rotated = shop.ask("POST", f"/{name}/secret", {"overlap_hours": 2}).json()
    assert rotated["secret"].startswith("whsec_")
    assert rotated["overlap_until"] == "2026-11-18T13:06:40Z"
    assert shop.ask("DELETE", f"/{name}").json() == {"webhook": name, "removed": True}
    assert problem(shop.ask("GET", f"/{name}"))["code"] == "unknown-webhook"
    trail = shop.worlds.client.get(f"/v1/changes?about=webhook/{name}", **bearer(shop.key)).json()
    assert [one["action"] for one in trail["data"]] == [
        "webhook.removed",
        "webhook.secret-rotated",
        "webhook.enabled",
        "webhook.disabled",
        "webhook.changed",
        "webhook.made",
    ]
    assert trail["data"][4]["before"] == {"url": FIT, "types": ["points.earned"]}
    assert rotated["secret"] not in str(trail)


def test_a_secret_is_shown_once(shop: Shop) -> None:
    body = {"url": FIT}
    first = shop.ask("POST", "", body, **{"idempotency-key": "one"})
    again = shop.ask("POST", "", body, **{"idempotency-key": "one"})
    assert first.json()["secret"].startswith("whsec_")
    assert "secret" not in again.json()
    assert again.json()["webhook"] == first.json()["webhook"]
    assert again.headers["idempotent-replayed"] == "true"


def test_a_dry_run_makes_none(shop: Shop) -> None:
    assert shop.ask("POST", "?dry_run=true", {"url": FIT}).status == 201
    assert shop.ask("GET", "").json()["data"] == []


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"url": "https://127.0.0.1/"}, "/url", "unfit-address"),
        ({"url": "https://169.254.169.254/latest"}, "/url", "unfit-address"),
        ({"url": "http://93.184.216.34/"}, "/url", "unfit-address"),
        (
            {"url": "https://93.184.216.34/", "types": ["points.earnt"]},
            "/types/0",
            "unknown-webhook-type",
        ),
        ({"url": FIT, "types": ["*"]}, "/types/0", "unknown-webhook-type"),
        ({"url": ""}, "/url", "unreadable-body"),
        ({}, "", "unreadable-body"),
        ({"url": FIT, "secret": "mine"}, "", "unreadable-body"),
    ],
)
def test_what_cannot_be_made_says_why(
    shop: Shop, body: dict[str, Any], pointer: str, code: str
) -> None:
    found = problem(shop.ask("POST", "", body))
    assert (found["status"], found["code"]) == (422, "unreadable-body")
    assert [(one["pointer"], one["code"]) for one in found["errors"]] == [(pointer, code)]
    if shop.make():
        name = shop.ask("GET", "").json()["data"][0]["webhook"]
        if code != "unreadable-body":
            assert problem(shop.ask("PATCH", f"/{name}", body))["status"] == 422


@pytest.mark.parametrize(
    "body", [{}, {"since": "yesterday", "until": "2026-11-19T00:00:00Z"}, {"since": 1, "until": 2}]
)
def test_a_range_needs_two_times(shop: Shop, body: dict[str, Any]) -> None:
    name = shop.make()["webhook"]
    assert problem(shop.ask("POST", f"/{name}/replay", body))["status"] == 422


def test_what_is_not_there_is_told(shop: Shop) -> None:
    name = shop.make()["webhook"]
    nothing = shop.ask("GET", f"/{name}/deliveries/msg_1")
    assert problem(nothing)["code"] == "unknown-webhook-delivery"
    again = shop.ask("POST", f"/{name}/deliveries/msg_1/replay")
    assert problem(again)["code"] == "unknown-webhook-delivery"
    assert problem(shop.ask("GET", f"/{name}/deliveries?cursor=x"))["code"] == "wrong-parameter"
    assert problem(shop.ask("GET", f"/{name}/deliveries?only=x"))["code"] == "wrong-parameter"


def test_nobody_elses_webhook_is_there(shop: Shop, receiver: Receiver) -> None:
    """With the ids of what another space has every address says that there is none."""
    made = shop.make(receiver.url)
    sent = shop.ask("POST", f"/{made['webhook']}/test").json()["delivery"]
    theirs = shop.worlds.key(space=THEIRS)
    tried = 0
    for method, path, _ in KEPT:
        if "{webhook}" not in path:
            continue
        address = path.replace("{webhook}", made["webhook"]).replace("{delivery}", sent)
        address = address.removeprefix("/v1/webhooks")
        found = problem(shop.ask(method, address, BODIES.get((method, path)), theirs))
        assert (found["status"], found["code"][:8]) == (404, "unknown-"), path
        tried += 1
    assert tried > 8
    assert shop.ask("GET", "", key=theirs).json()["data"] == []
    assert PLACES["webhook"] != made["webhook"]
    # And what happens in one space is told in it alone.
    other = {"idempotency-key": "theirs"}
    assert shop.ask("POST", "", {"url": receiver.url + "/theirs"}, theirs, **other).status == 201
    shop.worlds.client.post(purchase("e1"), **bearer(shop.key))
    shop.work()
    assert {got.path for got in receiver.got} == {"/hook"}


def test_every_type_says_what_it_is() -> None:
    for name, meaning in TYPES.items():
        assert len(name.split(".")) == 2
        assert meaning
