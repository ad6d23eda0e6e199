"""Who may do what: every address takes a key with its scope, and shows nothing of other spaces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.client import CAFE, Client, Head, purchase
from tests.api.test_events import problem
from tests.api.test_rest import interface
from tests.api.worlds import OURS, THEIRS, Worlds, bearer
from tests.services.publishing import published
from xenia.api.application import EVENTS
from xenia.api.document import operations as described
from xenia.api.gate import Admitted, Gate
from xenia.api.rest import ROUTES, for_anybody
from xenia.api.scopes import scope_of
from xenia.services.access import Actor, Key, Scope, digest_of, new_secret
from xenia.services.problems import Problem
from xenia.store.database import Database

WRITES = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def worlds(database: Database) -> Iterator[Worlds]:
    published(database, CAFE)
    found = Worlds(database)
    yield found
    found.close()


def operations() -> Iterator[tuple[str, str, Scope | None]]:
    """Every method and address there is, and the scope that it takes; those that are described and
    those that are served are the same."""
    served = {(method, path): scope_of(route) for method, path, route in described(ROUTES)}
    served["post", EVENTS] = Scope.EVENTS
    for path, known in interface()["paths"].items():
        for method in known:
            yield method.upper(), path, served[method, path]


ALL = list(operations())
KEPT: list[tuple[str, str, Scope]] = [
    (method, path, scope) for method, path, scope in ALL if scope is not None
]


PLACES = {
    "member": "anna",
    "reservation": "r1",
    "key": "0123456789abcdef",
    "webhook": "whk_0123456789abcdef01234567",
    "connection": "0123456789abcdef0123456789abcdef",
    "delivery": "1",
    "kind": "shopify",
    "draft": "0123456789abcdef",
    "rule": "a-rule",
    "notifier": "email",
    "programme": "cafe",
    "version": "1",
    "template": "coffee-stars",
    "reward": "tea",
    "staff": "0123456789abcdef",
    "code": "ABCD-EFGH",
    "correction": "0123456789abcdef",
    "note": "0123456789abcdef",
    "merge": "0123456789abcdef",
    "cashier": "c7",
    "household": "home",
    "backtest": "0123456789abcdef",
    "month": "2026-10",
}
# Addresses where what is sent is signed, in place of a key.
SIGNED = {("POST", "/v1/connectors/{kind}/{connection}")}
# Those that take a secret in their body, in place of a key.
SIGNING_IN = {
    *("/v1/invitations", "/v1/invitations/check"),
    *("/v1/sign-in", "/v1/session", "/v1/sign-out"),
    *("/v1/own/codes", "/v1/own/sign-in", "/v1/own/session", "/v1/own/sign-out"),
    "/v1/own/brand",
}
# What is asked with a body, and writes nothing.
READS = {
    ("POST", "/v1/quotes"),
    ("POST", "/v1/simulations"),
    ("POST", "/v1/simulations/vocabulary"),
    ("POST", "/v1/drafts/check"),
    ("POST", "/v1/wizards/ready-made"),
}

# Those that take no body, or one that is the sender's own.
BODILESS = SIGNED | {
    ("POST", "/v1/connections/{connection}/deliveries/{delivery}/replay"),
    ("POST", "/v1/reservations/{reservation}/release"),
    ("POST", "/v1/drafts/{draft}/approval"),
    ("POST", "/v1/drafts/{draft}/submission"),
    ("POST", "/v1/drafts/{draft}/undo"),
    ("POST", "/v1/drafts/{draft}/redo"),
    ("POST", "/v1/staff/{staff}/invitation"),
    ("POST", "/v1/corrections/{correction}/confirm"),
    ("POST", "/v1/corrections/{correction}/decline"),
    ("POST", "/v1/merges/{merge}/confirm"),
    ("POST", "/v1/merges/{merge}/undo"),
    ("POST", "/v1/backtests/{backtest}/cancel"),
    ("POST", "/v1/finance/months/{month}/closing"),
    ("POST", "/v1/finance/totals"),
}


def filled(path: str) -> str:
    """An address with something in its places."""
    for place, value in PLACES.items():
        path = path.replace("{" + place + "}", value)
    return path


def test_nothing_is_served_that_is_not_described() -> None:
    served = sum(
        len(set(route.http_methods) - {"HEAD", "OPTIONS"}) * len(route.paths) for route in ROUTES
    )
    assert len(ALL) == served + 1, "and the events"
    pages = {path for path in for_anybody() if path.startswith("/problems")}
    assert for_anybody() - pages == {"/healthz", "/readyz", "/openapi.json"} | SIGNING_IN
    without = {(method, path) for method, path, scope in ALL if scope is None}
    assert without == SIGNED | {("GET", "/healthz"), ("GET", "/readyz")} | {
        ("POST", path) for path in SIGNING_IN
    }


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/openapi.json", "/problems", "/problems/bad-key"]
)
def test_what_is_for_anybody_takes_no_key(worlds: Worlds, path: str) -> None:
    worlds.key()
    assert worlds.client.get(path).status == 200


@pytest.mark.parametrize(("method", "path"), sorted(SIGNED))
def test_what_is_signed_takes_no_key_and_is_nothing_without_its_signature(
    worlds: Worlds, method: str, path: str
) -> None:
    """Who has a key of any kind gets no further by it; test_connectors has those that are good."""
    for fields in ({}, bearer(worlds.key())):
        response = worlds.client.ask(method, filled(path), {}, fields)
        assert (response.status, problem(response)["code"]) == (404, "unknown-connection")


@pytest.mark.parametrize("scope", sorted({scope for _, _, scope in KEPT}))
def test_addresses_take_a_key_with_their_scope(worlds: Worlds, scope: Scope) -> None:
    """All that each takes: a key, one that is known, and one that may."""
    send, fitting = worlds.client.ask, worlds.key([scope])
    others = worlds.key(one for one in Scope if one is not scope)
    for method, path in [(method, path) for method, path, one in KEPT if one is scope]:
        address, where = filled(path), f"{method} {path}"
        assert problem(send(method, address))["code"] == "no-key", where
        for wrong in ("xen_live_0123456789", "token", fitting[:-1], fitting + "x"):
            response = send(method, address, fields=bearer(wrong))
            assert (response.status, problem(response)["code"]) == (401, "bad-key"), where
        refused = send(method, address, fields=bearer(others))
        assert (refused.status, problem(refused)["code"]) == (403, "not-allowed"), where
        assert scope in problem(refused)["detail"], where
        allowed = send(method, address, fields=bearer(fitting))
        assert allowed.status not in (401, 403), where


def test_what_an_address_takes_is_described() -> None:
    for path, known in interface()["paths"].items():
        for method, operation in known.items():
            assert operation["summary"], path
            if method in ("post", "put", "patch") and (method.upper(), path) not in BODILESS:
                assert "requestBody" in operation, f"{method} {path}: say needs(…, body=…)"
            unkeyed = path == EVENTS or path in SIGNING_IN
            if method != "get" and not unkeyed and (method.upper(), path) not in SIGNED | READS:
                (key,) = (
                    one for one in operation["parameters"] if one["name"] == "Idempotency-Key"
                )
                assert key["required"]


def test_a_write_wants_a_key_of_its_own(worlds: Worlds) -> None:
    """But of an event the id is its key, and what keeps nothing needs none."""
    key = bearer(worlds.key())
    for method, path, _ in KEPT:
        if method in WRITES and path != EVENTS and (method, path) not in READS:
            response = worlds.client.ask(method, filled(path), BODIES.get((method, path)), key)
            said = (response.status, problem(response)["code"])
            assert said == (400, "idempotency-key"), f"{method} {path}"


# What can be sent to an address that takes a body.
BODIES: dict[tuple[str, str], Any] = {
    ("POST", "/v1/notifiers/{notifier}/test"): {"locale": "el"},
    ("POST", "/v1/quotes"): purchase("e1"),
    ("POST", "/v1/simulations/vocabulary"): {"programme": {"published": "cafe"}},
    ("POST", "/v1/simulations"): {
        "programme": {"published": "cafe"},
        "event": {key: one for key, one in purchase("e1").items() if key != "member"},
        "member": {},
    },
    ("POST", "/v1/reservations"): {"event": purchase("e1")},
    ("POST", "/v1/reservations/{reservation}/commit"): purchase("e1"),
    ("POST", "/v1/keys"): {"name": "a till", "scopes": ["events:write"]},
    ("POST", "/v1/connections"): {"kind": "odoo", "name": "ermou"},
    ("PATCH", "/v1/connections/{connection}"): {"programme": "cafe"},
    ("POST", "/v1/members"): {"member": "anna"},
    ("POST", "/v1/members/{member}/codes"): {"units": {"beans": "5"}},
    ("PUT", "/v1/cashiers/{cashier}"): {"member": "anna"},
    ("PATCH", "/v1/members/{member}"): {"attributes": {"locale": "el"}},
    ("POST", "/v1/members/{member}/cards"): {"card": "4000"},
    ("POST", "/v1/members/{member}/leave"): {},
    ("POST", "/v1/programmes"): {"document": CAFE},
    ("PUT", "/v1/drafts/{draft}"): {"document": CAFE},
    ("POST", "/v1/drafts/{draft}/objection"): {"note": "too dear"},
    ("POST", "/v1/drafts/{draft}/changes"): {"changes": [{"do": "remove", "at": "/rules/x"}]},
    ("POST", "/v1/corrections"): {
        "type": "adjustment",
        "member": "anna",
        "currency": "beans",
        "units": "5",
        "reason": "a cold coffee",
    },
    ("POST", "/v1/members/{member}/notes"): {"text": "Likes it hot."},
    ("POST", "/v1/merges"): {"from": "anna", "into": "ben"},
    ("POST", "/v1/households"): {"person": "anna", "household": "home"},
    ("POST", "/v1/households/{household}/persons"): {"member": "ben"},
    ("PATCH", "/v1/households/{household}/persons/{member}"): {"may_spend": False},
    ("PUT", "/v1/approval"): {"four_eyes": False},
    ("PUT", "/v1/programmes/{programme}/safety"): {"limits": []},
    ("PUT", "/v1/finance/valuation"): {"currencies": {"beans": {"breakage": "10"}}},
    ("POST", "/v1/staff"): {"email": "a@example.org", "name": "Anna", "role": "till"},
    ("PATCH", "/v1/staff/{staff}"): {"role": "till"},
    ("POST", "/v1/rewards/{reward}/stock"): {"change": 5},
    ("POST", "/v1/backtests"): {"programme": {"published": "cafe"}, "history": "last-year"},
    ("POST", "/v1/wizards/programme-chooser"): {
        "history": "last-year",
        "margin": "30%",
        "rate": "5%",
    },
    ("POST", "/v1/wizards/ready-made"): {
        "programme": "corner",
        "margin": "33%",
        "money": "EUR",
        "timezone": "Europe/Athens",
    },
    ("PUT", "/v1/brand"): {"name": "The café"},
    ("PATCH", "/v1/own"): {"attributes": {"locale": "el"}},
    ("POST", "/v1/own/redemptions"): {"reward": "tea"},
    ("POST", "/v1/own/transfers"): {"to": "4000", "currency": "beans", "units": "5"},
    ("POST", "/v1/own/leave"): {},
    ("POST", "/v1/webhooks"): {"url": "https://93.184.216.34/hook"},
    ("POST", "/v1/webhooks/{webhook}/replay"): {
        "since": "2026-11-18T00:00:00Z",
        "until": "2026-11-19T00:00:00Z",
    },
}


# ---- the gate ------------------------------------------------------------------------------------


def test_while_nobody_has_a_key_everybody_may(worlds: Worlds) -> None:
    assert worlds.client.post(purchase("e1")).status == 200
    worlds.key()
    assert problem(worlds.client.post(purchase("e2")))["code"] == "no-key"


def test_a_key_that_was_taken_back_opens_nothing_and_the_door_stays_shut(worlds: Worlds) -> None:
    mine = worlds.key()
    shown = worlds.client.ask("GET", "/v1/keys", fields=bearer(mine)).json()["data"]
    gone = worlds.client.ask(
        "DELETE",
        f"/v1/keys/{shown[0]['key']}",
        fields={**bearer(mine), "idempotency-key": "take it back"},
    )
    assert (gone.status, gone.json()) == (200, {"key": shown[0]["key"], "revoked": True})
    worlds.look()
    assert problem(worlds.client.post(purchase("e1"), **bearer(mine)))["code"] == "bad-key"
    assert problem(worlds.client.post(purchase("e1")))["code"] == "no-key"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def limited(per_minute: int, workers: int = 1) -> tuple[Gate, Clock, Head]:
    clock, secret = Clock(), new_secret("live")
    gate = Gate(1, workers=workers, clock=clock)
    key = Key(1, "k", frozenset(Scope), per_minute)
    gate.hold([(digest_of(secret.text), key)], any_ever=True)
    return gate, clock, Head(bearer(secret.text))


def test_so_many_requests_a_minute_and_no_more() -> None:
    gate, clock, head = limited(60)
    for _ in range(60):
        assert not isinstance(gate.admit(head), Problem)
    full = gate.admit(head)
    assert isinstance(full, Problem)
    assert (full.status, full.code, full.retry_after) == (429, "too-many-requests", 1)
    clock.now += 1
    admitted = gate.admit(head)
    assert isinstance(admitted, Admitted)
    assert ("ratelimit-limit", "60") in admitted.fields
    assert isinstance(gate.admit(head), Problem)


def test_workers_share_what_a_key_may() -> None:
    gate, _, head = limited(60, workers=2)
    let = sum(not isinstance(gate.admit(head), Problem) for _ in range(100))
    assert let == 30


def test_an_answer_says_how_often_the_key_may_still_be_used(worlds: Worlds) -> None:
    key = worlds.key(per_minute=2)
    first = worlds.client.post(purchase("e1"), **bearer(key))
    assert first.headers["ratelimit-remaining"] == "1"
    worlds.client.get("/v1/programmes", **bearer(key))
    full = worlds.client.get("/v1/programmes", **bearer(key))
    assert full.status == 429
    assert int(full.headers["retry-after"]) > 0


def test_when_a_key_was_used_last_is_seen(worlds: Worlds) -> None:
    key = worlds.key()

    def last() -> object:
        shown = worlds.client.ask("GET", "/v1/keys", fields=bearer(key)).json()
        return shown["data"][0]["last_used_at"]

    assert last() is None
    worlds.look()
    assert last() is not None


# ---- what only staff does ------------------------------------------------------------------------


def test_a_till_tells_of_no_adjustments(worlds: Worlds) -> None:
    till, staff = worlds.key([Scope.EVENTS]), worlds.key([Scope.EVENTS, Scope.STAFF])
    worlds.client.post(purchase("e1"), **bearer(till))
    gift = {
        "id": "a1",
        "type": "adjustment",
        "member": "anna",
        "currency": "beans",
        "units": "5",
        "reason": "a kind word",
        "author": "nikos",
        "occurred_at": "2026-11-18T10:00:00+02:00",
    }
    refused = worlds.client.post([gift, purchase("e2")], **bearer(till)).json()
    assert refused[0]["code"] == "not-allowed"
    assert refused[1]["event"] == "e2"
    given = worlds.client.post(gift, **bearer(staff)).json()
    assert given["wallet"]["beans"]["balance"] == "11"


def test_a_character_that_is_none_is_told(worlds: Worlds) -> None:
    key = worlds.key()
    for path in ("/v1/members/an%00na", "/v1/members/anna/explain?event=%00"):
        response = worlds.client.get(path, **bearer(key))
        assert (response.status, problem(response)["code"]) == (400, "wrong-parameter")
    named = make(worlds, key, {"name": "a\0till", "scopes": ["events:write"]})
    assert problem(named)["errors"][0]["code"] == "control-character"
    plain = make(worlds, key, {"name": "a\\u0000till", "scopes": ["events:write"]}, "two")
    assert plain.json()["name"] == "a\\u0000till"


# ---- two spaces ----------------------------------------------------------------------------------


def test_nothing_is_seen_across_spaces(worlds: Worlds) -> None:
    """Whatever is asked with the other's key, also of ids that one has: there is nothing."""
    ours, theirs = worlds.key(), worlds.key(space=THEIRS)
    worlds.client.post(purchase("e1"), **bearer(ours))
    before = everything(worlds.client, ours)
    assert "anna" in before
    for method, path, _ in KEPT:
        response = worlds.client.ask(method, filled(path), fields=bearer(theirs))
        asked = r"no programme \"cafe\""  # of which the answer says that it is not there
        said = response.body.decode().replace(asked, "")
        assert "cafe" not in said, path
        assert "beans" not in said, path
    assert problem(worlds.client.get("/v1/members/anna", **bearer(theirs)))["status"] == 404
    other = worlds.client.post(purchase("e1"), **bearer(theirs))
    assert problem(other)["code"] == "unknown-programme"
    assert everything(worlds.client, ours) == before


def everything(client: Client, key: str) -> str:
    """What can be read of a space that has one member."""
    fields = {**bearer(key), "x-request-id": "reading"}
    read = [
        client.ask("GET", filled(path), fields=fields).body.decode()
        for method, path, scope in KEPT
        if method == "GET" and path not in ("/metrics", "/v1/keys")  # which differ by themselves
    ]
    return "\n".join(read)


def test_keys_of_others_are_not_there(worlds: Worlds) -> None:
    ours, theirs = worlds.key(), worlds.key(space=THEIRS)
    mine = worlds.client.ask("GET", "/v1/keys", fields=bearer(ours)).json()["data"][0]["key"]
    listed = worlds.client.ask("GET", "/v1/keys", fields=bearer(theirs)).json()["data"]
    assert mine not in [item["key"] for item in listed]
    tried = worlds.client.ask(
        "DELETE", f"/v1/keys/{mine}", fields={**bearer(theirs), "idempotency-key": "1"}
    )
    assert (tried.status, problem(tried)["code"]) == (404, "unknown-key")
    assert worlds.client.get("/v1/programmes", **bearer(ours)).status == 200
    assert worlds.key(space=OURS).startswith("xen_live_")
    assert theirs.startswith("xen_test_")


# ---- keys ----------------------------------------------------------------------------------------


def make(worlds: Worlds, key: str, body: Any, name: str = "one", query: str = "") -> Any:
    fields = {**bearer(key), "idempotency-key": name}
    return worlds.client.ask("POST", f"/v1/keys{query}", body, fields)


def test_a_key_is_shown_once(worlds: Worlds) -> None:
    boss = worlds.key()
    body = {"name": "tills", "scopes": ["events:write"], "per_minute": 600}
    made = make(worlds, boss, body)
    assert made.status == 201
    secret = made.json()["secret"]
    again = make(worlds, boss, body)
    assert (again.status, again.headers["idempotent-replayed"]) == (201, "true")
    assert "secret" not in again.json()
    assert again.json()["key"] == made.json()["key"]
    worlds.look()
    assert worlds.client.post(purchase("e1"), **bearer(secret)).status == 200
    listed = worlds.client.ask("GET", "/v1/keys", fields=bearer(boss)).body.decode()
    assert secret not in listed
    assert made.json()["shown"] in listed
    with worlds.database.connect() as connection:
        for table in ("api_key", "request", "change"):
            rows = connection.execute(f"select t::text from {table} t".encode()).fetchall()
            assert rows
            assert secret not in str(rows)


def test_the_same_key_for_something_else_is_refused(worlds: Worlds) -> None:
    boss = worlds.key()
    make(worlds, boss, {"name": "tills", "scopes": ["events:write"]})
    other = make(worlds, boss, {"name": "shop", "scopes": ["events:write"]})
    assert (other.status, problem(other)["code"]) == (422, "different-request")


def test_the_same_write_at_the_same_time_is_still_running(worlds: Worlds) -> None:
    boss = worlds.key()
    with worlds.database.connect() as connection, connection.transaction():
        connection.execute(
            "insert into request select 1, 'key/' || key_id, 'one', '', 0, '', now() from api_key"
        )
        running = make(worlds, boss, {"name": "tills", "scopes": ["events:write"]})
        assert (running.status, problem(running)["code"]) == (409, "still-running")


def test_a_dry_run_changes_nothing(worlds: Worlds) -> None:
    boss = worlds.key()
    body = {"name": "tills", "scopes": ["events:write"]}
    dry = make(worlds, boss, body, query="?dry_run=true")
    assert (dry.status, dry.headers["dry-run"]) == (201, "true")
    assert "secret" not in dry.json()
    listed = worlds.client.ask("GET", "/v1/keys", fields=bearer(boss)).json()["data"]
    assert len(listed) == 1
    assert make(worlds, boss, body).status == 201, "nor is the Idempotency-Key used up"


def test_nobody_gives_more_than_they_may(worlds: Worlds) -> None:
    clerk = worlds.key([Scope.KEYS, Scope.EVENTS])
    more = make(worlds, clerk, {"name": "mine", "scopes": ["staff:write"]})
    assert (more.status, problem(more)["code"]) == (403, "not-allowed")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "x", "scopes": ["events:wirte"]}, "/scopes/0"),
        ({"name": "x", "scopes": []}, "/scopes"),
        ({"name": "", "scopes": ["events:write"]}, "/name"),
        ({"name": "x", "scopes": ["events:write"], "per_minute": 0}, "/per_minute"),
        ({"name": "x", "scopes": ["events:write"], "more": 1}, ""),
        ({"scopes": ["events:write"]}, ""),
        ("tills", ""),
    ],
)
def test_a_body_that_cannot_be_read_names_the_place(
    worlds: Worlds, body: Any, pointer: str
) -> None:
    found = make(worlds, worlds.key(), body)
    assert (found.status, problem(found)["code"]) == (422, "unreadable-body")
    assert problem(found)["errors"][0]["pointer"] == pointer


def test_the_trail_says_who_made_and_took_back_what(worlds: Worlds) -> None:
    boss = worlds.key()
    made = make(worlds, boss, {"name": "tills", "scopes": ["events:write"]}).json()["key"]
    worlds.client.ask(
        "DELETE", f"/v1/keys/{made}", fields={**bearer(boss), "idempotency-key": "two"}
    )
    trail = worlds.client.get(f"/v1/changes?about=key/{made}", **bearer(boss)).json()["data"]
    assert [item["action"] for item in trail] == ["key.revoked", "key.made"]
    assert {item["by"] for item in trail} == {trail[1]["by"]}
    assert trail[1]["after"] == {"name": "tills", "scopes": ["events:write"], "per_minute": None}
    page = worlds.client.get("/v1/changes?limit=1", **bearer(boss)).json()
    assert page["has_more"]
    rest = worlds.client.get(f"/v1/changes?cursor={page['next_cursor']}", **bearer(boss)).json()
    assert [*page["data"], *rest["data"]][:2] == trail
    whose = f"/v1/changes?by={trail[0]['by']}"
    assert worlds.client.get(whose, **bearer(boss)).json()["data"] == trail
    assert worlds.client.get("/v1/changes?by=nobody", **bearer(boss)).json()["data"] == []
    wrong = worlds.client.get("/v1/changes?cursor=nothing", **bearer(boss))
    assert problem(wrong)["code"] == "wrong-parameter"


def test_a_key_may_what_its_scopes_say_and_nothing_else() -> None:
    assert Actor(1, "everybody").may(Scope.STAFF)
    assert not Actor(1, "k", Key(1, "k", frozenset(), None)).may(Scope.STAFF)
