"""What staff did for which cards: facts, counted, of whom it is said which member they are."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest

from tests.api.guarding import Shop, buy, codes, event, shop
from tests.api.test_events import problem
from tests.live.conftest import discrepancies
from tests.postgres import Server

REPORT = "/v1/reports/staff?since=2026-11-01T00:00:00Z&until=2026-12-01T00:00:00Z"
KIM = "c7"  # serves, and is a member


def day(number: int) -> dict[str, Any]:
    """Late in the evening of a day in Athens."""
    return {"occurred_at": f"2026-11-{number}T23:30:00+02:00"}


def guest(number: int) -> dict[str, Any]:
    """A purchase by nobody in particular."""
    return {**buy(f"g{number}", "", "50.00", receipt=f"r{number}", **day(10)), "member": None}


@pytest.fixture(scope="module")
def world(servers: Callable[[str | None], Server]) -> Iterator[Shop]:
    """Some weeks of a shop."""
    with servers(None).fresh(migrated=True) as database, shop(database) as served:
        for member in ("kim", "lou", "pat"):
            served.one(
                event(
                    f"join {member}", "enrolment", member, occurred_at="2026-11-01T09:00:00+02:00"
                )
            )
        done = served.write("PUT", f"/v1/cashiers/{KIM}", {"member": "kim"})
        assert done.status == 200, done.body
        answers = served.send(
            # On one's own card, and on others'.
            buy("k1", "kim", "100.00", cashier=KIM, **day(10)),
            buy("k2", "kim", "20.00", cashier="c8", **day(10)),
            buy("k3", "pat", "20.00", cashier=KIM, **day(10)),
            buy("k4", "pat", "20.00", **day(10)),
            event("k5", "adjustment", "kim", currency="points", units="30", author=KIM,
                  cashier="c8", reason="cold coffee", **day(11)),
            event("k6", "adjustment", "kim", currency="points", units="-5", author=KIM,
                  reason="too much", **day(11)),
            # Three on a day, and two.
            *[buy(f"l{n}", "lou", "10.00", cashier="c9", **day(12)) for n in range(3)],
            *[buy(f"m{n}", "lou", "10.00", cashier="c9", **day(13)) for n in range(2)],
            buy("m3", "lou", "10.00", cashier="c8", **day(13)),
            buy("m4", "lou", "10.00", cashier="c9", occurred_at="2026-11-14T00:30:00+02:00"),
            # What guests left.
            *[guest(n) for n in range(4)],
            *[
                event(f"p{n}", "claim", "pat", receipt=f"r{n}", cashier="c9", **day(14))
                for n in range(3)
            ],
            event("p4", "claim", "lou", receipt="r3", cashier="c9", **day(14)),
            # Spent, then brought back.
            event("s1", "transfer", "kim", currency="points", units="130", to="pat", **day(15)),
            event("s2", "return", "kim", purchase="k1", all=True, cashier="c8", **day(15)),
            event("s3", "return", "lou", purchase="l0", all=True, cashier="c8", **day(15)),
        )  # fmt: skip
        assert all("refusals" in one and codes(one) == [] for one in answers), answers
        yield served
        assert discrepancies(database) == []


def report(served: Shop, more: str = "") -> Any:
    found = served.till.get(f"{REPORT}{more}")
    assert found.status == 200, found.body
    return found.json()


def short(rows: Any) -> list[tuple[Any, ...]]:
    names = ("finding", "cashier", "member", "day", "own", "events", "examples")
    return [tuple(row[name] for name in names) for row in rows]


def test_what_was_found_is_as_it_is_defined(world: Shop) -> None:
    found = report(world)
    assert (found["since"], found["has_more"]) == ("2026-11-01T00:00:00Z", False)
    assert short(found["data"]) == [
        ("claimed", "c9", "pat", None, False, 3, ["api/p0", "api/p1", "api/p2"]),
        ("own-card", KIM, "kim", None, True, 3, ["api/k1", "api/k5", "api/k6"]),
        ("returned-after-spending", "c8", "kim", None, False, 1, ["api/s2"]),
        ("same-card", "c9", "lou", "2026-11-12", False, 3, ["api/l0", "api/l1", "api/l2"]),
    ]
    claimed, own, returned, same = found["data"]
    assert (claimed["claims"], claimed["units"]) == (3, {"points": "150"})
    assert (own["purchases"], own["adjustments"], own["units"]) == (1, 2, {"points": "130"})
    assert (own["first_at"], own["last_at"]) == ("2026-11-10T21:30:00Z", "2026-11-11T21:30:00Z")
    assert (returned["returns"], returned["units"], same["units"]) == (1, {}, {"points": "30"})


def test_less_is_told_from_a_lower_number_on_and_of_one_kind(world: Shop) -> None:
    assert [row[:4] for row in short(report(world, "&least=2&finding=same-card")["data"])] == [
        ("same-card", "c9", "lou", "2026-11-12"),
        ("same-card", "c9", "lou", "2026-11-13"),
    ]
    assert len(report(world, "&least=1&finding=claimed")["data"]) == 2
    assert report(world, "&least=4")["data"] == [
        row
        for row in report(world)["data"]
        if row["finding"] in ("own-card", "returned-after-spending")
    ]
    late = world.till.get(REPORT.replace("11-01T", "11-15T")).json()
    assert [row["finding"] for row in late["data"]] == ["returned-after-spending"]


def test_pages_and_a_table_say_the_same(world: Shop) -> None:
    whole, paged, cursor = report(world)["data"], [], ""
    while True:
        page = report(world, f"&limit=1{cursor}")
        paged += page["data"]
        if not page["has_more"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert (paged, len(paged)) == (whole, 4)
    table = world.till.get(f"{REPORT}&form=csv")
    assert table.headers["content-type"].startswith("text/csv"), table.body
    rows = [*csv.DictReader(StringIO(table.body.decode()))]
    assert [(row["finding"], row["cashier"], int(row["events"])) for row in rows] == [
        (row["finding"], row["cashier"], row["events"]) for row in whole
    ]
    assert (rows[1]["own"], rows[1]["units"], rows[0]["day"]) == ("yes", "130 points", "")


@pytest.mark.parametrize(
    "wrong",
    [
        "form=xml", "finding=theft", "cursor=x", "cursor=WyJhIl0%3D", "since=yesterday",
        "since=2024-01-01T00:00:00Z", "until=2020-01-01T00:00:00Z&since=2020-01-02T00:00:00Z",
        "programme=nothing",
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(world: Shop, wrong: str) -> None:
    response = world.till.get(f"/v1/reports/staff?{wrong}")
    assert (response.status, problem(response)["code"]) == (400, "wrong-parameter"), response.body


def test_whom_it_is_said_of_is_listed_changed_and_forgotten(world: Shop) -> None:
    for name in ("a1", "a 2", "=3"):
        done = world.write("PUT", f"/v1/cashiers/{name}", {"member": "lou"})
        assert (done.status, done.json()["cashier"]) == (200, name)
    first = world.till.get("/v1/cashiers?limit=2").json()
    rest = world.till.get(f"/v1/cashiers?cursor={first['next_cursor']}").json()
    assert [row["cashier"] for row in (*first["data"], *rest["data"])] == ["=3", "a 2", "a1", KIM]
    assert (first["has_more"], rest["has_more"]) == (True, False)
    world.write("PUT", "/v1/cashiers/a1?dry_run=true", {"member": "pat"})
    moved = world.write("PUT", "/v1/cashiers/a1", {"member": "pat"})
    assert moved.json()["member"] == "pat"
    change = world.till.get("/v1/changes?about=cashier/a1").json()["data"][0]
    assert (change["before"], change["after"]) == ({"member": "lou"}, {"member": "pat"})
    nobody = world.write("PUT", "/v1/cashiers/a1", {"member": "nobody"})
    assert (nobody.status, problem(nobody)["code"]) == (404, "unknown-member")
    gone = world.write("DELETE", "/v1/cashiers/a1")
    again = world.write("DELETE", "/v1/cashiers/a1")
    assert (gone.status, again.status) == (200, 404)
    assert problem(again)["code"] == "unknown-cashier"
    world.one(event("join sam", "enrolment", "sam", occurred_at="2026-11-01T09:00:00+02:00"))
    world.write("PUT", "/v1/cashiers/a1", {"member": "sam"})
    kept = world.till.get("/v1/members/sam/export").json()["kept"]["cashiers"]
    assert [row["cashier"] for row in kept] == ["a1"]
    erased = world.write("DELETE", "/v1/members/sam").json()
    assert erased["removed"]["cashier"] == 1
    assert "a1" not in str(world.till.get("/v1/cashiers").json())
    assert world.write("PUT", "/v1/cashiers/a1", {"member": "sam"}).status == 404
