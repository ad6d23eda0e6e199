"""What reading an event needs to know of its programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class AttributeRule:
    """The type of an attribute; `options` are the only values of a text, where there are any."""

    type: Literal["text", "integer", "decimal", "boolean", "date"] = "text"
    options: tuple[str, ...] = ()


# Every member may have these, whatever a programme declares.
BUILT_IN_MEMBER_ATTRIBUTES: Mapping[str, AttributeRule] = {
    "birthday": AttributeRule("date"),
    "locale": AttributeRule("text"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """`currencies` gives each currency's decimals.  Without `categories` or `locations` (none
    declared) any text is one.  `member_attributes` need not name the built-in ones."""

    programme: str
    money: str
    money_decimals: int
    member_attributes: Mapping[str, AttributeRule] = field(default_factory=dict)
    event_attributes: Mapping[str, AttributeRule] = field(default_factory=dict)
    categories: frozenset[str] = frozenset()
    locations: frozenset[str] = frozenset()
    currencies: Mapping[str, int] = field(default_factory=dict)
