"""The codes of months whose books are not closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.services.codes.sentences import Sentences

FINANCE: Final[Mapping[str, Sentences]] = {
    "books-differ": Sentences(
        "The books do not agree with the ledger",
        "A total is not the sum of its entries, a closed month is not what it was, or a month does "
        "not add up; `errors` has the first of them.",
        "Run `xenia verify`: it says whether the entries are true. If they are, have the totals "
        "made again by `POST /v1/finance/totals`; if not, the database was changed by something "
        "else than Xenia: play a backup back.",
    ),
    "month-is-closed": Sentences(
        "The books of the month are closed",
        "They stay closed: what is found later is booked in a month that is open.",
        "Correct it by an adjustment now.",
    ),
    "month-not-over": Sentences(
        "The month is not over",
        "Entries may still come to it, until ten minutes after its last day ended on the clock of "
        "the programme.",
        "Close it once it is over.",
    ),
    "nothing-in-the-books": Sentences(
        "There is nothing in the books of the month",
        "The books begin with the month in which something was moved first.",
        "Take a later month; `GET /v1/finance/months` lists them.",
    ),
}
