"""The real year as a file of purchases, as a shop would export them."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

from xenia.amounts import format_decimal
from xenia.connectors.complete_journey import CompleteJourney
from xenia.events.model import QUANTITY_DECIMALS, member_name

_HEADER = "id,occurred_at,member,location,line,sku,category,quantity,amount"


def write(path: Path, year: CompleteJourney) -> None:
    """A row for each line of each purchase."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(_HEADER.split(","))
        for purchase in year.purchases():
            seconds, rest = divmod(purchase.occurred_at, 10**6)
            assert rest == 0, "a shop's clock shows seconds"
            at = datetime.fromtimestamp(seconds, UTC).isoformat()
            said = purchase.id, at, member_name(purchase.member), purchase.location
            for line in purchase.lines:
                quantity = format_decimal(line.quantity, QUANTITY_DECIMALS)
                amount = format_decimal(line.amount, 2)
                rows.writerow([*said, line.id, line.sku, line.category, quantity, amount])
