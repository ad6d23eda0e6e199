"""Whatever is sent to an address, also what its description forbids, is answered as described."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import CHECKS
from schemathesis.generation import GenerationMode

from tests.api.client import CAFE, Request, Response, purchase
from tests.api.worlds import Worlds, bearer
from tests.services.publishing import published
from xenia.api import rest
from xenia.api.application import EVENTS
from xenia.services import passwords
from xenia.services.passwords import Cost
from xenia.store.database import Database

BASE = "http://127.0.0.1:8080"
DAILY, LONG = 2, 20  # requests to an address, of each kind
SEED = 2026


def described() -> dict[str, Any]:
    """The description but for keys, which each request here has: `test_access.py` is about them."""
    found: dict[str, Any] = json.loads(rest.described())
    del found["components"]["securitySchemes"]
    for addressed in found["paths"].values():
        for operation in addressed.values():
            del operation["security"]
    return found


SCHEMA = schemathesis.openapi.from_dict(described())
OPERATIONS = {one.ok().label: one.ok() for one in SCHEMA.get_all_operations()}  # type: ignore[union-attr]


def cases() -> dict[str, list[tuple[str, GenerationMode]]]:
    """By tag, each address with what it takes, and with what it does not; any text may stand in an
    address.  Those of a tag share their world, as it takes longer to make than to ask."""
    found: dict[str, list[tuple[str, GenerationMode]]] = {}
    for path, addressed in described()["paths"].items():
        for method, operation in addressed.items():
            label, known = f"{method.upper()} {path}", found.setdefault(operation["tags"][0], [])
            known.append((label, GenerationMode.POSITIVE))
            named = [one for one in operation.get("parameters", []) if one["in"] != "path"]
            if named or "requestBody" in operation:
                known.append((label, GenerationMode.NEGATIVE))
    return found


CASES = cases()

# What it would find is no fault: an id that is not known is refused though it is of its form.
WITHOUT = {"positive_data_acceptance"}
# Of several events each gets its own answer, also one that cannot be read, under one status.
SEVERAL: Any = [CHECKS.get_one("negative_data_rejection")]
ALL: Any = [CHECKS.get_one(name) for name in CHECKS.get_all_names() if name not in WITHOUT]


@pytest.fixture
def worlds(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worlds]:
    monkeypatch.setenv("XENIA_SECRET_KEY", f"1:{b64encode(bytes(32)).decode()}")
    monkeypatch.setattr(passwords, "COST", Cost(log_n=4))
    published(database, CAFE)
    found = Worlds(database)
    yield found
    found.close()


def answered(worlds: Worlds, key: str, case: schemathesis.Case[Any]) -> httpx.Response:
    """What the application answers to what was drawn."""
    sent = requests.Request(**case.as_transport_kwargs(base_url=BASE)).prepare()
    head = {name.lower(): str(value) for name, value in sent.headers.items()}
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body or b""
    assert isinstance(body, bytes)
    request = Request(str(sent.method), sent.path_url, (body,), {**head, **bearer(key)})
    found: Response = worlds.client.run(worlds.client.send(request))
    response = httpx.Response(
        found.status,
        headers=found.headers,
        content=found.body,
        request=httpx.Request(str(sent.method), str(sent.url)),
    )
    response.elapsed = timedelta(0)
    return response


def check(worlds: Worlds, key: str, label: str, mode: GenerationMode, count: int) -> None:
    """Send so many requests that are drawn."""

    @seed(SEED)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    def send(case: schemathesis.Case[Any]) -> None:
        without = SEVERAL if label == f"POST {EVENTS}" else []
        case.validate_response(answered(worlds, key, case), checks=ALL, excluded_checks=without)

    send()


@pytest.mark.parametrize("tag", CASES)
def test_addresses_answer_as_described(worlds: Worlds, tag: str) -> None:
    worlds.client.post(purchase("e1"))
    key = worlds.key()
    for label, mode in CASES[tag]:
        check(worlds, key, label, mode, DAILY)


@pytest.mark.prove
@pytest.mark.parametrize("tag", CASES)
def test_addresses_answer_as_described_for_long(worlds: Worlds, tag: str) -> None:
    worlds.client.post(purchase("e1"))
    key = worlds.key()
    for label, mode in CASES[tag]:
        check(worlds, key, label, mode, LONG)
