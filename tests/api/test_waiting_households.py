"""What comes back before its purchase is told, of who joins a household, or leaves it, between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.api.test_households import SPENDER, Street, living
from tests.postgres import Server


@pytest.fixture(scope="module")
def street(servers: Callable[[str | None], Server]) -> Iterator[Street]:
    with living(servers) as found:
        yield found


def back(street: Street, name: str, member: Any, of: str, amount: str) -> Any:
    lines = [{"line": "1"}]
    return street.tell(name, "return", member, of={"id": of}, lines=lines, amount=amount)


def test_who_joins_meanwhile_had_bought_it_themselves(street: Street) -> None:
    street.enrols("ada", "abe")
    street.makes("abe", "a-home")
    assert "waits" in str(back(street, "ada's back", "ada", "ada's", "30.00")["notes"])
    street.adds("a-home", "ada")
    bought = street.buys("ada's", {"card": "card-ada"}, "40.00")
    assert bought["member"] == "ada"
    assert street.points("ada") == "10"
    rest = back(street, "the rest", "a-home", "ada's", "10.00")
    assert (rest["member"], rest["refusals"]) == ("ada", [])
    assert street.buys("ada's next", "ada", "5.00")["member"] == "a-home"
    assert (street.points("ada"), street.points("a-home")) == ("0", "5")


def test_who_leaves_meanwhile_had_bought_it_for_the_household(street: Street) -> None:
    street.enrols("bea", "bob")
    street.makes("bob", "b-home")
    street.adds("b-home", "bea")
    street.buys("bob's", "bob", "100.00")
    assert back(street, "bea's back", "bea", "bea's", "30.00")["member"] == "b-home"
    assert street.write("DELETE", "/v1/households/b-home/persons/bea").status == 200
    bought = street.buys("bea's", "bea", "40.00", spend={"points": "50"})
    assert bought["member"] == "b-home"
    assert [one["code"] for one in bought["refusals"]] == [SPENDER], "they have left"
    assert (street.points("b-home"), street.points("bea")) == ("110", "0")
    assert street.kept("bea's") == ("b-home", "bea")
    assert street.buys("bea's next", "bea", "5.00")["member"] == "bea"
