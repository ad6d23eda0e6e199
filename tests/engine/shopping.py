"""Random stories of one member who buys, climbs, spends and sends back, for any programme."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, get_args

from hypothesis import strategies as st

from xenia.amounts import format_decimal, money_decimals
from xenia.effects import Kind, Movement, Outcome, View
from xenia.engine.account import Account, pass_time
from xenia.engine.compile import compile_programme
from xenia.engine.layout import Slot
from xenia.engine.views import Lot, lots
from xenia.events.model import (
    Adjustment,
    Cancel,
    Enrolment,
    Event,
    Grant,
    Hold,
    Line,
    Method,
    Payment,
    Profile,
    Purchase,
    Redemption,
    Release,
    Return,
    TakingBack,
)
from xenia.events.parts import Charge, EventKey, LineBack
from xenia.programme.model import Programme
from xenia.programme.render import render
from xenia.services.deciding import EngineDecider

KEY = bytes(32)
SECOND = 1_000_000
DAY = 24 * 60 * 60 * SECOND
START = int(datetime(2024, 1, 30, 12, tzinfo=UTC).timestamp()) * SECOND
METHODS: tuple[Method, ...] = get_args(Method)
GAPS = (0, 60 * SECOND, DAY, DAY, 5 * DAY, 20 * DAY, 45 * DAY, 200 * DAY, 400 * DAY)
NOWHERE: Mapping[str, int] = MappingProxyType({})
QUANTITIES = (1000, 1000, 1000, 2000, 3000, 500, 1250, 0)


# ---- what happens --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """What a programme's conditions speak of, so that some of them hold."""

    names: tuple[str, ...]
    cent: int

    @staticmethod
    def of(programme: Programme) -> Words:
        said = re.findall(r"(?:category|sku|tags|in \[)[^\n]*", render(programme))
        names = {name for text in said for name in re.findall(r"\"([^\"]+)\"", text)}
        names |= {texts[0] for texts in programme.lists.values()}
        return Words(("any", *sorted(names)[:8]), 10 ** money_decimals(programme.money))


Draw = Any


def amounts(cent: int) -> st.SearchStrategy[int]:
    """Nothing, little, the thresholds of programmes, anything."""
    round_ = st.sampled_from((0, 1, 10, 50, 100, 350, 1000, 3500, 10_000, 20_000))
    return st.one_of(round_.map(lambda units: units * cent), st.integers(0, 400 * cent))


@st.composite
def purchases(draw: Draw, programme: Programme, words: Words, name: str, at: int) -> Purchase:
    """A basket of one to four lines, perhaps paid with units too."""
    lines = []
    for place in range(draw(st.integers(1, 4))):
        amount = draw(amounts(words.cent))
        thing = draw(st.sampled_from(words.names))
        lines.append(
            Line(
                id=str(place + 1),
                sku=draw(st.sampled_from((thing, "s"))),
                category=thing,
                quantity=draw(st.sampled_from(QUANTITIES)),
                amount=amount,
                tax=draw(st.sampled_from((0, amount * 19 // 119))),
                tags=draw(st.sampled_from(((), (thing,), (words.names[-1],)))),
            )
        )
    charge = Charge(kind="delivery", amount=draw(st.integers(0, 5 * words.cent)))
    paid = draw(st.sampled_from(("nothing said", "whole", "part")))
    payments: tuple[Payment, ...] = ()
    if paid != "nothing said":
        methods = st.sampled_from(METHODS)
        payments = (Payment(method=draw(methods)),)
        if paid == "part":
            part = draw(st.integers(0, sum(line.amount for line in lines)))
            payments = (Payment(method=draw(methods), amount=part), *payments)
    spend = {}
    if programme.currencies and draw(st.booleans()):
        key = draw(st.sampled_from(sorted(programme.currencies)))
        spend[key] = units(draw, programme, key)
    return Purchase(
        id=name,
        occurred_at=at,
        member="m",
        lines=tuple(lines),
        charges=(charge,) if draw(st.booleans()) else (),
        payments=payments,
        prices=draw(st.sampled_from(("gross", "net"))),
        spend=spend,
    )


def units(draw: Draw, programme: Programme, key: str) -> str:
    decimals = programme.currencies[key].decimals
    return format_decimal(draw(st.sampled_from((1, 10, 25, 100, 500))) * 10**decimals, decimals)


@st.composite
def returns(draw: Draw, purchase: Purchase, name: str, at: int) -> TakingBack:
    """Some of a purchase, or all of it."""
    common: dict[str, Any] = {"id": name, "member": "m", "occurred_at": at}
    common["of"] = EventKey(purchase.id)
    what = draw(st.sampled_from(("line", "line", "amount", "all", "cancel")))
    if what == "cancel":
        return Cancel(**common)
    if what == "all":
        return Return(all=True, **common)
    line = draw(st.sampled_from(purchase.lines))
    if what == "amount":
        return Return(amount=draw(st.integers(0, line.amount + 1)), **common)
    quantity = draw(st.none() | st.integers(0, line.quantity + 1))
    return Return(lines=(LineBack(line=line.id, quantity=quantity),), **common)


@st.composite
def others(draw: Draw, programme: Programme, name: str, at: int) -> Event:
    """What is no purchase and takes nothing back."""
    common: dict[str, Any] = {"id": name, "member": "m", "occurred_at": at}
    kinds = ["profile"]
    if programme.currencies:
        kinds += ["adjustment", "hold", "release"]
    if programme.rewards:
        kinds += ["redemption", "redemption"]
    if programme.tiers:
        kinds.append("grant")
    kind = draw(st.sampled_from(kinds))
    if kind == "profile":
        return Profile(**common)
    if kind == "redemption":
        return Redemption(reward=draw(st.sampled_from(sorted(programme.rewards))), **common)
    if kind == "grant":
        ladder = draw(st.sampled_from(sorted(programme.tiers)))
        level = [*programme.tiers[ladder].levels][-1]
        until = at + draw(st.sampled_from((3, 100))) * DAY
        return Grant(tier={ladder: level}, until=until, author="clerk", **common)
    key = draw(st.sampled_from(sorted(programme.currencies)))
    some = units(draw, programme, key)
    if kind == "adjustment":
        sign = draw(st.sampled_from(("", "-")))
        return Adjustment(currency=key, units=sign + some, author="clerk", **common)
    whole = draw(st.booleans())
    held = Hold if kind == "hold" else Release
    return held(currency=key, units=None if whole else some, **common)


@st.composite
def stories(
    draw: Draw, programme: Programme, *, most: int = 10, only_purchases: bool = False
) -> list[Event]:
    """An enrolment, then purchases, returns of them, some late or before their purchase, and all
    else that happens to a member."""
    now, words = START, Words.of(programme)
    events: list[Event] = [Enrolment(id="e", member="m", occurred_at=START - DAY)]
    told: list[Purchase] = []
    early: list[Event] = []
    kinds = ["buy", "buy", "back", "back", *([] if only_purchases else ["other"])]
    for number in range(draw(st.integers(1, most))):
        now += draw(st.sampled_from(GAPS))
        late = draw(st.sampled_from((0, 0, 0, 0, 0, 10))) * DAY
        kind = draw(st.sampled_from(kinds))
        if kind == "other":
            events.append(draw(others(programme, f"o{number}", now - late)))
        elif kind == "back" and told:
            events.append(draw(returns(draw(st.sampled_from(told)), f"r{number}", now - late)))
        else:
            told.append(draw(purchases(programme, words, f"p{number}", now - late)))
            if draw(st.integers(0, 9)) == 0:  # a return that comes first
                early.append(draw(returns(told[-1], f"w{number}", now)))
                events.append(early[-1])
            events.append(told[-1])
    return events


def bought(events: Sequence[Event]) -> list[Purchase]:
    return [event for event in events if isinstance(event, Purchase)]


# ---- what comes of it ----------------------------------------------------------------------------


class Member:
    """One member as a replay decides, and all that has happened to them."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.plan = compile_programme(programme)
        self.decider = EngineDecider(self.plan, KEY)
        self.account: Account = self.decider.new_account("m")
        self.now = START
        self.movements: list[Movement] = []
        self.told: list[Outcome] = []
        self.about: dict[str, list[Outcome]] = defaultdict(list)  # by purchase

    def take(self, event: Event) -> Outcome:
        self.now = max(self.now, event.occurred_at)
        decider = self.decider
        rooms = decider.budgets.given(self.plan, event)
        given = decider.recorded.given(event, rooms, self.plan)
        self.account, outcome = decider.budgets.decide(
            self.plan,
            self.account,
            event,
            given,
            key=KEY,
            trace=False,
            past=decider.recorded.past(event),
        )
        decider.recorded.keep(event, outcome)
        self._keep(outcome)
        if isinstance(event, Purchase | TakingBack):
            self.about[event.id if isinstance(event, Purchase) else event.of.id].append(outcome)
        return outcome

    def run(self, events: Sequence[Event]) -> Member:
        for event in events:
            self.take(event)
        return self

    def is_late(self, event: Event) -> bool:
        return self.decider.plan.zone.day_of(event.occurred_at) < self.account.state[0]

    def pass_time(self, days: int) -> Outcome:
        self.now += days * DAY
        self.account, outcome = pass_time(self.plan, self.account, self.now, key=KEY)
        self._keep(outcome)
        return outcome

    def send_back(self, purchase: Purchase, name: str) -> Outcome:
        """All of it, now."""
        of = EventKey(purchase.id)
        return self.take(Return(id=name, member="m", occurred_at=self.now, of=of, all=True))

    def _keep(self, outcome: Outcome) -> None:
        self.told.append(outcome)
        self.movements += outcome.movements

    @property
    def seen(self) -> View:
        return self.decider.view(self.account, self.now)

    @property
    def lots(self) -> dict[Lot, int]:
        return dict(lots(self.plan, self.account.state))

    def counted(self, since: Mapping[str, int] = NOWHERE) -> dict[str, int]:
        """What is counted against limits, and against budgets, by unit; of limits in the units that
        are remembered, and not before the one that is given by the name."""
        state, found = self.account.state, {}
        for slot in self._limits():
            last, value, previous = state[slot.at : slot.at + 3]
            for unit, used in ((last - 1, previous), (last, value)):
                if unit >= since.get(slot.name, unit):
                    found[f"{slot.name} {unit}"] = used
        for (name, period), used in self.decider.budgets._used.items():
            if not name.startswith("stock."):
                found[f"{name} {period}"] = used
        return {name: used for name, used in found.items() if used}

    def since(self) -> dict[str, int]:
        """The first unit that is remembered of each limit."""
        return {slot.name: self.account.state[slot.at] - 1 for slot in self._limits()}

    def _limits(self) -> list[Slot]:
        return [slot for slot in self.plan.layout.slots if slot.name.startswith("limit.")]


def moved(outcomes: Sequence[Outcome], kind: Kind) -> list[Movement]:
    """Movements of the events themselves, not of what fell due."""
    return [
        each
        for outcome in outcomes
        for each in outcome.movements
        if each.kind is kind and not each.due
    ]
