"""Examples of the books: looking through the ledger, months, and what units are worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.api.client import purchase
from tests.api.telling import Teller

# What eleni bought was recorded in the month before.
_EARLIER = """
    update entry set accounting_on = '2026-10-15'
    where space_id = 1 and effect like 'api/books-2/%'
"""


def ledger(teller: Teller) -> None:
    """Somebody looks for what was moved."""
    tell = teller.tell
    teller.ask("POST", "/v1/events", purchase("books-1", member="eleni"))
    cafe = {"programme": "cafe"}
    tell("What a member was given", "GET", "/v1/entries",
         query={**cafe, "member": "eleni", "kind": "issued"})  # fmt: skip
    tell("There is no such kind", "GET", "/v1/entries", query={**cafe, "kind": "theft"})


def finance(teller: Teller) -> None:
    """Finance looks at a month, says what a unit is worth, and would close it."""
    tell = teller.tell
    cafe = {"programme": "cafe"}
    worth = {"currencies": {"beans": {"value": "0.08", "breakage": "12.5"}}}
    wrong = {"currencies": {"beans": {"breakage": "120"}}}
    valuation, one = "/v1/finance/valuation", "/v1/finance/months/{month}"
    teller.ask("POST", "/v1/events", purchase("books-2", member="eleni"))
    with teller.worlds.database.connect() as connection:
        connection.execute(_EARLIER)
    tell("A value and a breakage", "PUT", valuation, worth, query=cafe)
    tell("More than all of it", "PUT", valuation, wrong, query=cafe)
    tell("As it is said", "GET", valuation, query=cafe)
    tell("No such programme", "GET", valuation, query={"programme": "nix"})
    tell("The last months", "GET", "/v1/finance/months", query=cafe)
    tell("A cursor that is none", "GET", "/v1/finance/months", query={**cafe, "cursor": "x"})
    tell("A month with its journal", "GET", one, query=cafe, month="2026-11")
    tell("Before the books begin", "GET", one, query=cafe, month="2019-01")
    tell("It is not over", "POST", f"{one}/closing", query=cafe, month="2026-11")
    tell("The month before is closed", "POST", f"{one}/closing", query=cafe, month="2026-10")
    teller.worlds.look()
    tell("All days again", "POST", "/v1/finance/totals", query=cafe)
    tell("Of no such programme", "POST", "/v1/finance/totals", query={"programme": "nix"})
    teller.ask("PUT", valuation, {"currencies": {}}, query=cafe)


FINANCE_STORIES: Mapping[str, Callable[[Teller], None]] = {"ledger": ledger, "finance": finance}
