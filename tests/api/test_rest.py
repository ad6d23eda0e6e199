"""What every address has in common, how the service is, and how it describes itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
import pytest

from tests.api.client import CAFE, NOW, Client, Desk, purchase, space_of
from tests.api.test_events import problem
from tests.services.publishing import published
from xenia.api.rest import described
from xenia.services.posted import Posted
from xenia.services.published import Space, load_space
from xenia.services.taking import Taken
from xenia.store.database import Database

ADDRESSES = {
    "/v1/own": "getdeletepatch",
    "/v1/brand": "put",
    "/v1/own/brand": "post",
    "/v1/own/codes": "post",
    "/v1/own/explain": "get",
    "/v1/own/export": "get",
    "/v1/own/leave": "post",
    "/v1/own/ledger": "get",
    "/v1/own/profile": "get",
    "/v1/own/redemptions": "post",
    "/v1/own/rewards": "get",
    "/v1/own/session": "post",
    "/v1/own/sign-in": "post",
    "/v1/own/sign-out": "post",
    "/v1/own/transfers": "post",
    "/v1/own/vouchers": "get",
    "/v1/backtests": "getpost",
    "/v1/backtests/{backtest}": "get",
    "/v1/backtests/{backtest}/cancel": "post",
    "/v1/backtests/{backtest}/report": "get",
    "/v1/wizards/ready-made": "post",
    "/v1/wizards/programme-chooser": "post",
    "/v1/histories": "get",
    "/v1/till": "get",
    "/v1/till/member": "get",
    "/v1/till/purchase": "get",
    "/v1/cashiers": "get",
    "/v1/cashiers/{cashier}": "putdelete",
    "/v1/members/{member}/codes": "post",
    "/v1/households": "getpost",
    "/v1/households/{household}": "getdelete",
    "/v1/households/{household}/persons": "post",
    "/v1/households/{household}/persons/{member}": "deletepatch",
    "/v1/corrections": "getpost",
    "/v1/corrections/{correction}/confirm": "post",
    "/v1/corrections/{correction}/decline": "post",
    "/v1/members/{member}/notes": "getpost",
    "/v1/members/{member}/notes/{note}": "delete",
    "/v1/merges": "getpost",
    "/v1/merges/{merge}": "get",
    "/v1/merges/{merge}/confirm": "post",
    "/v1/merges/{merge}/undo": "post",
    "/v1/programmes/{programme}/safety": "getput",
    "/v1/reports/refused-spends": "get",
    "/v1/reports/staff": "get",
    "/healthz": "get",
    "/metrics": "get",
    "/readyz": "get",
    "/v1/changes": "get",
    "/v1/connections": "getpost",
    "/v1/connections/{connection}": "deletepatch",
    "/v1/connections/{connection}/deliveries": "get",
    "/v1/connections/{connection}/deliveries/{delivery}": "delete",
    "/v1/connections/{connection}/deliveries/{delivery}/replay": "post",
    "/v1/connectors/{kind}/{connection}": "post",
    "/v1/entries": "get",
    "/v1/events": "post",
    "/v1/finance/months": "get",
    "/v1/finance/months/{month}": "get",
    "/v1/finance/months/{month}/closing": "post",
    "/v1/finance/totals": "post",
    "/v1/finance/valuation": "getput",
    "/v1/keys": "getpost",
    "/v1/keys/{key}": "delete",
    "/v1/members": "getpost",
    "/v1/members/{member}": "getdeletepatch",
    "/v1/members/{member}/cards": "post",
    "/v1/members/{member}/erasures": "get",
    "/v1/members/{member}/explain": "get",
    "/v1/members/{member}/export": "get",
    "/v1/members/{member}/leave": "post",
    "/v1/members/{member}/ledger": "get",
    "/v1/members/{member}/wallet": "get",
    "/v1/quotes": "post",
    "/v1/simulations": "post",
    "/v1/simulations/vocabulary": "post",
    "/v1/requests": "get",
    "/v1/reservations": "post",
    "/v1/reservations/{reservation}": "get",
    "/v1/reservations/{reservation}/commit": "post",
    "/v1/reservations/{reservation}/release": "post",
    "/v1/programmes": "getpost",
    "/v1/programmes/{programme}": "get",
    "/v1/programmes/{programme}/explain": "get",
    "/v1/programmes/{programme}/figures": "get",
    "/v1/programmes/{programme}/versions/{version}": "delete",
    "/v1/approval": "getput",
    "/v1/invitations": "post",
    "/v1/invitations/check": "post",
    "/v1/roles": "get",
    "/v1/session": "post",
    "/v1/sign-in": "post",
    "/v1/sign-out": "post",
    "/v1/staff": "getpost",
    "/v1/staff/{staff}": "getdeletepatch",
    "/v1/staff/{staff}/invitation": "post",
    "/v1/staff/{staff}/sessions": "delete",
    "/v1/rewards": "get",
    "/v1/rewards/{reward}/stock": "post",
    "/v1/vouchers": "get",
    "/v1/vouchers/{code}": "get",
    "/v1/members/{member}/vouchers": "get",
    "/v1/drafts": "get",
    "/v1/drafts/check": "post",
    "/v1/drafts/{draft}": "getputdelete",
    "/v1/drafts/{draft}/approval": "post",
    "/v1/drafts/{draft}/changes": "post",
    "/v1/drafts/{draft}/choices": "get",
    "/v1/drafts/{draft}/difference": "get",
    "/v1/drafts/{draft}/explain": "get",
    "/v1/drafts/{draft}/objection": "post",
    "/v1/drafts/{draft}/parts": "get",
    "/v1/drafts/{draft}/parts/{section}": "get",
    "/v1/drafts/{draft}/parts/{section}/{part}": "get",
    "/v1/drafts/{draft}/publication": "post",
    "/v1/drafts/{draft}/redo": "post",
    "/v1/drafts/{draft}/submission": "post",
    "/v1/drafts/{draft}/undo": "post",
    "/v1/drafts/{draft}/rules": "get",
    "/v1/drafts/{draft}/rules/{rule}": "get",
    "/v1/templates": "get",
    "/v1/templates/{template}": "get",
    "/v1/messages": "get",
    "/v1/messages/texts": "get",
    "/v1/messages/{message}/again": "post",
    "/v1/notifiers": "get",
    "/v1/notifiers/{notifier}/test": "post",
    "/v1/webhook-types": "get",
    "/v1/webhooks": "getpost",
    "/v1/webhooks/{webhook}": "getdeletepatch",
    "/v1/webhooks/{webhook}/deliveries": "get",
    "/v1/webhooks/{webhook}/deliveries/{delivery}": "get",
    "/v1/webhooks/{webhook}/deliveries/{delivery}/replay": "post",
    "/v1/webhooks/{webhook}/disable": "post",
    "/v1/webhooks/{webhook}/enable": "post",
    "/v1/webhooks/{webhook}/replay": "post",
    "/v1/webhooks/{webhook}/secret": "post",
    "/v1/webhooks/{webhook}/test": "post",
}


@pytest.fixture
def served(database: Database) -> Iterator[Client]:
    """An application with a database in which a programme is published."""
    published(database, CAFE)
    with database.connect() as connection:
        space = load_space(connection)
    client = Client(Desk(space), database=database)
    yield client
    client.close()


# ---- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["/", "/v1", "/v1/nothing", "/v1/member", "/schema", "/v1/events/"]
)
def test_an_address_that_is_not_there(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status == 404
    assert problem(response)["code"] == "not-found"


@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH"])
def test_a_method_that_is_not_there(client: Client, method: str) -> None:
    response = client.get("/v1/members/anna/wallet", method)
    assert response.status == 405
    assert problem(response)["code"] == "method-not-allowed"
    assert "GET" in response.headers["allow"]


def test_a_parameter_that_is_not_there(client: Client) -> None:
    response = client.get("/v1/members/anna/ledger?limt=5")
    assert response.status == 400
    found = problem(response)
    assert found["errors"][0]["pointer"] == "?limt"
    assert 'did you mean "limit"?' in found["detail"]


@pytest.mark.parametrize("value", ["0", "501", "many", "-1", "1.5"])
def test_a_parameter_that_cannot_be_read(client: Client, value: str) -> None:
    response = client.get(f"/v1/members/anna/ledger?limit={value}")
    assert response.status == 400
    found = problem(response)
    assert [(item["pointer"], item["code"]) for item in found["errors"]] == [
        ("?limit", "wrong-parameter")
    ]


def test_a_parameter_that_is_missing(client: Client) -> None:
    response = client.get("/v1/members/anna/explain")
    assert response.status == 400
    assert problem(response)["code"] == "wrong-parameter"


def test_a_head_is_asked_for_alone(client: Client) -> None:
    response = client.get("/healthz", "HEAD")
    assert (response.status, response.body) == (200, b"")


def test_ids_of_requests_are_everywhere(client: Client) -> None:
    for address in ("/healthz", "/nowhere", "/readyz"):
        response = client.get(address, x_request_id="mine")
        assert response.headers["x-request-id"] == "mine"


def test_nothing_is_kept_by_who_passes_it_on(client: Client) -> None:
    assert client.get("/healthz").headers["cache-control"] == "no-store"


def test_a_fault_of_ours_is_told_as_one(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ValueError("anna's secret")

    monkeypatch.setattr(client.metrics, "text", broken)
    response = client.get("/metrics")
    assert response.status == 500
    assert problem(response)["code"] == "internal-error"
    assert "anna" not in response.body.decode()
    assert [record.__dict__["request_id"] for record in caplog.records] == [
        response.headers["x-request-id"]
    ]


# ---- how it is -----------------------------------------------------------------------------------


def test_it_is_alive_without_a_database() -> None:
    client = Client(None)
    assert client.get("/healthz").json() == {"status": "ok"}
    client.close()


def test_it_is_ready_with_a_programme(served: Client) -> None:
    assert served.get("/readyz").status == 200


def test_it_is_not_ready_without_a_database(cafe: Space) -> None:
    client = Client(Desk(cafe))
    response = client.get("/readyz")
    assert response.status == 503
    found = problem(response)
    assert found["code"] == "not-ready"
    assert [item["code"] for item in found["errors"]] == ["database-unavailable"]
    client.close()


def test_it_is_not_ready_without_tables(empty_database: Database, cafe: Space) -> None:
    client = Client(Desk(cafe), database=empty_database)
    assert "xenia database upgrade" in problem(client.get("/readyz"))["detail"]
    client.close()


@pytest.mark.parametrize(("desk", "code"), [(Desk(space_of()), "no-programme"), (None, "starting")])
def test_it_is_not_ready_without_a_programme(
    database: Database, desk: Desk | None, code: str
) -> None:
    client = Client(desk, database=database)
    assert [item["code"] for item in problem(client.get("/readyz"))["errors"]] == [code]
    client.close()


def test_what_is_read_needs_the_database(client: Client) -> None:
    for address in ("/v1/programmes", "/v1/members/anna/wallet"):
        response = client.get(address)
        assert response.status == 503
        assert problem(response)["code"] == "database-unavailable"
        assert "retry-after" in response.headers


# ---- numbers -------------------------------------------------------------------------------------


def numbers(client: Client) -> dict[str, float]:
    """The numbers that are not part of a histogram's buckets, by name and labels."""
    text = client.get("/metrics").body.decode()
    found = re.findall(r"^(xenia_\w+(?:\{[^}]*\})?) (\S+)$", text, re.MULTILINE)
    return {name: float(value) for name, value in found if "_bucket" not in name}


def test_events_are_counted_by_what_became_of_them() -> None:
    said = {
        "new": Posted('{"refusals":[]}', "new", "api", True),
        "old": Posted('{"refusals":[]}', "old", "api"),
        "other": Posted(None, "other", "api"),
        "poor": Posted(
            '{"refusals":[{"code":"insufficient-balance"},{"code":"too-late"}]}',
            "poor",
            "api",
            True,
        ),
    }

    def result(item: Taken) -> Posted:
        return said[item.event.id]

    client = Client(Desk(space_of(CAFE), result))
    client.post([purchase(name) for name in (*said, "new")])
    client.post({})
    found = numbers(client)
    client.close()
    assert found['xenia_events_total{outcome="recorded",type="purchase"}'] == 3
    assert found['xenia_events_total{outcome="repeated",type="purchase"}'] == 1
    assert found['xenia_events_total{outcome="different-content",type="purchase"}'] == 1
    assert found['xenia_refusals_total{code="insufficient-balance"}'] == 1
    assert found['xenia_refusals_total{code="too-late"}'] == 1
    assert found['xenia_problems_total{code="different-content"}'] == 1
    assert found['xenia_problems_total{code="missing-field"}'] == 1
    assert found["xenia_events_waiting"] == 5


# ---- its description -----------------------------------------------------------------------------

SHAPE = {
    "type": "object",
    "required": ["openapi", "info", "paths", "components"],
    "properties": {
        "openapi": {"const": "3.1.0"},
        "info": {"type": "object", "required": ["title", "version"]},
        "paths": {
            "type": "object",
            "propertyNames": {"pattern": "^/"},
            "additionalProperties": {
                "additionalProperties": {
                    "type": "object",
                    "required": ["operationId", "summary", "responses"],
                    "properties": {
                        "parameters": {
                            "type": "array",
                            "items": {
                                "required": ["name", "in", "schema"],
                                "properties": {
                                    "in": {"enum": ["query", "path", "header", "cookie"]}
                                },
                            },
                        },
                        "responses": {"minProperties": 2, "required": ["default"]},
                    },
                }
            },
        },
    },
}


def test_it_describes_all_that_there_is(client: Client) -> None:
    found = client.get("/openapi.json").json()
    jsonschema.validate(found, SHAPE)
    assert {path: "".join(found["paths"][path]) for path in found["paths"]} == ADDRESSES


def test_every_reference_leads_somewhere() -> None:
    found = interface()
    references = set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(found)))
    assert "components/schemas/Purchase" in references
    for reference in references:
        place: Any = found
        for step in reference.split("/"):
            place = place[step]
    names = [op["operationId"] for path in found["paths"].values() for op in path.values()]
    assert len(names) == len(set(names))


def test_schemas_are_json_schema() -> None:
    for schema in interface()["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


@cache
def interface() -> dict[str, Any]:
    """The description of the interface, which takes most of a second to make: never to be
    changed."""
    found: dict[str, Any] = json.loads(described())
    return found


@cache
def validator(name: str) -> jsonschema.Draft202012Validator:
    """Checks against one of the described schemas."""
    return jsonschema.Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": interface()["components"]}
    )


def test_an_event_as_it_is_described() -> None:
    assert NOW
    checked = validator("Event")
    checked.validate(purchase("e1"))
    assert not checked.is_valid(purchase("e1", quanity=1))
    assert not checked.is_valid({"id": "c", "type": "clock", "occurred_at": "2026-01-01T00:00:00Z"})
