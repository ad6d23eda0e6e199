"""The shapes of what is asked of backtests and answered about them."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Raw, Struct, UnsetType, field

Time = str
_Name = Annotated[str, Meta(min_length=1, max_length=100)]
_Key = Annotated[str, Meta(min_length=1, max_length=200)]

_Zone = Annotated[str, Meta(pattern="^[A-Za-z0-9_+/-]+$", max_length=100)]

Share = Annotated[str, Meta(pattern=r"^(100|[0-9]{1,2}(\.[0-9]{1,4})?)%$", max_length=8)]
Change = Annotated[str, Meta(pattern=r"^-?(100|[0-9]{1,2}(\.[0-9]{1,4})?)%$", max_length=9)]
Worth = Annotated[str, Meta(pattern=r"^[0-9]{1,9}(\.[0-9]{1,6})?$", max_length=16)]
Policy = Annotated[
    str,
    Meta(
        pattern=r"^(history|eager|never|fitted|threshold:[0-9]{1,12}|share:(100|[0-9]{1,2})%)$",
        max_length=30,
    ),
]
Deciles = Annotated[str, Meta(pattern="^(all|([1-9]|10)(-([1-9]|10))?)$", max_length=5)]


class ProgrammeSource(Struct, forbid_unknown_fields=True):
    """Where a programme is taken from, by one of four: a `document` (YAML in a text, or JSON), what
    is `published` under a name (of a `version`, else what is in force), a `draft` by its id, or a
    `template` of the catalogue."""

    document: Raw | UnsetType = UNSET
    published: _Name | None = None
    version: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    draft: _Name | None = None
    template: _Name | None = None


class AssumedResponse(Struct, forbid_unknown_fields=True):
    """Members of some deciles of spend (1 spends most) are assumed to come more often, and to buy
    more each time, by so much."""

    deciles: Deciles = "all"
    frequency: Change = "0%"
    basket: Change = "0%"


class Sweep(Struct, forbid_unknown_fields=True, kw_only=True):
    """One number of the programme by its place in the document (`parameter`, such as
    `rules.card.then.discount.percent`), and other values of it: either `values` as they would be
    written there, or so many `steps` of its first number, evenly `from` one `to` another."""

    parameter: Annotated[str, Meta(min_length=1, max_length=500)]
    values: Annotated[list[_Key], Meta(max_length=50)] = []
    from_: Worth | None = field(default=None, name="from")
    to: Worth | None = None
    steps: Annotated[int, Meta(ge=2, le=50)] | None = None


class BacktestOptions(Struct):
    """How members redeem (`redeem`; null: as the history says, or eagerly where it says nothing),
    and what no history says: gross margins, of all sales and of categories; what a unit of a
    currency and a reward are worth, in money; what rewards cost of that (`cost_ratio`), the share
    of them that would have been bought for money (`cannibalised`), and what running the programme
    costs, of sales. `sweep` and `also_redeem` run the same programme again, with other values of a
    number and with members who redeem otherwise. `enrolled`: when whoever has no enrolment in the
    history is taken to have enrolled; null: never."""

    redeem: Policy | None = None
    enrolled: Literal["first-purchase"] | None = None
    also_redeem: Annotated[list[Policy], Meta(max_length=10)] = []
    sweep: Sweep | None = None
    margin: Share | None = None
    margins: Annotated[dict[_Key, Share], Meta(max_length=1000)] = {}
    unit_values: Annotated[dict[_Key, Worth], Meta(max_length=100)] = {}
    reward_values: Annotated[dict[_Key, Worth], Meta(max_length=1000)] = {}
    cost_ratio: Share = "100%"
    cannibalised: Share = "0%"
    running: Share = "0%"
    responses: Annotated[list[AssumedResponse], Meta(max_length=20)] = []


class NewBacktest(BacktestOptions, forbid_unknown_fields=True, kw_only=True):
    """A programme that is run over a history; `against` another, else against none at all."""

    programme: ProgrammeSource
    against: ProgrammeSource | None = None
    history: _Name


class BacktestProgramme(Struct, kw_only=True, forbid_unknown_fields=True):
    """A programme that is run; all null but its id: a document that was sent."""

    programme: str
    version: int | None
    draft: str | None
    revision: int | None
    template: str | None


class ChooserOptions(Struct):
    """What the programme chooser is told: the gross `margin` on sales, the `rate` that members are
    to get of what they buy, how they `redeem`, what twelve months in a paid club cost (`fee`) and
    what is off there (`club_rate`; null: the rate). `timezone` null: that of the history."""

    margin: Share
    rate: Share
    redeem: Policy = "eager"
    fee: Worth | None = None
    club_rate: Share | None = None
    operator: _Key = "A shop"
    timezone: _Zone | None = None


class NewChoice(ChooserOptions, forbid_unknown_fields=True, kw_only=True):
    """Kinds of programmes that are held against each other over a history."""

    history: _Name


class NewReadyMade(Struct, forbid_unknown_fields=True, kw_only=True):
    """A programme to be made: its id, the gross `margin` on sales, what it is to give (`kind`); by
    how much sales are expected to rise (`uplift`; null: ten per cent, named as an assumption), what
    running it costs (`running`), what rewards cost of their price (`cost_ratio`) and the share of
    them that would have been bought for money (`cannibalised`); of stamps the `category` that they
    are for."""

    programme: Annotated[str, Meta(pattern="^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=64)]
    margin: Share
    money: Annotated[str, Meta(pattern="^[A-Z]{3}$", max_length=3)]
    timezone: _Zone
    kind: Literal["bonus", "discount", "stamps"] = "bonus"
    uplift: Share | None = None
    running: Share = "0%"
    cost_ratio: Share = "100%"
    cannibalised: Share = "0%"
    category: Annotated[str, Meta(pattern=r'^[^"\\$]+$', max_length=100)] | None = None
    operator: _Key = "A shop"


class RateAt(Struct, kw_only=True, forbid_unknown_fields=True):
    """The rate that the margin would bear if sales rose by another share; shares of 1."""

    uplift: str
    rate: str


class ReadyMade(Struct, kw_only=True, forbid_unknown_fields=True):
    """A programme whose rate the margin can bear, as a `document` to begin a draft with. `rate` is
    what members get of what they buy, `cost` what that costs of sales, `break_even` by how much
    sales must rise to pay for it (null: nothing can); shares of 1, with six decimals."""

    document: str
    rate: str
    cost: str
    break_even: str | None
    uplift: str
    uplift_assumed: bool
    rates: list[RateAt]
    advice: list[str]


class Backtest(BacktestOptions, kw_only=True, forbid_unknown_fields=True):
    """A backtest: `waiting`, `running`, `done`, `failed` or `cancelled`; `progress` from 0 to 1,
    with what it is `doing` in words; why it failed (`failure`). Of the programme chooser there is
    `wizard`, what it was told, and no programme."""

    backtest: str
    state: str
    progress: float
    doing: str | None
    failure: str | None
    wizard: ChooserOptions | None
    programme: BacktestProgramme | None
    against: BacktestProgramme | None
    history: str
    made_by: str
    made_at: Time
    started_at: Time | None
    finished_at: Time | None


class Backtests(Struct, kw_only=True, forbid_unknown_fields=True):
    """A page of backtests."""

    data: list[Backtest]
    next_cursor: str | None
    has_more: bool


class History(Struct, kw_only=True, forbid_unknown_fields=True):
    """Past purchases and returns of many members; `amount` is that of all lines bought; not
    `complete`: its import has not come to its end, and nothing can be run over it."""

    history: str
    complete: bool
    members: int
    purchases: int
    guest_purchases: int
    returns: int
    lines: int
    money: str
    amount: str
    first_at: Time | None
    last_at: Time | None


class Histories(Struct, kw_only=True, forbid_unknown_fields=True):
    """A page of histories."""

    data: list[History]
    next_cursor: str | None
    has_more: bool
