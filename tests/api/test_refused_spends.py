"""What members were refused for safety is there for staff to see, for a time."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from io import StringIO

import pytest

from tests.api.guarding import MINUTE, Shop, buy, codes, event, shop, spend
from tests.api.test_events import problem
from tests.live.conftest import discrepancies
from tests.postgres import Server
from xenia.services.member_checks import check_members
from xenia.services.published import load_space
from xenia.services.refused_spends import KEPT_DAYS, forget_refused

REPORT = "/v1/reports/refused-spends"
ONCE = {"name": "once", "counts": "spends", "most": 1, "minutes": 60}
AT_TILL = {"location": "port", "terminal": "t1", "cashier": "c7"}


@pytest.fixture(scope="module")
def served(servers: Callable[[str | None], Server]) -> Iterator[Shop]:
    """One hour of somebody at other people's accounts; each is refused something else."""
    with servers(None).fresh(migrated=True) as database, shop(database) as found:
        for member in ("anna", "ben", "eva", "kim", "leo"):
            found.rich(member)
        found.limits(ONCE)
        found.send(spend("a1", "anna"), spend("a2", "anna", "20", **AT_TILL))
        found.later(10)
        asked = {"event": event("a3", "redemption", "anna", reward="tea", terminal="t2")}
        assert found.write("POST", "/v1/reservations?dry_run=true", asked).status == 409
        assert found.write("POST", "/v1/reservations", asked).status == 409
        found.limits(codes={"points": "50"})
        found.later(10)
        found.send(spend("b1", "ben", "60"), spend("b2", "ben", "60", one_time_code="123456"))
        found.write("POST", "/v1/members/ben/codes", {"units": {"points": "60"}})
        found.send(spend("b3", "ben", "60", one_time_code="a guess"))
        found.limits()
        found.later(10)
        found.send(
            event("e1", "hold", "eva", reason="who is it?"),
            event("e2", "transfer", "eva", currency="points", units="5", to="anna"),
            event("e3", "redemption", "eva", reward="tea"),
            spend("e4", "eva", "5"),  # what it earns is free
            spend("e5", "eva", "5"),
            spend("k1", "kim", "1000"),  # too many, and nobody holds any
            event("k2", "card", "kim", action="add", card="4711"),
            event("k3", "card", "kim", action="block", card="4711"),
        )
        stolen = {"member": {"card": "4711"}}
        found.send({**buy("k4", "kim"), **stolen}, {**spend("k5", "kim"), **stolen})
        found.later(1)
        yield found
        assert discrepancies(database) == []


def told(served: Shop, more: str = "") -> list[tuple[str, str, str]]:
    found = served.till.get(f"{REPORT}?{more}")
    assert found.status == 200, found.body
    return [(row["event"], row["reason"], row["asked_by"]) for row in found.json()["data"]]


ALL = [
    ("k5", "card-blocked", "event"),
    ("e4", "while-held", "event"),
    ("e3", "while-held", "event"),
    ("e2", "while-held", "event"),
    ("b3", "wrong-code", "event"),
    ("b2", "no-code-asked", "event"),
    ("b1", "code-needed", "event"),
    ("a3", "spending-limit", "reservation"),
    ("a2", "spending-limit", "event"),
]


def test_what_was_refused_is_told_the_latest_first(served: Shop) -> None:
    assert told(served) == ALL
    page = served.till.get(f"{REPORT}?member=anna").json()["data"]
    assert page[1] == {
        "at": "2026-11-18T11:06:40Z",
        "programme": "shop",
        "member": "anna",
        "reason": "spending-limit",
        "claims": [{"claim": "spend", "of": "points"}],
        "type": "purchase",
        "source": "api",
        "event": "a2",
        "asked_by": "event",
        "location": "port",
        "terminal": "t1",
        "cashier": "c7",
    }
    assert page[0]["claims"] == [{"claim": "redemption", "of": "tea"}]
    assert (page[0]["at"], page[0]["terminal"]) == ("2026-11-18T11:16:40Z", "t2")


def test_a_part_of_it_is_found(served: Shop) -> None:
    assert told(served, "member=ben") == [one for one in ALL if one[0].startswith("b")]
    assert told(served, "reason=while-held") == [one for one in ALL if one[1] == "while-held"]
    assert told(served, "member=ben&reason=while-held") == []
    since, until = "since=2026-11-18T11:10:00Z", "until=2026-11-18T11:30:00Z"
    assert told(served, f"{since}&{until}") == [
        one for one in ALL if one[0] in ("a3",) or one[0][0] == "b"
    ]
    paged, cursor = [], ""
    while True:
        page = served.till.get(f"{REPORT}?limit=4{cursor}").json()
        paged += [row["event"] for row in page["data"]]
        if not page["has_more"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert paged == [event for event, _, _ in ALL]


def test_as_a_table(served: Shop) -> None:
    table = served.till.get(f"{REPORT}?form=csv")
    assert table.headers["content-type"].startswith("text/csv"), table.body
    rows = [*csv.DictReader(StringIO(table.body.decode()))]
    assert [(row["event"], row["reason"], row["asked_by"]) for row in rows] == ALL
    assert (rows[2]["claims"], rows[-1]["claims"]) == ("redemption", "spend points")


@pytest.mark.parametrize(
    "wrong",
    ["form=xml", "reason=theft", "cursor=x", "since=yesterday", "since=2024-01-01T00:00:00Z",
     "programme=nothing"],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(served: Shop, wrong: str) -> None:
    response = served.till.get(f"{REPORT}?{wrong}")
    assert (response.status, problem(response)["code"]) == (400, "wrong-parameter"), response.body


def test_whoever_asks_for_it_has_it_and_whoever_is_erased_leaves_nothing(served: Shop) -> None:
    served.limits(ONCE)
    served.send(spend("l1", "leo"), spend("l2", "leo"))
    served.later(1)
    assert told(served, "member=leo") == [("l2", "spending-limit", "event")]
    kept = served.till.get("/v1/members/leo/export").json()["kept"]["refused_spends"]
    assert [(row["event_id"], row["reason"]) for row in kept] == [("l2", "spending-limit")]
    assert served.write("DELETE", "/v1/members/leo").json()["removed"]["refused_spend"] == 1
    (late,) = served.send(spend("l3", "leo"))
    served.later(1)
    assert codes(late) == [("spending-limit", "spend")]
    assert told(served, "member=leo") == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("set reason = 'wrong-code' where event_id = 'a2'", "wrong-code of"),
        ("set cashier = 'c8' where event_id = 'a2'", "c8"),
        ("set event_id = 'a1' where event_id = 'a2'", "folded nothing"),
    ],
)
def test_what_is_tampered_with_is_seen(served: Shop, change: str, told: str) -> None:
    with served.database.connect() as connection:
        space = load_space(connection)
        before = check_members(connection, space, space.programmes["shop"], ["anna"])
        connection.execute(f"update refused_spend {change}".encode())
        (found,) = check_members(
            connection, space, space.programmes["shop"], ["anna"]
        ).discrepancies
        connection.rollback()
    assert (before.discrepancies, told in str(found)) == ([], True), found


def test_it_is_forgotten_in_the_end(served: Shop) -> None:
    with served.database.connect(autocommit=True) as connection:
        forget_refused(connection, served.now - 5 * MINUTE + KEPT_DAYS * 1440 * MINUTE)
    assert told(served) == [one for one in ALL if one[0][0] in "ek"]
