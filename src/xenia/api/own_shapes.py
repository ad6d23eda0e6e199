"""What members see of themselves, as it is told."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from xenia.api.shapes import Decimal, Entry, Identifier, LastWord, Refusal, Time


class OwnProgramme(Struct, kw_only=True, forbid_unknown_fields=True):
    """A programme of the space."""

    programme: str
    title: str


class OwnCard(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a till reads, the newest that is not blocked."""

    kind: str
    value: str


class OwnEnding(Struct, kw_only=True, forbid_unknown_fields=True):
    """Units that end at an instant, unless they are spent before."""

    units: Decimal
    at: Time


class OwnCurrency(Struct, kw_only=True, forbid_unknown_fields=True):
    """What one holds of a currency; `qualifying`: it only counts towards a level; `transfers`:
    it can be given to another member."""

    currency: str
    title: str
    qualifying: bool
    transfers: bool
    balance: Decimal
    pending: Decimal
    held: Decimal
    endings: list[OwnEnding]


class OwnMissing(Struct, kw_only=True, forbid_unknown_fields=True):
    """How much there is of what a level asks for, and how much is missing."""

    metric: str
    title: str
    there: Decimal
    missing: Decimal


class OwnLadder(Struct, kw_only=True, forbid_unknown_fields=True):
    """Where one stands on a ladder; `next` is the title of the level above, null: there is none."""

    ladder: str
    title: str
    level: str | None
    level_title: str | None
    until: Time | None
    next: str | None
    to_next: list[OwnMissing]
    to_keep: list[OwnMissing]


class OwnBenefit(Struct, kw_only=True, forbid_unknown_fields=True):
    """A right; where it is counted, how often it can be used, and how often still."""

    benefit: str
    title: str
    left: str | None
    until: Time | None
    of: str | UnsetType = UNSET


class OwnBadge(Struct, kw_only=True, forbid_unknown_fields=True):
    """What one has once, and since when."""

    badge: str
    title: str
    since: Time | None


class OwnHousehold(Struct, kw_only=True, forbid_unknown_fields=True):
    """The household that one belongs to, and what it holds in the programme: what one buys is
    collected there, and pays from there; `may_spend`: whether one may spend it."""

    name: str | None
    may_spend: bool
    enrolled: bool
    currencies: list[OwnCurrency]
    ladders: list[OwnLadder]
    benefits: list[OwnBenefit]
    badges: list[OwnBadge]


class Own(Struct, kw_only=True, forbid_unknown_fields=True):
    """A member, and what they hold themselves in one programme; titles are in the words of the
    locale.  Who belongs to a `household` (null: to none) buys and takes rewards by what that holds,
    and can only give to others what is their own."""

    member: str
    name: str | None
    space: str
    mode: str
    programme: str
    title: str
    programmes: list[OwnProgramme]
    at: Time
    enrolled: bool
    card: OwnCard | None
    currencies: list[OwnCurrency]
    ladders: list[OwnLadder]
    benefits: list[OwnBenefit]
    badges: list[OwnBadge]
    household: OwnHousehold | None


class OwnReason(Struct, kw_only=True, forbid_unknown_fields=True):
    """A rule that did something, and what it says; empty, where there are no plain words for it."""

    title: str
    text: str


class OwnWhy(Struct, kw_only=True, forbid_unknown_fields=True):
    """What an event has come to; `type` null: it moved nothing."""

    event: str
    source: str
    programme: str
    occurred_at: Time
    type: str | None
    entries: list[Entry]
    refusals: list[Refusal]
    discount: Decimal | None
    to_pay: Decimal | None
    money: str
    because: list[OwnReason]


class OwnRunningSession(Struct, kw_only=True, forbid_unknown_fields=True):
    """Where one is signed in; `this`: the one that asks."""

    begun_at: str
    expires_at: str
    this: bool


class OwnProfile(Struct, kw_only=True, forbid_unknown_fields=True):
    """What is known of a member; `asked` is what they may say of themselves."""

    member: str
    since: str
    programme: str
    attributes: dict[str, str | int | bool]
    asked: list[str]
    identifiers: list[Identifier]
    consents: list[LastWord]
    sessions: list[OwnRunningSession]
