"""What is reserved of what a batch is about, and so not there for its events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import structs

from xenia.effects import Given
from xenia.services.books import Books
from xenia.store.posting import StoredAccount
from xenia.store.reservations import Reservation


@dataclass(slots=True)
class Apart:
    """Units by member and currency, whose vouchers these are by their codes, and the reservations
    themselves."""

    units: dict[str, dict[str, int]] = field(default_factory=dict)
    vouchers: dict[str, str] = field(default_factory=dict)
    kept: list[Reservation] = field(default_factory=list)

    def read(self, books: Books, accounts: Mapping[str, StoredAccount]) -> None:
        """Read what is reserved of members whose accounts these are."""
        names = [name for name, one in accounts.items() if one.reserving]
        self.kept = books.reserved(names) if names else []
        for one in self.kept:
            mine = self.units.setdefault(one.member, {})
            for currency, units in one.units.items():
                mine[currency] = mine.get(currency, 0) + units
            self.vouchers.update(dict.fromkeys(one.vouchers, one.member))

    def given(self, member: str, given: Given) -> Given:
        """What an event of a member is given, with what is reserved of theirs."""
        if member not in self.units:
            return given
        return structs.replace(given, reserved=self.units[member])
