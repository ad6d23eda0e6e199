"""Rewards as they can be had now: what each costs, how many are left, and what a member lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.amounts import format_decimal
from xenia.effects import Given, Outcome, View
from xenia.engine.budgets import touched
from xenia.engine.reserving import kept_apart
from xenia.engine.type_writer import STOCK
from xenia.engine.versions import TimelineVersion
from xenia.events.model import Redemption
from xenia.programme.explain.goods import Unsayable
from xenia.programme.explain.parts import reward_said
from xenia.programme.explain.rules import reward_named
from xenia.programme.explain.voice import Voice
from xenia.programme.model import Programme, Reward
from xenia.services.changing import Changing, Done
from xenia.services.filling import Pasts
from xenia.services.household_problems import may_not_spend
from xenia.services.merged import leads
from xenia.services.problems import Problem
from xenia.services.published import Published
from xenia.services.reward_problems import (
    no_stock,
    price_changed,
    reward_changed,
    too_few_left,
    too_many_there,
    unknown_reward,
)
from xenia.services.sweeping import account_of
from xenia.store import accounts, households, reservations, stock
from xenia.store.members import is_known
from xenia.store.posting import Scope
from xenia.store.stock import StockRow

MOST = 10**9  # units that a stock can be of
Json = dict[str, Any]
_NONE = StockRow("", 0, 0)
_EVER = 0  # a stock is a budget for ever


class Seen(NamedTuple):
    """What a member was shown of a reward before they took it; None: nothing is said of it."""

    price: Mapping[str, str] | None
    version: int | None


@dataclass(frozen=True, slots=True)
class _Asking:
    """A programme at an instant (microseconds), and its stocks as they are then."""

    connection: Connection[TupleRow]
    scope: Scope
    published: Published
    now: int
    stocks: Mapping[str, StockRow]
    reserved: Mapping[tuple[str, int], int]  # by name and period

    @property
    def version(self) -> TimelineVersion:
        """The one that decides."""
        return self.published.timeline.at(self.now)

    def left(self, name: str, most: int) -> int:
        """How many there still are of a stock of so many."""
        row = self.stocks.get(name, _NONE)
        return max(0, most + row.added - row.used - self.reserved.get((name, _EVER), 0))


def rewards(
    connection: Connection[TupleRow],
    scope: Scope,
    published: Published,
    now: int,
    *,
    locale: str,
    member: str | None = None,
) -> list[Json] | None:
    """The rewards of a programme by id, in the words of a locale; with `member`, whether each can
    be had by them now, and what is missing.

    None where nothing is known of that member.  Raises words.NoPhrases.
    """
    if member is not None and not is_known(connection, scope.space_id, member):
        return None
    programme = published.timeline.at(now).plan.programme
    names = [f"{STOCK}{name}" for name in programme.rewards]
    stocks = stock.stocks(connection, scope, names)
    reserved = _reserved(connection, scope, names, now)
    asking = _Asking(connection, scope, published, now, stocks, reserved)
    voice = Voice(programme, locale)
    had = {}
    if member is not None:  # what they take is their household's, and paid by what that holds
        member = leads(connection, scope.space_id, [member]).get(member, member)
        lead = households.belongs(connection, scope.space_id, [member]).get(member)
        had = _had(asking, member if lead is None else lead.household)
        if lead is not None and not lead.may_spend:
            had = {name: _not_by(member, one) for name, one in had.items()}
    return [
        {
            "programme": published.name,
            **_shown(asking, voice, name, reward),
            **(had.get(name, _NOT_SOLD) if member is not None else {}),
        }
        for name, reward in programme.rewards.items()
    ]


def _reserved(
    connection: Connection[TupleRow], scope: Scope, names: Sequence[str], now: int
) -> dict[tuple[str, int], int]:
    return reservations.of_budgets(connection, scope, [(name, _EVER) for name in names], now, None)


_NOT_SOLD: Json = {"available": False, "missing": []}  # it comes by itself, or by rules alone


def _shown(asking: _Asking, voice: Voice, name: str, reward: Reward) -> Json:
    gives = reward.gives
    kinds = {
        "gift-card": gives.gift_card,
        "discount": gives.discount,
        "service": gives.service,
        "item": gives.item,
    }
    try:
        said = " ".join(reward_said(voice, name, reward))
    except Unsayable:
        said = ""
    return {
        "version": asking.version.version,
        "reward": name,
        "title": reward_named(voice, name),
        "gives": next(kind for kind, what in kinds.items() if what is not None),
        "price": price_of(voice.programme, reward),
        "automatic": reward.automatic,
        "stock": None if reward.stock is None else _stock(asking, name, reward.stock),
        "text": said,
    }


def price_of(programme: Programme, reward: Reward) -> dict[str, str]:
    """What a reward costs, by currency; empty where it is not for sale."""
    found = {}
    for currency, price in reward.price.items():
        decimals = programme.currencies[currency].decimals
        found[currency] = format_decimal(_smallest(price, decimals), decimals)
    return found


def changed_since(published: Published, version: int, name: str, seen: Seen) -> Problem | None:
    """Why a reward, as a version has it, is not what a member has seen, if it is not."""
    programme = published.versions[version].plan.programme
    reward = programme.rewards.get(name)
    if reward is None:
        return None  # which is refused by what decides
    price = price_of(programme, reward)
    if seen.price is not None and dict(seen.price) != price:
        return price_changed(name, price)
    then = published.versions.get(seen.version or version)
    same = then is not None and then.plan.programme.rewards.get(name) == reward
    return None if same else reward_changed(name, version)


def _stock(asking: _Asking, name: str, most: int) -> Json:
    row = asking.stocks.get(f"{STOCK}{name}", _NONE)
    return {"of": most + row.added, "left": asking.left(f"{STOCK}{name}", most)}


def _smallest(units: Decimal, decimals: int) -> int:
    return int(units.scaleb(decimals))


# ---- whether a member can have it ----------------------------------------------------------------


def _had(asking: _Asking, member: str) -> dict[str, Json]:
    """By reward that is for sale, whether a redemption of it now would be refused, and why."""
    published, now = asking.published, asking.now
    timeline = published.timeline
    row = accounts.account(asking.connection, asking.scope, member)
    before = timeline.new_account(member) if row is None else account_of(published, row)
    as_if = Pasts(asking.connection, asking.scope, timeline).of(member)
    account, _ = timeline.pass_time(before, now, as_if)
    kept = {} if row is None or not row.reserving else _kept(asking, member)
    seen = kept_apart(timeline.view(account, now), kept)
    found = {}
    for name, reward in asking.version.plan.programme.rewards.items():
        if reward.price and not reward.automatic:
            event = Redemption(id=name, source="asked", member=member, occurred_at=now, reward=name)
            given = Given(rooms=_rooms(asking, event), reserved=kept)
            _, outcome = timeline.decide(account, event, given=given, as_if=as_if)
            found[name] = _answer(asking, reward, seen, outcome)
    return found


def _not_by(member: str, answer: Json) -> Json:
    """The same, of who may not spend what their household has."""
    why = may_not_spend(member)
    lack = {"code": why.code, "text": why.text, "units": {}}
    return {"available": False, "missing": [lack, *answer["missing"]]}


def _kept(asking: _Asking, member: str) -> dict[str, int]:
    """Units that are reserved of a member, by currency."""
    found: Counter[str] = Counter()
    for one in reservations.live(asking.connection, asking.scope, [member], asking.now):
        found.update(one.units)
    return dict(found)


def _rooms(asking: _Asking, event: Redemption) -> dict[str, int]:
    plan = asking.version.plan
    return {name: asking.left(name, plan.budgets[name]) for name, _ in touched(plan, event)}


def _answer(asking: _Asking, reward: Reward, seen: View, outcome: Outcome) -> Json:
    """Refusals as they would be told, with the units that are missing."""
    missing: list[Json] = []
    for refusal in outcome.refusals:
        short = {}
        if refusal.code == "insufficient-balance":
            short = _short(asking, reward, seen)
        missing.append({"code": refusal.code, "text": refusal.text, "units": short})
    return {"available": not missing, "missing": missing}


def _short(asking: _Asking, reward: Reward, view: View) -> dict[str, str]:
    currencies = asking.version.plan.programme.currencies
    found = {}
    for currency, price in reward.price.items():
        decimals = currencies[currency].decimals
        held = view.wallet[currency].balance if currency in view.wallet else 0
        lacking = _smallest(price, decimals) - held
        if lacking > 0:
            found[currency] = format_decimal(lacking, decimals)
    return found


# ---- stock ---------------------------------------------------------------------------------------


def change_stock(
    changing: Changing, scope: Scope, published: Published, name: str, units: int
) -> Done | Problem:
    """Add so many to the stock of a reward, or take them where they are below 0; never more than
    are left."""
    programme = published.timeline.at(changing.now).plan.programme
    reward = programme.rewards.get(name)
    if reward is None:
        return unknown_reward(name, programme.rewards)
    if reward.stock is None:
        return no_stock(name)
    stocked = f"{STOCK}{name}"
    row = stock.hold(changing.connection, scope, stocked)
    reserved = _reserved(changing.connection, scope, [stocked], changing.now)
    there = reward.stock + row.added
    left = there - row.used - sum(reserved.values())
    if units < 0 and left + units < 0:
        return too_few_left(name, max(0, left))
    if there + units > MOST:
        return too_many_there(MOST)
    stock.add(
        changing.connection, scope, stocked, units, actor=changing.actor.name, now=changing.now
    )
    changing.note(
        "stock.changed",
        f"reward/{published.name}/{name}",
        before={"of": there, "left": max(0, left)},
        after={"of": there + units, "left": max(0, left + units)},
    )
    body = {"of": there + units, "left": max(0, left + units)}
    return Done({"programme": published.name, "reward": name, "stock": body})
