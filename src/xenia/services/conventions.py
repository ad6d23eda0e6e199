"""What reading events needs to know of a programme, taken from its document."""

from __future__ import annotations

from collections.abc import Mapping

from xenia.amounts import money_decimals
from xenia.engine.type_writer import SLICES_MAX
from xenia.engine.zones import zone_names
from xenia.events.conventions import AttributeRule, Conventions
from xenia.programme.attributes import Attribute
from xenia.programme.model import Programme
from xenia.programme.settings import RoundPer


def conventions_of(programme: Programme) -> Conventions:
    """The conventions of a checked programme."""
    return Conventions(
        programme=programme.id,
        money=programme.money,
        money_decimals=money_decimals(programme.money),
        member_attributes=_rules(programme.attributes.member),
        event_attributes=_rules(programme.attributes.event),
        categories=frozenset(programme.categories),
        locations=frozenset(programme.locations),
        currencies={name: currency.decimals for name, currency in programme.currencies.items()},
        zones=zone_names(),
        acts=frozenset(programme.acts),
        lines_most=SLICES_MAX if programme.settings.round_per is RoundPer.LINE else None,
    )


def _rules(declared: Mapping[str, Attribute]) -> dict[str, AttributeRule]:
    return {name: AttributeRule(item.type, item.options) for name, item in declared.items()}
