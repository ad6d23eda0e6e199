"""Sales that were made while the service was away arrive, each once."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.api.worlds import bearer
from tests.pages.browsing import Browser, Site
from tests.services.publishing import published
from tests.till.serving import (
    DOCUMENT,
    LATTE,
    account,
    arrive,
    enrolled,
    fields,
    handed,
    holds,
    paying,
    proof_of,
    sell,
    waited,
)
from xenia.till import away


def bought(site: Site, receipt: str) -> dict[str, Any]:
    key = bearer(site.worlds.key())
    response = site.worlds.client.get(f"/v1/till/purchase?source=till&event={receipt}", **key)
    found: dict[str, Any] = response.json()
    return found


def test_a_sale_that_waited_is_booked_once(till: Browser, site: Site) -> None:
    """OCA/pos#185, odoo#270532: re-sync of an offline till doubles points, or drops them."""
    anna, proof = enrolled(till), proof_of(till)
    sale = waited("AAAA-1", identifier="4000-1")
    for _ in range(3):  # its answer was lost on the way, twice
        told = arrive(till, proof, sale)
        assert (told["state"], told["address"]) == ("booked", "/till/receipts/AAAA-1")
    assert holds(site, anna).wallet["beans"].balance == "7"
    assert arrive(till, proof, {**sale, "receipt": "AAAA-2"})["state"] == "booked"
    assert holds(site, anna).wallet["beans"].balance == "14"
    assert holds(site, anna).metrics["visits"] == "2"
    assert bought(site, "AAAA-1")["occurred_at"] == "2026-11-18T12:30:00+02:00"


def test_no_discount_is_booked_that_nobody_gave(till: Browser, site: Site) -> None:
    enrolled(till)
    for _ in range(2):
        sell(till, LATTE, member="4000-1")  # from now on ten per cent for Anna
    proof = proof_of(till)
    arrive(till, proof, waited("AAAA-1", identifier="4000-1"))
    assert bought(site, "AAAA-1")["answer"]["payable"]["to_pay"] == "7.60"


def test_what_the_till_really_gave_is_recorded_as_given(till: Browser, site: Site) -> None:
    enrolled(till)
    for _ in range(2):
        sell(till, LATTE, member="4000-1")
    off = {"rule": "friends", "line": "1", "amount": "0.76"}
    shown = till.get(handed(LATTE, member="4000-1")).body.decode()
    assert f'data-given="{json.dumps([off], separators=(",", ":"))}"' in shown.replace("&#34;", '"')
    told = arrive(till, proof_of(till), waited("AAAA-1", identifier="4000-1", given=[off]))
    assert told["state"] == "booked"
    answer = bought(site, "AAAA-1")["answer"]
    assert (answer["payable"]["discount"], answer["payable"]["to_pay"]) == ("0.76", "6.84")


def test_a_card_that_leads_to_nobody_makes_no_member(till: Browser, site: Site) -> None:
    told = arrive(till, proof_of(till), waited("AAAA-1", identifier="4000-9"))
    assert told["state"] == "booked"
    assert "4000-9 leads to nobody" in told["notes"][0]
    assert bought(site, "AAAA-1")["member"] is None
    # Who has joined meanwhile changes nothing of what is booked.
    enrolled(till, "4000-9", "Zoe")
    assert arrive(till, proof_of(till), waited("AAAA-1", identifier="4000-9"))["state"] == "booked"
    assert bought(site, "AAAA-1")["member"] is None


def test_one_that_was_being_paid_takes_what_was_kept_for_it(till: Browser, site: Site) -> None:
    anna = enrolled(till)
    sell(till, ("sack", "coffee", "1", "50.00"), member="4000-1")
    page = paying(till, handed(LATTE, member="4000-1"), spend_beans="20")
    form = dict(fields(page, "/till/sales"))
    sale = {
        "receipt": form["receipt"], "at": "2026-11-18T10:30:00Z", "method": "cash",
        "identifier": "4000-1", "event": json.loads(form["event"]),
        "reservation": form["reservation"],
    }  # fmt: skip
    for _ in range(2):
        assert arrive(till, proof_of(till), sale) == {
            "state": "booked", "notes": [], "address": f"/till/receipts/{form['receipt']}",
        }  # fmt: skip
    assert holds(site, anna).wallet["beans"].balance == "35"


def test_one_whose_reservation_is_over_is_not_lost(till: Browser, site: Site) -> None:
    anna = enrolled(till)
    sell(till, ("sack", "coffee", "1", "50.00"), member="4000-1")
    page = paying(till, handed(LATTE, member="4000-1"), spend_beans="40")
    form = dict(fields(page, "/till/sales"))
    till.post("/till/pay/back", list(form.items()))
    sell_all = paying(till, handed(LATTE, member="4000-1"), spend_beans="45")
    till.post("/till/sales", [*fields(sell_all, "/till/sales"), ("method", "cash")])
    sale = {
        "receipt": form["receipt"], "at": "2026-11-18T10:30:00Z", "method": "cash",
        "event": json.loads(form["event"]), "reservation": form["reservation"],
    }  # fmt: skip
    told = arrive(till, proof_of(till), sale)
    assert told["state"] == "booked"
    assert told["notes"] == ["beans: There are not so many."]
    assert bought(site, form["receipt"])["answer"]["payable"]["to_pay"] == "7.60"
    assert int(holds(site, anna).wallet["beans"].balance) >= 0


def test_a_clock_that_is_ahead_loses_nothing(till: Browser, site: Site) -> None:
    proof = proof_of(till)
    for number, at in enumerate(("2031-01-01T00:00:00Z", "yesterday", "2026-11-18T10:00:00")):
        assert arrive(till, proof, waited(f"A-{number}", at=at))["state"] == "booked"
    assert bought(site, "A-0")["occurred_at"].startswith("2026-11-18T13:06")


def test_what_cannot_be_booked_says_why(till: Browser, site: Site) -> None:
    proof = proof_of(till)
    of_no_line = {"rule": "friends", "line": "9", "amount": "1.00"}
    refused = arrive(till, proof, waited("A-1", given=[of_no_line]))
    assert refused["state"] == "refused"
    assert refused["why"]
    assert arrive(till, proof, {"receipt": "A-2"})["state"] == "refused"
    assert bought(site, "A-1")["code"] == "unknown-receipt"


def test_what_waits_is_not_taken_for_who_has_left(till: Browser, site: Site) -> None:
    proof = proof_of(till)
    till.fill("/till/", "/till/sign-out", {})
    refused = till.post("/till/arrived", {"form": proof, "sale": json.dumps(waited("A-1"))})
    assert refused.status in (303, 403)
    assert "json" not in refused.headers["content-type"]
    filled = {"email": account(site, "eva", "till"), "password": "seven purple lanterns"}
    assert till.fill("/till/sign-in", "/till/sign-in", filled).status == 303
    assert arrive(till, proof_of(till), waited("A-1"))["state"] == "booked"


def test_the_worker_keeps_what_the_page_loads(till: Browser) -> None:
    script = till.get("/till/worker.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["cache-control"] == "no-store"
    kept = msgspec.json.decode(script.body.decode().split("KEPT = ")[1].split(";\n")[0])
    assert [till.get(path).status for path in kept] == [200, 200, 200]
    page = till.get("/till/").body.decode()
    assert all(path in page for path in kept)


def test_it_is_said_whether_somebody_is_signed_in(till: Browser, site: Site) -> None:
    now = "2026-11-18T11:06:40+00:00"
    assert json.loads(till.get("/till/here").body) == {"signed_in": True, "now": now}
    assert json.loads(Browser(site).get("/till/here").body) == {"signed_in": False, "now": now}
    assert re.search(r'data-now="20[^"]+\+00:00"', till.get("/till/").body.decode())


def test_a_sale_by_the_services_clock_is_left_as_it_is(till: Browser, site: Site) -> None:
    """The till's own may have been wrong by then, and right as it sends."""
    sale = waited("A-1", at="2026-11-18T10:00:00Z")
    assert arrive(till, proof_of(till), sale)["state"] == "booked"
    assert bought(site, "A-1")["occurred_at"] == "2026-11-18T12:00:00+02:00"


def test_a_number_that_another_sale_has_is_refused_and_not_lost(till: Browser) -> None:
    proof = proof_of(till)
    assert arrive(till, proof, waited("A-1"))["state"] == "booked"
    other = waited("A-1", at="2026-11-18T10:31:00Z")
    told = arrive(till, proof, other)
    assert (told["state"], told["taken"]) == ("refused", True)
    assert "another sale" in told["why"]
    assert arrive(till, proof, {**other, "receipt": "A-2"})["state"] == "booked"


def test_it_is_booked_as_the_till_was_and_who_served_then(till: Browser, site: Site) -> None:
    published(site.worlds.database, DOCUMENT.replace("programme: cafe", "programme: bar"))
    site.worlds.look()
    chosen = {"programme": "bar", "terminal": "till-3"}
    assert till.fill("/till/settings", "/till/settings", chosen).status == 303
    sale = waited("A-1", programme="cafe", terminal="till-1", staff="staff-of-then")
    assert arrive(till, proof_of(till), sale)["state"] == "booked"
    key = bearer(site.worlds.key())
    at = "/v1/till/purchase?source=till&event=A-1&programme=cafe"
    assert site.worlds.client.get(at, **key).status == 200
    with site.worlds.database.connect() as connection:
        rows = connection.execute("select event::text from event").fetchall()
    (row,) = [str(row[0]) for row in rows if "A-1" in str(row[0])]
    assert "staff-of-then" in row
    assert "till-1" in row


def test_a_line_that_cannot_be_read_is_not_left_out(till: Browser) -> None:
    lines = [{"sku": "ham", "category": "food", "quantity": "0.1255", "price": "9.99"}]
    lines += waited("A-1")["lines"]
    assert arrive(till, proof_of(till), waited("A-1", lines=lines))["state"] == "refused"


def test_a_clock_that_is_slow_is_set_right(till: Browser, site: Site) -> None:
    proof = proof_of(till)  # it is 11:06 in the service
    slow = waited("A-1", at="2026-11-17T10:00:00Z", sent="2026-11-17T11:06:00Z")
    for _ in range(2):
        assert arrive(till, proof, slow)["state"] == "booked"
    assert bought(site, "A-1")["occurred_at"].startswith("2026-11-18T12:00")
    right = waited("A-2", at="2026-11-18T10:00:00Z", sent="2026-11-18T11:05:30Z")
    assert arrive(till, proof, right)["state"] == "booked"
    assert bought(site, "A-2")["occurred_at"] == "2026-11-18T12:00:00+02:00"


DRAWN = "0123-4567-89AB"  # as a till draws them: nobody else's


def test_a_clock_that_is_set_right_between_two_tries_doubles_nothing(
    till: Browser, site: Site
) -> None:
    anna, proof = enrolled(till), proof_of(till)  # it is 11:06 in the service
    slow = waited(DRAWN, identifier="4000-1", at="2026-11-15T10:30:00Z")
    first = arrive(till, proof, {**slow, "sent": "2026-11-15T11:06:00Z"})
    again = arrive(till, proof, {**slow, "sent": "2026-11-18T11:06:30Z"})
    assert (first["state"], again["state"]) == ("booked", "booked")
    assert holds(site, anna).wallet["beans"].balance == "7"
    assert bought(site, DRAWN)["occurred_at"].startswith("2026-11-18T12:30")


def test_a_clock_that_is_a_minute_ahead_doubles_nothing(
    till: Browser, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, proof = enrolled(till), proof_of(till)
    ahead = waited(DRAWN, identifier="4000-1", at="2026-11-18T11:07:30Z")
    assert arrive(till, proof, ahead)["state"] == "booked"
    later = away.now() + timedelta(minutes=2)
    monkeypatch.setattr(away, "now", lambda: later)
    assert arrive(till, proof, ahead)["state"] == "booked"
    assert holds(site, anna).wallet["beans"].balance == "7"


def test_what_was_paid_and_is_sold_again_without_the_service_is_one(
    till: Browser, site: Site
) -> None:
    anna = enrolled(till)
    sell(till, LATTE, member="4000-1", receipt=DRAWN)
    sale = waited(DRAWN, identifier="4000-1", at="2026-11-18T11:06:30Z")
    assert arrive(till, proof_of(till), sale)["state"] == "booked"
    assert holds(site, anna).wallet["beans"].balance == "7"


def test_another_members_sale_under_a_number_that_was_drawn_is_not_lost(till: Browser) -> None:
    enrolled(till)
    enrolled(till, "4000-2", "Ben")
    proof = proof_of(till)
    assert arrive(till, proof, waited(DRAWN, identifier="4000-1"))["state"] == "booked"
    bens = waited(DRAWN, identifier="4000-2", at="2026-11-18T10:31:00Z")
    told = arrive(till, proof, bens)
    assert (told["state"], told["taken"]) == ("refused", True)


def test_a_long_sale_is_booked_whole(till: Browser, site: Site) -> None:
    lines = [{"sku": "nail", "category": "iron", "quantity": "1", "price": "0.10"}] * 301
    assert arrive(till, proof_of(till), waited("A-1", lines=lines))["state"] == "booked"
    assert bought(site, "A-1")["answer"]["payable"]["to_pay"] == "30.10"


def household(site: Site, member: str) -> str:
    """The household that a member has made."""
    head = {**bearer(site.worlds.key()), "idempotency-key": f"of {member}"}
    made = site.worlds.client.ask("POST", "/v1/households", {"person": member}, head)
    assert made.status == 201, made.body
    site.worlds.look()
    name: str = made.json()["household"]
    return name


def test_what_a_households_person_bought_arrives_twice_as_one(till: Browser, site: Site) -> None:
    pool, proof = household(site, enrolled(till)), proof_of(till)
    sale = waited(DRAWN, identifier="4000-1")
    assert arrive(till, proof, sale)["state"] == "booked"
    assert arrive(till, proof, {**sale, "at": "2026-11-18T10:31:00Z"})["state"] == "booked"
    assert holds(site, pool).wallet["beans"].balance == "7"


def test_who_leaves_a_household_while_they_pay_loses_no_sale(till: Browser, site: Site) -> None:
    anna = enrolled(till)
    pool = household(site, anna)
    sell(till, ("sack", "coffee", "1", "50.00"), member="4000-1")
    form = dict(
        fields(paying(till, handed(LATTE, member="4000-1"), spend_beans="20"), "/till/sales")
    )
    head = {**bearer(site.worlds.key()), "idempotency-key": "goes"}
    gone = f"/v1/households/{pool}/persons/{anna}"
    assert site.worlds.client.ask("DELETE", gone, None, head).status == 200
    sale = {
        "receipt": form["receipt"], "at": "2026-11-18T10:30:00Z", "method": "cash",
        "event": json.loads(form["event"]), "reservation": form["reservation"],
    }  # fmt: skip
    assert arrive(till, proof_of(till), sale)["state"] == "booked"
    assert holds(site, anna).wallet["beans"].balance == "7", "as a purchase of their own"
