"""Who serves and earns on a card of their own, also where that is another member's by now, or a
household's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.api.guarding import Shop, buy, event, shop
from tests.postgres import Server

REPORT = "/v1/reports/staff?since=2026-11-01T00:00:00Z&until=2026-12-01T00:00:00Z"
KIM = "c7"  # serves, and is a member


@pytest.fixture
def served(servers: Callable[[str | None], Server]) -> Iterator[Shop]:
    with servers(None).fresh(migrated=True) as database, shop(database) as found:
        joins = {"occurred_at": "2026-11-01T09:00:00+02:00"}
        for member in ("kim", "kate", "lou"):
            found.one(event(f"join {member}", "enrolment", member, **joins))
        assert found.write("PUT", f"/v1/cashiers/{KIM}", {"member": "kim"}).status == 200
        found.one(buy("before", "kim", "10.00", cashier=KIM))
        yield found


def own(served: Shop) -> list[tuple[Any, ...]]:
    found = served.till.get(f"{REPORT}&finding=own-card").json()["data"]
    assert all(one["own"] for one in found)
    return [(one["member"], one["units"]["points"], one["examples"]) for one in found]


@pytest.mark.parametrize("final", [False, True])
def test_a_card_of_whom_they_are_merged_into_is_their_own(served: Shop, *, final: bool) -> None:
    made = served.write("POST", "/v1/merges", {"from": "kim", "into": "kate"})
    assert made.status == 201, made.body
    if final:
        name = made.json()["merge"]
        assert served.write("POST", f"/v1/merges/{name}/confirm").status == 200
    served.worlds.look()
    served.one(buy("after", "kate", "20.00", cashier=KIM))
    served.one(buy("another's", "kate", "30.00", cashier="c8"))
    assert own(served) == [("kate", "20", ["api/after"]), ("kim", "10", ["api/before"])]
    same = served.till.get(f"{REPORT}&finding=same-card&least=1").json()["data"]
    assert [(one["cashier"], one["member"], one["own"]) for one in same] == [
        (KIM, "kate", True), (KIM, "kim", True), ("c8", "kate", False),
    ]  # fmt: skip


def test_what_they_give_themselves_as_staff_is_on_their_own(served: Shop) -> None:
    """They serve by the id of their account, and correct by how the trail has it."""
    given = {"currency": "points", "units": "30", "reason": "cold coffee"}
    served.one(event("given", "adjustment", "kim", author=f"staff/{KIM}", **given))
    found = served.till.get(f"{REPORT}&finding=own-card").json()["data"]
    assert [(one["cashier"], one["units"]["points"]) for one in found] == [
        (KIM, "10"), (f"staff/{KIM}", "30"),
    ]  # fmt: skip
    linked = served.write("PUT", "/v1/cashiers/staff%252Fc9", {"member": "lou"})
    assert linked.status == 200, linked.body
    served.one(buy("lou's", "lou", "5.00", cashier="c9"))
    assert [one[0] for one in own(served)] == ["kim", "lou", "kim"]


def test_what_they_buy_for_their_household_is_on_their_own(served: Shop) -> None:
    for path, body in (
        ("/v1/households", {"household": "home", "person": "kim"}),
        ("/v1/households/home/persons", {"member": "lou"}),
    ):
        made = served.write("POST", path, body)
        assert made.status in (200, 201), made.body
    served.worlds.look()
    served.send(
        buy("kim's", "kim", "20.00", cashier=KIM),
        buy("lou's", "lou", "30.00", cashier=KIM),
        buy("named", "home", "40.00", by="kim", cashier=KIM),
    )
    assert own(served) == [
        ("home", "60", ["api/kim's", "api/named"]), ("kim", "10", ["api/before"]),
    ]  # fmt: skip
