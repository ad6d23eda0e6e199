"""Persons of households who are found to be another member: what they have done there comes back
there, and who may not spend may not by an older id."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.api.test_events import problem
from tests.api.test_households import SPENDER, Street, living
from tests.postgres import Server


@pytest.fixture(scope="module")
def street(servers: Callable[[str | None], Server]) -> Iterator[Street]:
    with living(servers) as found:
        yield found


def test_what_was_bought_for_a_household_comes_back_by_whoever_they_are_now(street: Street) -> None:
    street.enrols("ann", "ben", "una")
    street.makes("ann", "home")
    street.adds("home", "una")
    street.buys("ann's", "ann", "40.00")
    assert street.write("DELETE", "/v1/households/home/persons/ann").status == 200
    street.merged("ann", "ben")
    names = ("ann", "ben", {"card": "card-ann"}, "home")
    for number, name in enumerate(names):
        back = street.tell(
            f"back {number}",
            "return",
            name,
            of={"id": "ann's"},
            lines=[{"line": "1"}],
            amount="10.00",
        )
        assert (back["member"], back["refusals"]) == ("home", []), name
    assert street.points("home") == "0"


@pytest.mark.parametrize("rests", [True, False])
def test_what_they_had_bought_themselves_comes_back_by_the_households_name(
    street: Street, *, rests: bool
) -> None:
    one, other, home = (f"{name}-{rests}" for name in ("cas", "dan", "den"))
    street.enrols(one, other)
    street.buys(f"{one} buys", one, "40.00")
    street.makes(other, home)
    if rests:
        made = street.write("POST", "/v1/merges", {"from": one, "into": other})
        assert made.status == 201
    else:
        street.merged(one, other)
    back = street.tell(f"{one} back", "return", home, of={"id": f"{one} buys"}, all=True)
    assert (back["member"], back["refusals"]) == (one if rests else other, [])
    assert street.points(one if rests else other) == "0"


def test_who_may_not_spend_may_not_by_an_older_id(street: Street) -> None:
    street.enrols("eva", "fin", "fay")
    street.merged("fay", "fin")
    street.makes("eva", "efs")
    street.adds("efs", "fin", may_spend=False)
    street.buys("earned", "eva", "90.00")
    for number, by in enumerate(("fin", "fay")):
        told = street.tell(f"claims {number}", "redemption", "efs", reward="five-off", by=by)
        assert [one["code"] for one in told["refusals"]] == [SPENDER]


def test_who_is_not_yet_one_with_another_is_made_no_household(street: Street) -> None:
    """Else a person would be merged into the pool, without having been asked."""
    street.enrols("gil", "gus", "hal")
    street.buys("gil's", "gil", "30.00")
    merge = street.write("POST", "/v1/merges", {"from": "gil", "into": "gus"}).json()
    made = street.write("POST", "/v1/households", {"person": "hal", "household": "gus"})
    assert (made.status, problem(made)["code"]) == (409, "merge-rests")
    assert street.write("POST", f"/v1/merges/{merge['merge']}/undo").status == 200
    street.makes("hal", "gus")
    assert street.points("gil") == "30"
