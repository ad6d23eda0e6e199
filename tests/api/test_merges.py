"""Members who are found to be one person: merged, undone and confirmed by the interface."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Barrier, Thread
from typing import Any

import pytest

from tests.api.client import NOW, Client, Response
from tests.api.test_events import problem
from tests.api.test_members import checked
from tests.postgres import Server
from tests.services.cafe import said
from tests.services.publishing import published
from xenia.services.merging import confirm_over
from xenia.services.poster import Poster
from xenia.services.published import load_space
from xenia.services.sweeping import Sweeper
from xenia.store.database import Database
from xenia.store.posting import Scope

CLUB = """
xenia: 1
programme: club
money: EUR
timezone: Europe/Athens
attributes:
  member: {name: {type: text}, kind: {type: text, options: [adult, student]}}
currencies:
  points: {value: 0.01, expires: {after: 12 months}}
  stars: {pending: 30 days, expires: {inactive: 6 months}}
metrics:
  spent: {sum: spent, over: calendar year}
  in-all: {sum: spent, over: ever}
  lately: {count: true, over: rolling 30 days}
  largest: {max: basket.amount, over: ever}
tiers:
  status: {levels: {basic: {}, gold: {all: {spent: 100}}}, holds: end of year + 1}
rules:
  point-per-euro: {then: {earn: {points: 1 per 1.00}}}
  star: {then: {earn: {stars: 1}}, limits: {times: 3, per: ever}}
  thanks: {when: basket.amount >= 50, then: {issue: coffee}}
rewards:
  coffee: {gives: {item: {en: A coffee}}, lasts: 30 days}
  five-off: {price: {points: 20}, gives: {discount: {amount: 5}}, lasts: 60 days}
"""
SHOP = """
xenia: 1
programme: shop
money: EUR
timezone: Europe/Athens
currencies: {coins: {value: 0.01}}
rules: {coin: {then: {earn: {coins: 1 per 1.00}}}}
"""
AT = "2026-11-18T12:00:00+02:00"
DAY = 86_400_000_000


class Town:
    """A client whose events are really posted; each test takes members of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        for text in (CLUB, SHOP):
            published(database, text)
        with database.connect() as connection:
            space = load_space(connection)
        self.poster = Poster(database, space, clock=lambda: NOW)
        self.client = Client(self.poster, database=database)
        self._keys = 0

    def close(self) -> None:
        self.poster.close()
        self.client.close()

    def tell(self, name: str, kind: str, member: Any, **more: Any) -> Any:
        event = {"id": name, "type": kind, "member": member, "programme": "club", **more}
        response = self.client.post({"occurred_at": AT, **event})
        assert response.status == 200, response.body
        return response.json()

    def buys(self, name: str, member: Any, amount: str, **more: Any) -> Any:
        line = {"sku": "bag", "category": "bags", "quantity": 1, "amount": amount}
        return self.tell(name, "purchase", member, lines=[line], **more)

    def write(self, method: str, address: str, body: Any = None) -> Response:
        self._keys += 1
        return self.client.ask(method, address, body, {"idempotency-key": f"k{self._keys}"})

    def merges(self, whom: str, into: str, query: str = "", **more: Any) -> Any:
        response = self.write("POST", f"/v1/merges{query}", {"from": whom, "into": into, **more})
        assert response.status == 201, response.body
        return checked("NewMerged", response.json())

    def ends(self, merge: Any, how: str) -> Any:
        response = self.write("POST", f"/v1/merges/{merge['merge']}/{how}")
        assert response.status == 200, response.body
        return checked("Merged", response.json())

    def merged(self, whom: str, into: str) -> Any:
        return self.ends(self.merges(whom, into), "confirm")

    def holds(self, member: str) -> Any:
        found = self.client.get(f"/v1/members/{member}/wallet?programme=club").json()
        return {name: found[name] for name in ("wallet", "tiers", "metrics", "vouchers")}

    def refused(self, whom: str, into: str) -> str:
        response = self.write("POST", "/v1/merges", {"from": whom, "into": into})
        code: str = problem(response)["code"]
        return code


@pytest.fixture(scope="module")
def town(servers: Callable[[str | None], Server]) -> Iterator[Town]:
    with servers(None).fresh(migrated=True) as database:
        found = Town(database)
        yield found
        found.close()


def balance(held: Any, currency: str = "points") -> tuple[str, str, str]:
    one = held["wallet"][currency]
    return one["balance"], one["pending"], one["held"]


def test_all_that_one_had_is_the_others_and_each_entry_has_its_other_side(town: Town) -> None:
    town.tell(
        "a0",
        "enrolment",
        "ann",
        identifiers={"card": "c-1", "phone": "+302101234567"},
        attributes={"name": "Άννα", "kind": "adult", "birthday": "1990-05-05"},
    )
    town.buys("a1", "ann", "120.00")
    town.tell("a2", "hold", "ann", currency="points", units="30", reason="?")
    town.buys("b1", "ben", "40.00")
    told = town.merges("ann", "ben", "?dry_run=true")
    assert town.client.get("/v1/members/ann").json()["merged_into"] is None
    preview = told["preview"]
    assert preview["before"]["from"][0]["wallet"]["points"]["balance"] == "90"
    assert preview["before"]["into"][0]["wallet"]["points"]["balance"] == "40"
    assert preview["after"][0]["wallet"]["points"]["balance"] == "130"
    assert {(one["what"], one["name"]) for one in preview["lost"]} == {("metric", "largest")}
    merge = town.merges("ann", "ben")
    assert merge["state"] == "merged"
    assert balance(town.holds("ann")) == ("90", "0", "30"), "it rests"
    done = town.ends(merge, "confirm")
    assert done["state"] == "final"
    mine = town.holds("ben")
    assert (balance(mine), balance(mine, "stars")) == (("130", "0", "30"), ("0", "2", "0"))
    assert mine["tiers"]["status"]["level"] == "gold"
    assert mine["metrics"] == {
        "spent": "160.00", "in-all": "160.00", "lately": "2", "largest": "120.00",
    }  # fmt: skip
    assert [one["reward"] for one in mine["vouchers"]] == ["coffee"]
    assert balance(town.holds("ann")) == ("0", "0", "0")
    person = checked("Member", town.client.get("/v1/members/ben").json())
    assert {one["value"] for one in person["identifiers"]} == {"c-1", "+302101234567"}
    assert person["programmes"][0]["attributes"] == {
        "birthday": "1990-05-05", "kind": "adult", "name": "Άννα",
    }  # fmt: skip
    assert [one["from"] for one in person["merged"]] == ["ann"]
    for name in ("ann", {"card": "c-1"}, {"phone": "+302101234567"}):
        assert town.buys(f"later {name}", name, "1.00")["member"] == "ben"
    assert balance(town.holds("ben"))[0] == "133"
    entries = town.client.get("/v1/members/ben/ledger?programme=club&locale=el").json()["data"]
    assert any("συγχώνευση" in one["words"] for one in entries)


def test_what_is_undone_leaves_both_as_they_were(town: Town) -> None:
    town.tell("u0", "enrolment", "una", identifiers={"card": "u-1"})
    town.buys("u1", "una", "70.00")
    town.buys("v1", "vic", "10.00")
    before = town.holds("una"), town.holds("vic")
    merge = town.merges("una", "vic")
    assert town.buys("u2", {"card": "u-1"}, "5.00")["member"] == "vic"
    assert town.buys("u3", "una", "5.00")["member"] == "vic"
    voucher = before[0]["vouchers"][0]["code"]
    used = town.tell("u4", "use", "una", voucher=voucher)
    assert used["refusals"][0]["code"] == "not-yours", "it rests with who had it"
    undone = town.ends(merge, "undo")
    assert undone["state"] == "undone"
    assert town.holds("una") == before[0]
    assert balance(town.holds("vic"))[0] == "20", "what was recorded meanwhile stays"
    assert town.buys("u5", {"card": "u-1"}, "5.00")["member"] == "una"
    assert town.buys("u6", "una", "5.00")["member"] == "una"
    back = town.tell("u7", "return", "una", of={"id": "u1"}, all=True)
    assert (back["member"], back["refusals"]) == ("una", [])
    assert balance(town.holds("una"))[0] == "10"
    again = town.merges("una", "vic")
    assert again["merge"] != merge["merge"]
    town.ends(again, "confirm")
    assert balance(town.holds("vic"))[0] == "30"
    over = town.write("POST", f"/v1/merges/{again['merge']}/undo")
    assert problem(over)["code"] == "merge-over"
    listed = town.client.get("/v1/merges?member=vic&limit=1").json()
    rest = town.client.get(f"/v1/merges?member=vic&cursor={listed['next_cursor']}").json()
    both = [*listed["data"], *rest["data"]]
    assert (listed["has_more"], rest["has_more"]) == (True, False)
    assert sorted(one["state"] for one in both) == ["final", "undone"], "made at one instant"


def test_what_was_bought_before_is_returned_from_whoever_has_what_it_earned(town: Town) -> None:
    town.buys("r1", "rea", "60.00")
    town.buys("r2", "rea", "30.00")
    line = {"sku": "bag", "category": "bags", "quantity": 2, "amount": "40.00"}
    town.tell("r3", "purchase", "rea", lines=[line])
    town.buys("s1", "sam", "40.00")
    merge = town.merges("rea", "sam")
    # While it rests, it is taken from where it lies, whoever brings it.
    for name, member in (("r4", "rea"), ("r5", "sam")):
        some = {"of": {"id": "r2"}, "lines": [{"line": "1"}]} if name == "r4" else {
            "of": {"id": "r3"}, "lines": [{"line": "1", "quantity": 1}]
        }  # fmt: skip
        back = town.tell(name, "return", member, **some)
        assert (back["member"], back["refusals"]) == ("rea", [])
    assert balance(town.holds("rea"))[0] == "80"
    town.ends(merge, "confirm")
    assert balance(town.holds("sam"))[0] == "120"
    coffee = next(one for one in town.holds("sam")["vouchers"])
    back = town.tell("r6", "return", "rea", of={"id": "r1"}, all=True)
    assert (back["member"], back["refusals"]) == ("sam", [])
    assert {"method": "other", "amount": "60.00"} in back["refund"]
    assert balance(town.holds("sam"))[0] == "60"
    assert coffee["code"] not in {
        one["code"] for one in town.holds("sam")["vouchers"] if one["state"] == "issued"
    }
    rest = town.tell("r7", "return", "sam", of={"id": "r3"}, all=True)
    assert (rest["refund"][0]["amount"], rest["refusals"]) == ("20.00", [])
    again = town.tell("r8", "return", "sam", of={"id": "r3"}, all=True)
    assert again["refusals"][0]["code"] == "nothing-left"
    assert town.holds("sam")["metrics"]["spent"] == "40.00"
    other = town.tell("r9", "return", "ben", of={"id": "r1"}, all=True)
    assert other["refusals"][0]["code"] == "not-yours"
    town.buys("r10", "rud", "8.00")
    town.merged("rud", "sam")
    bare = town.tell(
        "r11", "return", "sam", without_receipt=True, lines=[{"sku": "bag", "quantity": 1}]
    )
    assert (bare["refusals"], bare["member"]) == ([], "sam")


@pytest.mark.prove
def test_what_is_owed_comes_too_and_is_filled(town: Town) -> None:
    for who, other in (("o1", "o2"), ("o3", "o4")):
        town.buys(f"{who} buys", who, "50.00")
        town.tell(f"{who} redeems", "redemption", who, reward="five-off", quantity=2)
        town.tell(f"{who} returns", "return", who, of={"id": f"{who} buys"}, all=True)
        assert balance(town.holds(who))[0] == "-40"
        town.buys(f"{other} buys", other, "45.00")
    town.merged("o1", "o2")
    assert balance(town.holds("o2"))[0] == "5"
    town.merged("o4", "o3")
    assert balance(town.holds("o3"))[0] == "5"
    town.buys("o6 buys", "o6", "20.00")
    town.tell("o6 redeems", "redemption", "o6", reward="five-off")
    town.tell("o6 returns", "return", "o6", of={"id": "o6 buys"}, all=True)
    town.merged("o6", "o2")
    assert balance(town.holds("o2"))[0] == "-15"


@pytest.mark.prove
def test_limits_are_those_of_one_person(town: Town) -> None:
    for number in range(2):
        town.buys(f"l1-{number}", "l1", "1.00")
        town.buys(f"l2-{number}", "l2", "1.00")
    town.merged("l1", "l2")
    assert balance(town.holds("l2"), "stars")[1] == "4"
    town.buys("l3", "l2", "1.00")
    assert balance(town.holds("l2"), "stars")[1] == "4", "three times are used up"


@pytest.mark.prove
def test_members_are_merged_in_a_chain(town: Town) -> None:
    for who in ("k1", "k2", "k3"):
        town.buys(f"{who} buys", who, "60.00")
    first = town.merges("k1", "k2")
    assert town.refused("k2", "k3") == "merge-rests"
    assert town.refused("k2", "k1") == "merged-member"
    assert town.refused("k1", "k3") == "merged-member"
    town.ends(first, "confirm")
    town.merged("k2", "k3")
    held = town.holds("k3")
    assert (balance(held)[0], held["tiers"]["status"]["level"]) == ("180", "gold")
    assert len(held["vouchers"]) == 3
    assert town.buys("k4", "k1", "1.00")["member"] == "k3"
    back = town.tell("k5", "return", "k1", of={"id": "k1 buys"}, all=True)
    assert (back["member"], back["refusals"]) == ("k3", [])
    back = town.tell("k6", "return", "k3", of={"id": "k2 buys"}, all=True)
    assert (back["member"], back["refusals"]) == ("k3", [])
    assert balance(town.holds("k3"))[0] == "61"


def test_who_cannot_be_merged_is_named(town: Town) -> None:
    for who in ("n1", "n2", "n3", "n4"):
        town.buys(f"{who} buys", who, "60.00")
    assert town.refused("n1", "n1") == "same-member"
    assert town.refused("n1", "nobody") == "unknown-member"
    assert town.write("DELETE", "/v1/members/n2").status == 200
    assert town.refused("n2", "n1") == "erased-member"
    assert town.refused("n1", "n2") == "erased-member"
    town.tell("n3 leaves", "leave", "n3")
    assert town.refused("n1", "n3") == "left-survivor"
    code = town.holds("n4")["vouchers"][0]["code"]
    event = {"id": "n5", "type": "use", "member": "n4", "voucher": code, "occurred_at": AT}
    kept = town.write("POST", "/v1/reservations", {"event": {**event, "programme": "club"}})
    assert kept.status == 201, kept.body
    assert town.refused("n4", "n1") == "reserved-member"
    assert (
        town.write("POST", f"/v1/reservations/{kept.json()['reservation']}/release").status == 200
    )
    town.merged("n4", "n1")
    used = town.tell("n6", "use", "n4", voucher=code)
    assert (used["member"], used["refusals"]) == ("n1", [])
    town.merged("n3", "n1")
    assert balance(town.holds("n1"))[0] == "120", "who has left has nothing"
    for method, address, body in (
        ("PATCH", "/v1/members/n4", {"attributes": {"locale": "el"}}),
        ("POST", "/v1/members/n4/cards", {"card": "n-1"}),
        ("POST", "/v1/members", {"member": "n4", "programme": "club"}),
        ("DELETE", "/v1/members/n4", None),
    ):
        response = town.write(method, address, {"programme": "club", **body} if body else body)
        assert problem(response)["code"] == "merged-member", address
    assert problem(town.write("POST", "/v1/merges/none/undo"))["code"] == "unknown-merge"
    assert problem(town.client.get("/v1/merges/none"))["code"] == "unknown-merge"


def test_a_quote_is_of_who_stays(town: Town) -> None:
    town.buys("q1", "q1", "120.00")
    town.buys("q2", "q2", "1.00")
    town.merges("q2", "q1")
    line = {"sku": "bag", "category": "bags", "quantity": 1, "amount": "1.00"}
    asked = {"id": "q3", "type": "purchase", "member": "q2", "lines": [line], "programme": "club"}
    quote = town.client.ask("POST", "/v1/quotes", {**asked, "occurred_at": AT}).json()
    assert (quote["member"], quote["tiers"]["status"]["level"]) == ("q1", "gold")


def test_what_is_shown_at_a_till_by_an_older_id_is_of_who_stays(town: Town) -> None:
    """What is bought by that id is theirs, and paid by what they have."""
    town.buys("shown-1 buys", "shown-1", "70.00")
    town.buys("shown-2 buys", "shown-2", "30.00")
    merge = town.merges("shown-1", "shown-2")
    for _ in range(2):
        told = town.client.get("/v1/till/member?identifier=shown-1&programme=club").json()
        wallet = town.holds("shown-2")["wallet"]
        assert (told["member"], told["wallet"]) == ("shown-2", wallet)
        had = town.client.get("/v1/rewards?member=shown-1&programme=club").json()["data"]
        same = town.client.get("/v1/rewards?member=shown-2&programme=club").json()["data"]
        assert had == same
        if merge:
            town.ends(merge, "confirm")
            merge = None


def test_the_prices_of_a_quote_are_kept_for_who_stays(town: Town) -> None:
    """Of a quote that was made before they were found to be one."""
    for name in ("quote-1", "quote-2"):
        town.buys(f"{name} buys", name, "30.00")
    line = {"sku": "bag", "category": "bags", "quantity": 1, "amount": "10.00"}
    body = {"type": "purchase", "member": "quote-1", "programme": "club", "lines": [line]}
    made = town.client.post({"id": "u q", "occurred_at": AT, **body}, address="/v1/quotes").json()
    assert made["quote"]
    town.merges("quote-1", "quote-2")
    bought = town.buys("quote-3", "quote-1", "10.00", quote=made["quote"])
    assert (bought["member"], bought["refusals"]) == ("quote-2", [])


def test_days_that_pass_confirm_a_merge(town: Town) -> None:
    for who in ("d1", "d2"):
        town.buys(f"{who} buys", who, "10.00")
    merge = town.merges("d1", "d2", undo_days=2)
    with town.database.connect(autocommit=True) as connection:
        space = load_space(connection)
        assert confirm_over(connection, space, NOW + 2 * DAY - 1) == 0
        assert confirm_over(connection, space, NOW + 2 * DAY) == 1
    assert town.client.get(f"/v1/merges/{merge['merge']}").json()["state"] == "final"
    trail = town.client.get("/v1/changes?about=member/d2").json()["data"]
    assert (trail[0]["action"], trail[0]["by"]) == ("member.merged", "time")
    assert trail[1]["action"] == "member.merging"


def test_an_export_and_an_erasure_are_of_both(town: Town) -> None:
    phone = "+302107654321"
    town.tell(
        "e0",
        "enrolment",
        "e1",
        identifiers={"phone": phone},
        consents=["terms"],
        attributes={"name": "Ευα"},
    )
    town.buys("e2 buys", "e2", "10.00")
    merge = town.merges("e1", "e2")
    rests = town.write("DELETE", "/v1/members/e2")
    assert problem(rests)["code"] == "merge-rests"
    town.ends(merge, "confirm")
    given = checked("Export", town.client.get("/v1/members/e2/export").json())
    assert given["kept_of_merged"]["e1"]["events"][0]["event_id"] == "e0"
    assert [one["purpose"] for one in given["consents"]] == ["terms"]
    assert town.write("DELETE", "/v1/members/e2").status == 200
    with town.database.connect() as connection:
        for table in ("identifier", "former_identifier", "personal", "member"):
            query = f"select 1 from {table} where {table}::text like any(%s)"
            found = connection.execute(query.encode(), [[f"%{phone}%", "%Ευα%"]]).fetchall()
            assert found == [], table


@pytest.mark.prove
def test_what_comes_in_at_once_is_one_members_and_nothing_is_lost(town: Town) -> None:
    """Purchases of both, by id and by card, while they are merged, undone, merged and confirmed."""
    town.tell("x0", "enrolment", "xa", identifiers={"card": "x-1"})
    town.tell("y0", "enrolment", "yb")
    start = Barrier(4)
    wrong: list[Any] = []

    def buying(name: str, member: Any) -> None:
        try:
            with town.database.connect() as connection:
                space = load_space(connection)
            poster = Poster(town.database, space, clock=lambda: NOW)
            client = Client(poster, database=town.database)
            start.wait()
            for number in range(10):
                line = {"sku": "bag", "category": "bags", "quantity": 1, "amount": "1.00"}
                event = {"id": f"{name}-{number}", "type": "purchase", "member": member,
                         "programme": "club", "lines": [line], "occurred_at": AT}  # fmt: skip
                response = client.post(event)
                if response.status != 200:
                    wrong.append(response.body)
            client.close()
            poster.close()
        except BaseException as error:  # noqa: BLE001 - shown by the test's own thread
            wrong.append(error)

    threads = [
        Thread(target=buying, args=known)
        for known in (("one", "xa"), ("two", {"card": "x-1"}), ("three", "yb"))
    ]
    for thread in threads:
        thread.start()
    start.wait()
    for _ in range(3):
        town.ends(town.merges("xa", "yb"), "undo")
    town.merged("xa", "yb")
    for thread in threads:
        thread.join()
    assert wrong == []
    assert (balance(town.holds("xa"))[0], balance(town.holds("yb"))[0]) == ("0", "30")


@pytest.mark.prove
def test_a_survivor_who_leaves_meanwhile_gets_nothing(town: Town) -> None:
    town.buys("w1 buys", "w1", "10.00")
    town.buys("w2 buys", "w2", "10.00")
    merge = town.merges("w1", "w2")
    town.tell("w2 leaves", "leave", "w2")
    response = town.write("POST", f"/v1/merges/{merge['merge']}/confirm")
    assert problem(response)["code"] == "left-survivor"
    town.ends(merge, "undo")
    assert balance(town.holds("w1"))[0] == "10"


def test_a_later_version_fills_what_it_brings(town: Town) -> None:
    """It is proved below, of all that happened before."""
    more = CLUB.replace("  largest:", "  visits: {count: true, over: ever}\n  largest:")
    published(town.database, more, now=NOW, start=NOW + 4 * DAY)
    with town.database.connect(autocommit=True) as connection:
        space = load_space(connection)
        club = space.programmes["club"]
        scope = Scope(space.space_id, club.programme_id)
        for _ in Sweeper(connection, scope, club, lambda: NOW + 6 * DAY).run(NOW + 6 * DAY):
            pass
        query = "select count(*) from account where programme_id = %s and version = 1 and seq > 0"
        assert connection.execute(query, [club.programme_id]).fetchone() == (0,)
    town.poster.reload()
    town.client.desks.hold([town.poster.space])


def test_all_of_it_is_proved_and_what_is_tampered_with_is_seen(town: Town) -> None:
    """Of all that was done above; and each entry of a merge has its other side."""
    town.buys("t1", "t1", "60.00")
    town.buys("t2", "t2", "60.00")
    town.merged("t1", "t2")
    assert said(town.database) == ""
    with town.database.connect(autocommit=True) as connection:
        for change, back in (
            (
                "entry set units = units + 1 where debit = 'transit' and member_id = 't2'",
                "entry set units = units - 1 where debit = 'transit' and member_id = 't2'",
            ),
            (
                "voucher set member_id = 't1' where member_id = 't2' and seq > 1",
                "voucher set member_id = 't2' where member_id = 't1'",
            ),
        ):
            assert connection.execute(f"update {change}".encode()).rowcount
            assert "t2" in said(town.database), change
            connection.execute(f"update {back}".encode())
