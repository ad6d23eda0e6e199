"""`POST /v1/events`: each event gets its answer or its problem, whatever comes along with it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.client import (
    CAFE,
    JSON,
    LINES,
    NOW,
    Client,
    Desk,
    Request,
    Response,
    purchase,
    space_of,
)
from xenia.api import arriving, sent
from xenia.api.arriving import Arriving
from xenia.services.posted import Posted
from xenia.services.poster import FAILED, UNAVAILABLE, Result
from xenia.services.taking import Taken

PROBLEM = "application/problem+json"


def problem(response: Response) -> dict[str, Any]:
    """What a refused request was answered with, which always has the same form."""
    assert response.headers["content-type"] == PROBLEM
    found: dict[str, Any] = response.json()
    assert set(found) == {"type", "title", "status", "code", "detail", "errors", "request_id"}
    assert found["type"] == f"/problems/{found['code']}"
    assert found["status"] == response.status
    assert found["request_id"] == response.headers["x-request-id"]
    assert found["title"]
    assert found["detail"]
    return found


def time_at(minutes: int) -> str:
    """So many minutes after the clock of the application."""
    assert NOW == 1_795_000_000_000_000
    return f"2026-11-18T{11 + (6 + minutes) // 60:02}:{(6 + minutes) % 60:02}:40Z"


# ---- one, several, one a line --------------------------------------------------------------------


def test_one_event_is_answered_with_what_was_made_of_it(client: Client, desk: Desk) -> None:
    response = client.post(purchase("e1"))
    assert response.status == 200
    assert response.headers["content-type"] == JSON
    assert response.json() == {"event": "e1", "trace": False, "refusals": []}
    assert [item.event.id for item in desk.taken] == ["e1"]


def test_an_array_is_answered_in_its_order_each_on_its_own(client: Client, desk: Desk) -> None:
    events = [purchase("e1"), {"id": "e2"}, purchase("e3"), 7, purchase("e4", currency="USD")]
    response = client.post(events)
    assert response.status == 200
    found = response.json()
    assert [item.get("event") or item["code"] for item in found] == [
        "e1", "missing-field", "e3", "wrong-type", "other-money",
    ]  # fmt: skip
    assert {item["request_id"] for item in found if "code" in item} == {
        response.headers["x-request-id"]
    }
    assert desk.requests == [2], "all that can be read is posted together"


def test_an_array_may_be_empty_or_refused_as_a_whole(client: Client, desk: Desk) -> None:
    assert client.post([]).json() == []
    assert [item["code"] for item in client.post([{}, 1]).json()] == ["missing-field", "wrong-type"]
    assert desk.requests == []


def test_lines_are_answered_by_lines(client: Client) -> None:
    lines = [json.dumps(purchase("e1")), "", "{", json.dumps(purchase("e2"))]
    response = client.post("\r\n".join(lines).encode(), LINES)
    assert response.headers["content-type"] == LINES
    assert [item.get("event") or item["code"] for item in response.json()] == [
        "e1", "invalid-json", "e2",
    ]  # fmt: skip
    assert response.body.endswith(b"\n")


def test_requests_at_once_get_their_own_answers(client: Client) -> None:
    async def all_at_once() -> list[Response]:
        requests = [
            Request("POST", "/v1/events", (body(number),), {"content-type": JSON})
            for number in range(50)
        ]
        return await asyncio.gather(*(client.send(request) for request in requests))

    def body(number: int) -> bytes:
        return json.dumps(purchase(f"e{number}")).encode()

    found = client.run(all_at_once())
    assert [response.json()["event"] for response in found] == [f"e{n}" for n in range(50)]


@pytest.mark.parametrize(
    "kind", [JSON, "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"']
)
def test_content_types_that_are_read(client: Client, kind: str) -> None:
    assert client.post(purchase("e1"), kind).status == 200


# ---- what an event is refused for ----------------------------------------------------------------


def test_an_event_that_cannot_be_read_is_told_all_that_is_wrong(client: Client) -> None:
    wrong = purchase("e1", occurred_at="now", currency="USD")
    response = client.post(wrong)
    assert response.status == 422
    found = problem(response)
    assert found["code"] == found["errors"][0]["code"]
    assert {(item["pointer"], item["code"]) for item in found["errors"]} == {
        ("/occurred_at", "not-a-time"),
        ("/currency", "other-money"),
    }


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (b"", "invalid-json"),
        (b"{", "invalid-json"),
        (b"[{]", "invalid-json"),
        (b"[" * 10_000, "invalid-json"),
        (b'{"a":' * 10_000, "invalid-json"),
        (b"\xff", "invalid-json"),
        (b"null", "wrong-type"),
        (b'{"type": "code"}', "not-supported"),
        (b'{"type": "clock", "id": "c", "occurred_at": "2026-01-01T00:00:00Z"}', "not-here"),
    ],
)
def test_what_is_no_event_here(client: Client, desk: Desk, event: bytes, code: str) -> None:
    response = client.post(event)
    assert response.status == 422
    assert problem(response)["code"] == code
    assert desk.taken == []


def test_a_time_in_the_future_is_refused_here(client: Client) -> None:
    assert client.post(purchase("e1", occurred_at=time_at(5))).status == 200
    response = client.post(purchase("e2", occurred_at=time_at(6)))
    assert response.status == 422
    found = problem(response)
    assert found["code"] == "in-the-future"
    assert found["errors"][0]["pointer"] == "/occurred_at"


def test_the_programme_must_be_clear() -> None:
    both = Client(Desk(space_of(CAFE, CAFE.replace("programme: cafe", "programme: tea-house"))))
    assert problem(both.post(purchase("e1")))["code"] == "which-programme"
    assert both.post(purchase("e1", programme="cafe")).status == 200
    # Whether there is one by now cannot be seen without a database: to be sent again.
    none = Client(Desk(space_of()))
    assert problem(none.post(purchase("e1")))["code"] == "database-unavailable"
    both.close()
    none.close()


def answering(result: Result | None) -> Iterator[Client]:
    def given(item: Taken) -> Result:
        return result or Posted(None, item.event.id, item.event.source)

    client = Client(Desk(space_of(CAFE), given))
    yield client
    client.close()


@pytest.mark.parametrize(
    ("result", "status", "code"),
    [
        (None, 422, "different-content"),
        (UNAVAILABLE, 503, "database-unavailable"),
        (FAILED, 500, "internal-error"),
    ],
)
def test_what_is_not_posted(result: Result | None, status: int, code: str) -> None:
    for client in answering(result):
        response = client.post(purchase("e1"))
        assert response.status == status
        assert problem(response)["code"] == code
        assert (response.headers.get("retry-after") == "2") is (status == 503)


def test_of_several_that_are_not_posted_each_says_so() -> None:
    for client in answering(FAILED):
        response = client.post([purchase("e1"), purchase("e2")])
        assert response.status == 200
        assert [item["code"] for item in response.json()] == ["internal-error"] * 2


def test_several_without_a_database_are_answered_as_one() -> None:
    for client in answering(UNAVAILABLE):
        response = client.post([purchase("e1"), {}, purchase("e2")])
        assert response.status == 503
        assert problem(response)["code"] == "database-unavailable"


def test_without_a_database_from_the_start() -> None:
    client = Client(None)
    response = client.post(purchase("e1"))
    assert response.status == 503
    assert problem(response)["code"] == "database-unavailable"
    assert response.headers["retry-after"] == "2"
    client.close()


@pytest.mark.parametrize("body", [purchase("e1"), [purchase("e1"), purchase("e2")]])
def test_a_full_queue_says_when_to_come_again(client: Client, desk: Desk, body: Any) -> None:
    desk.full = True
    response = client.post(body)
    assert response.status == 503
    assert problem(response)["code"] == "queue-full"
    assert response.headers["retry-after"] == "1"


def test_a_fault_of_ours_is_a_problem_too(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("anna's secret")

    monkeypatch.setattr("xenia.api.events.take", broken)
    response = client.post(purchase("e1"))
    assert response.status == 500
    found = problem(response)
    assert found["code"] == "internal-error"
    assert "anna" not in response.body.decode()
    assert caplog.records[0].__dict__["request_id"] == found["request_id"]


# ---- what a request is refused for ---------------------------------------------------------------


def test_a_trace_is_asked_for_in_the_address(client: Client) -> None:
    for value in (True, False):
        response = client.post(purchase("e1"), address=f"/v1/events?trace={str(value).lower()}")
        assert response.json()["trace"] is value


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("trace=1", "true or false"),
        ("trace=", "true or false"),
        ("dry_run=yes", "true or false"),
        ("trase=true", "trace"),
    ],
)
def test_parameters_that_cannot_be_used(client: Client, desk: Desk, query: str, words: str) -> None:
    response = client.post(purchase("e1"), address=f"/v1/events?{query}")
    assert response.status == 400
    found = problem(response)
    assert found["code"] == "wrong-parameter"
    assert found["errors"][0]["pointer"] == f"?{query.partition('=')[0]}"
    assert words in found["detail"]
    assert desk.taken == []


def test_not_dry_run_is_nothing_special(client: Client) -> None:
    assert client.post(purchase("e1"), address="/v1/events?dry_run=false").status == 200


@pytest.mark.parametrize(
    "kind",
    [None, "text/plain", "application/xml", "application/json; charset=iso-8859-7", "; charset="],
)
def test_content_types_that_are_not_read(client: Client, desk: Desk, kind: str | None) -> None:
    response = client.post(purchase("e1"), kind)
    assert response.status == 415
    assert problem(response)["code"] == "unsupported-media-type"
    assert desk.taken == []


def test_a_packed_body_is_not_read(client: Client) -> None:
    response = client.post(purchase("e1"), content_encoding="gzip")
    assert response.status == 415
    assert "gzip" in problem(response)["detail"]
    assert client.post(purchase("e1"), content_encoding="identity").status == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_allowed(client: Client, method: str) -> None:
    response = client.get("/v1/events", method)
    assert response.status == 405
    assert problem(response)["code"] == "method-not-allowed"
    assert response.headers["allow"] == "POST"


def test_so_many_events_and_no_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent, "MOST", 3)
    for kind, three, four in (
        (JSON, b"[1,2,3]", b"[1,2,3,4]"),
        (LINES, b"1\n2\n3\n", b"1\n2\n3\n4\n"),
    ):
        assert client.post(three, kind).status == 200
        response = client.post(four, kind)
        assert response.status == 413
        assert problem(response)["code"] == "too-many-events"


def test_a_long_array_lets_others_have_their_turn(client: Client, desk: Desk) -> None:
    async def both() -> tuple[Response, Response]:
        many = json.dumps([purchase(f"m{n}") for n in range(200)]).encode()
        one = json.dumps(purchase("one")).encode()
        kind = {"content-type": JSON}
        requests = [Request("POST", "/v1/events", (body,), kind) for body in (many, one)]
        first, second = await asyncio.gather(*(client.send(request) for request in requests))
        return first, second

    many, one = client.run(both())
    assert len(many.json()) == 200
    assert one.json()["event"] == "one"
    assert desk.requests == [1, 200], "the one that came second did not wait for all of the first"


# ---- bodies on their way -------------------------------------------------------------------------


def limited(desk: Desk, *parts: bytes | float, fields: dict[str, str] | None = None) -> Response:
    """What a body that arrives like this is answered with, of 1,000 bytes at most."""
    client = Client(desk, arriving=Arriving(most=1000, seconds=0))
    request = Request("POST", "/v1/events", parts, {"content-type": JSON, **(fields or {})})

    async def sending() -> Response:
        answered = asyncio.ensure_future(client.send(request))
        while not answered.done():
            await asyncio.sleep(0)
            if client.arriving._began:
                client.arriving.give_up()
        return answered.result()

    try:
        return client.run(sending())
    finally:
        client.close()


def test_a_body_may_come_in_parts(client: Client) -> None:
    body = json.dumps(purchase("e1")).encode()
    request = Request("POST", "/v1/events", (body[:50], body[50:]), {"content-type": JSON})
    assert client.run(client.send(request)).json()["event"] == "e1"


def test_a_body_that_says_it_is_too_large_is_not_read(desk: Desk) -> None:
    response = limited(desk, b"{}", fields={"content-length": "1001"})
    assert response.status == 413
    assert problem(response)["code"] == "too-large"
    assert response.headers["connection"] == "close"


def test_a_body_that_becomes_too_large_is_not_read_on(desk: Desk) -> None:
    response = limited(desk, b"x" * 600, b"x" * 600, 3600.0)
    assert response.status == 413
    assert problem(response)["code"] == "too-large"


@pytest.mark.parametrize("parts", [(b"{", 3600.0), (3600.0, b"{")])
def test_a_body_that_does_not_arrive_is_given_up(desk: Desk, parts: Any) -> None:
    response = limited(desk, *parts)
    assert response.status == 408
    assert problem(response)["code"] == "slow-request"


def test_so_many_bytes_together_and_no_more(desk: Desk) -> None:
    body = json.dumps(purchase("e1")).encode()
    client = Client(desk, arriving=Arriving(together=2 * len(body)))
    kind = {"content-type": JSON}
    whole, parts, slow = (body,), (body[:9], body[9:]), (0.0, body)

    async def three() -> list[int]:
        requests = [Request("POST", "/v1/events", how, kind) for how in (slow, whole, parts)]
        found = await asyncio.gather(*(client.send(request) for request in requests))
        return [response.status for response in found]

    assert client.run(three()) == [503, 200, 200]
    assert client.arriving.held == 0
    assert client.post(purchase("e1")).status == 200
    client.close()


@pytest.mark.parametrize("fields", [{}, {"content-length": "1001"}, {"content-type": "a/b"}])
def test_a_body_is_not_held_longer_than_its_request(desk: Desk, fields: dict[str, str]) -> None:
    client = Client(desk, arriving=Arriving(most=1000))
    for part in (json.dumps(purchase("e1")).encode(), b"{", b"x" * 1001):
        client.post(part, fields.get("content-type", JSON), **fields)
        assert client.arriving.held == 0
    client.close()


def test_what_has_arrived_is_not_given_up(desk: Desk) -> None:
    patient = Arriving(seconds=arriving.SECONDS)
    client = Client(desk, arriving=patient)
    assert client.post(purchase("e1")).status == 200
    assert patient._began == {}
    client.close()


# ---- request ids ---------------------------------------------------------------------------------


def test_every_answer_has_an_id_of_its_own(client: Client) -> None:
    found = {client.post(purchase(f"e{n}")).headers["x-request-id"] for n in range(5)}
    assert len(found) == 5
    assert all(found)


@pytest.mark.parametrize("brought", ["a", "0192-Ab.c~d_e", "x" * 64])
def test_a_well_formed_id_that_is_brought_along_is_kept(client: Client, brought: str) -> None:
    assert client.post({}, x_request_id=brought).json()["request_id"] == brought


@pytest.mark.parametrize("brought", ["", "a b", "x" * 65, 'a"b', "α", "a\n"])
def test_any_other_id_is_not(client: Client, brought: str) -> None:
    response = client.post({}, x_request_id=brought)
    assert problem(response)["request_id"] != brought
