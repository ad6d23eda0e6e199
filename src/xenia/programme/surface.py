"""What a document looks like, derived from the model: its keys, bounds and short forms.

The types of the model's fields say most of it; the tables below add what types cannot say.
"""

from __future__ import annotations

import types
from collections import abc
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from inspect import cleandoc
from operator import or_
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from xenia.programme import (
    attributes,
    chances,
    complaints,
    demands,
    giving,
    ladders,
    model,
    nodes,
    periods,
    texts,
)
from xenia.programme.brought import Brought
from xenia.programme.demands import Demand
from xenia.programme.descriptions import DESCRIPTIONS
from xenia.programme.ladder import Rung, expand_ladder, fold_ladder
from xenia.programme.nodes import Node
from xenia.programme.notations import CHANCE, DURATION, HOLD, UNITS, WAIT, WINDOW
from xenia.programme.numbers import Number, Whole
from xenia.programme.records import Record, Slot, Variants
from xenia.programme.scalars import Choice, Day, Flag, Formula, Line, Locale, Money, Named, Zone
from xenia.programme.settings import Claims, Settings
from xenia.programme.shapes import (
    At,
    Book,
    Entries,
    Items,
    Shape,
    Shared,
    Short,
    Tree,
    Wrapped,
    key_for,
    one_or_many,
    short_for,
)

RULES_MAX: Final = 10_000
VALUES_MAX: Final = 60  # that a `distinct` metric tells apart: bits of one number
NOTES_MAX: Final = 4_000

_POSITIVE: Final = Number(above=True)
_RATE: Final = Number(above=True, rate=True, example="0.01")
_PERCENT: Final = Number(most=100, rate=True, example="5")


# ---- short forms ---------------------------------------------------------------------------------


def _texts(most: int = 500) -> Shape:
    """`Silver`, `{en: Silver}`, `{en: [point, points]}`."""

    def expand(node: Node) -> Node:
        return key_for(node, "en") if isinstance(node, nodes.Scalar) else node

    def fold(tree: Tree) -> Tree:
        english = tree.get("en") if isinstance(tree, dict) and len(tree) == 1 else None
        return english if isinstance(english, str) else tree

    forms = one_or_many(Items(Line(most), least=1, most=6, unique=False))
    entries = Entries(Locale(), forms, least=1, most=50)
    wrapped = Wrapped(texts.Texts, "forms", entries)
    what = "a text, or a mapping of languages to texts"
    return Short(wrapped, expand, fold, Line(most).schema, what)


def _attribute() -> Shape:
    """`integer`, or a list: a text with those options."""
    record = record_of(attributes.Attribute)
    kind, options = (slot.shape for slot in record.slots)

    def expand(node: Node) -> Node:
        if isinstance(node, nodes.Sequence):
            return key_for(node, "options")
        return key_for(node, "type") if isinstance(node, nodes.Scalar) else node

    def fold(tree: Tree) -> Tree:
        if isinstance(tree, dict) and len(tree) <= 1:
            short: Tree = next(iter(tree.values()), "text")
            return short
        return tree

    def brief(book: dict[str, Any]) -> dict[str, Any]:
        return {"anyOf": [kind.schema(book), options.schema(book)]}

    what = f"{kind.what}, or a list of the values that a text may take"
    return Short(record, expand, fold, brief, what)


def _expiry(*kinds: type, elsewhere: tuple[str, str] | None = None) -> Shape:
    records = [record_of(kind) for kind in kinds]
    keyed = tuple((record.slots[0].key, record) for record in records)
    return Variants("an expiry", keyed, elsewhere)


def _earned_expiry() -> Shape:
    why = "it ends all lots of a currency together"
    return _expiry(periods.After, periods.EndOf, elsewhere=("inactive", why))


def _tier() -> Shape:
    record = record_of(ladders.Tier)
    return Short(record, expand_ladder, fold_ladder, None, record.what)


def _limits() -> Shape:
    return one_or_many(Items(shape_of(model.Limit), most=20, unique=False))


def _transfer_limits() -> Shape:
    return one_or_many(Items(shape_of(giving.TransferLimit), most=20, unique=False))


def _budget() -> Shape:
    return one_or_many(Items(shape_of(model.Budget), most=20, unique=False))


def _never() -> Shape:
    """Both is the default, whatever their order."""
    order = list(model.Never)
    items = Items(
        shape_of(model.Never), least=1, order=lambda found: sorted(found, key=order.index)
    )
    return one_or_many(items)


@dataclass(frozen=True, slots=True)
class _Said(Named):
    """The id of one of the programme's texts; texts in place have become one before it is read."""

    def read(self, node: Node, at: At) -> Any:
        if isinstance(node, nodes.Mapping):
            sentence = "`texts` cannot take this by the id of its rule, which it has already"
            remedy = "name one of `texts` here, or take one of the two away"
            return at.refuse(node.place, "duplicate-key", sentence, remedy)
        return Named.read(self, node, at)

    def schema(self, book: Book | None = None) -> dict[str, Any]:
        long = Shared("Texts", _texts()).schema({} if book is None else book)
        return {"anyOf": [Named.schema(self), long]}


# ---- what types cannot say -----------------------------------------------------------------------

_BY_TYPE: Final[Mapping[Any, Callable[[], Shape]]] = {
    texts.Id: Named,
    str: Line,
    int: Whole,
    bool: Flag,
    Decimal: lambda: _POSITIVE,
    date: Day,
    date | datetime: lambda: Day(times=True),
    texts.Texts: lambda: Shared("Texts", _texts()),
    model.Expression: lambda: Wrapped(model.Expression, "text", Shared("Expression", Formula())),
    model.Units: lambda: Shared("Units", UNITS),
    attributes.Attribute: lambda: Shared("AttributeType", _attribute()),
    ladders.Tier: _tier,
    model.Earn: lambda: short_for(record_of(model.Earn), "units", UNITS),
    model.Part: lambda: short_for(record_of(model.Part), "lines", Shared("Expression", Formula())),
    ladders.Level: lambda: Rung(record_of(ladders.Level), Number()),
    periods.Duration: lambda: Shared("Duration", DURATION),
    periods.Wait: lambda: WAIT,
    chances.Chance: lambda: CHANCE,
    periods.Window: lambda: WINDOW,
    periods.Hold: lambda: HOLD,
    periods.Expiry: lambda: _expiry(periods.After, periods.EndOf, periods.Inactive),
}

_BY_FIELD: Final[Mapping[tuple[type, str], Callable[[], Shape]]] = {
    (model.Programme, "money"): Money,
    (model.Programme, "timezone"): Zone,
    (model.Programme, "notes"): lambda: _texts(NOTES_MAX),
    (model.Programme, "rules"): lambda: Entries(Named(), shape_of(model.Rule), most=RULES_MAX),
    (model.Programme, "locations"): lambda: Entries(Named(), shape_of(model.Location), most=5_000),
    (model.Programme, "lists"): lambda: Entries(Named(), Items(Line(), least=1)),
    (model.Location, "timezone"): Zone,
    (attributes.Attribute, "options"): lambda: Items(Line(), least=1, most=200),
    (model.Exclusion, "never"): _never,
    (model.Currency, "decimals"): lambda: Whole(most=6),
    (model.Currency, "value"): lambda: _RATE,
    (periods.EndOf, "plus"): lambda: Whole(most=99),
    (model.Metric, "count"): lambda: Flag(always=True),
    (model.Metric, "rollover"): lambda: Flag(always=True),
    (model.Metric, "values"): lambda: Items(Line(), least=1, most=VALUES_MAX),
    (ladders.Tier, "levels"): lambda: Entries(
        Named(example="gold"), shape_of(ladders.Level), least=1, most=50, ordered=True
    ),
    (ladders.Tier, "by"): lambda: Named(of="metrics"),
    (ladders.Level, "any"): lambda: Entries(Named(of="metrics"), _POSITIVE),
    (ladders.Level, "all"): lambda: Entries(Named(of="metrics"), _POSITIVE),
    (ladders.Level, "benefits"): Brought,
    (model.Earn, "expires"): _earned_expiry,
    (model.Discount, "percent"): lambda: _PERCENT,
    (model.Pick, "cheapest"): lambda: Whole(least=1, most=1_000),
    (model.Pick, "dearest"): lambda: Whole(least=1, most=1_000),
    (model.Pick, "every"): lambda: Whole(least=1, most=1_000),
    (model.Pick, "bundle"): lambda: Items(shape_of(model.Part), least=1, most=6, unique=False),
    (model.Part, "quantity"): lambda: Whole(least=1, most=1_000),
    (model.Then, "earn"): lambda: Entries(Named(of="currencies"), shape_of(model.Earn)),
    (model.Then, "multiply"): lambda: Entries(
        Named(of="currencies"), Number(least=1, rate=True, example="2")
    ),
    (model.Then, "issue"): lambda: Named(of="rewards"),
    (model.Then, "badge"): lambda: Named(of="badges"),
    (model.Then, "notify"): lambda: _Said(
        what="the id of a text, or a text in its languages", of="texts"
    ),
    (model.Then, "refer"): lambda: Flag(always=True),
    (model.Rule, "group"): lambda: Named(of="groups"),
    (model.Rule, "priority"): lambda: Whole(most=10**6),
    (model.Rule, "limits"): _limits,
    (model.Rule, "budget"): _budget,
    (model.Group, "limits"): _limits,
    (model.Group, "budget"): _budget,
    (model.Limit, "times"): lambda: Whole(least=1),
    (giving.Transfers, "limits"): _transfer_limits,
    (giving.TransferLimit, "times"): lambda: Whole(least=1),
    (model.Budget, "times"): lambda: Whole(least=1),
    (model.Reward, "stock"): lambda: Whole(least=1),
    (model.Reward, "uses"): lambda: Whole(least=1, most=1_000),
    (model.Reward, "price"): lambda: Entries(Named(of="currencies"), _POSITIVE, most=1),
}
# Fields that only short forms of others need.
_OF_SHORT_FORMS: Final = frozenset({(ladders.Tier, "by")})

_KEYS: Final[Mapping[tuple[type, str], str]] = {
    (model.Programme, "id"): "programme",
    (model.Programme, "since"): "from",
    (model.Rule, "since"): "from",
}


_LIMITED: Final = (
    demands.ExactlyOne(("times", "units", "amount")),
    demands.NotWith("beyond", "times", "a time cannot be cut"),
)
_DEMANDS: Final[Mapping[type, tuple[Demand, ...]]] = {
    model.Programme: (
        demands.Fulfils(complaints.dates_in_order),
        demands.OnlyWith("spend_until", "earn_until"),
        demands.Needs("first_purchase", "enrolment", "enrolment-only"),
        demands.Fulfils(complaints.first_purchase_of_who_enrols),
        demands.Fulfils(complaints.closing_in_order),
    ),
    attributes.Attribute: (demands.Fulfils(complaints.options_of_text),),
    model.Currency: (demands.Fulfils(complaints.notice_in_days),),
    model.Metric: (
        demands.ExactlyOne(("sum", "count", "max", "distinct", "streak")),
        demands.Needs("distinct", "values", "the texts that count"),
        demands.OnlyWith("values", "distinct"),
        demands.NotWith("over", "streak", "a streak runs for ever"),
        demands.Fulfils(complaints.rollover_of_units),
    ),
    ladders.Tier: (demands.OnlyWith("grace", "holds"), demands.Fulfils(complaints.grace_that_ends)),
    model.Discount: (
        demands.ExactlyOne(("percent", "amount", "price")),
        demands.Fulfils(complaints.off_whole_bundles),
    ),
    model.Pick: (
        demands.AtLeastOne(("cheapest", "dearest", "every", "bundle")),
        demands.NotWith("dearest", "cheapest", "it is the one or the other"),
        *(
            demands.NotWith(name, "bundle", "a bundle's parts say which units it is of")
            for name in ("cheapest", "dearest", "every")
        ),
        demands.Fulfils(complaints.fewer_than_every),
    ),
    model.Part: (demands.AtLeastOne(("lines", "quantity")),),
    model.Then: (
        demands.AtLeastOne(
            ("earn", "multiply", "discount", "issue", "refer", "badge", "notify", "flag")
        ),
    ),
    model.Limit: _LIMITED,
    model.Budget: _LIMITED,
    giving.TransferLimit: (demands.ExactlyOne(("times", "units")),),
    model.Rule: (
        demands.Fulfils(complaints.dates_in_order),
        demands.Fulfils(complaints.after_how_long),
    ),
    model.Gives: (
        demands.ExactlyOne(("gift_card", "service", "item", "discount")),
        demands.OnlyWith("lines", "discount"),
        demands.OnlyWith("partial", "discount"),
        demands.Fulfils(complaints.money_that_is_left),
    ),
    model.Reward: (demands.Fulfils(complaints.once_or_bit_by_bit),),
}

_NOUNS: Final[Mapping[type, str]] = {
    Settings: "the settings",
    attributes.Attributes: "attributes",
    model.Exclusion: "an exclusion",
    attributes.Attribute: "an attribute",
    model.Earn: "an accrual",
    model.Then: "`then`",
    model.Gives: "`gives`",
    model.Returns: "`returns`",
    giving.Transfers: "`transfers`",
    Claims: "`claims`",
    giving.TransferLimit: "a limit",
    model.Pick: "`of`",
    model.Part: "a part of a bundle",
    periods.After: "an expiry",
    periods.EndOf: "an expiry",
    periods.Inactive: "an expiry",
}


# ---- derivation ----------------------------------------------------------------------------------


def record_of(cls: type) -> Record:
    """The mapping that a dataclass of the model is."""
    hints = get_type_hints(cls, include_extras=True)
    slots = tuple(_slot(cls, item, hints[item.name]) for item in fields(cls))
    says = cls.__doc__ or ""
    return Record(
        cls,
        _NOUNS.get(cls, f"a {cls.__name__.lower()}"),
        slots,
        _DEMANDS.get(cls, ()),
        "" if says.startswith(f"{cls.__name__}(") else cleandoc(says),
        ("xenia", "1") if cls is model.Programme else None,
    )


def _slot(cls: type, item: Field[Any], hint: Any) -> Slot:
    special = _BY_FIELD.get((cls, item.name))
    default = item.default if item.default_factory is MISSING else item.default_factory()
    return Slot(
        item.name,
        _KEYS.get((cls, item.name), item.name.replace("_", "-")),
        shape_of(hint) if special is None else special(),
        required=default is MISSING,
        default=None if default is MISSING else default,
        says=DESCRIPTIONS.get((cls, item.name), ""),
        notation=(cls, item.name) in _OF_SHORT_FORMS,
    )


def shape_of(hint: Any) -> Shape:
    """The shape of a type; of an optional one, that of what it is when it is there."""
    if get_origin(hint) in (types.UnionType, Union):
        hint = reduce(or_, (part for part in get_args(hint) if part is not types.NoneType))
    if hint in _BY_TYPE:
        return _BY_TYPE[hint]()
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Choice({member.value: member for member in hint})
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return Choice({word: word for word in arguments})
    if origin is tuple:
        return Items(shape_of(arguments[0]))
    if origin is abc.Mapping:
        return Entries(Named(), shape_of(arguments[1]))
    return record_of(hint)


PROGRAMME: Final = record_of(model.Programme)
