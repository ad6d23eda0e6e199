"""What events say of what leads to members: phones, addresses, and cards that come and go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from xenia.events.model import (
    Activity,
    Card,
    Claim,
    Enrolment,
    Event,
    Profile,
    Purchase,
    Redemption,
    Transfer,
    Use,
)
from xenia.events.parts import Identifier

CARD = "card"
Named = tuple[str, str]  # kind and value of an identifier
Refused = tuple[str, str]  # a code, and of which kind the identifier is; never which it is

# What nobody does with a card that is blocked.  Goods come back, and staff corrects, all the same.
_NOT_BLOCKED = Purchase | Activity | Redemption | Use | Transfer | Claim


class Holder(NamedTuple):
    """To whom an identifier leads; a card that is `blocked` is of no use to anybody."""

    member: str
    blocked: bool = False


class Book(Protocol):
    """Which identifiers lead to whom."""

    def holder(self, named: Named) -> Holder | None:
        """To whom an identifier leads."""

    def values(self, member: str, kind: str) -> Sequence[str]:
        """The identifiers of a kind that lead to a member."""

    def give(self, named: Named, member: str) -> bool:
        """Let one that leads to nobody lead to a member; False where it leads to somebody by now,
        or there is no such member."""

    def drop(self, named: Named, member: str) -> None:
        """Let it lead to a member no longer; that it did is not forgotten."""

    def block(self, named: Named) -> None:
        """It leads to its member still, and is of no use."""


def tells(event: Event) -> bool:
    """Whether an event may change what leads to whom."""
    if isinstance(event, Enrolment | Profile):
        return bool(event.identifiers)
    return isinstance(event, Card)


def useless(event: Event) -> bool:
    """Whether an event is of no use with a card that is blocked."""
    return isinstance(event, _NOT_BLOCKED)


def note(book: Book, member: str, event: Event) -> tuple[Refused, ...]:
    """Do what an event of a member says of what leads to them; what of it is refused."""
    if isinstance(event, Card):
        code = _card(book, member, event)
        return () if code is None else ((code, CARD),)
    if isinstance(event, Enrolment | Profile) and event.identifiers:
        one_each = isinstance(event, Profile)
        return tuple(_told(book, member, event.identifiers, one_each=one_each))
    return ()


def _told(
    book: Book, member: str, identifiers: Mapping[str, str | None], *, one_each: bool
) -> Iterable[Refused]:
    for kind, value in sorted(identifiers.items()):
        if value is not None:
            code = _given(book, (kind, value), member)
            if code is not None:
                yield code, kind
                continue
        if one_each:
            for other in book.values(member, kind):
                if other != value:
                    book.drop((kind, other), member)


def _given(book: Book, named: Named, member: str) -> str | None:
    """Let an identifier lead to a member, or say why it does not."""
    found = book.holder(named)
    if found is None and book.give(named, member):
        return None
    found = found or book.holder(named)  # somebody else was first
    if found is None:
        return "erased-member"
    return None if found.member == member else "identifier-taken"


def _card(book: Book, member: str, event: Card) -> str | None:
    if event.card is None:
        return None  # it has been erased: nothing leads there
    named = (CARD, event.card)
    holder = book.holder(named)
    if event.action == "add":
        if holder is not None and holder.member == member:
            return "already-yours"
        return None if _given(book, named, member) is None else "card-taken"
    if holder is None or holder.member != member:
        return "not-yours"
    if event.action == "remove":
        book.drop(named, member)
    elif event.action == "block":
        if holder.blocked:
            return "already-blocked"
        book.block(named)
    elif event.new is not None:
        instead = book.holder((CARD, event.new))
        if instead is not None and instead.member == member:
            return "already-yours"
        if _given(book, (CARD, event.new), member) is not None:
            return "card-taken"
        book.block(named)
    return None


def named_by(event: Event) -> Named | None:
    """What an event names its member by, if that is no id."""
    who = event.member
    return (who.kind, who.value) if isinstance(who, Identifier) else None


class InMemory:
    """The identifiers of a space in memory, as far as events have told of them."""

    def __init__(self) -> None:
        self._holders: dict[Named, Holder] = {}

    def holder(self, named: Named) -> Holder | None:
        """See `Book`."""
        return self._holders.get(named)

    def values(self, member: str, kind: str) -> Sequence[str]:
        """See `Book`."""
        return [
            value
            for (one, value), holder in self._holders.items()
            if one == kind and holder.member == member
        ]

    def give(self, named: Named, member: str) -> bool:
        """See `Book`."""
        self._holders[named] = Holder(member)
        return True

    def drop(self, named: Named, member: str) -> None:
        """See `Book`."""
        assert self._holders.pop(named).member == member, "nobody drops what is another's"

    def block(self, named: Named) -> None:
        """See `Book`."""
        self._holders[named] = self._holders[named]._replace(blocked=True)
