"""Examples of what keeps spending safe: limits, one-time codes, and what staff did."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.api.client import purchase
from tests.api.telling import Teller


def safety(teller: Teller) -> None:
    """An operator limits what is taken, a till has a code sent, and somebody reads the report."""
    tell = teller.tell
    path = "/v1/programmes/{programme}/safety"
    cafe, none = {"programme": "cafe"}, {"programme": "caffe"}
    limit = {"name": "thrice-an-hour", "counts": "spends", "most": 3, "minutes": 60}
    said = {"limits": [{**limit, "then": "hold"}], "codes": {"beans": "50"}}
    tell("Three times an hour, and a code above 50", "PUT", path, said, **cafe)
    tell(
        "A limit that lets nothing through", "PUT", path, {"limits": [{**limit, "most": 0}]}, **cafe
    )
    tell("As it is said", "GET", path, **cafe)
    tell("There is none", "GET", path, **none)
    teller.worlds.look()
    teller.ask("POST", "/v1/members", {"member": "daphne"})
    codes = "/v1/members/{member}/codes"
    asked = {"units": {"beans": "80"}}
    tell("To take 80 beans at once", "POST", codes, asked, member="daphne")
    tell("Who is not there", "POST", codes, asked, member="zoe")
    one = "/v1/cashiers/{cashier}"
    tell("Cashier 7 is a member, too", "PUT", one, {"member": "daphne"}, cashier="7")
    tell("A member who is not there", "PUT", one, {"member": "zoe"}, cashier="7")
    tell("All of whom it is said", "GET", "/v1/cashiers")
    tell("A cursor that is none", "GET", "/v1/cashiers", query={"cursor": "x"})
    teller.ask("POST", "/v1/events", purchase("safe-1", member="daphne", cashier="7"))
    refused, once = "/v1/reports/refused-spends", {**limit, "most": 1}
    teller.ask("PUT", path, {"limits": [once]}, **cafe)
    teller.worlds.look()
    daphnes = {"member": "daphne", "occurred_at": "2026-11-18T12:00:00+02:00"}
    given = {"currency": "beans", "units": "20", "reason": "welcome", "author": "nikos"}
    teller.ask("POST", "/v1/events", {"id": "safe-2", "type": "adjustment", **daphnes, **given})
    for name in ("safe-3", "safe-4"):
        taken = {"id": name, "type": "redemption", "reward": "euro", **daphnes}
        teller.ask("POST", "/v1/events", taken)
    tell("What was refused", "GET", refused, query={"member": "daphne"})
    tell("For no such reason", "GET", refused, query={"reason": "theft"})
    report = "/v1/reports/staff"
    tell("What was found in a month", "GET", report, query={"finding": "own-card"})
    tell("What is no finding", "GET", report, query={"finding": "theft"})
    tell("It is not said any more", "DELETE", one, cashier="7")
    tell("It was not said", "DELETE", one, cashier="7")
    teller.ask("PUT", path, {}, **cafe)
    teller.worlds.look()


SAFETY_STORIES: Mapping[str, Callable[[Teller], None]] = {"safety": safety}
