"""What is on its way of who joins a household, or leaves it: what comes back before its purchase is
told, and what is being reserved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest

from tests.api.client import NOW, Response
from tests.api.test_events import problem
from tests.api.test_households import SPENDER, Street, living
from tests.postgres import Server
from xenia.store import reservations
from xenia.store.reservations import Reservation


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


def test_what_is_being_reserved_as_somebody_is_added_is_seen(street: Street) -> None:
    """It was looked for before their account was locked."""
    street.enrols("cia", "cal")
    street.makes("cal", "c-home")
    street.buys("cia's", "cia", "40.00")
    told: list[Response] = []
    adding = Thread(target=lambda: told.append(street.adds("c-home", "cia")))
    club = street.poster.space.programmes["club"].programme_id
    kept = Reservation("r", club, "cia", "reserved", NOW, NOW + 900_000_000, {"points": 20}, [], [])
    query = "select count(*) from pg_locks where not granted"
    with street.database.connect() as holding, street.database.connect(autocommit=True) as looking:
        holding.execute("select from account where member_id = 'cia' for update")
        adding.start()
        while looking.execute(query).fetchone() == (0,):
            pass
        reservations.add(holding, street.poster.space.space_id, kept)
    adding.join()
    assert (told[0].status, problem(told[0])["code"]) == (409, "reserved-member")
