"""What is stored and does not come out of the fold, and how it is told."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from xenia.engine.records import unpacked
from xenia.engine.zones import EPOCH
from xenia.store.accounts import VoucherRow
from xenia.store.ledger import EntryRow, Step

NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """What is stored and what comes out of the fold; `at` says where: a step, the account."""

    programme: str
    member: str | None
    at: str
    what: str
    stored: str
    folded: str

    def __str__(self) -> str:
        who = "" if self.member is None else f"member {self.member}: "
        at = f"{self.at}: " if self.at else ""
        return f"{self.programme}: {who}{at}{self.what}: stored {self.stored}, folded {self.folded}"


@dataclass(slots=True)
class Checked:
    """What a check has come to; `used` is what events took of budgets by name and period."""

    accounts: int = 0
    steps: int = 0
    discrepancies: list[Discrepancy] = field(default_factory=list)
    used: Counter[tuple[str, int]] = field(default_factory=Counter)

    def add(self, more: Checked) -> None:
        """Take in another check."""
        self.accounts += more.accounts
        self.steps += more.steps
        self.discrepancies += more.discrepancies
        self.used.update(more.used)


def place_told(step: Step) -> str:
    """Where a step is found again."""
    if step.until is not None:
        return f"step {step.seq} (time up to {date_told(step.until)})"
    event = f"{step.source}/{step.event_id}"
    return f"step {step.seq} ({event})" if step.seq else f"event {event}"


def date_told(day: int | None) -> str:
    """A local day number as a date."""
    return "never" if day is None else (EPOCH + timedelta(day)).isoformat()


def entry_told(row: EntryRow) -> str:
    """What an entry moves."""
    lot = f"earned {date_told(row.earned)}, ends {date_told(row.ends)}"
    return f"{row.units} {row.currency} from {row.debit} to {row.credit} ({lot})"


def voucher_told(row: VoucherRow) -> str:
    """What a voucher is for."""
    kept = [f"{row.left} left"] * (row.left is not None) + [f"{row.uses} uses"] * bool(row.uses)
    told = ", ".join([row.state, *kept, f"expires {date_told(row.expires)}"])
    return f"{row.code} for {row.reward}, {told}"


def numbers_told(stored: bytes | None) -> str:
    """The numbers of a record."""
    if stored is None:
        return NOTHING
    try:
        return str(list(unpacked(stored)))
    except (IndexError, ValueError):
        return f"{len(stored)} bytes that are no such numbers"


def first_difference(stored: bytes, folded: bytes) -> tuple[str, str]:
    """Where two states differ first, and what each has there."""
    if len(stored) != len(folded):
        return f"{len(stored)} bytes", f"{len(folded)} bytes"
    before, now = array("q", stored), array("q", folded)
    at = next(at for at, number in enumerate(before) if number != now[at])
    return f"{before[at]} at number {at}", str(now[at])
