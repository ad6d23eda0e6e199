"""What profiles say, parted: facts that stay, and personal values that are erased one day."""

from __future__ import annotations

from functools import partial

import msgspec

from xenia.engine.account import Account
from xenia.events.conventions import (
    BIRTHDAY,
    BIRTHDAY_SINCE,
    JOINED_AGAIN,
    MERGED_INTO,
    REFERRED_BY,
    Conventions,
)
from xenia.events.model import AttributeValue, OfMember
from xenia.services.books import Books


class Profiles:
    """The profiles of a batch's members, as its events tell them; written all at once."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._personal: dict[str, dict[str, AttributeValue]] = {}  # that is new, by member

    def keep(self, conventions: Conventions, event: OfMember, account: Account) -> str:
        """The facts of an account after an event, as JSON; what is personal is noted."""
        private = partial(conventions.is_personal, of_member=True)
        public = {
            name: value
            for name, value in account.attributes.items()
            if name in (REFERRED_BY, JOINED_AGAIN, MERGED_INTO) or not private(name)
        }
        patch = {name: value for name, value in event.attributes.items() if private(name)}
        if BIRTHDAY in patch and BIRTHDAY_SINCE in account.attributes:
            patch[BIRTHDAY_SINCE] = account.attributes[BIRTHDAY_SINCE]
        if patch:
            self._personal.setdefault(account.member, {}).update(patch)
        return msgspec.json.encode(public).decode()

    def write(self) -> None:
        """What is personal, into the members' rows."""
        if self._personal:
            new = {name: msgspec.json.encode(one).decode() for name, one in self._personal.items()}
            self._books.profile(new)
