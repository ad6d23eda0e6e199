"""The shapes of what is asked of simulations, and answered."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from xenia.api.backtest_shapes import BacktestProgramme, ProgrammeSource
from xenia.api.shapes import Answer, ToldRule

_Key = Annotated[str, Meta(min_length=1, max_length=200)]
_Value = Annotated[str, Meta(max_length=200)]


class ImaginedMember(Struct, forbid_unknown_fields=True, kw_only=True):
    """A member whom nobody knows: when they `joined` (a day; null: on that of the event), their
    attributes (all as texts), balances that can be spent, levels by ladder, and metrics."""

    joined: _Value | None = None
    attributes: Annotated[dict[_Key, _Value], Meta(max_length=200)] = {}
    balances: Annotated[dict[_Key, _Value], Meta(max_length=100)] = {}
    tiers: Annotated[dict[_Key, _Key], Meta(max_length=100)] = {}
    metrics: Annotated[dict[_Key, _Value], Meta(max_length=200)] = {}


class NewSimulation(Struct, forbid_unknown_fields=True, kw_only=True):
    """An `event` as it would be sent; its `id` and `source` are not looked at, and `occurred_at`
    may be left out. With a `member` it is theirs, who is imagined, else of whom it names."""

    programme: ProgrammeSource
    event: dict[str, Any]
    member: ImaginedMember | None = None


class MemberMessage(Struct, forbid_unknown_fields=True, kw_only=True):
    """A message that the member would get, if they have not said no (`purpose` is `service`), or
    have said yes (`marketing`)."""

    type: str
    purpose: str
    subject: str
    text: str


class MemberWords(Struct, forbid_unknown_fields=True, kw_only=True):
    """What the member would read in one language: the names of rules, what stands beside each
    `entries` of their ledger, and messages."""

    locale: str
    rules: dict[str, str]
    entries: list[str]
    messages: list[MemberMessage]


class Simulation(Answer, forbid_unknown_fields=True, kw_only=True):
    """What would come of the event: `rules` are all that the programme has, each with the reason
    why it applied or did not; `told` has each language that there is."""

    simulated: BacktestProgramme
    rules: list[ToldRule]
    told: list[MemberWords]


class Vocable(Struct, forbid_unknown_fields=True, kw_only=True):
    """Something that a programme has a name for."""

    id: str
    title: str


class MetricName(Vocable, forbid_unknown_fields=True, kw_only=True):
    """A metric; `values` are those that one can have which counts different ones."""

    values: list[str]


class TierName(Vocable, forbid_unknown_fields=True, kw_only=True):
    """A ladder, its levels from the lowest up."""

    levels: list[Vocable]


class AttributeName(Struct, forbid_unknown_fields=True, kw_only=True):
    """What can be known of a member: `text`, `integer`, `decimal`, `boolean`, `date` or `timezone`;
    where there are `options`, one of them."""

    id: str
    type: str
    options: list[str]


class NewVocabulary(Struct, forbid_unknown_fields=True, kw_only=True):
    """A programme whose names are asked for."""

    programme: ProgrammeSource


class Vocabulary(Struct, forbid_unknown_fields=True, kw_only=True):
    """What can be said in events of a programme, and imagined of its members; without `categories`
    and `locations`, any text is one."""

    programme: str
    title: str
    chosen: BacktestProgramme
    money: str
    timezone: str
    currencies: list[Vocable]
    metrics: list[MetricName]
    tiers: list[TierName]
    attributes: list[AttributeName]
    categories: list[str]
    locations: list[str]
