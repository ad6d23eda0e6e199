"""What reading an event needs to know of its programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class AttributeRule:
    """The type of an attribute; `options` are the only values of a text, where there are any."""

    type: Literal["text", "integer", "decimal", "boolean", "date", "timezone"] = "text"
    options: tuple[str, ...] = ()

    @property
    def free(self) -> bool:
        """Whether anything can be written in it, a name or a remark about a person, too."""
        return self.type == "text" and not self.options


# Every member may have these, whatever a programme declares.  All are personal.
BIRTHDAY, TIMEZONE = "birthday", "timezone"
BUILT_IN_MEMBER_ATTRIBUTES: Mapping[str, AttributeRule] = {
    BIRTHDAY: AttributeRule("date"),
    "locale": AttributeRule("text"),
    TIMEZONE: AttributeRule("timezone"),
}
# Kept with them, under a name that nobody can give: when the event occurred by which the birthday
# became what it is (microseconds since 1970-01-01 UTC).
BIRTHDAY_SINCE = "birthday since"
# Kept under such a name, too, but no person's own word: the id of the member who brought this one.
REFERRED_BY = "referred by"
# As well: when they joined anew who had left (microseconds since 1970-01-01 UTC).
JOINED_AGAIN = "joined again"
# And the id of the member into whom this one is merged.
MERGED_INTO = "merged into"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """`currencies` gives each currency's decimals.  Without `categories` or `locations` (none
    declared) any text is one, nor without `zones`; `acts` are all that there are.
    A purchase has `lines_most` lines at most, if the programme sets any bound of its own.
    `member_attributes` need not name the built-in ones."""

    programme: str
    money: str
    money_decimals: int
    member_attributes: Mapping[str, AttributeRule] = field(default_factory=dict)
    event_attributes: Mapping[str, AttributeRule] = field(default_factory=dict)
    categories: frozenset[str] = frozenset()
    locations: frozenset[str] = frozenset()
    currencies: Mapping[str, int] = field(default_factory=dict)
    zones: frozenset[str] = frozenset()
    acts: frozenset[str] = frozenset()
    lines_most: int | None = None

    def attributes(self, *, of_member: bool) -> Mapping[str, AttributeRule]:
        """The rules by which attributes of members, or of events, are read."""
        if of_member:
            zone = BUILT_IN_MEMBER_ATTRIBUTES[TIMEZONE]
            return {**BUILT_IN_MEMBER_ATTRIBUTES, **self.member_attributes, TIMEZONE: zone}
        return self.event_attributes

    def is_personal(self, name: str, *, of_member: bool) -> bool:
        """Whether an attribute may tell who somebody is: it is kept apart, and can be erased.  One
        that is not known (any more) counts as personal."""
        if of_member and name in BUILT_IN_MEMBER_ATTRIBUTES:
            return True
        rule = (self.member_attributes if of_member else self.event_attributes).get(name)
        return rule is None or rule.free

    def personal_attributes(self, *, of_member: bool) -> frozenset[str]:
        """The personal ones among the attributes that there are."""
        names = self.attributes(of_member=of_member)
        return frozenset(name for name in names if self.is_personal(name, of_member=of_member))
