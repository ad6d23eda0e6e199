"""Members who belong together: what they do is their household's, and who of it may spend."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread
from typing import Any

import pytest

from tests.api.client import Response
from tests.api.test_events import problem
from tests.api.test_members import checked
from tests.api.test_merges import AT, Town, balance
from tests.postgres import Server
from tests.services.cafe import said
from tests.services.publishing import published
from tests.services.test_erasing import places
from xenia.services.posted import Posted
from xenia.services.poster import Result
from xenia.services.taking import Taken, take
from xenia.store.database import Database

SPENDER = "may-not-spend"
RING = """
xenia: 1
programme: ring
money: EUR
timezone: Europe/Athens
currencies: {rings: {value: 0.01, transfers: {}}}
rules: {ring: {then: {earn: {rings: 1 per 1.00}}}}
"""


class Street(Town):
    """The same town, in which members belong together."""

    def __init__(self, database: Database) -> None:
        published(database, RING)
        super().__init__(database)

    def makes(self, person: str, household: str | None = None, **more: Any) -> Any:
        body = {"person": person, **({"household": household} if household else {}), **more}
        response = self.write("POST", "/v1/households", body)
        assert response.status == 201, response.body
        return response.json()

    def adds(self, household: str, member: str, **more: Any) -> Response:
        return self.write("POST", f"/v1/households/{household}/persons", {"member": member, **more})

    def enrols(self, *members: str) -> None:
        for who in members:
            body = {"member": who, "programme": "club", "identifiers": {"card": f"card-{who}"}}
            assert self.write("POST", "/v1/members", body).status == 201

    def merged(self, whom: str, into: str) -> Any:
        made = self.write("POST", "/v1/merges", {"from": whom, "into": into}).json()
        done = self.write("POST", f"/v1/merges/{made['merge']}/confirm")
        assert done.status == 200, done.body

    def points(self, member: str) -> str:
        return balance(self.holds(member))[0]

    def kept(self, event: str) -> tuple[str | None, Any]:
        """Whose an event is, and who did it."""
        with self.database.connect() as connection:
            row = connection.execute(
                "select member_id, facts::json ->> 'by' from event where event_id = %s", [event]
            ).fetchone()
        assert row is not None
        return row[0], row[1]


@contextmanager
def living(servers: Callable[[str | None], Server]) -> Iterator[Street]:
    """A street of its own, of which all that has happened must be provable in the end."""
    with servers(None).fresh(migrated=True) as database:
        found = Street(database)
        yield found
        found.close()
        assert said(database) == "", "what is recorded of households is proved, too"


@pytest.fixture(scope="module")
def street(servers: Callable[[str | None], Server]) -> Iterator[Street]:
    with living(servers) as found:
        yield found


def test_what_its_persons_do_is_the_households(street: Street) -> None:
    street.enrols("ann", "ben")
    street.buys("ann before", "ann", "10.00")
    made = checked("Household", street.makes("ann", "home", name="Οι Παππάδες"))
    assert (made["household"], made["name"]) == ("home", "Οι Παππάδες")
    assert [one["member"] for one in made["persons"]] == ["ann"]
    assert street.adds("home", "ben").status == 200
    told = street.buys("by card", {"card": "card-ann"}, "20.00")
    assert told["member"] == "home"
    assert street.kept("by card") == ("home", "ann")
    assert street.buys("by id", "ben", "30.00")["member"] == "home"
    assert street.kept("by id") == ("home", "ben")
    assert street.buys("as told", "home", "1.00", by="ben")["member"] == "home"
    assert street.buys("by ben's card", "ann", "1.00", by={"card": "card-ben"})["member"] == "home"
    assert street.buys("by id", "ben", "30.00")["member"] == "home", "again: the stored answer"
    assert (street.points("home"), street.points("ann")) == ("52", "10")
    person = checked("Member", street.client.get("/v1/members/ann").json())
    assert (person["household"]["household"], person["household"]["may_spend"]) == ("home", True)
    assert street.client.get("/v1/members/home").json()["household"] is None
    # What they had stays theirs, until they give it; and so does what is about themselves.
    assert street.tell("of herself", "profile", "ann", attributes={"kind": "adult"})["member"] == (
        "ann"
    )
    # What comes back is of whoever had it.
    back = street.tell("back 1", "return", "ann", of={"id": "ann before"}, all=True)
    assert (back["member"], back["refusals"]) == ("ann", [])
    back = street.tell("back 2", "return", "ben", of={"id": "by card"}, all=True)
    assert (back["member"], back["refusals"]) == ("home", [])
    assert street.kept("back 2") == ("home", "ben")
    assert street.points("home") == "32"


def test_who_did_it_cannot_be_changed_afterwards(street: Street) -> None:
    street.enrols("wil", "xan", "yan")
    street.makes("wil", "wxs")
    street.adds("wxs", "xan")
    street.merged("yan", "xan")
    street.buys("as told by a card", {"card": "card-wil"}, "3.00")
    street.buys("as told by an id", "xan", "3.00")
    street.buys("as told by who was merged", {"card": "card-yan"}, "3.00")
    street.buys("as told by another", "wil", "3.00", by="xan")
    assert said(street.database) == ""
    query = "update event set facts = replace(facts, %s, %s) where event_id like %s"
    for like, person, other in (
        ("as told by a card", "wil", "xan"),
        ("as told by an%", "xan", "wil"),
        ("as told by who%", "xan", "wil"),
    ):
        names = [f'"by":"{person}"', f'"by":"{other}"']
        with street.database.connect() as connection:
            changed = connection.execute(query, [*names, like]).rowcount
        assert said(street.database).count("fingerprint") == changed, like
        with street.database.connect() as connection:
            connection.execute(query, [*reversed(names), like])
    assert said(street.database) == ""


def test_what_somebody_had_is_brought_by_a_transfer(street: Street) -> None:
    street.enrols("sia", "tom")
    for who in ("sia", "tom"):
        street.buys(f"{who} before", who, "10.00", programme="ring")
    street.makes("sia", "sts")
    street.adds("sts", "tom", may_spend=False)
    street.buys("sia with tom", "sia", "1.00", programme="ring")
    rings: Any = {"currency": "rings", "programme": "ring"}
    told = street.tell("tom brings", "transfer", "tom", to="sts", units="10", **rings)
    assert (told["member"], told["refusals"]) == ("tom", [])
    told = street.tell("tom takes", "transfer", "sts", by="tom", to="tom", units="3", **rings)
    assert [one["code"] for one in told["refusals"]] == [SPENDER]
    told = street.tell("sia takes", "transfer", "sts", by="sia", to="sia", units="3", **rings)
    assert told["refusals"] == []
    found = [
        street.client.get(f"/v1/members/{who}/wallet?programme=ring").json()["wallet"]["rings"]
        for who in ("sts", "sia", "tom")
    ]
    assert [one["balance"] for one in found] == ["8", "13", "0"]


def test_who_moves_out_is_alone_and_the_pool_stays(street: Street) -> None:
    street.enrols("cas", "dan")
    home = street.makes("cas")["household"]
    street.adds(home, "dan")
    street.buys("dan's", "dan", "40.00")
    gone = street.write("DELETE", f"/v1/households/{home}/persons/dan")
    assert [one["member"] for one in gone.json()["persons"]] == ["cas"]
    assert street.buys("alone", "dan", "5.00")["member"] == "dan"
    assert (street.points(home), street.points("dan")) == ("40", "5")
    back = street.tell("dan's back", "return", "dan", of={"id": "dan's"}, all=True)
    assert (back["member"], back["refusals"]) == (home, [])
    left = street.write("DELETE", f"/v1/households/{home}")
    assert problem(left)["code"] == "household-not-empty"
    street.write("DELETE", f"/v1/households/{home}/persons/cas")
    over = street.write("DELETE", f"/v1/households/{home}")
    assert (over.status, over.json()["persons"]) == (200, [])
    assert problem(street.adds(home, "dan"))["code"] == "household-dissolved"
    street.makes("dan", "dans")
    assert street.buys("again with others", "dan", "5.00")["member"] == "dans"


def test_who_may_not_spend_earns_all_the_same(street: Street) -> None:
    street.enrols("eva", "fin")
    street.makes("eva", "efs")
    street.adds("efs", "fin", may_spend=False)
    street.buys("earned", "fin", "90.00")
    voucher = street.holds("efs")["vouchers"][0]["code"]
    claims: list[tuple[str, Any, dict[str, Any]]] = [
        ("redemption", "fin", {"reward": "five-off"}),
        ("redemption", "efs", {"reward": "five-off", "by": "fin"}),
        ("redemption", "efs", {"reward": "five-off", "by": {"card": "card-fin"}}),
        ("redemption", {"card": "card-fin"}, {"reward": "five-off", "by": "eva"}),
        ("use", "fin", {"voucher": voucher}),
        ("transfer", "efs", {"by": "fin", "to": "fin", "currency": "points", "units": "1"}),
    ]
    for number, (kind, member, more) in enumerate(claims):
        told = street.tell(f"claims {number}", kind, member, **more)
        assert (told["member"], [one["code"] for one in told["refusals"]]) == ("efs", [SPENDER])
    told = street.buys("tries", "fin", "10.00", vouchers=[voucher])
    assert ([one["code"] for one in told["refusals"]], told["wallet"]["points"]["balance"]) == (
        [SPENDER],
        "100",
    )
    event = {"type": "redemption", "member": "fin", "reward": "five-off", "occurred_at": AT}
    asked = {**event, "id": "q", "programme": "club"}
    quoted = street.client.ask("POST", "/v1/quotes", asked).json()
    assert SPENDER in json.dumps(quoted)
    response = street.write("POST", "/v1/reservations", {"event": asked})
    assert problem(response)["code"] == "not-reservable"
    told = street.tell("eva claims", "redemption", "eva", reward="five-off")
    assert told["refusals"] == []
    changed = street.write("PATCH", "/v1/households/efs/persons/fin", {"may_spend": True})
    assert [one["may_spend"] for one in changed.json()["persons"]] == [True, True]
    assert street.tell("fin claims", "redemption", "fin", reward="five-off")["refusals"] == []
    kept = street.write("POST", "/v1/reservations", {"event": {**asked, "id": "kept"}})
    assert kept.status == 201, kept.body
    name = kept.json()["reservation"]
    done = street.write("POST", f"/v1/reservations/{name}/commit", {**asked, "id": "kept"})
    assert (done.status, done.json()["member"]) == (200, "efs")


def test_what_is_not_done_says_why(street: Street) -> None:
    street.enrols("gus", "hal", "ida", "jon")
    street.makes("gus", "ghs")
    code = {
        name: problem(response)["code"]
        for name, response in {
            "taken": street.write("POST", "/v1/households", {"household": "ghs", "person": "hal"}),
            "two": street.adds("ghs", "gus"),
            "nobody": street.adds("ghs", "nobody"),
            "none": street.adds("none", "hal"),
            "itself": street.adds("ghs", "ghs"),
            "stranger": street.write(
                "PATCH", "/v1/households/ghs/persons/hal", {"may_spend": True}
            ),
            "gone": street.write("DELETE", "/v1/households/ghs/persons/hal"),
            "no household": street.client.get("/v1/households/none"),
            "merge": street.write("POST", "/v1/merges", {"from": "gus", "into": "hal"}),
            "merge it": street.write("POST", "/v1/merges", {"from": "hal", "into": "ghs"}),
        }.items()
    }
    assert code == {
        "taken": "household-taken",
        "two": "in-household",
        "nobody": "unknown-member",
        "none": "unknown-household",
        "itself": "is-household",
        "stranger": "not-in-household",
        "gone": "not-in-household",
        "no household": "unknown-household",
        "merge": "in-household",
        "merge it": "is-household",
    }
    dry = street.write("POST", "/v1/households?dry_run=true", {"person": "hal", "household": "dry"})
    assert dry.status == 201
    assert problem(street.client.get("/v1/households/dry"))["code"] == "unknown-household"
    street.merged("jon", "hal")
    assert problem(street.adds("ghs", "jon"))["code"] == "merged-member"
    assert street.adds("ghs", "hal").status == 200
    assert street.buys("jon's card", {"card": "card-jon"}, "3.00")["member"] == "ghs"
    assert street.kept("jon's card") == ("ghs", "hal")
    assert street.buys("jon's id", "jon", "3.00")["member"] == "ghs"
    assert street.write("DELETE", "/v1/members/ida").status == 200
    assert problem(street.adds("ghs", "ida"))["code"] == "erased-member"
    trail = street.client.get("/v1/changes?about=household/ghs").json()["data"]
    assert {one["action"] for one in trail} == {"household.made", "household.person-added"}


def test_households_are_listed_page_by_page(street: Street) -> None:
    names, cursor = [], ""
    street.enrols("kim")
    street.makes("kim", "kims")
    while True:
        page = street.client.get(f"/v1/households?limit=2{cursor}").json()
        names += [one["household"] for one in page["data"]]
        if not page["has_more"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    checked("Households", page)
    assert names == sorted(names)
    assert "kims" in names
    assert len(names) >= 3


def test_who_is_erased_leaves_nothing_in_the_household(street: Street) -> None:
    street.enrols("lea", "max")
    street.makes("lea", "lms", name="Λεωνίδου")
    street.adds("lms", "max")
    paid = [{"method": "bank-card", "card": "4711-max", "amount": "7.00"}]
    street.buys("max pays", {"card": "card-max"}, "7.00", payments=paid)
    street.buys("lea buys", {"card": "card-lea"}, "8.00")
    told = street.client.get("/v1/members/max/export").json()
    text = json.dumps(told, ensure_ascii=False)
    assert "4711-max" in text
    assert "lea buys" not in text
    assert told["kept"]["households"][0]["household_id"] == "lms"
    assert street.write("DELETE", "/v1/members/max").status == 200
    with street.database.connect() as connection:
        assert places(connection, "4711-max") == set()
        assert places(connection, "card-max") == set()
    row = street.client.get("/v1/households/lms").json()
    assert [one["member"] for one in row["persons"]] == ["lea"]
    proof = street.write("DELETE", "/v1/members/lms").json()
    assert proof["removed"]["household"] == 1
    row = street.client.get("/v1/households/lms").json()
    assert (row["name"], row["persons"], row["dissolved_at"] is None) == (None, [], False)
    assert street.buys("lea again", "lea", "8.00")["member"] == "lea"


def test_a_purchase_on_its_way_is_the_households_once_somebody_is_added(street: Street) -> None:
    """It had been looked up whose it is, and waited for the account."""
    street.enrols("ned", "oda")
    street.makes("oda", "nos")
    told: list[Any] = []
    buying = Thread(target=lambda: told.append(street.buys("on its way", "ned", "6.00")))
    query = "select count(*) from pg_locks where not granted"
    with street.database.connect() as holding, street.database.connect(autocommit=True) as looking:
        holding.execute("select from account where member_id = 'ned' for update")
        buying.start()
        while looking.execute(query).fetchone() == (0,):
            pass
        holding.execute(
            "insert into household_person (space_id, household_id, member_id, may_spend, joined_at)"
            " select space_id, 'nos', 'ned', true, now() from household where household_id = 'nos'"
        )
    buying.join()
    assert told[0]["member"] == "nos"
    assert street.kept("on its way") == ("nos", "ned")


def test_many_are_added_and_removed_while_they_buy(street: Street) -> None:
    street.enrols("pam", "ray")
    street.makes("pam", "prs")
    done: list[str] = []
    line = {"sku": "bag", "category": "bags", "quantity": 1, "amount": "1.00"}
    bought = {"type": "purchase", "member": {"card": "card-ray"}, "lines": [line]}
    answers: SimpleQueue[Sequence[Result]] = SimpleQueue()

    def buy() -> None:
        for number in range(12):
            event = {**bought, "id": f"ray buys {number}", "programme": "club", "occurred_at": AT}
            taken = take(street.poster.space, event)
            assert isinstance(taken, Taken)
            street.poster.submit([taken], answers.put)
            (posted,) = answers.get()
            assert isinstance(posted, Posted)
            done.append(json.loads(posted.answer or "")["member"])

    buying = Thread(target=buy)
    buying.start()
    for _ in range(4):
        assert street.adds("prs", "ray").status == 200
        assert street.write("DELETE", "/v1/households/prs/persons/ray").status == 200
    buying.join()
    assert len(done) == 12
    pooled = done.count("prs")
    assert set(done) <= {"prs", "ray"}
    if pooled:
        assert street.points("prs") == str(pooled)
    if pooled < 12:
        assert street.points("ray") == str(12 - pooled)
