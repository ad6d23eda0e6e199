"""What staff has granted is cancelled by who may grant, and by nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.api.guarding import Shop, codes, event, shop
from tests.api.worlds import bearer
from tests.live.conftest import discrepancies
from tests.postgres import Server
from xenia.services.access import Scope

GRANT = {"voucher": "voucher", "reason": "the coffee was cold", "author": "nikos"}


@pytest.fixture(scope="module")
def served(servers: Callable[[str | None], Server]) -> Iterator[Shop]:
    """What the tests of this page have left must be provable in the end."""
    with servers(None).fresh(migrated=True) as database, shop(database) as found:
        yield found
        assert discrepancies(database) == []


@pytest.fixture(scope="module")
def keys(served: Shop) -> dict[str, dict[str, str]]:
    """A till's, and that of staff."""
    till, staff = [Scope.EVENTS], [Scope.EVENTS, Scope.STAFF, Scope.MEMBERS]
    worlds = served.worlds
    return {"till": bearer(worlds.key(till)), "staff": bearer(worlds.key(staff))}


def send(served: Shop, key: dict[str, str], *events: Any) -> list[Any]:
    done = served.till.post(list(events), **key)
    assert done.status == 200, done.body
    answers: list[Any] = done.json()
    return answers


def states(served: Shop, keys: dict[str, dict[str, str]], member: str) -> list[str]:
    found = served.till.get(f"/v1/members/{member}/vouchers", **keys["staff"])
    return [row["state"] for row in found.json()["data"]]


def test_a_till_cancels_no_grant(served: Shop, keys: dict[str, dict[str, str]]) -> None:
    send(served, keys["staff"], event("g1", "grant", "anna", **GRANT))
    cancel = event("c1", "cancel", "anna", of={"id": "g1"})
    (refused,) = send(served, keys["till"], cancel)
    assert codes(refused) == [("staff-only", "cancel")]
    assert "staff:write" in refused["refusals"][0]["text"]
    assert states(served, keys, "anna") == ["issued"]
    # The answer stays, whoever sends it again; another event does it.
    assert send(served, keys["staff"], cancel) == [refused]
    (done,) = send(served, keys["staff"], {**cancel, "id": "c2"})
    assert (codes(done), states(served, keys, "anna")) == ([], ["cancelled"])


def test_nothing_waits_for_a_grant(served: Shop, keys: dict[str, dict[str, str]]) -> None:
    """Else whoever guesses the id of a grant would have cancelled it before."""
    cancel = event("c3", "cancel", "ben", of={"id": "g3"})
    (waits,) = send(served, keys["till"], cancel)
    assert codes(waits) == []
    (granted,) = send(served, keys["staff"], event("g3", "grant", "ben", **GRANT))
    assert codes(granted) == [("staff-only", "cancel")]
    assert [one["state"] for one in granted["vouchers"]] == ["issued"]
    assert states(served, keys, "ben") == ["issued"]
    (done,) = send(served, keys["staff"], {**cancel, "id": "c4"})
    assert (codes(done), states(served, keys, "ben")) == ([], ["cancelled"])


def test_within_one_request_it_is_the_same(served: Shop, keys: dict[str, dict[str, str]]) -> None:
    both = event("g5", "grant", "eva", **GRANT), event("c5", "cancel", "eva", of={"id": "g5"})
    _, done = send(served, keys["staff"], *both)
    assert (codes(done), states(served, keys, "eva")) == ([], ["cancelled"])


def test_a_till_cancels_what_is_no_grant(served: Shop, keys: dict[str, dict[str, str]]) -> None:
    served.worlds.look()
    send(served, keys["staff"], event("a1", "adjustment", "kim", currency="points", units="20",
                                      reason="hello", author="nikos"))  # fmt: skip
    send(served, keys["till"], event("r1", "redemption", "kim", reward="tea"))
    (done,) = send(served, keys["till"], event("c6", "cancel", "kim", of={"id": "r1"}))
    assert (codes(done), states(served, keys, "kim")) == ([], ["cancelled"])
