"""Random next versions of a random programme, that may follow it; always the same of a seed."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.reference.random_programmes import Drawing, errors, random_programme
from xenia.programme.ladders import Fall, Level, Tier
from xenia.programme.model import Currency, Programme, SpendFirst
from xenia.programme.periods import HoldFor, HoldToEnd
from xenia.programme.settings import NewTerms
from xenia.programme.succession import succession

TRIES = 60


def random_successor(old: Programme, seed: int) -> Programme:
    """Another version: much the same, or with nothing but the currencies kept."""
    for attempt in range(TRIES):
        drawn = Successor(old, Random(f"{old.id}/{seed}/{attempt}")).programme(seed + attempt)
        if drawn.money == old.money and not errors(drawn) and may_follow(old, drawn):
            return with_new_terms(drawn, Random(f"new terms {seed}/{attempt}"))
    return old


def may_follow(old: Programme, new: Programme) -> bool:
    return not [found for found in succession(old, new) if found.severity == "error"]


def with_new_terms(programme: Programme, random: Random) -> Programme:
    """The same programme, its terms perhaps for all units."""
    terms = random.choice(list(NewTerms))
    return replace(programme, settings=replace(programme.settings, new_terms=terms))


class Successor(Drawing):
    def __init__(self, old: Programme, random: Random) -> None:
        super().__init__(random)
        self.old = old

    def programme(self, seed: int) -> Programme:
        new = self.old if self.chance(0.7) else random_programme(seed)
        currencies = dict(new.currencies)
        for key, currency in self.old.currencies.items():
            currencies[key] = self.followed(currency, new.currencies.get(key, currency))
        if self.chance(0.3):
            currencies["new-points"] = self.currency(first=True)
        return replace(
            new,
            id=self.old.id,
            timezone=self.old.timezone,
            returns=new.returns or self.old.returns,
            currencies=currencies,
            tiers={
                key: self.changed_tier(tier)
                for key, tier in new.tiers.items()
                if not self.chance(0.1)
            },
        )

    def followed(self, old: Currency, new: Currency) -> Currency:
        """Any other terms for the same units."""
        pending = old.pending and (new.pending or old.pending)
        if self.chance(0.2):
            pending = self.duration(2)
        return replace(
            new,
            decimals=old.decimals,
            pending=pending,
            expires=self.expiry() if self.chance(0.4) else new.expires,
            spend_first=self.random.choice(list(SpendFirst)),
        )

    def changed_tier(self, tier: Tier) -> Tier:
        levels = list(tier.levels.items())
        if self.chance(0.3) and len(levels) > 1:
            levels.pop(self.random.randrange(len(levels)))
        if self.chance(0.3):
            place = self.random.randrange(len(levels))
            levels.insert(place, ("newly", levels[place][1]))
        if self.chance(0.2):
            levels.insert(0, ("everybody", Level()))
        holds = self.hold() if self.chance(0.4) else tier.holds
        ends = isinstance(holds, HoldFor | HoldToEnd)
        return replace(
            tier,
            levels=dict(levels),
            holds=holds,
            grace=self.duration(3) if ends and self.chance(0.4) else None,
            falls=self.random.choice(list(Fall)),
        )
